pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// One question about a page: its picture beside the papers it may belong to, or beside the page that it looks like.
GridLayout {
    id: root

    required property var question
    readonly property var row: root.question.page
    readonly property bool twice: root.question.twice
    readonly property real side: Theme.px(root.twice ? (Theme.landscape ? 330 : 470) : Theme.largeText ? 280 : 400)

    columns: 2
    columnSpacing: Theme.px(36)
    rowSpacing: Theme.px(28)

    component Sheet: ColumnLayout {
        id: sheet

        required property var row
        property string named

        Layout.alignment: Qt.AlignTop | Qt.AlignHCenter
        spacing: Theme.px(16)

        PageThumb {
            objectName: sheet.named
            Layout.preferredWidth: root.side
            Layout.preferredHeight: Math.min(root.side * 1.5, root.side * (sheet.row.ratio || 1.414))
            number: sheet.row.number || 0
            source: sheet.row.source || ""
            tone: sheet.row.tone || "none"
            badge: sheet.row.badge || ""
            onClicked: App.act("look_at_page", {
                page: sheet.row.number
            })
        }

        AppButton {
            objectName: sheet.named + ".large"
            // The picture itself is touched as well; on a low screen the answers are worth more than this.
            visible: !Theme.landscape
            Layout.preferredWidth: root.side
            kind: "plain"
            iconLeft: "zoom-in"
            text: Tr.t("review.enlarge")
            onClicked: App.act("look_at_page", {
                page: sheet.row.number
            })
        }

        // The pages that go on with this one: one answer for all.
        Flow {
            visible: !root.twice && root.question.rest.length > 0
            Layout.preferredWidth: root.side
            spacing: Theme.px(14)

            Repeater {
                model: root.question.rest

                PageThumb {
                    required property var modelData

                    objectName: "question.page." + modelData.number
                    width: Theme.px(124)
                    height: Theme.px(172)
                    number: modelData.number
                    source: modelData.source
                    tone: modelData.tone
                    onClicked: App.act("look_at_page", {
                        page: modelData.number
                    })
                }
            }
        }

        // Beside a long list of papers it would stand out of sight below.
        LeaveOut {
            visible: !Theme.largeText && !root.twice
            Layout.preferredWidth: root.side
        }
    }

    component LeaveOut: AppButton {
        objectName: "question.drop"
        kind: "danger"
        iconLeft: "trash-2"
        text: Tr.t(root.question.through > 0 ? "review.leave_out_pages" : "review.leave_out")
        onClicked: App.act("drop_page", {
            page: root.row.number,
            through: root.question.through
        })
    }

    Sheet {
        row: root.twice ? root.question.twin : root.row
        named: "question.page"
    }

    Sheet {
        visible: root.twice
        row: root.twice ? root.row : ({})
        named: "question.twin"
    }

    ColumnLayout {
        visible: !root.twice
        Layout.fillWidth: true
        Layout.alignment: Qt.AlignTop
        spacing: Theme.px(16)

        AppText {
            visible: root.question.likely !== ""
            Layout.fillWidth: true
            strong: true
            text: root.question.likely
        }

        AppButton {
            objectName: "question.yes"
            visible: root.question.likely !== ""
            Layout.fillWidth: true
            kind: "primary"
            iconLeft: "check"
            text: Tr.t("review.yes")
            onClicked: App.act("move_page", {
                page: root.row.number,
                component: root.row.component,
                through: root.question.through
            })
        }

        AppText {
            visible: root.question.likely !== "" && root.question.choices.length > 0
            Layout.fillWidth: true
            Layout.topMargin: Theme.px(14)
            color: Theme.soft
            text: Tr.t("review.otherwise")
        }

        Repeater {
            model: root.question.choices

            ChoiceCard {
                required property var modelData

                objectName: "question.choice." + modelData.id
                Layout.fillWidth: true
                text: modelData.text
                note: modelData.note
                onClicked: App.act("move_page", {
                    page: root.row.number,
                    component: modelData.id,
                    through: root.question.through
                })
            }
        }

        LeaveOut {
            visible: Theme.largeText && !root.twice
            Layout.fillWidth: true
            Layout.topMargin: Theme.px(8)
        }
    }

    ButtonRow {
        visible: root.twice
        Layout.columnSpan: 2
        Layout.topMargin: Theme.px(8)

        AppButton {
            objectName: "question.drop_twin"
            Layout.fillWidth: true
            Layout.fillHeight: true
            iconLeft: "trash-2"
            text: Tr.f("review.drop_twin", {
                n: root.row.number || 0
            })
            onClicked: App.act("drop_page", {
                page: root.row.number
            })
        }

        AppButton {
            objectName: "question.keep"
            Layout.fillWidth: true
            Layout.fillHeight: true
            iconLeft: "files"
            text: Tr.t("review.keep_both")
            onClicked: App.act("keep_page", {
                page: root.row.number
            })
        }
    }

    Item {
        Layout.columnSpan: 2
        Layout.fillHeight: true
    }
}
