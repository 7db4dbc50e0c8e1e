pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// A small upright control of the bottom bar: an icon over one or two words that always fit.
Tappable {
    id: control

    property string iconName
    property bool active: false

    readonly property color inkColor: control.active ? Theme.brand : Theme.ink

    face: control.active ? Theme.tint : Theme.paper
    facePressed: Theme.tintPressed
    outline: control.active ? Theme.brand : Theme.lineStrong
    outlineWidth: control.active ? Theme.borderStrong : Theme.borderThin
    leftPadding: Theme.px(14)
    rightPadding: Theme.px(14)
    topPadding: Theme.px(14)
    bottomPadding: Theme.px(12)
    implicitWidth: Math.max(Theme.px(116), implicitContentWidth + leftPadding + rightPadding)
    implicitHeight: Math.max(Theme.buttonHeight, implicitContentHeight + topPadding + bottomPadding)

    Accessible.checkable: true
    Accessible.checked: control.active

    contentItem: Item {
        implicitWidth: label.implicitWidth
        implicitHeight: icon.height + label.implicitHeight + Theme.px(4)

        Icon {
            id: icon

            anchors.horizontalCenter: parent.horizontalCenter
            y: (parent.height - parent.implicitHeight) / 2
            name: control.iconName
            size: Theme.capped(46, 1.2)
            color: control.inkColor
        }

        Text {
            id: label

            anchors.horizontalCenter: parent.horizontalCenter
            anchors.top: icon.bottom
            anchors.topMargin: Theme.px(4)
            text: control.text
            color: control.inkColor
            font.family: Theme.family
            font.weight: Font.Medium
            font.pixelSize: Theme.small
            textFormat: Text.PlainText
            Accessible.ignored: true
        }
    }
}
