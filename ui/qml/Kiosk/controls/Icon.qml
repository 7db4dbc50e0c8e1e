pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// A line icon by its lucide name, in one colour.
Image {
    id: root

    property string name
    property color color: Theme.ink
    property real size: Theme.capped(44, 1.35)

    readonly property string hex: root.color.toString().slice(1)

    width: root.size
    height: root.size
    sourceSize: Qt.size(Math.ceil(root.size), Math.ceil(root.size))
    source: root.name === "" ? "" : "image://icon/" + root.name + "/" + root.hex
    fillMode: Image.PreserveAspectFit
    smooth: true

    Accessible.ignored: true
}
