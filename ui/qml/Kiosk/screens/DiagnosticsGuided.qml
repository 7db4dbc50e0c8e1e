pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// One guided test: what to lay ready, what the machine does, what it asks, what was found.
KioskPage {
    id: page

    readonly property var model: page.vm.guided
    readonly property var run: page.model.run

    title: page.run.title
    advice: page.run.stage === "prepare" ? page.run.prepare : ""
    spoken: page.run.title + ". " + page.run.prepare
    noticeShown: false

    overlay: TouchGrid {
        visible: page.model.grid
        width: page.width
        height: page.height
        cells: page.model.cells
    }

    component Start: AppButton {
        objectName: "guided.start"
        Layout.fillWidth: true
        kind: "primary"
        iconLeft: page.run.stage === "done" ? "rotate-cw" : "circle-play"
        text: Tr.t(page.run.stage === "done" ? "guided.again" : "guided.start")
        onClicked: App.act("start_guide", {
            number: ""
        })
    }

    component Shown: Image {
        visible: page.run.picture !== ""
        Layout.alignment: Qt.AlignHCenter
        Layout.preferredWidth: Theme.px(440)
        Layout.preferredHeight: Layout.preferredWidth * (implicitWidth > 0 ? implicitHeight / implicitWidth : 1)
        source: page.run.picture
        asynchronous: true
        fillMode: Image.PreserveAspectFit
        Accessible.role: Accessible.Graphic
        Accessible.name: page.run.title
    }

    Loader {
        Layout.fillWidth: true
        sourceComponent: ({
                prepare: prepare,
                running: running,
                ask: ask,
                done: done
            })[page.run.stage]
    }

    Component {
        id: prepare

        ColumnLayout {
            spacing: Theme.gap

            DevicePicture {
                visible: page.run.device !== "" && !(page.run.needsNumber && Theme.landscape)
                Layout.preferredWidth: Theme.px(Theme.landscape || page.run.needsNumber ? 340 : 560)
                kind: page.run.device === "" || page.run.device === "card" ? App.vm.identity.readerKind : page.run.device
            }

            Icon {
                visible: page.run.device === ""
                Layout.alignment: Qt.AlignHCenter
                Layout.preferredWidth: width
                Layout.preferredHeight: height
                name: page.run.icon
                size: Theme.px(220)
                color: Theme.brand
            }

            NumberPad {
                objectName: "guided.number"
                visible: page.run.needsNumber
                Layout.alignment: Qt.AlignHCenter
                onEntered: number => App.act("start_guide", {
                        number: number
                    })
            }

            Start {
                visible: !page.run.needsNumber
            }
        }
    }

    Component {
        id: running

        Card {
            spacing: Theme.px(24)

            Spinner {
                Layout.alignment: Qt.AlignHCenter
                size: Theme.px(96)
            }

            AppText {
                objectName: "guided.doing"
                Layout.fillWidth: true
                horizontalAlignment: Text.AlignHCenter
                role: "section"
                text: page.run.doing
            }

            ProgressBar {
                visible: page.run.share >= 0
                value: page.run.share
            }

            AppText {
                Layout.fillWidth: true
                horizontalAlignment: Text.AlignHCenter
                role: "secondary"
                color: Theme.soft
                text: Tr.t("guided.stop")
            }
        }
    }

    Component {
        id: ask

        ColumnLayout {
            spacing: Theme.gap

            Banner {
                objectName: "guided.question"
                iconName: "circle-question-mark"
                text: page.run.question
            }

            ButtonRow {
                AppButton {
                    objectName: "guided.yes"
                    Layout.fillWidth: true
                    kind: "primary"
                    iconLeft: "check"
                    text: Tr.t("guided.yes")
                    onClicked: App.act("answer_guide", {
                        yes: true
                    })
                }

                AppButton {
                    objectName: "guided.no"
                    Layout.fillWidth: true
                    kind: "danger"
                    iconLeft: "x"
                    text: Tr.t("guided.no")
                    onClicked: App.act("answer_guide", {
                        yes: false
                    })
                }
            }

            Card {
                visible: page.run.picture !== ""

                Shown {}
            }
        }
    }

    Component {
        id: done

        ColumnLayout {
            spacing: Theme.gap

            Banner {
                objectName: "guided.verdict"
                tone: page.run.passed ? "ok" : "bad"
                lead: page.run.code === "" ? page.run.verdict : page.run.verdict + " · " + page.run.code
                text: page.run.words
            }

            Start {
                visible: !page.run.needsNumber
            }

            TouchGrid {
                visible: page.run.guide === "touch" && !page.run.passed
                Layout.alignment: Qt.AlignHCenter
                Layout.preferredWidth: Theme.px(Theme.landscape ? 600 : 360)
                Layout.preferredHeight: Theme.px(Theme.landscape ? 337 : 640)
                live: false
                cells: page.model.cells
            }

            Card {
                visible: page.run.facts.length > 0
                spacing: 0

                Repeater {
                    model: page.run.facts

                    AnswerRow {
                        required property var modelData
                        required property int index

                        label: modelData.label
                        value: modelData.value
                        last: index === page.run.facts.length - 1
                    }
                }
            }

            Card {
                visible: page.run.picture !== ""

                Shown {}
            }
        }
    }
}
