pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// The card reader: choose a person, lay the card on the reader, take it away.
DeviceFrame {
    id: root

    readonly property bool lies: root.device.view.lies !== ""
    readonly property bool same: root.device.view.lies === root.device.view.chosen

    iconName: "nfc"

    Flow {
        Layout.fillWidth: true
        spacing: Theme.px(12)

        Repeater {
            model: root.device.people

            Chip {
                required property var modelData

                objectName: "person_" + modelData.key
                text: Words.named("card.person", modelData.key)
                hint: modelData.name
                selected: root.device.view.chosen === modelData.key
                onClicked: root.device.choose(modelData.key)
            }
        }
    }

    IdCard {
        person: root.device.view.card
        lies: root.lies && root.same
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.px(16)

        DockButton {
            objectName: "putCard"
            visible: !root.lies || !root.same
            kind: "primary"
            iconLeft: "arrow-down-to-line"
            text: Words.t(root.lies ? "card.swap" : "card.put")
            onClicked: root.device.put()
        }

        DockButton {
            objectName: "removeCard"
            visible: root.lies
            iconLeft: "arrow-up-from-line"
            text: Words.t("card.remove")
            onClicked: root.device.remove()
        }
    }
}
