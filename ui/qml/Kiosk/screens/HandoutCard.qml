pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The list of papers to take home: a button, and beneath it what became of its print. Without a printer only words remain.
ColumnLayout {
    id: root

    required property var handout
    property string name

    readonly property bool asks: root.handout.state === "unknown"

    Layout.fillWidth: true
    spacing: Theme.px(16)
    visible: root.handout.offered || root.handout.told

    AppButton {
        objectName: root.name + ".print"
        visible: root.handout.offered && !root.asks
        Layout.fillWidth: true
        Layout.maximumWidth: Theme.largeText ? Infinity : implicitWidth
        iconLeft: "printer"
        busy: root.handout.state === "printing"
        enabled: root.handout.state !== "printing"
        labelSize: Theme.body
        text: root.handout.button
        onClicked: App.act("print_checklist")
    }

    Banner {
        objectName: root.name + ".handout"
        visible: root.handout.told
        plain: root.handout.state === "printed"
        tone: root.handout.tone
        iconName: root.handout.icon
        lead: root.handout.lead
        text: root.handout.text

        Flow {
            visible: root.asks
            Layout.fillWidth: true
            Layout.topMargin: Theme.px(4)
            spacing: Theme.apart

            AppButton {
                objectName: root.name + ".came_out"
                kind: "plain"
                labelSize: Theme.body
                iconLeft: "printer-check"
                text: Tr.t("handout.came_out")
                onClicked: App.act("checklist_came_out")
            }

            AppButton {
                objectName: root.name + ".missing"
                visible: root.handout.offered
                kind: "plain"
                labelSize: Theme.body
                iconLeft: "printer"
                text: root.handout.button
                onClicked: App.act("print_checklist")
            }
        }

        AppText {
            visible: root.handout.code !== ""
            Layout.fillWidth: true
            role: "small"
            color: Theme.soft
            text: root.handout.code
        }
    }
}
