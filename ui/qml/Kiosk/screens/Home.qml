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

    // What does not work today is seen before anybody starts, without scrolling. Where whole announcements have room, that is
    // beside the tiles or under them; else a single one leads the work, and of several a line that names them all.
    readonly property var said: page.home.announcements
    readonly property bool roomy: Theme.textScale === 1 && !Theme.reach
    readonly property bool beside: page.roomy && Theme.landscape && page.said.length > 0
    // The band of a practice takes the room of the second one.
    readonly property bool fits: page.roomy && page.said.length <= (Theme.landscape && !page.vm.practice.on ? 2 : 1)
    readonly property bool summed: !page.fits && page.said.length > 1
    readonly property int above: !page.fits && page.said.length === 1 ? 1 : 0

    guideTargets: ["home.submit"]
    title: Tr.t("home.title")
    advice: page.said.length > 0 && Theme.landscape ? "" : Tr.t("home.guidance")
    backVisible: false
    showComfort: true

    Loader {
        visible: active
        active: page.summed && !page.beside
        Layout.fillWidth: true
        sourceComponent: Sum {}
    }

    Repeater {
        model: page.said.slice(0, page.above)

        Announcement {}
    }

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
        model: page.beside && page.fits ? [] : page.said.slice(page.above)

        Announcement {}
    }

    overlay: Column {
        x: Theme.margin
        width: Math.round((page.width - 2 * Theme.margin) * 0.32)
        y: page.height - page.bar.height - height - Theme.px(page.scroll.overflows ? 130 : 24)
        spacing: Theme.px(18)

        Repeater {
            model: page.beside && page.fits ? page.said : []

            Announcement {
                width: parent.width
            }
        }

        Loader {
            visible: active
            active: page.summed && page.beside
            width: parent.width
            sourceComponent: Sum {}
        }
    }

    component Sum: Banner {
        objectName: "home.limits"
        tone: page.home.limits.tone
        lead: page.home.limits.lead
        text: page.home.limits.text
    }

    component Announcement: Banner {
        required property var modelData

        objectName: "home.announcement." + modelData.id
        tone: modelData.tone
        iconName: modelData.icon
        text: modelData.text
    }
}
