import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// One point of what somebody agrees to: a mark, what it is about in bold, and what is said of it.
RowLayout {
    id: point

    property string iconName
    property string title
    property string text

    Layout.fillWidth: true
    Layout.alignment: Qt.AlignTop
    spacing: Theme.px(28)

    Rectangle {
        Layout.alignment: Qt.AlignTop
        Layout.preferredWidth: Theme.px(80)
        Layout.preferredHeight: Theme.px(80)
        radius: Theme.px(22)
        color: Theme.tint

        Icon {
            anchors.centerIn: parent
            name: point.iconName
            color: Theme.brand
        }
    }

    ColumnLayout {
        Layout.fillWidth: true
        spacing: Theme.px(4)

        AppText {
            Layout.fillWidth: true
            strong: true
            text: point.title
        }

        AppText {
            Layout.fillWidth: true
            text: point.text
        }
    }
}
