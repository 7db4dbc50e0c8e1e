pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The frames between the kiosk and a device's host, the newest first.
ColumnLayout {
    id: root

    required property var frames

    spacing: Theme.gap

    Banner {
        plain: true
        iconName: "shield-check"
        text: Tr.t("diagnostics.frames_note")
    }

    AppText {
        visible: root.frames.length === 0
        Layout.fillWidth: true
        color: Theme.soft
        text: Tr.t("diagnostics.frames_empty")
    }

    Card {
        objectName: "diagnostics.frames"
        visible: root.frames.length > 0
        spacing: Theme.px(14)

        Repeater {
            model: root.frames

            RowLayout {
                id: line

                required property var modelData

                Layout.fillWidth: true
                spacing: Theme.px(16)

                Accessible.role: Accessible.ListItem
                Accessible.name: Tr.t(line.modelData.toHost ? "diagnostics.to_host" : "diagnostics.from_host") + ", " + line.modelData.what

                Icon {
                    Layout.alignment: Qt.AlignTop
                    Layout.preferredWidth: width
                    Layout.preferredHeight: height
                    name: line.modelData.toHost ? "arrow-right" : "arrow-left"
                    size: Theme.body
                    color: line.modelData.bad ? Theme.bad : line.modelData.toHost ? Theme.brand : Theme.soft
                }

                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: 0

                    AppText {
                        Layout.fillWidth: true
                        role: "small"
                        strong: true
                        color: line.modelData.bad ? Theme.bad : Theme.ink
                        text: line.modelData.at + "  " + line.modelData.what
                        Accessible.ignored: true
                    }

                    AppText {
                        visible: text !== ""
                        Layout.fillWidth: true
                        role: "small"
                        color: Theme.soft
                        wrapMode: Text.WrapAtWordBoundaryOrAnywhere
                        text: line.modelData.data
                    }
                }

                AppText {
                    Layout.alignment: Qt.AlignTop
                    role: "small"
                    color: Theme.soft
                    wrapMode: Text.NoWrap
                    text: line.modelData.ms
                }
            }
        }
    }
}
