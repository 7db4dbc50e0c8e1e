pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Saving for later: what it means is agreed to first; then the last day, and the slip that says it.
KioskPage {
    id: page

    readonly property var drafts: page.vm.drafts
    readonly property string stage: page.drafts.stage
    readonly property bool saved: page.stage === "saved"
    readonly property bool off: page.stage === "off"

    title: Tr.t(page.saved ? "draft.saved_title" : page.off ? "draft.off_title" : "draft.save_title")
    advice: page.saved ? Tr.t("draft.saved_guidance") : page.off ? Tr.t("draft.off_guidance") : page.stage === "asking" ? Tr.t("draft.asking") : Tr.t("draft.save_guidance")
    backText: Tr.t(page.saved ? "draft.go_on_now" : "draft.go_on_unsaved")
    primaryText: Tr.t(page.saved ? "draft.finish" : page.off ? "button.retry" : "draft.agree")
    primaryIcon: page.saved ? "" : page.off ? "rotate-cw" : "lock"
    primaryEnabled: page.saved || page.off || page.stage === "ready"
    primaryBusy: page.stage === "saving"
    onPrimaryClicked: App.act(page.saved ? "continue" : page.off ? "ask_save_draft" : "keep_draft")

    Spinner {
        visible: page.stage === "asking"
        Layout.alignment: Qt.AlignHCenter
        Layout.topMargin: Theme.px(80)
    }

    Banner {
        objectName: "draft.trouble"
        visible: page.drafts.trouble.text !== "" && !page.saved
        tone: "warn"
        text: page.drafts.trouble.text

        AppText {
            Layout.fillWidth: true
            role: "small"
            color: Theme.soft
            text: page.drafts.trouble.code
        }
    }

    Banner {
        objectName: "draft.saved"
        visible: page.saved
        tone: "ok"
        lead: page.drafts.until
        text: Tr.t("draft.saved_how")
    }

    Banner {
        objectName: "draft.replaces"
        visible: page.drafts.replaced !== "" && (page.stage === "ready" || page.stage === "saving")
        tone: "warn"
        text: page.drafts.replaced
    }

    Card {
        visible: page.stage === "ready" || page.stage === "saving"

        GridLayout {
            Layout.fillWidth: true
            columns: Theme.landscape && !Theme.largeText ? 2 : 1
            columnSpacing: Theme.px(40)
            rowSpacing: Theme.px(30)
            uniformCellWidths: true

            Repeater {
                model: page.drafts.points

                MarkedText {
                    required property var modelData

                    iconName: modelData.icon
                    title: modelData.title
                    text: modelData.text
                }
            }
        }
    }

    HandoutCard {
        visible: (page.saved || page.off) && (page.vm.browse.handout.offered || page.vm.browse.handout.told)
        name: "draft"
        handout: page.vm.browse.handout
    }
}
