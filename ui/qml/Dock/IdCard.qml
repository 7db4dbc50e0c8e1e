pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The front of a fictional card: whose it is, and the six digits that are typed when the chip asks for them.
Rectangle {
    id: root

    required property var person
    property bool lies: false

    Layout.fillWidth: true
    implicitHeight: row.implicitHeight + Theme.px(32)
    radius: Theme.px(22)
    color: root.lies ? Theme.okTint : Theme.tint
    border.width: root.lies ? Theme.px(4) : Theme.borderThin
    border.color: root.lies ? Theme.ok : Theme.lineStrong

    RowLayout {
        id: row

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: Theme.px(22)
        anchors.rightMargin: Theme.px(22)
        spacing: Theme.px(20)

        Rectangle {
            Layout.preferredWidth: Theme.px(84)
            Layout.preferredHeight: Theme.px(108)
            radius: Theme.px(12)
            color: Theme.paper
            border.width: Theme.borderThin
            border.color: Theme.line

            Icon {
                anchors.centerIn: parent
                name: "user"
                size: Theme.px(60)
                color: Theme.soft
            }
        }

        ColumnLayout {
            Layout.fillWidth: true
            spacing: Theme.px(2)

            AppText {
                Layout.fillWidth: true
                role: "small"
                strong: true
                color: Theme.brand
                wrapMode: Text.NoWrap
                elide: Text.ElideRight
                text: Words.t("card.document")
            }

            AppText {
                Layout.fillWidth: true
                role: "secondary"
                strong: true
                text: root.person.name
            }

            AppText {
                role: "secondary"
                color: Theme.soft
                font.features: {
                    "tnum": 1
                }
                text: root.person.number
            }
        }

        ColumnLayout {
            spacing: 0

            AppText {
                Layout.alignment: Qt.AlignHCenter
                role: "small"
                color: Theme.soft
                text: Words.t("card.can")
            }

            Rectangle {
                implicitWidth: can.implicitWidth + Theme.px(28)
                implicitHeight: can.implicitHeight + Theme.px(12)
                radius: Theme.px(12)
                color: Theme.goldTint
                border.width: Theme.borderThin
                border.color: Theme.gold

                AppText {
                    id: can

                    objectName: "can"
                    anchors.centerIn: parent
                    font.weight: Font.Bold
                    font.letterSpacing: Theme.px(3)
                    lineHeight: 1
                    text: root.person.can
                }
            }
        }
    }
}
