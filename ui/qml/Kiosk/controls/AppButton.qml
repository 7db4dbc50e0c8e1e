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
    property bool leftAligned: false
    property real labelSize: Theme.type(33)

    readonly property bool off: !control.enabled
    readonly property color inkColor: {
        if (control.off)
            return Theme.disabledInk;
        switch (control.kind) {
        case "primary":
            return Theme.brandInk;
        case "help":
        case "plain":
            return Theme.ink;
        case "danger":
            return Theme.bad;
        case "gold":
            return Theme.goldInk;
        case "staff":
            return Theme.staffInk;
        default:
            return Theme.brand;
        }
    }
    readonly property real iconSize: Math.min(control.labelSize * 1.32, Theme.px(60))
    readonly property real iconsWidth: (control.busy || control.iconLeft !== "" ? control.iconSize + control.spacing : 0) + (control.iconRight === "" ? 0 : control.iconSize + control.spacing)

    spacing: Theme.px(18)
    horizontalPadding: control.kind === "quiet" ? Theme.px(16) : Theme.px(34)
    verticalPadding: Theme.px(18)
    implicitHeight: Math.max(Theme.buttonHeight, implicitContentHeight + topPadding + bottomPadding)

    face: {
        if (control.kind === "quiet")
            return "transparent";
        if (control.off)
            return Theme.disabled;
        switch (control.kind) {
        case "primary":
            return Theme.brand;
        case "help":
            return Theme.goldTint;
        case "gold":
            return Theme.gold;
        case "staff":
            return Theme.staffPaper;
        default:
            return Theme.paper;
        }
    }
    facePressed: {
        switch (control.kind) {
        case "primary":
            return Theme.brandPressed;
        case "help":
            return Theme.goldPressed;
        case "gold":
            return Qt.darker(Theme.gold, 1.15);
        case "staff":
            return Qt.lighter(Theme.staffPaper, 1.35);
        case "danger":
            return Theme.badPressed;
        case "plain":
            return Theme.pressed;
        default:
            return Theme.tintPressed;
        }
    }
    outline: {
        if (control.kind === "quiet")
            return "transparent";
        if (control.off)
            return Theme.highContrast ? Theme.disabledInk : "transparent";
        switch (control.kind) {
        case "help":
        case "gold":
            return Theme.gold;
        case "danger":
            return Theme.bad;
        case "plain":
            return Theme.lineStrong;
        case "staff":
            return Theme.staffLine;
        default:
            return Theme.brand;
        }
    }
    outlineWidth: control.kind === "plain" ? Theme.borderThin : Theme.borderStrong

    Accessible.name: control.busy ? control.text + ", " + Tr.t("ui.busy") : control.text

    TextMetrics {
        id: metrics

        font.family: Theme.family
        font.weight: Font.DemiBold
        font.pixelSize: control.labelSize
        text: control.text
    }

    // A button that is not seen has no content yet: a screen has many that come only with a state.
    contentItem: Item {
        implicitWidth: Math.ceil(metrics.advanceWidth) + control.iconsWidth + 2
        implicitHeight: Math.max(content.implicitHeight, control.iconSize)

        Loader {
            id: content

            anchors.verticalCenter: parent.verticalCenter
            x: control.leftAligned ? 0 : (parent.width - width) / 2
            active: control.visible || item !== null
            sourceComponent: words
        }
    }

    Component {
        id: words

        Row {
            id: line

            readonly property real room: Math.max(1, control.availableWidth - control.iconsWidth)
            readonly property real smallest: 0.86
            readonly property bool wraps: metrics.advanceWidth * line.smallest > line.room
            readonly property real factor: line.wraps ? line.smallest : Math.min(1, line.room / Math.max(1, metrics.advanceWidth))

            spacing: control.spacing

            Loader {
                active: control.busy || control.iconLeft !== ""
                visible: active
                anchors.verticalCenter: parent.verticalCenter
                sourceComponent: control.busy ? spinner : leading
            }

            Text {
                objectName: "label"
                anchors.verticalCenter: parent.verticalCenter
                width: Math.min(line.room, Math.ceil(metrics.advanceWidth * line.factor) + 2)
                text: control.text
                color: control.inkColor
                font.family: Theme.family
                font.weight: Font.DemiBold
                font.pixelSize: Math.floor(control.labelSize * line.factor)
                lineHeight: line.wraps ? 1.12 : 1
                horizontalAlignment: line.wraps && control.iconsWidth === 0 ? Text.AlignHCenter : Text.AlignLeft
                textFormat: Text.PlainText
                wrapMode: line.wraps ? Text.Wrap : Text.NoWrap
                Accessible.ignored: true
            }

            Loader {
                active: control.iconRight !== ""
                visible: active
                anchors.verticalCenter: parent.verticalCenter
                sourceComponent: trailing
            }
        }
    }

    Component {
        id: leading

        Icon {
            name: control.iconLeft
            size: control.iconSize
            color: control.kind === "staff" && !control.off ? Theme.gold : control.inkColor
        }
    }

    Component {
        id: trailing

        Icon {
            name: control.iconRight
            size: control.iconSize
            color: control.inkColor
        }
    }

    Component {
        id: spinner

        Spinner {
            size: control.iconSize
            color: control.kind === "staff" && !control.off ? Theme.gold : control.inkColor
        }
    }
}
