pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// A code to read out or write down, large and in groups; it breaks between groups only.
Item {
    id: root

    property string label
    property string code
    property real size: Theme.type(54)
    property bool centred: false

    // "G06-20261121-0000042" keeps its hyphens at the end of each group; spaces separate groups too.
    readonly property var groups: root.code.match(/[^-\s]+-?/g) || []
    readonly property real factor: Math.min(1, Math.max(0.72, root.width / Math.max(1, metrics.advanceWidth + Theme.px(4))))

    implicitWidth: Math.max(caption.implicitWidth, metrics.advanceWidth + Theme.px(8))
    implicitHeight: column.implicitHeight
    Layout.fillWidth: true

    Accessible.role: Accessible.StaticText
    Accessible.name: root.label + ": " + root.code.split("").join(" ")

    TextMetrics {
        id: metrics

        font.family: Theme.family
        font.weight: Font.Bold
        font.pixelSize: root.size
        text: root.groups.join(" ").replace(/- /g, "-")
    }

    ColumnLayout {
        id: column

        width: parent.width
        spacing: Theme.px(4)

        AppText {
            id: caption

            visible: text !== ""
            Layout.fillWidth: true
            role: "secondary"
            color: Theme.soft
            text: root.label
            horizontalAlignment: root.centred ? Text.AlignHCenter : Text.AlignLeft
            Accessible.ignored: true
        }

        Flow {
            Layout.fillWidth: !root.centred
            Layout.maximumWidth: root.width
            Layout.alignment: root.centred ? Qt.AlignHCenter : Qt.AlignLeft

            Repeater {
                model: root.groups

                Text {
                    required property string modelData
                    required property int index

                    text: modelData
                    rightPadding: modelData.endsWith("-") || index === root.groups.length - 1 ? 0 : font.pixelSize * 0.32
                    color: Theme.ink
                    font.family: Theme.family
                    font.weight: Font.Bold
                    font.pixelSize: Math.floor(root.size * root.factor)
                    textFormat: Text.PlainText
                    Accessible.ignored: true
                }
            }
        }
    }
}
