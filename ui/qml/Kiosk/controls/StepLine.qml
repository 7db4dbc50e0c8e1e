pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// Where we are: one segment a step, gold where the citizen stands, and the step's name in words.
Item {
    id: root

    property int step: 1
    property int count: 6
    property string name

    readonly property string words: Tr.f("ui.step", {
        n: root.step,
        m: root.count
    })
    // The words go under the segments when both would not fit side by side.
    readonly property bool stacked: label.implicitWidth > root.width * 0.58
    readonly property real barWidth: root.stacked ? root.width : root.width - label.implicitWidth - Theme.px(32)

    implicitHeight: root.stacked ? bar.height + Theme.px(14) + label.height : Math.max(bar.height, label.implicitHeight)

    Accessible.role: Accessible.ProgressBar
    Accessible.name: root.words + ", " + root.name

    Row {
        id: bar

        y: root.stacked ? 0 : (root.height - height) / 2
        spacing: Theme.px(14)
        height: Theme.px(16)

        Repeater {
            model: root.count

            Rectangle {
                required property int index
                readonly property bool done: index < root.step - 1
                readonly property bool current: index === root.step - 1

                anchors.verticalCenter: parent.verticalCenter
                width: Math.max(1, (root.barWidth - Theme.px(14) * (root.count - 1)) / root.count)
                height: current ? Theme.px(16) : Theme.px(10)
                radius: height / 2
                color: current ? Theme.gold : done ? (Theme.highContrast ? Theme.ink : Theme.brand) : Theme.highContrast ? "transparent" : Theme.line
                border.width: current || (Theme.highContrast && !done) ? Theme.borderThin : 0
                border.color: current && !Theme.highContrast ? Theme.warn : Theme.line
            }
        }
    }

    AppText {
        id: label

        readonly property string both: root.words + (root.name === "" ? "" : "  ·  " + root.name)

        x: root.stacked ? 0 : root.width - width
        y: root.stacked ? bar.height + Theme.px(14) : (root.height - height) / 2
        width: Math.min(implicitWidth, root.width)
        role: "secondary"
        strong: true
        text: both
        Accessible.ignored: true
    }
}
