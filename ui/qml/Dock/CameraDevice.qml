pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The document camera: lay one page after another under it, or take away what lies there.
DeviceFrame {
    id: root

    iconName: "camera"

    Flow {
        Layout.fillWidth: true
        spacing: Theme.px(12)

        Repeater {
            model: root.device.papers

            Chip {
                required property var modelData

                objectName: "sheet_" + modelData.key
                text: Words.named("scanner.paper", modelData.key)
                selected: root.device.paper === modelData.key
                onClicked: root.device.choose_paper(modelData.key)
            }
        }
    }

    RowLayout {
        visible: root.device.view.lies.name !== undefined
        Layout.fillWidth: true
        spacing: Theme.px(12)

        AppText {
            Layout.fillWidth: true
            role: "secondary"
            color: Theme.soft
            text: visible ? Words.f("camera.on_table", {
                name: Words.sheet(root.device.view.lies)
            }) : ""
        }

        LinkWord {
            objectName: "takeSheet"
            text: Words.t("camera.take")
            onClicked: root.device.take_away()
        }
    }

    DockButton {
        objectName: "lay"
        kind: "primary"
        iconLeft: "arrow-down-to-line"
        text: root.device.view.next.of > 1 ? Words.f("camera.lay_page", {
            n: root.device.view.next.page,
            of: root.device.view.next.of
        }) : Words.t("camera.lay")
        onClicked: root.device.lay()
    }

    DockButton {
        objectName: "plugCamera"
        visible: !root.device.view.plugged
        text: Words.t("camera.plug")
        onClicked: root.device.act("plug")
    }
}
