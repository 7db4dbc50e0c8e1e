pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Everything that will be sent, once more, with a way to change it.
KioskPage {
    id: page

    readonly property var submit: page.vm.submit

    title: Tr.t("answers.title")
    advice: Tr.t("answers.guidance")
    primaryText: Tr.t("answers.next")
    onPrimaryClicked: App.act("continue")

    Banner {
        plain: true
        iconName: "file-text"
        lead: page.submit.procedureName
        text: page.submit.procedureUnit === "" ? "" : "· " + page.submit.procedureUnit
    }

    Repeater {
        model: page.submit.sections

        Card {
            id: section

            required property var modelData

            spacing: 0

            RowLayout {
                Layout.fillWidth: true
                Layout.minimumHeight: Theme.minTarget
                spacing: Theme.px(24)

                AppText {
                    Layout.fillWidth: true
                    role: "section"
                    text: section.modelData.title
                }

                LinkButton {
                    objectName: "answers.change." + section.modelData.id
                    visible: section.modelData.change !== ""
                    text: Tr.t("answers.change")
                    Accessible.name: text + ": " + section.modelData.title
                    onClicked: App.act("change_answer", {
                        section: section.modelData.change
                    })
                }
            }

            Repeater {
                model: section.modelData.id === "scan" ? section.modelData.rows : []

                RowLayout {
                    id: paper

                    required property var modelData

                    Layout.fillWidth: true
                    Layout.minimumHeight: Theme.px(68)
                    spacing: Theme.px(24)

                    Icon {
                        Layout.preferredWidth: width
                        Layout.preferredHeight: height
                        name: "file-check"
                        color: Theme.ok
                    }

                    AppText {
                        Layout.fillWidth: true
                        text: paper.modelData.label
                    }

                    AppText {
                        Layout.maximumWidth: Math.round(section.width * 0.42)
                        strong: true
                        horizontalAlignment: Text.AlignRight
                        text: paper.modelData.value
                    }
                }
            }

            Repeater {
                model: section.modelData.id === "scan" ? [] : section.modelData.rows

                AnswerRow {
                    required property var modelData
                    required property int index

                    label: modelData.label
                    value: modelData.value
                    note: modelData.note
                    last: index === section.modelData.rows.length - 1
                }
            }
        }
    }
}
