pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The scanner: choose papers, lay them into the feeder or on the glass, take them out, free them when they are stuck.
DeviceFrame {
    id: root

    property bool single: root.device.paper !== ""
    readonly property int sheets: {
        const list = root.device.stacks;
        for (let i = 0; i < list.length; ++i) {
            if (list[i].key === root.device.stack)
                return list[i].sheets;
        }
        const singles = root.device.papers;
        for (let i = 0; i < singles.length; ++i) {
            if (singles[i].key === root.device.paper)
                return singles[i].pages;
        }
        return 0;
    }

    iconName: "scan-text"

    Flow {
        Layout.fillWidth: true
        spacing: Theme.px(12)

        Repeater {
            model: root.device.stacks

            Chip {
                required property var modelData

                objectName: "stack_" + modelData.key
                text: Words.named("scanner.stack", modelData.key)
                hint: modelData.key
                selected: root.device.stack === modelData.key
                onClicked: {
                    root.device.choose_stack(modelData.key);
                    root.single = false;
                }
            }
        }

        Chip {
            objectName: "single"
            text: Words.t("scanner.single")
            iconName: root.single ? "chevron-up" : "chevron-down"
            onClicked: root.single = !root.single
            Accessible.role: Accessible.Button
        }
    }

    Flow {
        visible: root.single
        Layout.fillWidth: true
        Layout.leftMargin: Theme.px(24)
        spacing: Theme.px(12)

        Repeater {
            model: root.single ? root.device.papers : []

            Chip {
                required property var modelData

                objectName: "paper_" + modelData.key
                text: Words.named("scanner.paper", modelData.key)
                selected: root.device.paper === modelData.key
                onClicked: root.device.choose_paper(modelData.key)
            }
        }
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.px(12)

        Tray {
            objectName: "feeder"
            title: Words.t("scanner.feeder")
            takeText: Words.t("scanner.take_back")
            sheets: root.device.view.feeder
            onTaken: root.device.act("clear_feeder")
        }

        Icon {
            Layout.preferredWidth: width
            name: "arrow-right"
            size: Theme.px(36)
            color: root.device.view.status === "scanning" ? Theme.brand : Theme.lineStrong
        }

        Tray {
            objectName: "output"
            title: Words.t("scanner.output")
            takeText: Words.t("scanner.take_output")
            sheets: root.device.view.output
            onTaken: root.device.act("take_output")
        }
    }

    RowLayout {
        visible: root.device.view.stuck > 0 || root.device.view.coverOpen
        Layout.fillWidth: true
        spacing: Theme.px(12)

        AppText {
            Layout.fillWidth: true
            role: "secondary"
            color: Theme.bad
            text: root.device.view.stuck > 0 ? Words.n("scanner.stuck", root.device.view.stuck) : Words.t("scanner.cover")
        }

        Chip {
            objectName: "openCover"
            visible: !root.device.view.coverOpen
            text: Words.t("scanner.open_cover")
            onClicked: root.device.act("open_cover")
        }

        Chip {
            objectName: "clearJam"
            visible: root.device.view.coverOpen && root.device.view.stuck > 0
            text: Words.t("scanner.clear_jam")
            onClicked: root.device.act("clear_jam")
        }

        Chip {
            objectName: "closeCover"
            visible: root.device.view.coverOpen
            text: Words.t("scanner.close_cover")
            onClicked: root.device.act("close_cover")
        }
    }

    RowLayout {
        visible: root.device.view.glass.name !== undefined
        Layout.fillWidth: true

        AppText {
            Layout.fillWidth: true
            role: "secondary"
            color: Theme.soft
            text: visible ? Words.f("scanner.glass", {
                name: Words.sheet(root.device.view.glass)
            }) : ""
        }

        LinkWord {
            objectName: "takeGlass"
            text: Words.t("scanner.take_back")
            onClicked: root.device.act("clear_flatbed")
        }
    }

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.px(14)

        DockButton {
            objectName: "load"
            kind: "primary"
            iconLeft: "arrow-down-to-line"
            text: Words.n("scanner.load", root.sheets)
            onClicked: root.device.load()
        }

        DockButton {
            objectName: "place"
            visible: root.device.paper !== ""
            text: Words.t("scanner.place")
            onClicked: root.device.place()
        }
    }
}
