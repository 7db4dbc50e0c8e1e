pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The kiosk's button at the size of a desk's window.
AppButton {
    id: control

    Layout.fillWidth: true
    implicitHeight: Math.max(Theme.px(82), implicitContentHeight + topPadding + bottomPadding)
    labelSize: Theme.type(29)
    leftPadding: Theme.px(24)
    rightPadding: Theme.px(24)
    topPadding: Theme.px(10)
    bottomPadding: Theme.px(10)
    spacing: Theme.px(14)
    radius: Theme.px(20)
    outlineWidth: Theme.borderThin
    hoverEnabled: true
}
