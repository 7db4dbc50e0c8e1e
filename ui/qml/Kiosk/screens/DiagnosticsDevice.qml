pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// One device, closely: its state and remedy, its test, its process, its place in service, its counters.
KioskPage {
    id: page

    readonly property var device: page.vm.diagnostics.device

    title: page.device.name
    advice: Tr.t("diagnostics.device_guidance")
    spoken: Tr.t("diagnostics.facts") + ". " + Tr.t("diagnostics.device_guidance")
    noticeShown: false

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
        visible: page.device.plot.length > 1
        spacing: Theme.px(10)

        AppText {
            Layout.fillWidth: true
            text: page.device.counts
        }

        DayBars {
            Layout.fillWidth: true
            implicitHeight: Theme.px(120)
            values: page.device.plot
        }

        AppText {
            Layout.fillWidth: true
            role: "small"
            color: Theme.soft
            text: page.device.plotted
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
