pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// A PIN of a member of staff: dots for digits, and the keys. The digits live here only until they are sent.
ColumnLayout {
    id: root

    property string prefix: "tech"
    property bool busy: false
    property bool low: Theme.landscape
    property string digits

    readonly property int shortest: 6
    readonly property int longest: 12

    signal entered(string pin)

    function press(key) {
        if (key === "erase") {
            root.digits = root.digits.slice(0, -1);
        } else if (key === "ok") {
            const pin = root.digits;
            root.digits = "";
            root.entered(pin);
        } else if (root.digits.length < root.longest) {
            root.digits += key;
        }
    }

    onVisibleChanged: root.digits = ""

    Row {
        Layout.alignment: Qt.AlignHCenter
        Layout.preferredHeight: Theme.px(56)
        spacing: Theme.px(20)

        Accessible.role: Accessible.StaticText
        Accessible.name: Tr.f("technician.digits", {
            n: root.digits.length
        })

        Repeater {
            model: Math.max(root.shortest, root.digits.length)

            Rectangle {
                required property int index

                anchors.verticalCenter: parent.verticalCenter
                width: Theme.px(36)
                height: width
                radius: width / 2
                color: index < root.digits.length ? Theme.brand : "transparent"
                border.width: Theme.borderStrong
                border.color: index < root.digits.length ? Theme.brand : Theme.lineStrong
            }
        }
    }

    Grid {
        Layout.alignment: Qt.AlignHCenter
        columns: 3
        spacing: Theme.px(16)

        Repeater {
            model: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "erase", "0", "ok"]

            AppButton {
                required property string modelData

                objectName: modelData === "ok" ? root.prefix + ".ok" : root.prefix + ".key." + modelData
                width: Theme.px(root.low ? 200 : 240)
                height: root.low ? Theme.minTarget : Theme.buttonHeight
                kind: modelData === "ok" ? "primary" : "plain"
                busy: modelData === "ok" && root.busy
                enabled: !root.busy && (modelData !== "ok" || root.digits.length >= root.shortest)
                labelSize: modelData === "ok" ? Theme.capped(34, 1.2) : Theme.capped(46, 1.3)
                iconLeft: modelData === "erase" ? "delete" : ""
                text: modelData === "ok" ? Tr.t("technician.ok") : modelData === "erase" ? "" : modelData
                Accessible.name: modelData === "erase" ? Tr.t("technician.erase") : text
                autoRepeat: modelData === "erase"
                onClicked: root.press(modelData)
            }
        }
    }
}
