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
    readonly property bool gone: page.card.readerGone
    readonly property bool pad: !page.gone && (page.stage === "needs_number" || (page.asked && page.stage !== "reading" && page.stage !== "read"))
    // As long as the card is in somebody's hand, its code may be held before the camera; that gives the number.
    readonly property bool cameraShown: page.vm.camera.offered && page.stage === "waiting" && !page.gone && !page.pad && !page.card.hasNumber
    // In the reader a card can be held nowhere else.
    readonly property string another: !page.vm.camera.offered ? "identify.code_hint" : page.card.present ? "identify.lift_camera" : "identify.code_camera"
    readonly property bool reading: page.stage === "reading" || page.stage === "read"

    guideTargets: ["identify.ok", "identify.key.1", "identify.otherwise", "page.primary"]
    title: page.pad ? Tr.t("identify.number_title") : page.card.title
    advice: page.pad ? Tr.t("identify.number_guidance") : page.card.guidance
    primaryText: page.stage === "failed" && !page.pad && !page.gone ? Tr.t("button.retry") : ""
    primaryIcon: "rotate-cw"
    onPrimaryClicked: App.act("retry_card")
    onStageChanged: {
        if (pad.item)
            (pad.item as NumberPad).clear();
    }

    AppButton {
        objectName: "identify.otherwise"
        visible: page.gone && page.card.otherwise
        Layout.fillWidth: true
        kind: "primary"
        iconLeft: "user"
        text: Tr.t("identify.otherwise")
        onClicked: App.act("identify_otherwise")
    }

    Banner {
        visible: page.gone && page.card.otherwise
        plain: true
        iconName: "id-card"
        text: Tr.t("identify.compared")
    }

    Card {
        visible: !page.gone
        spacing: Theme.px(28)

        GridLayout {
            visible: !page.pad
            Layout.fillWidth: true
            columns: Theme.landscape && page.reading ? 2 : 1
            columnSpacing: Theme.px(48)
            rowSpacing: Theme.px(28)

            Item {
                Layout.fillWidth: !(Theme.landscape && page.reading)
                implicitWidth: place.width
                implicitHeight: place.height

                DevicePicture {
                    id: place

                    anchors.horizontalCenter: parent.horizontalCenter
                    width: Theme.px(Theme.landscape ? 420 : 540)
                    height: implicitHeight
                    kind: page.card.readerKind
                    moving: !page.reading
                }
            }

            Loader {
                visible: active
                active: page.reading
                Layout.fillWidth: true
                sourceComponent: ColumnLayout {
                    spacing: Theme.px(28)

                    ProgressBar {
                        value: page.card.progress
                    }

                    ProgressList {
                        steps: page.card.stages
                    }
                }
            }
        }

        // Once made it stays: it goes in the middle of its own touch.
        Loader {
            id: pad

            visible: page.pad
            active: page.pad || item !== null
            Layout.alignment: Qt.AlignHCenter
            sourceComponent: NumberPad {
                id: digits

                hint: Tr.t(page.another)
                onEntered: number => {
                    page.asked = false;
                    digits.clear();
                    App.act("enter_access_number", {
                        number: number
                    });
                }
            }
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
                text: page.card.numberKnown
            }
        }
    }

    Loader {
        visible: active
        active: page.cameraShown
        Layout.fillWidth: true
        sourceComponent: CameraCard {
            objectName: "identify.camera"
            view: page.vm.camera
            lead: Tr.t("identify.code_camera")
            pictureWidth: Theme.px(Theme.landscape ? 384 : 560)
        }
    }

    AppButton {
        objectName: "identify.number"
        visible: !page.pad && !page.reading && !page.gone
        Layout.fillWidth: true
        iconLeft: "keyboard"
        text: Tr.t("identify.number_open")
        onClicked: page.asked = true
    }

    AppButton {
        objectName: "identify.otherwise"
        visible: page.card.otherwise && !page.gone && !page.reading
        Layout.fillWidth: true
        iconLeft: "user"
        text: Tr.t("identify.otherwise")
        onClicked: App.act("identify_otherwise")
    }

    Banner {
        visible: !page.gone && !page.reading && !page.cameraShown && !(page.pad && Theme.landscape)
        plain: true
        iconName: "scan-qr-code"
        text: Tr.t(page.another)
    }

    AppText {
        visible: !(page.pad && Theme.landscape)
        Layout.fillWidth: true
        role: "secondary"
        color: Theme.soft
        text: Tr.t("identify.privacy")
    }
}
