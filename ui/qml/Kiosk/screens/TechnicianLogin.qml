pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Badge and PIN. The digits live here only until they are sent, and are never shown.
KioskPage {
    id: page

    readonly property var gate: page.vm.staff.gate
    readonly property bool busy: page.gate.stage === "checking"
    readonly property int shortest: 6
    readonly property int longest: 12
    property string digits

    function press(key) {
        if (key === "erase") {
            page.digits = page.digits.slice(0, -1);
        } else if (key === "ok") {
            const pin = page.digits;
            page.digits = "";
            App.act("enter_pin", {
                pin: pin
            });
        } else if (page.digits.length < page.longest) {
            page.digits += key;
        }
    }

    title: Tr.t("technician.title")
    advice: Tr.t("technician.guidance")
    noticeShown: false

    Banner {
        objectName: "tech.state"
        tone: page.gate.tone
        iconName: page.gate.stage === "locked" ? "lock" : page.gate.tone === "info" ? "wrench" : "triangle-alert"
        lead: page.gate.who
        text: page.gate.text
    }

    Row {
        Layout.alignment: Qt.AlignHCenter
        Layout.preferredHeight: Theme.px(56)
        spacing: Theme.px(20)
        visible: page.gate.open || page.busy

        Accessible.role: Accessible.StaticText
        Accessible.name: Tr.f("technician.digits", {
            n: page.digits.length
        })

        Repeater {
            model: Math.max(page.shortest, page.digits.length)

            Rectangle {
                required property int index

                anchors.verticalCenter: parent.verticalCenter
                width: Theme.px(36)
                height: width
                radius: width / 2
                color: index < page.digits.length ? Theme.brand : "transparent"
                border.width: Theme.borderStrong
                border.color: index < page.digits.length ? Theme.brand : Theme.lineStrong
            }
        }
    }

    Grid {
        Layout.alignment: Qt.AlignHCenter
        visible: page.gate.open || page.busy
        columns: 3
        spacing: Theme.px(16)

        Repeater {
            model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "erase", "0", "ok"]

            AppButton {
                required property string modelData

                objectName: modelData === "ok" ? "tech.ok" : "tech.key." + modelData
                width: Theme.px(Theme.landscape ? 200 : 240)
                height: Theme.landscape ? Theme.minTarget : Theme.buttonHeight
                kind: modelData === "ok" ? "primary" : "plain"
                busy: modelData === "ok" && page.busy
                enabled: !page.busy && (modelData !== "ok" || page.digits.length >= page.shortest)
                labelSize: modelData === "ok" ? Theme.capped(34, 1.2) : Theme.capped(46, 1.3)
                iconLeft: modelData === "erase" ? "delete" : ""
                text: modelData === "ok" ? Tr.t("technician.ok") : modelData === "erase" ? "" : modelData
                Accessible.name: modelData === "erase" ? Tr.t("technician.erase") : text
                autoRepeat: modelData === "erase"
                onClicked: page.press(modelData)
            }
        }
    }
}
