pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The machine as a technician sees it: devices, readiness, network and machine, outbox, measures, log.
KioskPage {
    id: page

    readonly property var model: page.vm.diagnostics
    // Beside the work where the heading leaves room for them, else above it.
    readonly property bool beside: Theme.landscape && Theme.textScale === 1 && !Theme.reach

    title: Tr.t("diagnostics.title")
    advice: page.model.about
    spoken: Tr.t("diagnostics.title") + ". " + Tr.t("diagnostics.guidance")
    backName: "diagnostics.leave"
    backText: Tr.t("diagnostics.leave")
    noticeShown: false

    component TabChip: ChoiceChip {
        required property var modelData

        Layout.fillWidth: true
        Layout.fillHeight: true
        objectName: "diagnostics.tab." + modelData.id
        iconName: modelData.icon
        text: modelData.text
        selected: page.model.tab === modelData.id
        onClicked: {
            page.scroll.toTop();
            App.act("choose_tab", {
                tab: modelData.id
            });
        }
    }

    overlay: GridLayout {
        visible: page.beside && !page.typing
        x: Theme.margin
        width: Math.round((page.width - 2 * Theme.margin) * 0.32)
        y: page.height - page.bar.height - height - Theme.px(page.scroll.overflows ? 130 : 24)
        columns: 2
        columnSpacing: Theme.apart
        rowSpacing: Theme.apart
        uniformCellWidths: true

        Repeater {
            model: page.beside ? page.model.tabs : []

            TabChip {
                iconName: ""
            }
        }
    }

    // What the typed words find is seen above the keyboard.
    GridLayout {
        visible: !page.beside && !page.typing
        Layout.fillWidth: true
        columns: Theme.largeText ? 1 : 2
        columnSpacing: Theme.apart
        rowSpacing: Theme.apart
        uniformCellWidths: true

        Repeater {
            model: page.beside ? [] : page.model.tabs

            TabChip {}
        }
    }

    Loader {
        Layout.fillWidth: true
        sourceComponent: ({
                devices: devices,
                readiness: readiness,
                network: network,
                outbox: outbox,
                measures: measures,
                log: log
            })[page.model.tab]
    }

    component RunAll: AppButton {
        objectName: "diagnostics.run_all"
        Layout.fillWidth: true
        Layout.fillHeight: true
        kind: "primary"
        iconLeft: "circle-play"
        busy: page.model.testing
        enabled: !page.model.testing
        text: Tr.t(page.model.testing ? "diagnostics.running" : "diagnostics.run_all")
        onClicked: App.act("run_tests", {
            device: ""
        })
    }

    component Verdict: Banner {
        objectName: "diagnostics.verdict"
        tone: page.model.readiness.tone
        iconName: page.model.readiness.icon
        lead: page.model.readiness.text
        text: page.model.readiness.at
    }

    Component {
        id: devices

        ColumnLayout {
            spacing: Theme.gap

            GridLayout {
                Layout.fillWidth: true
                columns: Theme.largeText ? 1 : 2
                columnSpacing: Theme.gap
                rowSpacing: Theme.gap
                uniformCellWidths: true

                Repeater {
                    model: page.model.devices

                    DeviceTile {
                        required property var modelData

                        device: modelData
                    }
                }
            }

            RunAll {}

            Verdict {}

            GuidedList {
                tests: page.vm.guided.tests
            }
        }
    }

    Component {
        id: readiness

        ColumnLayout {
            spacing: Theme.gap

            Verdict {
                AppText {
                    visible: text !== ""
                    Layout.fillWidth: true
                    role: "small"
                    color: Theme.soft
                    wrapMode: Text.Wrap
                    text: page.model.readiness.file
                }
            }

            Banner {
                objectName: "diagnostics.slip"
                visible: page.model.readiness.slip !== ""
                tone: page.model.readiness.slipTone
                iconName: "printer"
                text: page.model.readiness.slip
            }

            ButtonRow {
                RunAll {}

                AppButton {
                    objectName: "diagnostics.print"
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    iconLeft: "printer"
                    enabled: page.model.readiness.printable
                    text: Tr.t("diagnostics.print")
                    onClicked: App.act("print_report")
                }
            }

            Repeater {
                model: page.model.tests

                Card {
                    id: tested

                    required property var modelData

                    spacing: Theme.px(16)

                    AppText {
                        Layout.fillWidth: true
                        role: "section"
                        text: tested.modelData.name
                    }

                    Repeater {
                        model: tested.modelData.tests

                        TestRow {}
                    }
                }
            }
        }
    }

    Component {
        id: network

        ColumnLayout {
            spacing: Theme.gap

            AppButton {
                objectName: "diagnostics.check"
                Layout.fillWidth: true
                iconLeft: "refresh-cw"
                busy: page.model.checking
                enabled: !page.model.checking
                text: Tr.t("diagnostics.check_now")
                onClicked: App.act("check_network")
            }

            Card {
                visible: page.model.checks.length > 0
                flush: true
                spacing: 0

                Repeater {
                    model: page.model.checks

                    ListRow {
                        required property var modelData
                        required property int index

                        objectName: "diagnostics.check." + modelData.id
                        tappable: false
                        first: index === 0
                        last: index === page.model.checks.length - 1
                        iconName: modelData.tone === "ok" ? "circle-check" : Theme.stateIcon(modelData.tone)
                        tone: modelData.tone
                        text: modelData.label
                        subtitle: [modelData.detail, modelData.remedy].filter(words => words !== "").join("\n")
                        badge: modelData.figure
                        badgeTone: modelData.tone
                    }
                }
            }

            Card {
                flush: true
                spacing: 0

                ListRow {
                    objectName: "diagnostics.staff"
                    tappable: false
                    first: true
                    last: true
                    iconName: "user"
                    tone: page.vm.staff.roll.tone
                    text: page.vm.staff.roll.who
                    subtitle: page.vm.staff.roll.accounts
                }
            }

            SupportBundle {
                bundle: page.model.bundle
            }

            Card {
                visible: page.model.versions.length > 0
                spacing: 0

                AppText {
                    Layout.fillWidth: true
                    role: "section"
                    text: Tr.t("diagnostics.versions")
                }

                Repeater {
                    model: page.model.versions

                    AnswerRow {
                        required property var modelData
                        required property int index

                        label: modelData.label
                        value: modelData.value
                        last: index === page.model.versions.length - 1
                    }
                }
            }
        }
    }

    Component {
        id: outbox

        ColumnLayout {
            spacing: Theme.gap

            Banner {
                objectName: "diagnostics.outbox_sum"
                visible: page.model.outboxSum !== ""
                iconName: "send"
                text: page.model.outboxSum
            }

            Banner {
                visible: page.model.outbox.length === 0
                tone: "ok"
                text: Tr.t("diagnostics.outbox_empty")
            }

            Card {
                visible: page.model.outbox.length > 0
                flush: true
                spacing: 0

                Repeater {
                    model: page.model.outbox

                    ListRow {
                        required property var modelData
                        required property int index

                        tappable: false
                        first: index === 0
                        last: index === page.model.outbox.length - 1
                        iconName: "send"
                        tone: modelData.tone
                        text: modelData.reference
                        subtitle: [modelData.text, modelData.code, modelData.remedy].filter(words => words !== "").join("\n")
                        badge: modelData.state
                        badgeTone: modelData.tone
                    }
                }
            }
        }
    }

    Component {
        id: measures

        DiagnosticsMeasures {
            model: page.vm.measures
        }
    }

    Component {
        id: log

        ColumnLayout {
            spacing: Theme.gap

            EchoField {
                name: "diagnostics.search"
                layoutName: "code"
                iconName: "search"
                hint: Tr.t("diagnostics.log_search")
                maximumLength: 100
                echo: page.model.search
                onTyped: text => App.act("search_log", {
                        text: text
                    })
            }

            GridLayout {
                Layout.fillWidth: true
                columns: Theme.textScale > 1 ? 1 : Theme.landscape ? 4 : 2
                columnSpacing: Theme.apart
                rowSpacing: Theme.apart
                uniformCellWidths: true

                Repeater {
                    model: page.model.filters

                    ChoiceChip {
                        required property var modelData

                        objectName: "diagnostics.filter." + modelData.id
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        text: modelData.text
                        selected: modelData.chosen
                        onClicked: {
                            page.scroll.toTop();
                            App.act("filter_log", {
                                filter: modelData.id
                            });
                        }
                    }
                }
            }

            Banner {
                objectName: "diagnostics.found"
                visible: page.model.found.text !== ""
                plain: true
                tone: page.model.found.tone
                iconName: page.model.found.icon
                text: page.model.found.text
            }

            Card {
                visible: page.model.log.length > 0
                spacing: Theme.px(14)

                Repeater {
                    model: page.model.log

                    ColumnLayout {
                        id: line

                        required property var modelData

                        Layout.fillWidth: true
                        spacing: 0

                        AppText {
                            Layout.fillWidth: true
                            role: "small"
                            strong: true
                            wrapMode: Text.Wrap
                            color: line.modelData.bad ? Theme.bad : Theme.ink
                            text: line.modelData.at + "  " + line.modelData.event
                        }

                        AppText {
                            visible: text !== ""
                            Layout.fillWidth: true
                            role: "small"
                            color: Theme.soft
                            wrapMode: Text.Wrap
                            text: line.modelData.words
                        }
                    }
                }
            }
        }
    }
}
