pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// What has been done, what is being done, what comes. steps: list of {text, state: done|current|coming|bad, detail?}.
ColumnLayout {
    id: root

    property var steps: []

    spacing: Theme.px(22)
    Layout.fillWidth: true
    Layout.fillHeight: false

    Accessible.role: Accessible.List

    Repeater {
        model: root.steps

        RowLayout {
            id: row

            required property var modelData
            readonly property string at: modelData.state

            Layout.fillWidth: true
            spacing: Theme.px(26)

            Accessible.role: Accessible.ListItem
            Accessible.name: modelData.text + ", " + Tr.t("ui.state." + at)

            Item {
                Layout.alignment: Qt.AlignTop
                Layout.preferredWidth: Theme.body * 1.45
                Layout.preferredHeight: Theme.body * 1.45

                Spinner {
                    visible: row.at === "current"
                    size: parent.width
                }

                Icon {
                    visible: row.at !== "current"
                    size: parent.width
                    name: row.at === "done" ? "circle-check" : row.at === "bad" ? "circle-x" : "circle-dashed"
                    color: row.at === "done" ? Theme.ok : row.at === "bad" ? Theme.bad : Theme.lineStrong
                }
            }

            AppText {
                Layout.fillWidth: true
                text: row.modelData.text
                strong: row.at === "current" || row.at === "bad"
                color: row.at === "coming" ? Theme.soft : row.at === "bad" ? Theme.bad : Theme.ink
                Accessible.ignored: true
            }

            AppText {
                visible: text !== ""
                text: row.modelData.detail || ""
                color: Theme.soft
                wrapMode: Text.NoWrap
                Accessible.ignored: true
            }
        }
    }
}
