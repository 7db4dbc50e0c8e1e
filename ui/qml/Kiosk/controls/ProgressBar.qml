pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// How far a thing has come, 0 to 1. Below 0 the share is not known: a piece walks along in slow steps.
Rectangle {
    id: root

    property real value: 0
    property color tint: Theme.brand
    property int at: 0

    readonly property bool known: root.value >= 0

    implicitWidth: Theme.px(400)
    implicitHeight: Theme.px(20)
    Layout.fillWidth: true
    radius: height / 2
    color: Theme.highContrast ? Theme.paper : Theme.line
    border.width: Theme.highContrast ? Theme.borderThin : 0
    border.color: Theme.line

    Accessible.role: Accessible.ProgressBar
    Accessible.name: root.known ? Tr.f("ui.progress", {
        n: Math.round(root.value * 100)
    }) : Tr.t("ui.busy")

    Rectangle {
        readonly property real share: Math.max(0, Math.min(1, root.value))

        x: root.known ? 0 : root.at * root.width / 5
        width: root.known ? (share === 0 ? 0 : Math.max(height, root.width * share)) : root.width / 5
        height: parent.height
        radius: height / 2
        color: root.tint

        Behavior on width {
            enabled: root.known && Theme.motion > 0

            NumberAnimation {
                duration: Theme.motion
            }
        }
    }

    Timer {
        running: !root.known && root.visible && !Theme.reducedMotion
        interval: 400
        repeat: true
        onTriggered: root.at = (root.at + 1) % 5
    }
}
