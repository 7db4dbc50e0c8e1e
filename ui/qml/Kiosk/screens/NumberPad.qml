pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Six digits in boxes and the keys to enter them. The digits live here only until they are sent.
ColumnLayout {
    id: root

    property string digits
    readonly property int length: 6

    signal entered(string number)

    function clear() {
        root.digits = "";
    }

    function press(key) {
        if (key === "erase")
            root.digits = root.digits.slice(0, -1);
        else if (key === "ok")
            root.entered(root.digits);
        else if (root.digits.length < root.length)
            root.digits += key;
    }

    spacing: Theme.px(28)

    Row {
        Layout.alignment: Qt.AlignHCenter
        spacing: Theme.px(14)

        Accessible.role: Accessible.StaticText
        Accessible.name: Tr.f("identify.digits", {
            n: root.digits.length
        })

        Repeater {
            model: root.length

            Rectangle {
                required property int index

                width: Theme.px(92)
                height: Theme.px(112)
                radius: Theme.radiusControl
                color: Theme.paper
                border.width: index === root.digits.length ? Theme.px(5) : Theme.borderThin
                border.color: index === root.digits.length ? Theme.brand : Theme.lineStrong

                Text {
                    anchors.centerIn: parent
                    text: root.digits.charAt(parent.index)
                    color: Theme.ink
                    font.family: Theme.family
                    font.weight: Font.Bold
                    font.pixelSize: Theme.px(54)
                    Accessible.ignored: true
                }
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

                objectName: modelData === "ok" ? "identify.ok" : "identify.key." + modelData
                width: Theme.px(200)
                height: Theme.buttonHeight
                kind: modelData === "ok" ? "primary" : "plain"
                enabled: modelData !== "ok" || root.digits.length === root.length
                labelSize: modelData === "ok" ? Theme.capped(34, 1.2) : Theme.px(44)
                iconLeft: modelData === "erase" ? "delete" : ""
                text: modelData === "ok" ? Tr.t("identify.ok") : modelData === "erase" ? "" : modelData
                Accessible.name: modelData === "erase" ? Tr.t("identify.erase") : text
                autoRepeat: modelData === "erase"
                onClicked: root.press(modelData)
            }
        }
    }
}
