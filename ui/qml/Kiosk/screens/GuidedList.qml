pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// The tests that a technician does with the machine, each with how it ended the last time.
Card {
    id: root

    required property var tests

    flush: true
    spacing: 0

    Repeater {
        model: root.tests

        ListRow {
            required property var modelData
            required property int index

            objectName: "guided.open." + modelData.id
            first: index === 0
            last: index === root.tests.length - 1
            iconName: modelData.icon
            text: modelData.text
            subtitle: modelData.last
            onClicked: App.act("open_guide", {
                guide: modelData.id
            })
        }
    }
}
