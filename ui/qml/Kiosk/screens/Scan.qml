pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Papers into pages: which paper comes next, what the scanner does, and what has arrived.
KioskPage {
    id: page

    readonly property var papers: page.vm.papers

    title: page.papers.title
    guidance: page.papers.guidance
    primaryText: Tr.t("ui.next")
    primaryEnabled: page.papers.canContinue
    onPrimaryClicked: App.act("continue")

    Card {
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.px(36)

            DevicePicture {
                visible: !Theme.largeText
                Layout.alignment: Qt.AlignVCenter
                Layout.preferredWidth: Theme.px(330)
                Layout.preferredHeight: width * 440 / 640
                kind: "scanner"
                caption: ""
                moving: !page.papers.running && !page.papers.paperLoaded
            }

            ColumnLayout {
                Layout.fillWidth: true
                Layout.alignment: Qt.AlignVCenter
                spacing: Theme.px(16)

                Badge {
                    objectName: "scan.paper"
                    tone: page.papers.paperState.tone
                    iconName: page.papers.paperState.icon
                    text: page.papers.paperState.text
                }

                AppText {
                    visible: text !== ""
                    Layout.fillWidth: true
                    strong: true
                    text: page.papers.chosenName
                }

                AppButton {
                    objectName: "scan.start"
                    visible: !page.papers.running
                    Layout.fillWidth: true
                    kind: page.papers.paperLoaded || !page.papers.canContinue ? "primary" : "secondary"
                    iconLeft: "scan-line"
                    text: page.papers.startText
                    onClicked: App.act("start_scan")
                }

                AppButton {
                    objectName: "scan.stop"
                    visible: page.papers.running
                    enabled: !page.papers.stopping
                    busy: page.papers.stopping
                    Layout.fillWidth: true
                    kind: "danger"
                    iconLeft: "square"
                    text: Tr.t("scan.stop")
                    onClicked: App.act("stop_scan")
                }
            }
        }

        ProgressBar {
            visible: page.papers.running
            value: -1
        }
    }

    Banner {
        visible: page.papers.summary.text !== ""
        tone: page.papers.summary.tone
        iconName: tone === "ok" ? "file-check" : Theme.stateIcon(tone)
        text: page.papers.summary.text
    }

    Card {
        flush: true
        spacing: 0

        Repeater {
            model: page.papers.components

            ListRow {
                id: paper

                required property var row
                required property int index
                readonly property bool chosen: row.chosen

                objectName: "scan.component." + row.id
                first: index === 0
                last: index === page.papers.components.count - 1
                chevron: false
                enabled: !page.papers.running || row.chosen
                iconName: row.icon
                tone: row.tone
                text: row.name
                subtitle: row.warning !== "" ? row.text + " · " + row.warning : row.text
                badge: row.badge
                badgeTone: row.tone
                onChosenChanged: {
                    if (chosen)
                        Qt.callLater(page.scroll.show, paper);
                }
                onClicked: App.act("choose_component", {
                    component: row.id
                })

                // The paper in hand wears the brand's mark along its side.
                Rectangle {
                    parent: paper
                    visible: paper.chosen
                    x: Theme.borderThin
                    y: Theme.radiusCard / 2
                    width: Theme.px(10)
                    height: paper.height - Theme.radiusCard
                    radius: width / 2
                    color: Theme.gold
                }

                Flow {
                    visible: paper.row.page_count > 0
                    Layout.fillWidth: true
                    spacing: Theme.px(16)

                    Repeater {
                        model: paper.row.pages

                        PageThumb {
                            required property var row

                            objectName: "scan.page." + row.number
                            number: row.number
                            source: row.source
                            tone: row.tone
                            badge: row.badge
                            blank: row.blank
                            opacity: row.kept || !row.can_keep ? 1 : 0.55
                            enabled: page.papers.canContinue
                            onClicked: App.act("continue")
                        }
                    }
                }
            }
        }
    }
}
