pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// A short word about a state. state: ok, warn, bad, info, none.
Rectangle {
    id: root

    property string text
    property string tone: "none"
    property string iconName

    readonly property color inkColor: Theme.stateInk(root.tone)

    implicitWidth: row.implicitWidth + Theme.px(40)
    implicitHeight: Math.max(Theme.px(48), row.implicitHeight + Theme.px(12))
    radius: Math.min(height / 2, Theme.px(28))
    color: Theme.stateTint(root.tone)
    border.width: Theme.highContrast ? Theme.borderThin : 0
    border.color: root.inkColor

    Accessible.role: Accessible.StaticText
    Accessible.name: root.text

    Row {
        id: row

        anchors.centerIn: parent
        spacing: Theme.px(10)

        Loader {
            active: root.iconName !== ""
            visible: active
            anchors.verticalCenter: parent.verticalCenter
            sourceComponent: Icon {
                name: root.iconName
                size: Theme.small * 1.25
                color: root.inkColor
            }
        }

        Text {
            anchors.verticalCenter: parent.verticalCenter
            text: root.text
            color: root.inkColor
            font.family: Theme.family
            font.pixelSize: Theme.small
            font.weight: Font.DemiBold
            textFormat: Text.PlainText
            Accessible.ignored: true
        }
    }
}
