pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// A question with radio cards. options: list of {id, text, note?, icon?, badge?, badgeTone?, enabled?}.
ColumnLayout {
    id: root

    property string label
    property var options: []
    property string current
    property int columns: 1
    property string error

    signal chosen(string id)

    spacing: Theme.px(16)
    Layout.fillWidth: true
    Layout.fillHeight: false

    Accessible.role: Accessible.Grouping
    Accessible.name: root.label

    AppText {
        visible: text !== ""
        Layout.fillWidth: true
        strong: true
        text: root.label
    }

    GridLayout {
        Layout.fillWidth: true
        columns: Theme.largeText ? 1 : root.columns
        columnSpacing: Theme.px(16)
        rowSpacing: Theme.px(16)
        uniformCellWidths: true

        Repeater {
            model: root.options

            ChoiceCard {
                required property var modelData

                objectName: "choice_" + modelData.id
                Layout.fillWidth: true
                Layout.fillHeight: true
                text: modelData.text
                note: modelData.note || ""
                iconName: modelData.icon || ""
                badge: modelData.badge || ""
                badgeTone: modelData.badgeTone || "info"
                enabled: modelData.enabled !== false
                selected: modelData.id === root.current
                onClicked: root.chosen(modelData.id)
            }
        }
    }

    AppText {
        visible: text !== ""
        Layout.fillWidth: true
        role: "secondary"
        strong: true
        color: Theme.bad
        text: root.error
    }
}
