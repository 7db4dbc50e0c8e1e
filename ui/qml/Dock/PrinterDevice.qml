pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The receipt printer: the slip that hangs out, how much paper is left, and the cover.
DeviceFrame {
    id: root

    readonly property bool hanging: root.device.view.hanging
    // Paper that is still on its way out: it grows with every look.
    readonly property bool coming: root.device.view.coming !== ""
    readonly property bool needsPaper: root.device.view.status === "out" || root.device.view.status === "low"

    iconName: "printer"
    onHangingChanged: {
        if (root.hanging)
            root.wanted();
    }

    function look() {
        App.act("look", {
            source: root.device.view.receipt
        });
    }

    ReceiptSlip {
        objectName: "slip"
        Layout.fillWidth: true
        source: root.coming ? root.device.view.coming : root.device.view.receipt
        hanging: root.hanging || root.coming
        onLooked: {
            if (root.hanging)
                root.look();
        }
    }

    RowLayout {
        visible: !root.hanging && !root.coming
        Layout.fillWidth: true
        Layout.topMargin: -Theme.px(44)
        spacing: Theme.px(12)

        AppText {
            Layout.fillWidth: true
            role: "secondary"
            color: Theme.soft
            text: root.device.view.receipts > 0 ? Words.n("printer.torn", root.device.view.receipts) : Words.t("printer.none")
        }

        LinkWord {
            objectName: "lookAgain"
            visible: root.device.view.receipts > 0
            iconName: "eye"
            text: Words.t("printer.show")
            onClicked: root.look()
        }
    }

    DockButton {
        objectName: "tear"
        visible: root.hanging
        kind: "primary"
        iconLeft: "receipt-text"
        text: Words.t("printer.tear")
        onClicked: root.device.act("tear")
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.px(10)

        Rectangle {
            Layout.fillWidth: true
            Layout.rightMargin: Theme.px(8)
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
            objectName: "refill"
            visible: !root.needsPaper
            text: Words.t("printer.refill")
            onClicked: root.device.act("refill")
        }

        LinkWord {
            objectName: "cover"
            text: Words.t(root.device.view.coverOpen || root.device.view.jammed ? "printer.close_cover" : "printer.open_cover")
            onClicked: root.device.act(root.device.view.coverOpen || root.device.view.jammed ? "close_cover" : "open_cover")
        }
    }

    DockButton {
        objectName: "refillNow"
        visible: root.needsPaper
        kind: "gold"
        text: Words.t("printer.refill")
        onClicked: root.device.act("refill")
    }
}
