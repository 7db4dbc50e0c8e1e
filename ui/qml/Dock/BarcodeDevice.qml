pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// The code reader: hold the card's QR, the slip's QR or any other code before it.
DeviceFrame {
    id: root

    iconName: "scan-qr-code"

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.px(14)

        DockButton {
            objectName: "showCard"
            kind: "primary"
            iconLeft: "id-card"
            text: Words.t(root.device.view.receipt ? "barcode.card_qr" : "barcode.show_card")
            onClicked: root.device.show_card()
        }

        DockButton {
            objectName: "showReceipt"
            visible: root.device.view.receipt
            iconLeft: "receipt-text"
            text: Words.t("barcode.receipt_qr")
            onClicked: root.device.show_receipt()
        }
    }

    DockButton {
        objectName: "showBack"
        visible: root.device.view.sees
        iconLeft: "id-card"
        text: Words.t("barcode.show_back")
        onClicked: root.device.show_back()
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

    DockButton {
        objectName: "plug"
        visible: !root.device.view.plugged
        text: Words.t("barcode.plug")
        onClicked: root.device.act("plug")
    }
}
