pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// One answer to check: what was asked, what was answered, and the link that changes it.
Item {
    id: root

    property string label
    property string value
    property string note
    property string actionText
    property bool last: false

    readonly property bool stacked: Theme.largeText || root.width < Theme.px(700)

    signal action

    implicitWidth: Theme.px(700)
    implicitHeight: Math.max(Theme.minTarget + Theme.px(8), row.implicitHeight + Theme.px(20))
    Layout.fillWidth: true

    Accessible.role: Accessible.ListItem
    Accessible.name: root.label + ": " + root.value

    RowLayout {
        id: row

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.px(24)

        GridLayout {
            Layout.fillWidth: true
            columns: root.stacked ? 1 : 2
            columnSpacing: Theme.px(24)
            rowSpacing: 0

            AppText {
                Layout.preferredWidth: root.stacked ? -1 : root.width * 0.31
                Layout.fillWidth: root.stacked
                Layout.alignment: Qt.AlignTop
                text: root.label
                color: Theme.soft
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0

                AppText {
                    Layout.fillWidth: true
                    strong: true
                    text: root.value
                    wrapMode: Text.Wrap
                }

                AppText {
                    visible: text !== ""
                    Layout.fillWidth: true
                    role: "secondary"
                    color: Theme.soft
                    text: root.note
                }
            }
        }

        Loader {
            visible: active
            active: root.actionText !== ""
            sourceComponent: LinkButton {
                objectName: root.objectName === "" ? "change" : root.objectName + "Change"
                text: root.actionText
                Accessible.name: root.actionText + ": " + root.label
                onClicked: root.action()
            }
        }
    }

    Rectangle {
        visible: !root.last
        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.borderThin
        color: Theme.line
    }
}
