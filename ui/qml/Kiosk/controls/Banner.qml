pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// One message across the page: an icon, what it is about in bold, and the rest. tone: ok, warn, bad, info.
Rectangle {
    id: root

    property string tone: "info"
    property string iconName: Theme.stateIcon(root.tone)
    property string lead
    property string text
    property bool plain: false
    default property alias extra: more.data

    readonly property color inkColor: Theme.stateInk(root.tone)

    Layout.fillWidth: true
    implicitWidth: Theme.px(600)
    implicitHeight: Math.max(Theme.px(104), row.implicitHeight + Theme.px(52))
    radius: Theme.radiusControl
    color: root.plain ? Theme.paper : Theme.stateTint(root.tone)
    border.width: Theme.borderThin
    border.color: root.plain ? Theme.line : root.tone === "warn" ? Theme.gold : root.inkColor

    Accessible.role: Accessible.AlertMessage
    Accessible.name: (root.lead + " " + root.text).trim()

    RowLayout {
        id: row

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: Theme.px(34)
        anchors.rightMargin: Theme.px(34)
        spacing: Theme.px(24)

        Icon {
            Layout.alignment: Qt.AlignTop
            Layout.topMargin: Math.max(0, (message.firstLine - height) / 2)
            Layout.preferredWidth: width
            Layout.preferredHeight: height
            name: root.iconName
            size: Math.min(Theme.body * 1.42, Theme.px(64))
            color: root.inkColor
        }

        ColumnLayout {
            spacing: Theme.px(12)

            AppText {
                id: message

                readonly property real firstLine: lineCount > 0 ? contentHeight / lineCount : 0

                Layout.fillWidth: true
                textFormat: Text.StyledText
                text: (root.lead === "" ? "" : "<b>" + Tr.escaped(root.lead) + "</b> ") + Tr.escaped(root.text)
                Accessible.ignored: true
            }

            ColumnLayout {
                id: more

                Layout.fillWidth: true
                visible: children.length > 0
                spacing: Theme.px(12)
            }
        }
    }
}
