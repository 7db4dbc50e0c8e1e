pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Where everybody begins: four things to do, and what this machine cannot do just now.
KioskPage {
    id: page

    readonly property var home: page.vm.home
    readonly property int across: Theme.largeText ? 1 : Theme.landscape ? (Theme.textScale > 1 ? 1 : 3) : 2

    // On a wide screen the first announcements stand beside the tiles, where nobody has to look for them.
    readonly property int beside: !Theme.landscape || Theme.textScale > 1 ? 0 : page.home.announcements.length > 2 ? 1 : 2

    title: Tr.t("home.title")
    advice: page.beside > 0 && page.home.announcements.length > 0 ? "" : Tr.t("home.guidance")
    backVisible: false
    showComfort: true

    TileButton {
        objectName: "home.submit"
        Layout.fillWidth: true
        primary: true
        enabled: page.home.canSubmit
        iconName: "file-up"
        text: Tr.t("home.submit.title")
        subtitle: page.home.submitText
        onClicked: App.act("choose_goal", {
            goal: "submit"
        })
    }

    GridLayout {
        Layout.fillWidth: true
        columns: page.across
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap
        uniformCellWidths: true

        Repeater {
            model: [
                {
                    goal: "look_up",
                    icon: "search"
                },
                {
                    goal: "track",
                    icon: "map-pinned"
                },
                {
                    goal: "check",
                    icon: "list-checks"
                }
            ]

            TileButton {
                required property var modelData
                required property int index

                objectName: "home." + modelData.goal
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.columnSpan: index === 2 && page.across === 2 ? 2 : 1
                wide: page.across === 1 || Layout.columnSpan === 2
                enabled: modelData.goal !== "track" || page.home.canTrack
                badge: enabled ? "" : Tr.t("home.paused")
                badgeTone: "warn"
                iconName: modelData.icon
                text: Tr.t("home." + modelData.goal + ".title")
                subtitle: Tr.t("home." + modelData.goal + ".text")
                onClicked: App.act("choose_goal", {
                    goal: modelData.goal
                })
            }
        }
    }

    Repeater {
        model: page.home.announcements.slice(page.beside)

        Announcement {}
    }

    overlay: Column {
        x: Theme.margin
        width: Math.round((page.width - 2 * Theme.margin) * 0.32)
        y: page.height - page.bar.height - height - Theme.px(page.scroll.overflows ? 130 : 24)
        spacing: Theme.px(18)

        Repeater {
            model: page.home.announcements.slice(0, page.beside)

            Announcement {
                width: parent.width
            }
        }
    }

    component Announcement: Banner {
        required property var modelData

        objectName: "home.announcement." + modelData.id
        tone: modelData.tone
        iconName: modelData.icon
        text: modelData.text
    }
}
