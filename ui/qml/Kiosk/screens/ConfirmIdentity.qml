pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Who the chip says this is; the citizen says yes or no.
KioskPage {
    id: page

    readonly property bool roomy: Theme.landscape && !Theme.largeText
    readonly property var person: page.vm.identity.person

    guideTargets: ["page.primary", "confirm.noted", "confirm.reject"]
    title: Tr.t("confirm.title")
    advice: page.vm.identity.confirmGuidance
    // A card in doubt is not passed over by habit: the large button calls an officer, the other one is a choice of its own.
    readonly property bool doubtful: page.vm.identity.doubtful

    primaryText: Tr.t(page.doubtful ? "confirm.call" : "confirm.yes")
    primaryIcon: page.doubtful ? "headset" : "check"
    // Where there is room in the bar, both answers stand there.
    secondaryName: "confirm.reject"
    secondaryText: page.roomy ? Tr.t("confirm.no") : ""
    secondaryIcon: "x"
    onSecondaryClicked: App.act("reject_identity")
    onPrimaryClicked: App.act(page.doubtful ? "call_help" : "continue")

    Banner {
        objectName: "confirm.verdict"
        tone: page.vm.identity.verdict.tone
        iconName: tone === "ok" ? "shield-check" : Theme.stateIcon(tone)
        text: page.vm.identity.verdict.text

        AppText {
            objectName: "confirm.differing"
            visible: page.vm.identity.differing.value !== ""
            Layout.fillWidth: true
            strong: true
            text: page.vm.identity.differing.label + ": " + page.vm.identity.differing.value
        }

        AppText {
            visible: page.doubtful
            Layout.fillWidth: true
            role: "small"
            color: Theme.soft
            text: page.vm.identity.verdict.code
        }
    }

    AppButton {
        objectName: "confirm.noted"
        visible: page.vm.identity.notable
        Layout.fillWidth: true
        iconLeft: "pencil"
        text: Tr.t("confirm.noted")
        onClicked: App.act("continue_noted")
    }

    Card {
        spacing: Theme.px(8)

        RowLayout {
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.px(16)
            spacing: Theme.px(36)

            Rectangle {
                Layout.alignment: Qt.AlignTop
                Layout.preferredWidth: Theme.px(234)
                Layout.preferredHeight: Theme.px(312)
                radius: Theme.radiusSmall
                color: Theme.tint
                border.width: Theme.borderThin
                border.color: Theme.line

                Accessible.role: Accessible.Graphic
                Accessible.name: Tr.t(page.person.photo === "" ? "confirm.no_photo" : "confirm.photo")

                Icon {
                    visible: portrait.status !== Image.Ready
                    anchors.centerIn: parent
                    name: "user"
                    size: Theme.px(150)
                    color: Theme.brand
                }

                Image {
                    id: portrait

                    anchors.fill: parent
                    anchors.margins: Theme.borderThin
                    source: page.person.photo === "" ? "" : "image://photo/" + page.person.photo
                    sourceSize: Qt.size(Math.round(width), Math.round(height))
                    fillMode: Image.PreserveAspectCrop
                    cache: false
                    Accessible.ignored: true
                }
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: Theme.px(10)

                AppText {
                    Layout.fillWidth: true
                    color: Theme.soft
                    text: Tr.t("confirm.name")
                }

                AppText {
                    objectName: "confirm.name"
                    Layout.fillWidth: true
                    role: "section"
                    text: page.person.name
                }

                AppText {
                    Layout.fillWidth: true
                    Layout.topMargin: Theme.px(10)
                    color: Theme.soft
                    text: Tr.t("confirm.number")
                }

                AppText {
                    Layout.fillWidth: true
                    strong: true
                    font.pixelSize: Theme.type(38)
                    text: show.down ? page.person.number : page.person.masked
                    // Read aloud it stays masked: others may hear.
                    Accessible.name: page.person.masked
                }

                AppButton {
                    id: show

                    objectName: "confirm.show"
                    kind: "plain"
                    iconLeft: "eye"
                    labelSize: Theme.secondary
                    implicitHeight: Theme.minTarget
                    text: Tr.t("confirm.show")
                }
            }
        }

        Repeater {
            model: page.vm.identity.personFacts

            AnswerRow {
                required property var modelData
                required property int index

                label: modelData.label
                value: modelData.value
                last: index === page.vm.identity.personFacts.length - 1 && page.vm.identity.checks.length === 0
            }
        }

        Repeater {
            model: page.vm.identity.checks

            AnswerRow {
                required property var modelData
                required property int index

                label: modelData.label
                value: modelData.value
                last: index === page.vm.identity.checks.length - 1
            }
        }
    }

    AppButton {
        objectName: "confirm.reject"
        visible: !page.roomy
        Layout.fillWidth: true
        iconLeft: "x"
        text: Tr.t("confirm.no")
        onClicked: App.act("reject_identity")
    }
}
