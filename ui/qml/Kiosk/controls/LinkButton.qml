pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// An underlined action inside a row ("Thay đổi"), with the full touch target round it.
Tappable {
    id: control

    property color color: Theme.brand

    face: "transparent"
    facePressed: Theme.tintPressed
    outline: "transparent"
    outlineWidth: 0
    radius: Theme.radiusSmall
    leftPadding: Theme.px(12)
    rightPadding: Theme.px(12)

    Accessible.role: Accessible.Link

    contentItem: Item {
        implicitWidth: label.implicitWidth
        implicitHeight: label.implicitHeight + Theme.px(8)

        Text {
            id: label

            anchors.verticalCenter: parent.verticalCenter
            width: parent.width
            text: control.text
            color: control.enabled ? control.color : Theme.disabledInk
            font.family: Theme.family
            font.weight: Font.DemiBold
            font.pixelSize: Theme.body
            font.underline: true
            horizontalAlignment: Text.AlignHCenter
            textFormat: Text.PlainText
            wrapMode: Text.WordWrap
            Accessible.ignored: true
        }
    }
}
