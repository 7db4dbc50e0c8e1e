pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// One procedure: how long, how much, which papers, who decides, and whether it is submitted here at all.
KioskPage {
    id: page

    readonly property var browse: page.vm.browse

    title: page.browse.name
    primaryText: page.browse.offered ? Tr.t(page.browse.forCheck ? "procedure.check" : "procedure.submit") : ""
    onPrimaryClicked: App.act("continue")

    Banner {
        visible: page.browse.movedText !== ""
        tone: "warn"
        iconName: "map-pin"
        text: page.browse.movedText
    }

    Card {
        spacing: Theme.px(4)

        Repeater {
            model: page.browse.facts

            AnswerRow {
                required property var modelData
                required property int index

                objectName: "procedure." + modelData.id
                label: modelData.label
                value: modelData.value
                note: modelData.note
                last: index === page.browse.facts.length - 1
            }
        }
    }

    Card {
        flush: true
        spacing: 0

        RowLayout {
            Layout.fillWidth: true
            Layout.margins: Theme.px(36)
            Layout.bottomMargin: Theme.px(8)
            spacing: Theme.px(24)

            AppText {
                Layout.fillWidth: true
                role: "section"
                text: Tr.t("procedure.components")
            }

            LinkButton {
                objectName: "procedure.check"
                visible: page.browse.offered && !page.browse.forCheck
                text: Tr.t("procedure.check")
                onClicked: App.act("continue")
            }
        }

        Repeater {
            model: page.browse.papers

            ListRow {
                required property var row
                required property int index

                tappable: false
                last: index === page.browse.papers.count - 1
                iconName: "file-text"
                tone: row.required ? "info" : "none"
                text: row.name
                subtitle: [row.counts, row.template].filter(part => part !== "").join(" · ")
                badge: row.need
                badgeTone: row.required ? "info" : "none"
            }
        }
    }

    HandoutCard {
        name: "procedure"
        handout: page.browse.handout
    }

    AppText {
        visible: page.browse.vietnameseOnly
        Layout.fillWidth: true
        role: "secondary"
        color: Theme.soft
        text: Tr.t("procedure.vietnamese_only")
    }

    AppText {
        Layout.fillWidth: true
        role: "secondary"
        color: Theme.soft
        text: Tr.t("app.demo")
    }
}
