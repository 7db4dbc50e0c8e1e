pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// One device, closely: its state and remedy, its test, its process, its place in service, its counters.
KioskPage {
    id: page

    readonly property var device: page.vm.diagnostics.device
    readonly property var model: page.vm.appliance

    title: page.device.name
    advice: Tr.t("diagnostics.device_guidance")
    spoken: Tr.t("diagnostics.facts") + ". " + Tr.t("diagnostics.device_guidance")
    noticeShown: false

    GridLayout {
        Layout.fillWidth: true
        columns: Theme.largeText ? 1 : 3
        columnSpacing: Theme.apart
        rowSpacing: Theme.apart
        uniformCellWidths: true

        Repeater {
            model: page.model.choices

            ChoiceChip {
                required property var modelData

                objectName: "diagnostics.part." + modelData.id
                Layout.fillWidth: true
                Layout.fillHeight: true
                iconName: Theme.landscape ? "" : modelData.icon
                text: modelData.text
                selected: page.model.part === modelData.id
                onClicked: {
                    page.scroll.toTop();
                    App.act("choose_part", {
                        part: modelData.id
                    });
                }
            }
        }
    }

    Loader {
        Layout.fillWidth: true
        sourceComponent: ({
                state: state,
                counts: counts,
                frames: frames
            })[page.model.part]
    }

    Component {
        id: state

        ColumnLayout {
            spacing: Theme.gap

            Banner {
                objectName: "diagnostics.state"
                tone: page.device.tone
                lead: page.device.code === "" ? page.device.state : page.device.state + " · " + page.device.code
                text: page.device.remedy
            }

            ButtonRow {
                AppButton {
                    objectName: "diagnostics.test." + page.device.id
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    kind: "primary"
                    iconLeft: "circle-play"
                    busy: page.device.testing
                    enabled: page.device.mayAct
                    text: Tr.t(page.device.testing ? "diagnostics.testing" : "diagnostics.test")
                    onClicked: App.act("run_tests", {
                        device: page.device.id
                    })
                }

                AppButton {
                    objectName: "guided.open." + page.vm.guided.own
                    visible: page.vm.guided.own !== ""
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    iconLeft: "list-checks"
                    enabled: page.device.mayAct
                    text: Tr.t("guided.open")
                    onClicked: App.act("open_guide", {
                        guide: page.vm.guided.own
                    })
                }

                AppButton {
                    objectName: "diagnostics.restart." + page.device.id
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    iconLeft: "rotate-cw"
                    enabled: page.device.mayAct
                    text: Tr.t("diagnostics.restart")
                    onClicked: App.act("restart_device", {
                        device: page.device.id
                    })
                }

                AppButton {
                    objectName: "diagnostics.disable." + page.device.id
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    kind: page.device.inService ? "danger" : "secondary"
                    iconLeft: page.device.inService ? "circle-x" : "circle-check"
                    // For a moment after a touch: a second one would undo what the first has done.
                    enabled: page.device.mayTurn
                    text: Tr.t(page.device.inService ? "diagnostics.take_out" : "diagnostics.put_back")
                    onClicked: App.act("put_in_service", {
                        device: page.device.id,
                        on: !page.device.inService
                    })
                }
            }

            Card {
                spacing: Theme.px(16)

                AppText {
                    Layout.fillWidth: true
                    role: "section"
                    text: Tr.t("diagnostics.tests")
                }

                AppText {
                    visible: page.device.tests.length === 0
                    Layout.fillWidth: true
                    color: Theme.soft
                    text: Tr.t("diagnostics.no_tests")
                }

                Repeater {
                    model: page.device.tests

                    TestRow {}
                }
            }

            Card {
                spacing: 0

                Repeater {
                    model: page.device.facts

                    AnswerRow {
                        required property var modelData
                        required property int index

                        label: modelData.label
                        value: modelData.value
                        last: index === page.device.facts.length - 1
                    }
                }
            }
        }
    }

    Component {
        id: counts

        DeviceCounts {
            device: page.device
            model: page.model
        }
    }

    Component {
        id: frames

        DeviceFrames {
            frames: page.model.frames
        }
    }
}
