pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// A small tool inside a field: an icon with a full touch target.
Tappable {
    id: control

    property string iconName
    property color color: Theme.soft

    face: "transparent"
    facePressed: Theme.pressed
    outline: "transparent"
    outlineWidth: 0
    radius: Theme.radiusSmall
    implicitWidth: Theme.minTarget
    implicitHeight: Theme.minTarget

    contentItem: Item {
        Icon {
            anchors.centerIn: parent
            name: control.iconName
            color: control.color
        }
    }
}
