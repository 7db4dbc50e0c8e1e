pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// What can be broken in a device.
Flow {
    id: root

    required property var device

    Layout.fillWidth: true
    spacing: Theme.px(12)

    Repeater {
        model: root.device.faults

        FaultButton {
            required property var modelData

            device: root.device
            fault: modelData
            active: root.device.view.broken.some(item => item.name === modelData.name)
        }
    }
}
