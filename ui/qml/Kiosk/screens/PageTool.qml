pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// One thing to do with the page that is looked at: an icon above a word or two.
Tappable {
    id: control

    property string iconName
    property bool danger: false

    readonly property color inkColor: !control.enabled ? Theme.disabledInk : control.danger ? Theme.bad : Theme.brand

    padding: Theme.px(10)
    face: control.enabled ? Theme.paper : Theme.disabled
    facePressed: Theme.tintPressed
    outline: control.enabled ? control.inkColor : Theme.highContrast ? Theme.disabledInk : "transparent"
    outlineWidth: Theme.borderThin
    implicitHeight: Math.max(Theme.landscape || Theme.reach ? Theme.px(104) : Theme.buttonHeight, implicitContentHeight + topPadding + bottomPadding)

    contentItem: Item {
        implicitWidth: Theme.px(140)
        implicitHeight: column.implicitHeight

        Column {
            id: column

            anchors.centerIn: parent
            width: parent.width
            spacing: Theme.px(4)

            Icon {
                anchors.horizontalCenter: parent.horizontalCenter
                name: control.iconName
                size: Theme.px(46)
                color: control.inkColor
            }

            Text {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: control.text
                color: control.inkColor
                font.family: Theme.family
                font.weight: Font.DemiBold
                font.pixelSize: Theme.capped(26, Theme.landscape || Theme.reach ? 1.1 : 1.3)
                textFormat: Text.PlainText
                wrapMode: Text.Wrap
                Accessible.ignored: true
            }
        }
    }
}
