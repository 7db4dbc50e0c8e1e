pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// One's own dossiers, after the card has proven whose they are: newest first, one touch leads into each.
KioskPage {
    id: page

    readonly property var track: page.vm.track
    readonly property bool waiting: page.track.asking && !page.track.mineKnown
    readonly property bool failed: !page.track.asking && !page.track.mineKnown

    title: Tr.t("mine.title")
    advice: page.waiting ? Tr.t("mine.asking") : page.track.mineGuidance
    primaryText: Tr.t(page.failed ? "button.retry" : "done.finish")
    primaryIcon: page.failed ? "rotate-cw" : ""
    primaryEnabled: !page.track.asking
    onPrimaryClicked: App.act(page.failed ? "ask_tracking" : "continue")

    Spinner {
        visible: page.waiting
        Layout.alignment: Qt.AlignHCenter
        Layout.topMargin: Theme.px(80)
    }

    AppText {
        visible: page.vm.drafts.mine.length > 0
        Layout.fillWidth: true
        role: "section"
        text: Tr.t("draft.mine")
    }

    Card {
        visible: page.vm.drafts.mine.length > 0
        flush: true
        spacing: 0

        Repeater {
            model: page.vm.drafts.mine

            ListRow {
                required property var modelData
                required property int index

                objectName: "mine.draft." + (index + 1)
                Layout.fillWidth: true
                first: index === 0
                last: index === page.vm.drafts.mine.length - 1
                text: modelData.title
                subtitle: modelData.subtitle
                badge: Tr.t("draft.not_submitted")
                badgeTone: "warn"
                enabled: !page.track.asking
                onClicked: App.act("choose_draft", {
                    draft: modelData.id
                })
            }
        }
    }

    AppText {
        visible: page.vm.drafts.mine.length > 0 && page.track.mine.length > 0
        Layout.fillWidth: true
        Layout.topMargin: Theme.px(12)
        role: "section"
        text: Tr.t("draft.submitted")
    }

    Card {
        visible: page.track.mine.length > 0
        flush: true
        spacing: 0

        Repeater {
            model: page.track.mine

            ListRow {
                required property var modelData
                required property int index

                objectName: "mine." + (index + 1)
                Layout.fillWidth: true
                first: index === 0
                last: index === page.track.mine.length - 1
                text: modelData.title
                subtitle: modelData.subtitle
                badge: modelData.badge
                badgeTone: modelData.tone
                enabled: !page.track.asking
                onClicked: App.act("choose_dossier", {
                    code: modelData.id
                })
            }
        }
    }

    LastWords {
        visible: page.track.mineKnown && page.track.mine.length === 0 && page.vm.drafts.mine.length === 0
        Layout.fillWidth: true
        small: true
        iconName: "files"
        title: Tr.t("mine.none")
        lines: [Tr.t("mine.none_hint")]
    }

    AppText {
        visible: page.track.mine.length > 0
        Layout.fillWidth: true
        role: "secondary"
        color: Theme.soft
        text: Tr.t("mine.which")
    }
}
