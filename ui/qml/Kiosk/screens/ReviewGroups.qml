pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// All pages under their papers, what is missing with what can be done about it, and at the end what is set aside.
ColumnLayout {
    id: root

    required property var review
    required property var papers

    spacing: Theme.px(24)

    ProgressBar {
        visible: root.review.share < 1
        value: root.review.share
    }

    OriginalsBanner {
        words: root.papers.originals
    }

    Repeater {
        model: root.review.groups

        Card {
            id: paper

            required property var row

            objectName: "review.paper." + row.id
            tone: row.missing ? "warn" : row.tone === "bad" ? "bad" : "none"
            padding: Theme.px(30)
            spacing: Theme.px(18)

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.px(24)

                Icon {
                    Layout.alignment: Qt.AlignTop
                    Layout.preferredWidth: width
                    Layout.preferredHeight: height
                    name: paper.row.icon
                    size: Theme.capped(50, 1.35)
                    color: Theme.stateInk(paper.row.tone)
                }

                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: Theme.px(6)

                    AppText {
                        Layout.fillWidth: true
                        strong: true
                        text: paper.row.name
                    }

                    AppText {
                        visible: text !== ""
                        Layout.fillWidth: true
                        role: "secondary"
                        color: Theme.soft
                        text: paper.row.text
                    }

                    AppText {
                        visible: text !== ""
                        Layout.fillWidth: true
                        role: "secondary"
                        strong: true
                        color: Theme.bad
                        text: paper.row.warning
                    }

                    Loader {
                        visible: active
                        active: Theme.largeText && paper.row.badge !== ""
                        sourceComponent: state
                    }
                }

                Loader {
                    visible: active
                    active: !Theme.largeText && paper.row.badge !== ""
                    Layout.alignment: Qt.AlignTop
                    sourceComponent: state
                }
            }

            Component {
                id: state

                Badge {
                    text: paper.row.badge
                    tone: paper.row.tone
                }
            }

            Flow {
                visible: paper.row.page_count > 0
                Layout.fillWidth: true
                spacing: Theme.px(18)

                Repeater {
                    model: paper.row.pages

                    PageThumb {
                        required property var row

                        objectName: "review.page." + row.number
                        width: Theme.px(190)
                        height: Theme.px(264)
                        number: row.number
                        source: row.source
                        tone: row.tone
                        badge: row.badge
                        blank: row.blank
                        opacity: row.kept || !row.can_keep ? 1 : 0.6
                        onClicked: App.act("look_at_page", {
                            page: row.number
                        })
                    }
                }
            }

            Loader {
                visible: active
                active: paper.row.missing || paper.row.at_desk
                Layout.fillWidth: true
                sourceComponent: ButtonRow {
                    AppButton {
                        objectName: "review.scan." + paper.row.id
                        visible: paper.row.missing
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        iconLeft: "scan-line"
                        text: Tr.t("review.scan_now")
                        onClicked: App.act("scan_paper", {
                            component: paper.row.id
                        })
                    }

                    AppButton {
                        objectName: "review.desk." + paper.row.id
                        visible: paper.row.desk
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        kind: "plain"
                        iconLeft: paper.row.at_desk ? "scan-line" : "building-2"
                        text: Tr.t(paper.row.at_desk ? "review.not_to_desk" : "review.to_desk")
                        onClicked: App.act("bring_to_desk", {
                            component: paper.row.id
                        })
                    }
                }
            }
        }
    }

    // Where there are few pages the room is left at the end, not between the papers.
    Item {
        Layout.fillHeight: true
    }
}
