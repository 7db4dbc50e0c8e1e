pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// One of a few choices, small enough for a mouse.
Tappable {
    id: control

    property bool selected: false
    property string iconName

    property color inkColor: !control.enabled ? Theme.disabledInk : control.selected ? Theme.brandInk : Theme.ink

    face: control.selected ? Theme.brand : control.hovered ? Theme.tint : Theme.paper
    facePressed: control.selected ? Theme.brandPressed : Theme.tintPressed
    outline: control.selected ? Theme.brand : Theme.lineStrong
    radius: height / 2
    leftPadding: Theme.px(21)
    rightPadding: Theme.px(21)
    topPadding: Theme.px(8)
    bottomPadding: Theme.px(8)
    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    implicitHeight: Math.max(Theme.px(58), implicitContentHeight + topPadding + bottomPadding)
    hoverEnabled: true

    Accessible.role: Accessible.RadioButton
    Accessible.checkable: true
    Accessible.checked: control.selected

    contentItem: Item {
        implicitWidth: row.implicitWidth
        implicitHeight: row.implicitHeight

        Row {
            id: row

            anchors.centerIn: parent
            spacing: Theme.px(12)

            Icon {
                visible: control.iconName !== ""
                anchors.verticalCenter: parent.verticalCenter
                name: control.iconName
                size: Theme.secondary * 1.2
                color: control.inkColor
            }

            AppText {
                anchors.verticalCenter: parent.verticalCenter
                role: "secondary"
                strong: true
                lineHeight: 1
                wrapMode: Text.NoWrap
                color: control.inkColor
                text: control.text
                Accessible.ignored: true
            }
        }
    }
}
