pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Named amounts below each other, each with a bar against the largest.
Card {
    id: root

    required property var bars

    spacing: Theme.px(18)

    AppText {
        Layout.fillWidth: true
        role: "section"
        text: root.bars.label
    }

    AppText {
        visible: text !== ""
        Layout.fillWidth: true
        color: Theme.soft
        text: root.bars.empty
    }

    Repeater {
        model: root.bars.lines

        ColumnLayout {
            id: line

            required property var modelData

            Layout.fillWidth: true
            spacing: Theme.px(6)
            Accessible.role: Accessible.ListItem
            Accessible.name: line.modelData.text + ": " + line.modelData.figure

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.px(20)

                AppText {
                    Layout.fillWidth: true
                    role: "secondary"
                    text: line.modelData.text
                }

                AppText {
                    role: "secondary"
                    strong: true
                    wrapMode: Text.NoWrap
                    text: line.modelData.figure
                }
            }

            Rectangle {
                Layout.fillWidth: true
                implicitHeight: Theme.px(14)
                radius: height / 2
                color: Theme.line

                Rectangle {
                    width: Math.max(line.modelData.share > 0 ? parent.height : 0, Math.round(parent.width * line.modelData.share))
                    height: parent.height
                    radius: height / 2
                    color: Theme.brand
                }
            }
        }
    }
}
