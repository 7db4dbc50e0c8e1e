pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Every scanned page large: leave it out, take it back, or move it to the paper that it belongs to.
KioskPage {
    id: page

    readonly property var papers: page.vm.papers
    property int moving: 0
    property string movingFrom

    title: Tr.t("review.title")
    advice: Tr.t("review.guidance")
    fillContent: true
    primaryText: Tr.t("ui.next")
    onPrimaryClicked: App.act("continue")

    ScrollList {
        id: list

        Layout.fillWidth: true
        Layout.fillHeight: true
        spacing: Theme.px(20)
        model: page.papers.pages

        delegate: Card {
            id: sheet

            required property var row
            readonly property string named: "review.page." + row.number

            objectName: sheet.named
            width: ListView.view.width - ListView.view.rightMargin
            tone: row.tone

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.px(36)

                PageThumb {
                    readonly property real side: Theme.px(Theme.largeText ? 220 : 270)

                    Layout.alignment: Qt.AlignTop
                    Layout.preferredWidth: side
                    Layout.preferredHeight: Math.min(side * 1.7, side * sheet.row.ratio)
                    enabled: false
                    number: sheet.row.number
                    source: sheet.row.source
                    tone: sheet.row.tone
                    badge: sheet.row.badge
                    blank: sheet.row.blank
                    opacity: sheet.row.kept || !sheet.row.can_keep ? 1 : 0.55
                }

                ColumnLayout {
                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignTop
                    spacing: Theme.px(14)

                    AppText {
                        Layout.fillWidth: true
                        role: "section"
                        text: Tr.f("review.page", {
                            n: sheet.row.number
                        })
                    }

                    AppText {
                        Layout.fillWidth: true
                        color: Theme.soft
                        text: sheet.row.component_name
                    }

                    AppText {
                        visible: text !== ""
                        Layout.fillWidth: true
                        strong: true
                        color: sheet.row.tone === "none" ? Theme.warn : Theme.stateInk(sheet.row.tone)
                        text: sheet.row.text
                    }

                    AppText {
                        visible: !sheet.row.kept
                        Layout.fillWidth: true
                        strong: true
                        text: Tr.t("review.dropped")
                    }

                    GridLayout {
                        Layout.fillWidth: true
                        Layout.topMargin: Theme.px(6)
                        columns: Theme.textScale > 1 ? 1 : 2
                        columnSpacing: Theme.px(16)
                        rowSpacing: Theme.px(16)
                        uniformCellWidths: true

                        AppButton {
                            objectName: sheet.named + (sheet.row.kept ? ".drop" : ".keep")
                            visible: sheet.row.can_keep
                            Layout.fillWidth: true
                            kind: sheet.row.kept ? "plain" : "secondary"
                            iconLeft: sheet.row.kept ? "trash-2" : "rotate-ccw"
                            text: Tr.t(sheet.row.kept ? "review.drop" : "review.keep")
                            onClicked: App.act(sheet.row.kept ? "drop_page" : "keep_page", {
                                page: sheet.row.number
                            })
                        }

                        AppButton {
                            objectName: sheet.named + ".move"
                            visible: sheet.row.can_keep && sheet.row.kept
                            Layout.fillWidth: true
                            kind: "plain"
                            iconLeft: "files"
                            text: Tr.t("review.move")
                            onClicked: {
                                page.movingFrom = sheet.row.component;
                                page.moving = sheet.row.number;
                            }
                        }
                    }
                }
            }
        }
    }

    AppText {
        visible: list.count === 0
        Layout.fillWidth: true
        Layout.fillHeight: true
        text: Tr.t("review.none")
    }

    overlay: DialogSheet {
        id: mover

        opened: page.moving > 0
        iconName: "files"
        title: Tr.f("review.move_title", {
            n: page.moving
        })
        secondaryText: Tr.t("ui.close")
        dismissable: true
        onDismissed: page.moving = 0
        onSecondaryClicked: page.moving = 0

        ScrollArea {
            Layout.fillWidth: true
            Layout.preferredHeight: Math.min(choices.implicitHeight, page.height * 0.55)
            announce: false

            ColumnLayout {
                id: choices

                Layout.fillWidth: true
                spacing: Theme.px(16)

                Repeater {
                    model: page.papers.choices

                    ChoiceCard {
                        required property var modelData

                        objectName: "review.move." + modelData.id
                        Layout.fillWidth: true
                        text: modelData.text
                        note: modelData.id === page.movingFrom ? Tr.t("review.current") : modelData.note
                        selected: modelData.id === page.movingFrom
                        onClicked: {
                            const number = page.moving;
                            page.moving = 0;
                            App.act("move_page", {
                                page: number,
                                component: modelData.id
                            });
                        }
                    }
                }
            }
        }
    }
}
