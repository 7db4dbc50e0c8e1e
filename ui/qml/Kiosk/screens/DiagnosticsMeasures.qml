pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The measured sessions of a day, a week or a month, and the button that writes them for a spreadsheet.
ColumnLayout {
    id: root

    required property var model

    spacing: Theme.gap

    GridLayout {
        Layout.fillWidth: true
        columns: 3
        columnSpacing: Theme.apart
        rowSpacing: Theme.apart
        uniformCellWidths: true

        Repeater {
            model: root.model.spans

            ChoiceChip {
                required property var modelData

                objectName: "diagnostics.span." + modelData.id
                Layout.fillWidth: true
                Layout.fillHeight: true
                text: modelData.text
                selected: modelData.chosen
                onClicked: App.act("choose_span", {
                    span: modelData.id
                })
            }
        }
    }

    Banner {
        objectName: "diagnostics.measures_state"
        visible: root.model.state !== ""
        iconName: "activity"
        text: root.model.state
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

                objectName: "diagnostics.measures." + modelData.id
                Layout.fillHeight: true
                spacing: Theme.px(8)

                AppText {
                    Layout.fillWidth: true
                    strong: true
                    text: plot.modelData.label
                }

                AppText {
                    Layout.fillWidth: true
                    role: "title"
                    text: plot.modelData.figure
                }

                AppText {
                    visible: text !== ""
                    Layout.fillWidth: true
                    role: "secondary"
                    text: plot.modelData.text
                }

                Item {
                    Layout.fillHeight: true
                }

                DayBars {
                    Layout.fillWidth: true
                    Layout.topMargin: Theme.px(8)
                    implicitHeight: Theme.px(96)
                    values: plot.modelData.values
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

    Card {
        visible: root.model.figures.length > 0
        spacing: 0

        Repeater {
            model: root.model.figures

            AnswerRow {
                required property var modelData
                required property int index

                label: modelData.label
                value: modelData.figure
                note: modelData.text
                last: index === root.model.figures.length - 1
            }
        }
    }

    GridLayout {
        Layout.fillWidth: true
        columns: Theme.largeText ? 1 : 2
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap
        uniformCellWidths: true

        Repeater {
            model: root.model.bars

            ShareBars {
                required property var modelData

                objectName: "diagnostics.bars." + modelData.id
                Layout.fillHeight: true
                bars: modelData
            }
        }
    }

    AppButton {
        objectName: "diagnostics.sheet"
        Layout.fillWidth: true
        iconLeft: "file-check"
        busy: root.model.sheet.running
        enabled: !root.model.sheet.running
        text: Tr.t("measures.sheet")
        onClicked: App.act("write_sheet")
    }

    Banner {
        objectName: "diagnostics.sheet_state"
        visible: root.model.sheet.text !== ""
        tone: root.model.sheet.tone
        iconName: "file-check"
        text: root.model.sheet.text
    }

    AppText {
        Layout.fillWidth: true
        role: "small"
        color: Theme.soft
        text: Tr.t("measures.note")
    }
}
