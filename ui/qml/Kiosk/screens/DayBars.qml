pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// Counts of the last days, oldest first, from a line at nothing. Bars, since a day is a sum and no moment on a curve.
Item {
    id: root

    property var values: []

    readonly property real most: Math.max(1, ...root.values)
    readonly property real slot: root.width / Math.max(1, root.values.length)

    implicitWidth: Theme.px(400)
    implicitHeight: Theme.px(72)

    Accessible.ignored: true

    Repeater {
        model: root.values.length

        Rectangle {
            required property int index

            x: index * root.slot
            y: root.height - height - Theme.borderThin
            width: Math.max(1, root.slot - Theme.px(6))
            height: Math.round((root.height - Theme.borderThin) * root.values[index] / root.most)
            radius: Math.min(Theme.px(4), height / 2)
            color: index === root.values.length - 1 ? Theme.brand : Theme.lineStrong
        }
    }

    Rectangle {
        y: root.height - height
        width: root.width
        height: Theme.borderThin
        color: Theme.line
    }
}
