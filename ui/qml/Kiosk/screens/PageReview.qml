pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The scanned pages under their papers; the doubtful ones asked one by one; any of them large.
KioskPage {
    id: page

    readonly property var review: page.vm.review
    readonly property string mode: page.review.mode
    readonly property bool large: page.mode === "page"
    property int moving: 0
    property string movingFrom

    readonly property int doubtful: page.vm.assist.doubtful
    readonly property bool sameDoubt: page.large && page.doubtful > 0 && page.review.page.number === page.doubtful

    guideTargets: page.large ? [page.sameDoubt ? "viewer.rescan" : "page.primary", "page.primary"] : ["question.yes", "question.keep", page.doubtful > 0 ? "review.page." + page.doubtful : "page.primary", "page.primary"]
    title: page.review.title
    advice: page.review.guidance
    spoken: [page.title, page.advice, page.large ? "" : page.vm.papers.originals].filter(words => words !== "").join(". ")
    step: page.large ? 0 : page.shell.step
    fillContent: true
    primaryText: page.large ? Tr.t("review.done") : Tr.t("ui.next")
    primaryIcon: page.large ? "check" : "arrow-right"
    primaryEnabled: page.review.canContinue
    onPrimaryClicked: App.act(page.large ? "close_page" : "continue")
    onModeChanged: page.scroll.toTop()

    Loader {
        Layout.fillWidth: true
        Layout.fillHeight: true
        sourceComponent: page.large ? viewer : page.mode === "question" ? question : groups
    }

    Component {
        id: viewer

        PageViewer {
            row: page.review.page
            onMoveAsked: {
                page.movingFrom = page.review.page.component;
                page.moving = page.review.page.number;
            }
        }
    }

    Component {
        id: question

        ReviewQuestion {
            question: page.review.question
        }
    }

    Component {
        id: groups

        ReviewGroups {
            review: page.review
            papers: page.vm.papers
        }
    }

    // Made when it is first asked: it goes in the middle of its own touch, so that it stays.
    overlay: Loader {
        anchors.fill: parent
        active: page.moving > 0 || item !== null
        sourceComponent: DialogSheet {
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
                        model: page.review.choices

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
}
