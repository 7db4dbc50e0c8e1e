pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// A mark, a heading and a few lines in the middle of an otherwise empty page.
Item {
    id: root

    property string iconName
    property string tone: "info"
    property string title
    property var lines: []
    property bool small: false
    property string warning

    // Large words need the room on a low screen.
    readonly property real mark: Theme.px(root.small || (Theme.landscape && Theme.largeText) ? 120 : 200)

    implicitHeight: column.implicitHeight

    ColumnLayout {
        id: column

        anchors.centerIn: parent
        width: Math.min(parent.width, Theme.px(900))
        spacing: Theme.px(32)

        Rectangle {
            Layout.alignment: Qt.AlignHCenter
            Layout.preferredWidth: root.mark
            Layout.preferredHeight: root.mark
            radius: width / 2
            color: Theme.stateTint(root.tone)
            border.width: Theme.highContrast ? Theme.borderThin : 0
            border.color: Theme.stateInk(root.tone)

            Icon {
                anchors.centerIn: parent
                name: root.iconName
                size: root.mark * 0.56
                color: Theme.stateInk(root.tone)
            }
        }

        Heading {
            Layout.fillWidth: true
            centred: true
            role: root.small ? "section" : "title"
            text: root.title
        }

        Repeater {
            model: root.lines

            AppText {
                required property string modelData

                Layout.fillWidth: true
                visible: text !== ""
                horizontalAlignment: Text.AlignHCenter
                color: Theme.soft
                text: modelData
            }
        }

        Banner {
            visible: root.warning !== ""
            Layout.topMargin: Theme.px(16)
            tone: "warn"
            iconName: "id-card"
            lead: root.warning
        }
    }
}
