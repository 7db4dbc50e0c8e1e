pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The questions in one column: what the chip knows is there already, and a mistake is told beside its field.
KioskPage {
    id: page

    readonly property var form: page.vm.form

    // The first question without an answer.
    readonly property string firstOpen: {
        const open = page.form.fields.find(item => item.required && !page.form.covered[item.id] && (page.form.values[item.id] || "") === "");
        return open === undefined ? "" : "form." + open.id;
    }

    // What must be mended is brought before the eyes.
    function showFirstError() {
        for (let at = 0; at < questions.count; at++) {
            if (page.form.fields[at].id === page.form.firstError) {
                page.scroll.show(questions.itemAt(at));
                return;
            }
        }
    }

    guideTargets: [page.form.firstError !== "" ? "form." + page.form.firstError : page.firstOpen, "page.primary"]
    title: Tr.t("form.title")
    advice: page.typing ? "" : Tr.t("form.guidance")
    contentSpacing: Theme.px(36)
    primaryText: Tr.t("ui.next")
    onPrimaryClicked: {
        page.stopTyping();
        App.act("continue");
        looking.restart();
    }

    Timer {
        id: looking

        interval: 0
        onTriggered: page.showFirstError()
    }

    Banner {
        visible: page.form.errorText !== ""
        tone: "bad"
        text: page.form.errorText
    }

    Repeater {
        id: questions

        model: page.form.fields

        ColumnLayout {
            id: question

            required property var modelData
            readonly property string named: "form." + modelData.id
            readonly property string value: page.form.values[modelData.id] || ""
            readonly property string source: page.form.sources[modelData.id] || ""
            readonly property bool covered: page.form.covered[modelData.id] === true
            readonly property string error: page.form.errors[modelData.id] || ""
            readonly property var offers: page.form.offers[modelData.id] || []
            readonly property bool inUse: page.focused !== null && page.within(page.focused, question)
            readonly property bool fromPaper: question.offers.some(offer => offer.taken)

            Layout.fillWidth: true
            spacing: Theme.px(12)

            onInUseChanged: {
                if (question.inUse && question.offers.length > 0)
                    offering.restart();
            }

            // After the field itself was brought into view, its offers are, where there is room for both.
            Timer {
                id: offering

                interval: 0
                onTriggered: {
                    if (question.height < page.scroll.height)
                        page.scroll.show(question);
                }
            }

            Loader {
                Layout.fillWidth: true
                sourceComponent: question.covered ? cover : question.modelData.kind === "choice" ? choices : line
            }

            Badge {
                visible: question.source !== ""
                tone: "ok"
                iconName: question.fromPaper ? "files" : "id-card"
                text: question.source
            }

            // Found on a paper: it becomes the answer only by a touch. While the keys are up it stands under the field in use.
            ColumnLayout {
                visible: question.offers.length > 0 && !question.fromPaper && (!page.typing || question.inUse)
                Layout.fillWidth: true
                spacing: Theme.px(12)

                AppText {
                    Layout.fillWidth: true
                    role: "secondary"
                    color: Theme.soft
                    text: Tr.t("form.offers")
                }

                Repeater {
                    model: question.offers

                    ChoiceCard {
                        required property int index
                        required property var modelData

                        objectName: question.named + ".offer." + index
                        Layout.fillWidth: true
                        iconName: "files"
                        text: modelData.value
                        note: modelData.text
                        onClicked: {
                            page.stopTyping();
                            App.act("take_offer", {
                                field_id: question.modelData.id,
                                offer: index
                            });
                        }
                    }
                }
            }

            Component {
                id: line

                EchoField {
                    name: question.named
                    echo: question.value
                    label: question.modelData.label
                    help: question.modelData.hint
                    iconName: question.modelData.icon
                    layoutName: question.modelData.keyboard
                    required: question.modelData.required
                    optional: !question.modelData.required
                    maximumLength: question.modelData.max_length
                    error: question.error
                    onTyped: text => App.act("set_answer", {
                            field_id: question.modelData.id,
                            value: text
                        })
                }
            }

            // While an officer stands here, what was answered before is covered until the citizen shows it.
            Component {
                id: cover

                Card {
                    objectName: question.named + ".covered"
                    spacing: Theme.px(10)

                    AppText {
                        Layout.fillWidth: true
                        strong: true
                        text: question.modelData.label
                    }

                    RowLayout {
                        Layout.fillWidth: true
                        spacing: Theme.px(20)

                        Icon {
                            Layout.preferredWidth: width
                            Layout.preferredHeight: height
                            name: "eye-off"
                            color: Theme.soft
                        }

                        AppText {
                            Layout.fillWidth: true
                            role: "secondary"
                            color: Theme.soft
                            text: Tr.t("assist.hidden")
                        }
                    }
                }
            }

            Component {
                id: choices

                ColumnLayout {
                    spacing: Theme.px(16)

                    RowLayout {
                        Layout.fillWidth: true
                        spacing: Theme.px(12)

                        AppText {
                            Layout.fillWidth: true
                            strong: true
                            text: question.modelData.label
                        }

                        AppText {
                            role: "small"
                            color: Theme.soft
                            wrapMode: Text.NoWrap
                            text: Tr.t(question.modelData.required ? "ui.required" : "ui.optional")
                        }
                    }

                    AppText {
                        visible: text !== ""
                        Layout.fillWidth: true
                        role: "secondary"
                        color: Theme.soft
                        text: question.modelData.hint
                    }

                    GridLayout {
                        Layout.fillWidth: true
                        columns: Theme.textScale > 1 || question.modelData.choices.length > 4 ? 1 : 2
                        columnSpacing: Theme.px(16)
                        rowSpacing: Theme.px(16)
                        uniformCellWidths: true

                        Repeater {
                            model: question.modelData.choices

                            ChoiceCard {
                                required property var modelData

                                objectName: question.named + "." + modelData.id
                                Layout.fillWidth: true
                                Layout.fillHeight: true
                                text: modelData.text
                                selected: modelData.id === question.value
                                onClicked: App.act("set_answer", {
                                    field_id: question.modelData.id,
                                    value: modelData.id
                                })
                            }
                        }
                    }

                    AppText {
                        visible: text !== ""
                        Layout.fillWidth: true
                        role: "secondary"
                        strong: true
                        color: Theme.bad
                        text: question.error
                    }
                }
            }
        }
    }
}
