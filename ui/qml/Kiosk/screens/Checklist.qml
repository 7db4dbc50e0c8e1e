pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The papers of the dossier, to be ticked off by the citizen.
KioskPage {
    id: page

    readonly property var browse: page.vm.browse

    title: Tr.t("checklist.title")
    advice: Tr.t("checklist.guidance")
    contentSpacing: Theme.px(18)
    primaryText: Tr.t("checklist.submit")
    onPrimaryClicked: App.act("continue")

    Banner {
        objectName: "checklist.verdict"
        tone: page.browse.verdict.tone
        text: page.browse.verdict.text
    }

    Banner {
        objectName: "checklist.limits"
        visible: page.browse.limits.length > 0
        lead: Tr.t("checklist.limits")

        Repeater {
            model: page.browse.limits

            AppText {
                required property string modelData

                Layout.fillWidth: true
                role: "secondary"
                text: modelData
            }
        }
    }

    Repeater {
        model: page.browse.papers

        CheckRow {
            required property var row

            objectName: "checklist.component." + row.id
            selected: row.have
            text: row.name
            note: row.about
            onAsked: App.act("toggle_component", {
                component: row.id
            })
        }
    }

    AppButton {
        objectName: "checklist.save"
        visible: page.vm.drafts.offered
        Layout.fillWidth: true
        Layout.maximumWidth: Theme.largeText ? Infinity : implicitWidth
        iconLeft: "lock"
        labelSize: Theme.body
        text: Tr.t("draft.save")
        onClicked: App.act("ask_save_draft")
    }

    HandoutCard {
        name: "checklist"
        handout: page.browse.handout
    }
}
