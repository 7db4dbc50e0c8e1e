pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// A button with a word or two. Its label shrinks a little, then takes a second line and the button grows: it never
// leaves the button and is never cut off.
Tappable {
    id: control

    property string kind: "secondary"
    property string iconLeft
    property string iconRight
    property bool busy: false
    property real labelSize: Theme.type(33)

    readonly property bool filled: control.kind === "primary"
    readonly property bool off: !control.enabled
    readonly property color inkColor: control.off ? Theme.disabledInk : control.filled ? Theme.brandInk : control.kind === "help" || control.kind === "plain" ? Theme.ink : control.kind === "danger" ? Theme.bad : Theme.brand
    readonly property real iconSize: Math.min(control.labelSize * 1.32, Theme.px(60))
    readonly property real iconsWidth: (control.leftIcon === "" ? 0 : control.iconSize + control.spacing) + (control.iconRight === "" ? 0 : control.iconSize + control.spacing)
    readonly property string leftIcon: control.busy ? "loader-circle" : control.iconLeft
    readonly property real room: Math.max(1, control.availableWidth - control.iconsWidth)
    readonly property real smallest: 0.86
    readonly property bool wraps: metrics.advanceWidth * control.smallest > control.room
    readonly property real factor: control.wraps ? control.smallest : Math.min(1, control.room / Math.max(1, metrics.advanceWidth))

    readonly property alias label: label

    spacing: Theme.px(18)
    leftPadding: control.kind === "quiet" ? Theme.px(16) : Theme.px(34)
    rightPadding: leftPadding
    topPadding: Theme.px(18)
    bottomPadding: Theme.px(18)
    implicitHeight: Math.max(Theme.buttonHeight, implicitContentHeight + topPadding + bottomPadding)

    face: control.off ? (control.kind === "quiet" ? "transparent" : Theme.disabled) : control.filled ? Theme.brand : control.kind === "help" ? Theme.goldTint : control.kind === "quiet" ? "transparent" : Theme.paper
    facePressed: control.filled ? Theme.brandPressed : control.kind === "help" ? Theme.goldPressed : control.kind === "danger" ? Theme.badPressed : control.kind === "plain" ? Theme.pressed : Theme.tintPressed
    outline: control.off ? (Theme.highContrast && control.kind !== "quiet" ? Theme.disabledInk : "transparent") : control.filled ? Theme.brand : control.kind === "help" ? Theme.gold : control.kind === "danger" ? Theme.bad : control.kind === "quiet" ? "transparent" : control.kind === "plain" ? Theme.lineStrong : Theme.brand
    outlineWidth: control.kind === "plain" ? Theme.borderThin : Theme.borderStrong

    Accessible.name: control.busy ? control.text + ", " + Tr.t("ui.busy") : control.text

    TextMetrics {
        id: metrics

        font.family: Theme.family
        font.weight: Font.DemiBold
        font.pixelSize: control.labelSize
        text: control.text
    }

    contentItem: Item {
        implicitWidth: Math.ceil(metrics.advanceWidth) + control.iconsWidth + 2
        implicitHeight: Math.max(label.implicitHeight, control.iconSize)

        Row {
            anchors.centerIn: parent
            spacing: control.spacing

            Loader {
                active: control.leftIcon !== ""
                visible: active
                anchors.verticalCenter: parent.verticalCenter
                sourceComponent: control.busy ? spinner : leading
            }

            Text {
                id: label

                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(control.room, Math.ceil(metrics.advanceWidth * control.factor) + 2)
                text: control.text
                color: control.inkColor
                font.family: Theme.family
                font.weight: Font.DemiBold
                font.pixelSize: Math.floor(control.labelSize * control.factor)
                lineHeight: control.wraps ? 1.12 : 1
                horizontalAlignment: control.wraps && control.iconsWidth === 0 ? Text.AlignHCenter : Text.AlignLeft
                textFormat: Text.PlainText
                wrapMode: control.wraps ? Text.Wrap : Text.NoWrap
                Accessible.ignored: true
            }

            Icon {
                visible: control.iconRight !== ""
                anchors.verticalCenter: parent.verticalCenter
                name: control.iconRight
                size: control.iconSize
                color: control.inkColor
            }
        }
    }

    Component {
        id: leading

        Icon {
            name: control.iconLeft
            size: control.iconSize
            color: control.inkColor
        }
    }

    Component {
        id: spinner

        Spinner {
            size: control.iconSize
            color: control.inkColor
        }
    }
}
