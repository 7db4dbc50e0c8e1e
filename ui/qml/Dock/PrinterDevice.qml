pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The receipt printer: the slip that hangs out, how much paper is left, and the cover.
DeviceFrame {
    id: root

    iconName: "printer"

    function look() {
        App.act("look", {
            source: root.device.view.receipt
        });
    }

    ReceiptSlip {
        objectName: "slip"
        Layout.fillWidth: true
        source: root.device.view.receipt
        hanging: root.device.view.hanging
        onLooked: root.look()
    }

    RowLayout {
        visible: !root.device.view.hanging
        Layout.fillWidth: true
        Layout.topMargin: -Theme.px(44)
        spacing: Theme.px(12)

        AppText {
            Layout.fillWidth: true
            role: "secondary"
            color: Theme.soft
            text: root.device.view.receipts > 0 ? Words.f("printer.torn", {
                n: root.device.view.receipts
            }) : Words.t("printer.none")
        }

        LinkWord {
            objectName: "lookAgain"
            visible: root.device.view.receipts > 0
            iconName: "eye"
            text: Words.t("printer.show")
            onClicked: root.look()
        }
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.px(14)

        DockButton {
            objectName: "tear"
            kind: "primary"
            enabled: root.device.view.hanging
            iconLeft: "ticket"
            text: Words.t("printer.tear")
            onClicked: root.device.act("tear")
        }

        DockButton {
            objectName: "refill"
            kind: root.device.view.status === "out" || root.device.view.status === "low" ? "gold" : "plain"
            text: Words.t("printer.refill")
            onClicked: root.device.act("refill")
        }
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.px(14)

        Rectangle {
            Layout.fillWidth: true
            implicitHeight: Theme.px(12)
            radius: height / 2
            color: Theme.disabled

            Rectangle {
                width: Math.max(parent.height, parent.width * root.device.view.share)
                height: parent.height
                radius: height / 2
                visible: root.device.view.leftMm > 0
                color: root.device.view.status === "low" ? Theme.gold : Theme.ok
            }
        }

        AppText {
            role: "small"
            color: Theme.soft
            wrapMode: Text.NoWrap
            text: Words.f("printer.paper", {
                m: (root.device.view.leftMm / 1000).toLocaleString(Qt.locale(Tr.language), "f", 1)
            })
        }

        LinkWord {
            objectName: "cover"
            text: Words.t(root.device.view.coverOpen || root.device.view.jammed ? "printer.close_cover" : "printer.open_cover")
            onClicked: root.device.act(root.device.view.coverOpen || root.device.view.jammed ? "close_cover" : "open_cover")
        }
    }
}
