pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// A heading whose lines are about equally long: no single word is left alone on the last line.
Item {
    id: root

    property string text
    property string role: "title"
    property color color: Theme.ink
    property bool centred: false

    readonly property int lines: probe.item ? Math.max(1, (probe.item as AppText).lineCount) : 1
    // Narrower than the space that is there, as long as it needs no line more.
    readonly property real balanced: Math.min(root.width, !probe.item || Math.ceil((probe.item as AppText).contentWidth / root.lines) === 0 ? root.width : metrics.advanceWidth / root.lines * 1.12 + shown.font.pixelSize)

    implicitWidth: Math.ceil(metrics.advanceWidth) + 1
    implicitHeight: shown.implicitHeight

    TextMetrics {
        id: metrics

        font: shown.font
        text: root.text
    }

    // What has room on one line is not laid out twice to learn that.
    Loader {
        id: probe

        visible: false
        active: root.width > 0 && (metrics.advanceWidth > root.width - 1 || root.text.indexOf("\n") >= 0)
        sourceComponent: AppText {
            width: root.width
            role: root.role
            text: root.text
        }
    }

    Loader {
        id: narrow

        visible: false
        active: root.lines > 1
        sourceComponent: AppText {
            width: root.balanced
            role: root.role
            text: root.text
        }
    }

    AppText {
        id: shown

        // Never narrower than the longest word.
        width: narrow.item && (narrow.item as AppText).lineCount === root.lines && (narrow.item as AppText).contentWidth <= root.balanced ? root.balanced : root.width
        x: root.centred ? (root.width - width) / 2 : 0
        role: root.role
        color: root.color
        text: root.text
        horizontalAlignment: root.centred ? Text.AlignHCenter : Text.AlignLeft
    }
}
