pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// A QR code on white with its quiet zone, in both contrasts: phones read dark on light.
Rectangle {
    id: root

    property url source
    property real size: Theme.px(300)
    property string name: Tr.t("ui.qr")

    implicitWidth: root.size
    implicitHeight: root.size
    radius: Theme.radiusSmall
    color: "#FFFFFF"
    border.width: Theme.borderThin
    border.color: Theme.line

    Accessible.role: Accessible.Graphic
    Accessible.name: root.name

    Image {
        anchors.fill: parent
        anchors.margins: root.size * 0.06
        source: root.source
        fillMode: Image.PreserveAspectFit
        smooth: false
        cache: false
        Accessible.ignored: true
    }
}
