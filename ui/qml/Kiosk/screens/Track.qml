pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// A code in, and where the dossier stands.
KioskPage {
    id: page

    readonly property var track: page.vm.track

    function entered(code, lookup) {
        App.act("enter_tracking", {
            code: code,
            lookup_code: lookup
        });
    }

    title: Tr.t(page.track.found ? "track.result_title" : "track.title")
    advice: page.track.found || page.typing ? "" : Tr.t(page.vm.camera.offered ? "track.guidance_camera" : "track.guidance")
    primaryText: page.track.found ? Tr.t("done.finish") : ""
    primaryIcon: ""
    onPrimaryClicked: App.act("continue")

    Loader {
        visible: active
        active: !page.track.found
        Layout.fillWidth: true
        sourceComponent: ColumnLayout {
            spacing: Theme.px(32)

            CameraCard {
                objectName: "track.camera"
                visible: page.vm.camera.offered && !page.typing
                view: page.vm.camera
            }

            EchoField {
                id: code

                name: "track.code"
                layoutName: "code"
                label: Tr.t("track.code")
                hint: Tr.t("track.code_hint")
                iconName: "file-text"
                required: true
                maximumLength: 40
                echo: page.track.code
                onTyped: text => page.entered(text, lookup.text)
            }

            EchoField {
                id: lookup

                name: "track.lookup"
                layoutName: "code"
                label: Tr.t("track.lookup")
                hint: Tr.t("track.lookup_hint")
                iconName: "lock"
                maximumLength: 20
                echo: page.track.lookupCode
                onTyped: text => page.entered(code.text, text)
            }

            AppButton {
                objectName: "track.ask"
                Layout.fillWidth: true
                kind: "primary"
                iconLeft: "search"
                busy: page.track.asking
                enabled: page.track.code !== "" && !page.track.asking
                text: Tr.t(page.track.asking ? "track.asking" : "track.ask")
                onClicked: {
                    page.stopTyping();
                    App.act("ask_tracking");
                }
            }

            Banner {
                visible: !page.vm.camera.offered
                plain: true
                iconName: "scan-qr-code"
                text: Tr.t("track.scan")
            }
        }
    }

    AppButton {
        objectName: "track.by_card"
        visible: !page.track.found && page.track.byCard && !page.typing
        Layout.fillWidth: true
        iconLeft: "id-card"
        enabled: !page.track.asking
        text: Tr.t("track.by_card")
        onClicked: App.act("track_by_card")
    }

    AppText {
        visible: !page.track.found && page.track.byCard && !page.typing
        Layout.fillWidth: true
        role: "secondary"
        color: Theme.soft
        text: Tr.t("track.by_card_hint")
    }

    Loader {
        visible: active
        active: page.track.found
        Layout.fillWidth: true
        sourceComponent: Card {
            tone: page.track.report.tone === "info" ? "none" : page.track.report.tone
            spacing: Theme.px(16)

            CodeDisplay {
                label: Tr.t("track.code")
                code: page.track.report.code
                size: Theme.type(44)
            }

            AppText {
                visible: text !== ""
                Layout.fillWidth: true
                color: Theme.soft
                text: page.track.report.procedure
            }

            Separator {}

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.px(24)

                Icon {
                    Layout.alignment: Qt.AlignTop
                    Layout.preferredWidth: width
                    Layout.preferredHeight: height
                    name: page.track.report.tone === "info" ? "hourglass" : Theme.stateIcon(page.track.report.tone)
                    size: Theme.px(64)
                    color: Theme.stateInk(page.track.report.tone)
                }

                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: Theme.px(6)

                    AppText {
                        objectName: "track.status"
                        Layout.fillWidth: true
                        role: "section"
                        text: page.track.report.status
                    }

                    AppText {
                        visible: text !== ""
                        Layout.fillWidth: true
                        text: page.track.report.plain
                    }
                }
            }
        }
    }

    Banner {
        visible: page.track.found && page.track.report.late !== ""
        tone: "bad"
        text: page.track.report.late
    }

    Banner {
        objectName: "track.next"
        visible: page.track.found && page.track.next.text !== ""
        tone: page.track.next.tone
        iconName: "list-checks"
        lead: Tr.t("track.next_lead")
        text: page.track.next.text

        AppText {
            visible: page.track.next.reason !== ""
            Layout.fillWidth: true
            text: Tr.t("track.reason") + " " + page.track.next.reason
        }
    }

    Card {
        objectName: "track.wanted"
        visible: page.track.found && page.track.wanted.length > 0
        spacing: Theme.px(24)

        AppText {
            Layout.fillWidth: true
            role: "section"
            text: Tr.t("track.wanted")
        }

        Repeater {
            model: page.track.wanted

            RowLayout {
                id: paper

                required property var modelData

                Layout.fillWidth: true
                spacing: Theme.px(26)

                Accessible.role: Accessible.ListItem
                Accessible.name: paper.modelData.text + ", " + paper.modelData.note

                Icon {
                    Layout.alignment: Qt.AlignTop
                    Layout.preferredWidth: width
                    Layout.preferredHeight: height
                    name: "circle-dashed"
                    size: Theme.body * 1.45
                    color: Theme.warn
                }

                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: Theme.px(4)

                    AppText {
                        Layout.fillWidth: true
                        strong: true
                        text: paper.modelData.text
                        Accessible.ignored: true
                    }

                    AppText {
                        visible: text !== ""
                        Layout.fillWidth: true
                        role: "secondary"
                        color: Theme.soft
                        text: paper.modelData.note
                        Accessible.ignored: true
                    }
                }
            }
        }
    }

    AppButton {
        objectName: "track.supplement"
        visible: page.track.found && page.track.supplement
        Layout.fillWidth: true
        kind: "primary"
        iconLeft: "scan-line"
        text: Tr.t("track.supplement")
        onClicked: App.act("hand_in_papers")
    }

    Banner {
        objectName: "track.awaited"
        visible: page.track.found && page.track.awaited.lead !== ""
        tone: "warn"
        iconName: "building-2"
        lead: page.track.awaited.lead
        text: page.track.awaited.text
    }

    Card {
        visible: page.track.found
        spacing: 0

        Repeater {
            model: page.track.facts

            AnswerRow {
                required property var modelData
                required property int index

                label: modelData.label
                value: modelData.value
                note: modelData.note
                last: index === page.track.facts.length - 1
            }
        }
    }

    Card {
        visible: page.track.found && page.track.steps.length > 0
        spacing: Theme.px(26)

        AppText {
            Layout.fillWidth: true
            role: "section"
            text: Tr.t("track.stage")
        }

        Repeater {
            model: page.track.steps

            RowLayout {
                id: stage

                required property var modelData
                readonly property string at: modelData.state

                Layout.fillWidth: true
                spacing: Theme.px(26)

                Accessible.role: Accessible.ListItem
                Accessible.name: modelData.text + ", " + Tr.t("ui.state." + at)

                Icon {
                    Layout.alignment: Qt.AlignTop
                    Layout.preferredWidth: width
                    Layout.preferredHeight: height
                    name: stage.at === "done" ? "circle-check" : stage.at === "current" ? "hourglass" : "circle-dashed"
                    size: Theme.body * 1.45
                    color: stage.at === "done" ? Theme.ok : stage.at === "current" ? Theme.brand : Theme.lineStrong
                }

                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: Theme.px(4)

                    AppText {
                        Layout.fillWidth: true
                        strong: stage.at === "current"
                        text: stage.modelData.text
                        Accessible.ignored: true
                    }

                    AppText {
                        visible: text !== ""
                        Layout.fillWidth: true
                        role: "secondary"
                        color: Theme.soft
                        text: stage.modelData.note
                    }
                }
            }
        }
    }

    Card {
        visible: page.track.found && page.track.past.length > 0
        spacing: 0

        AppText {
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.px(8)
            role: "section"
            text: Tr.t("track.past")
        }

        Repeater {
            model: page.track.past

            AnswerRow {
                required property var modelData
                required property int index

                label: modelData.label
                value: modelData.value
                note: modelData.note
                last: index === page.track.past.length - 1
            }
        }
    }

    AppButton {
        objectName: "track.mine"
        visible: page.track.found && page.track.mineKnown
        Layout.fillWidth: true
        iconLeft: "files"
        text: Tr.t("track.mine")
        onClicked: App.act("back")
    }

    AppButton {
        objectName: "track.again"
        visible: page.track.found && !page.track.mineKnown
        Layout.fillWidth: true
        iconLeft: "search"
        text: Tr.t("track.again")
        onClicked: page.entered("", "")
    }
}
