pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// The ring round the control that has the keyboard's focus: gold, and dark inside so that it shows on any ground.
Item {
    id: root

    property real radius: Theme.radiusControl

    anchors.fill: parent

    Rectangle {
        anchors.fill: parent
        anchors.margins: -Theme.px(10)
        radius: root.radius + Theme.px(10)
        color: "transparent"
        border.width: Theme.borderFocus
        border.color: Theme.focus
    }

    Rectangle {
        anchors.fill: parent
        anchors.margins: -Theme.px(4)
        radius: root.radius + Theme.px(4)
        color: "transparent"
        border.width: Theme.px(4)
        border.color: Theme.focusInk
    }
}
