pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// A draft that the person saved before: go on with it, do without it, or delete it.
KioskPage {
    id: page

    readonly property var drafts: page.vm.drafts
    readonly property var chosen: page.drafts.chosen
    readonly property bool idle: page.drafts.work === "none"
    readonly property bool usable: page.chosen.readable || page.drafts.opened

    title: Tr.t("draft.found_title")
    advice: Tr.t(page.drafts.opened ? "draft.opened_guidance" : page.usable ? "draft.found_guidance" : "draft.other_card_guidance")
    primaryText: page.usable ? Tr.t(page.drafts.opened ? "ui.next" : "draft.open") : page.drafts.canStartAnew ? Tr.t("draft.anew") : ""
    primaryEnabled: page.idle && !page.drafts.sure
    primaryBusy: page.drafts.work === "opening"
    secondaryText: page.usable && !page.drafts.opened && page.drafts.canStartAnew ? Tr.t("draft.anew") : ""
    onPrimaryClicked: App.act(!page.usable ? "start_anew" : page.drafts.opened ? "continue" : "open_draft")
    onSecondaryClicked: App.act("start_anew")

    Banner {
        objectName: "draft.trouble"
        visible: page.drafts.trouble.text !== ""
        tone: "warn"
        text: page.drafts.trouble.text

        Repeater {
            model: page.drafts.lost

            AppText {
                required property string modelData

                Layout.fillWidth: true
                role: "secondary"
                text: "– " + modelData
            }
        }

        AppText {
            Layout.fillWidth: true
            role: "small"
            color: Theme.soft
            text: page.drafts.trouble.code
        }
    }

    Banner {
        objectName: "draft.sure"
        visible: page.drafts.sure || page.drafts.work === "deleting"
        tone: "bad"
        iconName: "trash-2"
        lead: Tr.t("draft.sure")
        text: Tr.t("draft.sure_text")

        Flow {
            Layout.fillWidth: true
            Layout.topMargin: Theme.px(4)
            spacing: Theme.apart

            AppButton {
                objectName: "draft.keep"
                enabled: page.idle
                kind: "plain"
                labelSize: Theme.body
                text: Tr.t("draft.keep_it")
                onClicked: App.act("delete_draft")
            }

            AppButton {
                objectName: "draft.delete_now"
                enabled: page.idle
                busy: page.drafts.work === "deleting"
                kind: "plain"
                labelSize: Theme.body
                iconLeft: "trash-2"
                text: Tr.t("draft.delete_now")
                onClicked: App.act("delete_draft", {
                    sure: true
                })
            }
        }
    }

    Card {
        objectName: "draft.card"
        spacing: Theme.px(24)

        AppText {
            Layout.fillWidth: true
            role: "section"
            text: page.chosen.name
        }

        Repeater {
            model: page.chosen.facts

            AnswerRow {
                required property var modelData
                required property int index

                last: index === page.chosen.facts.length - 1
                label: modelData.label
                value: modelData.value
            }
        }
    }

    AppButton {
        objectName: "draft.delete"
        visible: !page.drafts.opened && !page.drafts.sure
        enabled: page.idle
        Layout.fillWidth: Theme.largeText
        kind: "plain"
        iconLeft: "trash-2"
        labelSize: Theme.body
        text: Tr.t("draft.delete_this")
        onClicked: App.act("delete_draft")
    }
}
