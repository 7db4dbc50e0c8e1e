pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// A small action inside a line of text.
Tappable {
    id: control

    property string iconName
    property string role: "secondary"
    property color color: Theme.brand

    face: control.hovered ? Theme.tint : "transparent"
    facePressed: Theme.tintPressed
    outline: "transparent"
    outlineWidth: 0
    radius: Theme.radiusSmall
    padding: 0
    leftPadding: Theme.px(12)
    rightPadding: Theme.px(12)
    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    implicitHeight: Math.max(Theme.px(52), implicitContentHeight)
    hoverEnabled: true

    contentItem: Item {
        implicitWidth: row.implicitWidth
        implicitHeight: row.implicitHeight

        Row {
            id: row

            anchors.centerIn: parent
            spacing: Theme.px(10)

            Icon {
                visible: control.iconName !== ""
                anchors.verticalCenter: parent.verticalCenter
                name: control.iconName
                size: label.font.pixelSize * 1.25
                color: label.color
            }

            AppText {
                id: label

                anchors.verticalCenter: parent.verticalCenter
                role: control.role
                strong: true
                lineHeight: 1
                wrapMode: Text.NoWrap
                color: control.enabled ? control.color : Theme.disabledInk
                text: control.text
                Accessible.ignored: true
            }
        }
    }
}
