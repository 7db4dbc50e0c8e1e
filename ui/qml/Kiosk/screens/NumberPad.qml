pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Six digits in boxes and the keys to enter them. The digits live here only until they are sent.
GridLayout {
    id: root

    property string digits
    // Another way to give the number, told under the boxes where there is room beside the keys.
    property string hint

    readonly property bool side: Theme.landscape
    readonly property real boxWidth: Theme.px(root.side ? 74 : 92)
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

    columns: root.side ? 2 : 1
    columnSpacing: Theme.px(48)
    rowSpacing: Theme.px(28)

    ColumnLayout {
        Layout.alignment: Qt.AlignHCenter
        spacing: Theme.px(28)

        Row {
            Layout.alignment: Qt.AlignHCenter
            spacing: Theme.px(12)

            Accessible.role: Accessible.StaticText
            Accessible.name: Tr.f("identify.digits", {
                n: root.digits.length
            })

            Repeater {
                model: root.length

                Rectangle {
                    required property int index

                    width: root.boxWidth
                    height: Theme.px(root.side ? 96 : 112)
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

        AppText {
            visible: root.side && text !== ""
            Layout.preferredWidth: 6 * root.boxWidth + 5 * Theme.px(12)
            color: Theme.soft
            text: root.hint
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
                width: Theme.px(root.side ? 160 : 200)
                height: root.side ? Theme.minTarget : Theme.buttonHeight
                kind: modelData === "ok" ? "primary" : "plain"
                enabled: modelData !== "ok" || root.digits.length === root.length
                labelSize: modelData === "ok" ? Theme.capped(34, 1.2) : Theme.capped(46, 1.3)
                iconLeft: modelData === "erase" ? "delete" : ""
                text: modelData === "ok" ? Tr.t("identify.ok") : modelData === "erase" ? "" : modelData
                Accessible.name: modelData === "erase" ? Tr.t("identify.erase") : text
                autoRepeat: modelData === "erase"
                onClicked: root.press(modelData)
            }
        }
    }
}
