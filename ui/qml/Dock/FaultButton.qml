pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// A fault to set: its name, and its number where it takes one. Lit while it is in effect; then a tap ends it.
Row {
    id: root

    required property var device
    required property var fault
    property bool active: false

    spacing: Theme.px(6)

    Chip {
        objectName: "fault_" + root.fault.name
        text: Words.fault(root.device.kind, root.fault.name)
        hint: root.fault.words
        iconName: root.active ? "triangle-alert" : ""
        face: root.active ? Theme.bad : hovered ? Theme.tint : Theme.paper
        facePressed: root.active ? Theme.bad : Theme.tintPressed
        outline: root.active ? Theme.bad : Theme.lineStrong
        inkColor: root.active ? Theme.brandInk : Theme.ink
        Accessible.role: Accessible.Button
        Accessible.checkable: true
        Accessible.checked: root.active
        onClicked: {
            if (root.active)
                root.device.fault("clear", root.fault.name);
            else
                root.device.fault(root.fault.name, root.fault.takes ? number.text : "");
        }
    }

    Field {
        id: number

        objectName: "number_" + root.fault.name
        visible: root.fault.takes
        small: true
        width: Theme.px(root.fault.value.length > 3 ? 120 : 92)
        hint: root.fault.unit === "" ? Words.fault(root.device.kind, root.fault.name) : Words.named("unit", root.fault.unit)
        text: root.fault.value
        onAccepted: root.device.fault(root.fault.name, number.text)
    }

    AppText {
        visible: root.fault.unit !== ""
        anchors.verticalCenter: number.verticalCenter
        role: "small"
        color: Theme.soft
        wrapMode: Text.NoWrap
        text: root.fault.unit !== "" ? Words.named("unit", root.fault.unit) : ""
    }
}
