pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The code reader: hold the card's QR, the slip's QR or any other code before it.
DeviceFrame {
    id: root

    iconName: "scan-qr-code"

    DockButton {
        objectName: "showCard"
        kind: "primary"
        iconLeft: "id-card"
        text: Words.t("barcode.show_card")
        onClicked: root.device.show_card()
    }

    DockButton {
        objectName: "showReceipt"
        visible: root.device.view.receipt
        iconLeft: "receipt-text"
        text: Words.t("barcode.show_receipt")
        onClicked: root.device.show_receipt()
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.px(14)

        Field {
            id: code

            objectName: "code"
            Layout.fillWidth: true
            hint: Words.t("barcode.text")
            onAccepted: root.device.show_text(code.text)
        }

        DockButton {
            objectName: "send"
            Layout.fillWidth: false
            enabled: code.text.trim() !== ""
            text: Words.t("barcode.send")
            onClicked: root.device.show_text(code.text)
        }
    }

    RowLayout {
        visible: root.device.view.scans > 0 || !root.device.view.plugged
        Layout.fillWidth: true

        AppText {
            Layout.fillWidth: true
            role: "secondary"
            color: Theme.soft
            text: Words.f("barcode.scans", {
                n: root.device.view.scans
            })
        }

        LinkWord {
            objectName: "plug"
            visible: !root.device.view.plugged
            text: Words.t("barcode.plug")
            onClicked: root.device.act("plug")
        }
    }
}
