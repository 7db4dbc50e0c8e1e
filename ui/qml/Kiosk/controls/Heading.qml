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

    readonly property int lines: Math.max(1, probe.lineCount)
    // Narrower than the space that is there, as long as it needs no line more.
    readonly property real balanced: Math.min(root.width, Math.ceil(probe.contentWidth / root.lines) === 0 ? root.width : metrics.advanceWidth / root.lines * 1.12 + probe.font.pixelSize)

    implicitWidth: Math.ceil(metrics.advanceWidth) + 1
    implicitHeight: shown.implicitHeight

    TextMetrics {
        id: metrics

        font: probe.font
        text: root.text
    }

    AppText {
        id: probe

        visible: false
        width: root.width
        role: root.role
        text: root.text
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
