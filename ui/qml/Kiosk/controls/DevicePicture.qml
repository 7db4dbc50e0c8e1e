pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// Where the card goes, where the papers go, where the slip comes out. kind: card (laid down), slot (pushed in), scanner,
// printer.
// The thing and an arrow move in three slow steps; with reduced motion they stand still.
Item {
    id: root

    property string kind: "card"
    property bool moving: true
    property string caption: Tr.t("ui.place." + root.kind)
    property int phase: 0

    readonly property real scaleUnit: root.width / 640
    readonly property string shades: Theme.highContrast ? "high" : "light"
    readonly property bool slot: root.kind === "slot"
    readonly property bool card: root.kind === "card" || root.slot
    readonly property bool itemInFront: root.kind === "card"
    // How far the thing travels in a step, in drawing units; every device is fed or empties downwards.
    readonly property real stride: root.slot ? 24 : root.card ? 12 : 10
    readonly property bool still: Theme.reducedMotion || !root.moving

    implicitWidth: Theme.px(560)
    implicitHeight: root.width * 440 / 640 + (label.inside ? 0 : label.height + Theme.px(12))
    Layout.alignment: Qt.AlignHCenter

    Accessible.role: Accessible.Graphic
    Accessible.name: Tr.t("ui.picture." + root.kind)

    component Layer: Image {
        required property string part

        width: root.width
        height: root.width * 440 / 640
        source: "image://device/" + root.kind + "-" + part + "/" + root.shades
        sourceSize: Qt.size(width, height)
        Accessible.ignored: true
    }

    Layer {
        part: "base"
        z: 1
    }

    Layer {
        part: "item"
        z: root.itemInFront || root.kind === "printer" ? 2 : 0
        y: (root.still ? 1 : root.phase) * root.stride * root.scaleUnit
    }

    Rectangle {
        id: badge

        z: 3
        width: 76 * root.scaleUnit
        height: width
        radius: width / 2
        x: (root.slot ? 476 : root.card ? 456 : 446) * root.scaleUnit
        y: ((root.slot ? 96 : root.card ? 132 : root.kind === "scanner" ? 104 : 250) + (root.still ? 1 : root.phase) * root.stride) * root.scaleUnit
        color: Theme.gold
        border.width: Theme.borderStrong
        border.color: Theme.goldInk

        Icon {
            anchors.centerIn: parent
            name: "arrow-down"
            size: badge.width * 0.66
            color: Theme.goldInk
        }
    }

    Text {
        id: label

        readonly property bool inside: root.card

        z: 3
        x: inside ? 126 * root.scaleUnit : 0
        y: inside ? 260 * root.scaleUnit : root.width * 440 / 640 + Theme.px(12)
        width: inside ? (root.slot ? 388 : 334) * root.scaleUnit : root.width
        height: inside ? 112 * root.scaleUnit : implicitHeight
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        text: root.caption
        color: inside ? Theme.staffInk : Theme.ink
        font.family: Theme.family
        font.weight: Font.DemiBold
        font.pixelSize: inside ? Math.max(1, 30 * root.scaleUnit) : Theme.body
        fontSizeMode: inside ? Text.Fit : Text.FixedSize
        minimumPixelSize: Theme.px(20)
        textFormat: Text.PlainText
        wrapMode: Text.WordWrap
        Accessible.ignored: true
    }

    Timer {
        running: root.visible && !root.still
        interval: 450
        repeat: true
        onTriggered: root.phase = (root.phase + 1) % 4
    }
}
