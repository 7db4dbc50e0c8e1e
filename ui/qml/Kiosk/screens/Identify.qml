pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The card on the reader: where it goes, the six digits that open its chip, and how far reading is.
KioskPage {
    id: page

    readonly property var card: page.vm.identity
    readonly property string stage: page.card.stage
    // The citizen may enter the number before the card is there.
    property bool asked: false
    readonly property bool pad: page.stage === "needs_number" || (page.asked && page.stage !== "reading" && page.stage !== "read")
    readonly property bool reading: page.stage === "reading" || page.stage === "read"

    title: page.pad ? Tr.t("identify.number_title") : page.card.title
    guidance: page.pad ? Tr.t("identify.number_guidance") : page.card.guidance
    primaryText: page.stage === "failed" && !page.pad ? Tr.t("button.retry") : ""
    primaryIcon: "rotate-cw"
    onPrimaryClicked: App.act("retry_card")
    onStageChanged: pad.clear()

    Card {
        Layout.fillHeight: Theme.landscape
        spacing: Theme.px(28)

        DevicePicture {
            visible: !page.pad
            Layout.preferredWidth: Theme.px(Theme.landscape ? 420 : 540)
            Layout.preferredHeight: implicitHeight
            kind: "card"
            moving: !page.reading
        }

        NumberPad {
            id: pad

            visible: page.pad
            Layout.alignment: Qt.AlignHCenter
            onEntered: number => {
                page.asked = false;
                pad.clear();
                App.act("enter_access_number", {
                    number: number
                });
            }
        }

        ProgressBar {
            visible: page.reading
            value: page.card.progress
        }

        ProgressList {
            visible: page.reading
            steps: page.card.stages
        }

        RowLayout {
            visible: !page.pad && !page.reading && page.card.hasNumber
            Layout.alignment: Qt.AlignHCenter
            spacing: Theme.px(16)

            Icon {
                Layout.preferredWidth: width
                Layout.preferredHeight: height
                name: "circle-check"
                color: Theme.ok
            }

            AppText {
                Layout.fillWidth: true
                strong: true
                text: Tr.t("identify.number_known")
            }
        }
    }

    AppButton {
        objectName: "identify.number"
        visible: !page.pad && !page.reading
        Layout.fillWidth: true
        iconLeft: "keyboard"
        text: Tr.t("identify.number_open")
        onClicked: page.asked = true
    }

    Banner {
        visible: !page.reading
        plain: true
        iconName: "scan-qr-code"
        text: Tr.t("identify.code_hint")
    }

    AppText {
        Layout.fillWidth: true
        role: "secondary"
        color: Theme.soft
        text: Tr.t("identify.privacy")
    }
}
