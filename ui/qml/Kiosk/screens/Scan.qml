pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Papers into pages: which paper comes next, what the scanner does, and what has arrived.
KioskPage {
    id: page

    readonly property var papers: page.vm.papers
    readonly property bool side: Theme.landscape && !Theme.largeText
    // The papers scroll by themselves beside buttons that stay; in large text the page scrolls as one.
    readonly property bool apart: Theme.textScale === 1 && !Theme.reach
    property Item chosen: null

    // The paper in hand is brought into sight, its name first.
    function bring(item) {
        if (!page.apart)
            return;
        const flick = list.flickable;
        const y = item.mapToItem(flick.contentItem, 0, 0).y;
        if (y < flick.contentY || y + item.height > flick.contentY + flick.height)
            flick.contentY = Math.max(0, Math.min(y - Theme.px(12), flick.contentHeight - flick.height));
    }

    // A doubtful page is opened from its picture, and there scanned again.
    readonly property var onward: page.vm.assist.doubtful > 0 ? ["scan.page." + page.vm.assist.doubtful, "page.primary"] : ["page.primary", "scan.start", "scan.desk"]

    guideTargets: page.papers.startNext || page.papers.running ? ["scan.start", "scan.table.start", "scan.stop", "scan.table.done", "scan.desk"] : page.onward
    title: page.papers.title
    advice: page.papers.guidance
    guidanceLines: 2
    spoken: [page.title, page.advice, page.papers.originals].filter(words => words !== "").join(". ")
    fillContent: true
    primaryText: Tr.t("ui.next")
    primaryEnabled: page.papers.canContinue
    // What cannot be done while papers are drawn in stays in its place all the same: nothing moves under a finger.
    secondaryText: page.vm.drafts.offered ? Tr.t("draft.save") : ""
    secondaryEnabled: !page.papers.running
    secondaryName: "scan.save"
    onPrimaryClicked: App.act("continue")
    onSecondaryClicked: App.act("ask_save_draft")

    GridLayout {
        Layout.fillWidth: true
        Layout.fillHeight: true
        columns: page.side ? 2 : 1
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap

        ColumnLayout {
            Layout.fillWidth: !page.side
            Layout.preferredWidth: page.side ? Theme.px(450) : -1
            Layout.alignment: Qt.AlignTop
            spacing: Theme.gap

            Loader {
                visible: active
                active: page.papers.camera
                Layout.fillWidth: true
                sourceComponent: CameraCard {
                    view: page.vm.camera
                    aimIcon: "files"
                    beside: !page.side && !Theme.largeText
                    pictureRatio: page.side ? 0.62 : Theme.largeText ? 0.9 : 1.25
                    pictureWidth: Theme.px(page.side ? 390 : 400)

                    AppButton {
                        objectName: "scan.table.start"
                        visible: !page.papers.running
                        Layout.fillWidth: true
                        kind: page.papers.startNext ? "primary" : "secondary"
                        iconLeft: "camera"
                        text: Tr.t("scan.table_start")
                        onClicked: App.act("start_scan")
                    }

                    AppButton {
                        objectName: "scan.table.done"
                        visible: page.papers.running
                        enabled: !page.papers.stopping
                        busy: page.papers.stopping
                        Layout.fillWidth: true
                        kind: "primary"
                        iconLeft: "check"
                        text: Tr.t("scan.table_done")
                        onClicked: App.act("stop_scan")
                    }

                    AppButton {
                        objectName: "scan.table.now"
                        visible: page.papers.running
                        enabled: !page.papers.stopping
                        Layout.fillWidth: true
                        kind: "plain"
                        iconLeft: "camera"
                        text: Tr.t("scan.table_now")
                        onClicked: App.act("take_it_now")
                    }

                    AppButton {
                        objectName: "scan.scanner"
                        visible: !page.papers.running && page.papers.scanner
                        Layout.fillWidth: true
                        kind: "plain"
                        iconLeft: "scan-line"
                        text: Tr.t("scan.to_scanner")
                        onClicked: App.act("photograph_papers", {
                            on: false
                        })
                    }
                }
            }

            Card {
                visible: !page.papers.camera
                padding: Theme.px(28)

                GridLayout {
                    Layout.fillWidth: true
                    columns: page.side ? 1 : 2
                    columnSpacing: Theme.px(36)
                    rowSpacing: Theme.px(20)

                    DevicePicture {
                        visible: !Theme.largeText && !page.papers.desk && !(page.side && (page.shell.notice.text !== "" || page.papers.summary.text !== "" || page.papers.originals !== ""))
                        Layout.alignment: Qt.AlignCenter
                        Layout.preferredWidth: Theme.px(page.side ? 270 : 330)
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
                            visible: !page.papers.desk
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
                            id: start

                            objectName: "scan.start"
                            // Nothing that cannot work is offered: without a scanner the desk is the only way.
                            visible: !page.papers.running && !page.papers.desk
                            Layout.fillWidth: true
                            kind: page.papers.startNext ? "primary" : "secondary"
                            iconLeft: "scan-line"
                            text: page.papers.startText
                            onClicked: App.act("start_scan")
                        }

                        Loader {
                            readonly property bool wanted: page.papers.waiting && !page.papers.desk

                            visible: wanted
                            active: wanted || item !== null
                            Layout.fillWidth: true
                            sourceComponent: AppButton {
                                objectName: "scan.no_wait"
                                kind: "plain"
                                iconLeft: "x"
                                text: Tr.t("scan.stop_waiting")
                                onClicked: App.act("stop_scan")
                            }
                        }

                        Loader {
                            readonly property bool wanted: page.papers.glass && !page.papers.desk && !page.papers.waiting

                            visible: wanted
                            active: wanted || item !== null
                            Layout.fillWidth: true
                            sourceComponent: AppButton {
                                objectName: "scan.glass"
                                kind: "plain"
                                iconLeft: "id-card"
                                text: Tr.t("scan.from_glass")
                                hint: Tr.t("scan.glass_text")
                                onClicked: App.act("start_scan", {
                                    glass: true
                                })
                            }
                        }

                        Loader {
                            readonly property bool wanted: page.papers.table && !page.papers.desk && !page.papers.waiting

                            visible: wanted
                            active: wanted || item !== null
                            Layout.fillWidth: true
                            sourceComponent: AppButton {
                                objectName: "scan.table"
                                kind: "plain"
                                iconLeft: "camera"
                                text: Tr.t("scan.to_table")
                                hint: Tr.t("scan.table_text")
                                onClicked: App.act("photograph_papers")
                            }
                        }

                        Loader {
                            readonly property bool wanted: page.papers.desk

                            visible: wanted
                            active: wanted || item !== null
                            Layout.fillWidth: true
                            sourceComponent: AppButton {
                                objectName: "scan.desk"
                                kind: "primary"
                                iconLeft: "building-2"
                                text: Tr.t("scan.desk")
                                onClicked: App.act("hand_in_at_desk")
                            }
                        }

                        Loader {
                            readonly property bool wanted: page.papers.running

                            visible: wanted
                            active: wanted || item !== null
                            Layout.fillWidth: true
                            sourceComponent: AppButton {
                                objectName: "scan.stop"
                                enabled: !page.papers.stopping
                                busy: page.papers.stopping
                                kind: "danger"
                                iconLeft: "square"
                                text: Tr.t("scan.stop")
                                onClicked: App.act("stop_scan")
                            }
                        }
                    }
                }

                ProgressBar {
                    visible: page.papers.running || page.papers.waiting || page.papers.progress.text !== ""
                    value: page.papers.progress.text !== "" ? page.papers.progress.share : -1
                }

                AppText {
                    objectName: "scan.progress"
                    visible: text !== ""
                    Layout.fillWidth: true
                    role: "secondary"
                    color: Theme.soft
                    text: page.papers.progress.text
                }
            }

            OriginalsBanner {
                words: page.papers.originals
            }

            Banner {
                visible: page.papers.summary.text !== "" && !(page.side && page.apart && page.shell.notice.text !== "")
                tone: page.papers.summary.tone
                iconName: tone === "ok" ? "file-check" : Theme.stateIcon(tone)
                text: page.papers.summary.text
            }
        }

        // The scanner's own buttons stay where they are, however many pages there are. Two areas that both say that there is
        // more below would be one too many.
        ScrollArea {
            id: list

            announce: page.apart && !page.scroll.overflows
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.minimumHeight: page.apart ? Theme.px(380) : list.wholeHeight

            Card {
                visible: !page.papers.renewing
                flush: true
                spacing: 0

                ListRow {
                    id: stack

                    readonly property bool chosen: page.papers.stack.chosen

                    objectName: "scan.stack"
                    visible: page.papers.stack.shown
                    first: true
                    chevron: false
                    enabled: !page.papers.running || chosen
                    iconName: "layers"
                    tone: "info"
                    text: Tr.t("scan.stack")
                    subtitle: page.papers.stack.text
                    badge: page.papers.stack.badge
                    onChosenChanged: {
                        if (chosen) {
                            page.chosen = stack;
                            bringing.restart();
                        }
                    }
                    onClicked: {
                        App.act("choose_component", {
                            component: ""
                        });
                        if (!page.apart && start.visible)
                            start.forceActiveFocus(Qt.MouseFocusReason);
                    }

                    Rectangle {
                        parent: stack
                        visible: stack.chosen
                        x: Theme.borderThin
                        y: Theme.radiusCard / 2
                        width: Theme.px(10)
                        height: stack.height - Theme.radiusCard
                        radius: width / 2
                        color: Theme.gold
                    }

                    Flow {
                        visible: page.papers.pages.count > 0
                        Layout.fillWidth: true
                        spacing: Theme.px(16)

                        Repeater {
                            model: page.papers.pages

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

                Repeater {
                    model: page.papers.components

                    ListRow {
                        id: paper

                        required property var row
                        required property int index
                        readonly property bool chosen: row.chosen

                        objectName: "scan.component." + row.id
                        first: index === 0 && !stack.visible
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
                            if (chosen) {
                                page.chosen = paper;
                                bringing.restart();
                            }
                        }
                        onHeightChanged: {
                            if (chosen)
                                bringing.restart();
                        }
                        onClicked: {
                            App.act("choose_component", {
                                component: row.id
                            });
                            // What follows the focus brings the button for this paper into sight.
                            if (!page.apart && start.visible)
                                start.forceActiveFocus(Qt.MouseFocusReason);
                        }

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
    }

    Timer {
        id: bringing

        interval: 0
        onTriggered: {
            if (page.chosen)
                page.bring(page.chosen);
        }
    }
}
