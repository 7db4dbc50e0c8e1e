pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Shapes
import Kiosk.theme

// A small line of measured values, oldest first.
Item {
    id: root

    property var values: []
    property color color: Theme.brand

    readonly property real least: Math.min(...root.values)
    readonly property real span: Math.max(...root.values) - root.least
    readonly property real inset: Theme.px(6)

    implicitWidth: Theme.px(400)
    implicitHeight: Theme.px(72)

    Accessible.ignored: true

    Shape {
        anchors.fill: parent

        ShapePath {
            strokeColor: root.color
            strokeWidth: Theme.px(4)
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            capStyle: ShapePath.RoundCap

            PathPolyline {
                path: root.values.length < 2 ? [] : root.values.map((value, at) => Qt.point(root.inset + at * (root.width - 2 * root.inset) / (root.values.length - 1), root.height - root.inset - (root.span === 0 ? 0.5 : (value - root.least) / root.span) * (root.height - 2 * root.inset)))
            }
        }
    }
}
