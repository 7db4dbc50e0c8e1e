pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// One step of a test: how it ended, how long it took, and what to do when it failed.
RowLayout {
    id: row

    required property var modelData

    Layout.fillWidth: true
    spacing: Theme.px(20)

    Accessible.role: Accessible.ListItem
    Accessible.name: row.modelData.text

    Icon {
        Layout.alignment: Qt.AlignTop
        Layout.preferredWidth: width
        Layout.preferredHeight: height
        name: row.modelData.passed ? "circle-check" : "circle-x"
        size: Theme.body * 1.35
        color: row.modelData.passed ? Theme.ok : Theme.bad
    }

    ColumnLayout {
        Layout.fillWidth: true
        spacing: 0

        AppText {
            Layout.fillWidth: true
            strong: !row.modelData.passed
            wrapMode: Text.Wrap
            text: row.modelData.text
            Accessible.ignored: true
        }

        AppText {
            visible: text !== ""
            Layout.fillWidth: true
            role: "small"
            color: Theme.soft
            wrapMode: Text.Wrap
            text: row.modelData.detail
        }

        AppText {
            visible: text !== ""
            Layout.fillWidth: true
            role: "secondary"
            text: row.modelData.remedy
        }
    }

    AppText {
        Layout.alignment: Qt.AlignTop
        role: "secondary"
        color: Theme.soft
        wrapMode: Text.NoWrap
        text: row.modelData.seconds
    }
}
