pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// What was counted of a device, by day, and how long a printer's paper still lasts.
ColumnLayout {
    id: root

    required property var device
    required property var model

    spacing: Theme.gap

    Card {
        visible: root.model.paper.there
        spacing: Theme.px(16)

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.px(20)

            AppText {
                Layout.fillWidth: true
                role: "section"
                text: Tr.t("diagnostics.paper")
            }

            AppText {
                role: "secondary"
                color: Theme.soft
                wrapMode: Text.NoWrap
                text: root.model.paper.left
            }
        }

        ProgressBar {
            value: root.model.paper.share
            tint: root.model.paper.tone === "warn" ? Theme.stateInk("warn") : Theme.brand
        }

        AppText {
            objectName: "diagnostics.paper"
            Layout.fillWidth: true
            strong: true
            text: root.model.paper.text
        }

        AppText {
            Layout.fillWidth: true
            role: "small"
            color: Theme.soft
            text: root.model.paper.since
        }

        AppButton {
            objectName: "diagnostics.new_roll." + root.device.id
            Layout.fillWidth: true
            iconLeft: "refresh-cw"
            text: Tr.t("diagnostics.new_roll")
            onClicked: App.act("new_roll", {
                device: root.device.id
            })
        }
    }

    GridLayout {
        Layout.fillWidth: true
        columns: Theme.largeText ? 1 : 2
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap
        uniformCellWidths: true

        Repeater {
            model: root.model.plots

            Card {
                id: plot

                required property var modelData

                Layout.fillHeight: true
                spacing: Theme.px(8)

                AppText {
                    Layout.fillWidth: true
                    strong: true
                    text: plot.modelData.label
                }

                AppText {
                    Layout.fillWidth: true
                    role: "secondary"
                    text: plot.modelData.text
                }

                DayBars {
                    Layout.fillWidth: true
                    Layout.topMargin: Theme.px(8)
                    implicitHeight: Theme.px(96)
                    values: plot.modelData.days
                }

                AppText {
                    Layout.fillWidth: true
                    role: "small"
                    color: Theme.soft
                    text: plot.modelData.plotted
                }
            }
        }
    }
}
