pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls
import "../screens"

// What can lie over a screen: the idle warning, help on its way, and the question before everything is erased.
Item {
    id: root

    readonly property var shell: App.vm.shell
    readonly property string later: App.vm.drafts.offered ? Tr.t("draft.save") : ""

    // The dialog's buttons under the names that scripted citizens know.
    function named(item, names) {
        for (const child of item.children) {
            if (names[child.objectName] !== undefined)
                child.objectName = names[child.objectName];
            root.named(child, names);
        }
    }

    // A dialog is made when it is needed first and kept: it follows the focus to its last moment.
    component Kept: Loader {
        required property string name
        readonly property bool wanted: root.shell.overlay === name

        anchors.fill: parent
        active: wanted || item !== null
        visible: wanted
    }

    Kept {
        name: "idle_warning"
        sourceComponent: idle
    }

    Kept {
        name: "help_called"
        sourceComponent: help
    }

    Kept {
        name: "confirm_end"
        sourceComponent: end
    }

    Kept {
        name: "confirm_servicing"
        sourceComponent: servicing
    }

    Kept {
        name: "staff_pin"
        sourceComponent: badge
    }

    Kept {
        name: "field_consent"
        sourceComponent: field
    }

    Kept {
        name: "steps"
        sourceComponent: steps
    }

    // What to do on this screen, for whoever practises.
    Component {
        id: steps

        DialogSheet {
            id: sheet

            opened: root.shell.overlay === "steps"
            iconName: "lightbulb"
            title: App.vm.practice.title
            text: App.vm.practice.steps
            dismissable: true
            primaryText: Tr.t("practice.go_on")
            onPrimaryClicked: App.act("close_overlay")
            onDismissed: App.act("close_overlay")
            Component.onCompleted: root.named(sheet, {
                dialogPrimary: "overlay.close"
            })
        }
    }

    // An officer's badge and PIN. The session beneath stays as it is.
    Component {
        id: badge

        DialogSheet {
            id: sheet

            readonly property var gate: App.vm.assist.gate

            opened: root.shell.overlay === "staff_pin"
            tone: sheet.gate.tone
            iconName: "headset"
            title: sheet.gate.who !== "" ? sheet.gate.who : Tr.t("assist.gate.title")
            text: sheet.gate.text
            dismissable: true
            secondaryText: Tr.t("assist.gate.close")
            onDismissed: App.act("close_overlay")
            onSecondaryClicked: App.act("close_overlay")
            Component.onCompleted: root.named(sheet, {
                dialogSecondary: "overlay.close"
            })

            PinPad {
                Layout.alignment: Qt.AlignHCenter
                visible: sheet.gate.open || sheet.gate.busy
                prefix: "assist.pin"
                low: true
                busy: sheet.gate.busy
                onEntered: pin => App.act("enter_officer_pin", {
                        pin: pin
                    })
            }

            AppText {
                Layout.fillWidth: true
                role: "secondary"
                color: Theme.soft
                text: Tr.t("assist.gate.kept")
            }
        }
    }

    // The citizen's own yes or no: nothing of the field is shown before.
    Component {
        id: field

        DialogSheet {
            id: sheet

            opened: root.shell.overlay === "field_consent"
            tone: "info"
            iconName: "eye"
            title: Tr.f("assist.asked_title", {
                field: App.vm.assist.asked
            })
            text: Tr.t("assist.asked_text")
            dismissable: false
            primaryText: Tr.t("assist.asked_no")
            secondaryText: Tr.t("assist.asked_yes")
            onPrimaryClicked: App.act("answer_field", {
                agreed: false
            })
            onSecondaryClicked: App.act("answer_field", {
                agreed: true
            })
            Component.onCompleted: root.named(sheet, {
                dialogPrimary: "field.no",
                dialogSecondary: "field.yes"
            })
        }
    }

    Component {
        id: idle

        DialogSheet {
            id: sheet

            opened: root.shell.overlay === "idle_warning"
            tone: "warn"
            iconName: "timer"
            title: Tr.t("idle.title")
            text: root.shell.idleText
            dismissable: true
            primaryText: Tr.t("idle.more")
            secondaryText: Tr.t("idle.end")
            tertiaryText: root.later
            onPrimaryClicked: App.act("close_overlay")
            onDismissed: App.act("close_overlay")
            onSecondaryClicked: App.act("confirm_end")
            onTertiaryClicked: App.act("ask_save_draft")
            Component.onCompleted: root.named(sheet, {
                dialogPrimary: "overlay.more_time",
                dialogSecondary: "overlay.end",
                dialogTertiary: "overlay.save"
            })

            ProgressBar {
                value: root.shell.idleSeconds / root.shell.idleTotal
                tint: Theme.gold
                implicitHeight: Theme.px(28)
            }
        }
    }

    Component {
        id: help

        DialogSheet {
            id: sheet

            opened: root.shell.overlay === "help_called"
            tone: root.shell.help.tone
            iconName: "headset"
            title: root.shell.help.title
            text: root.shell.help.text
            dismissable: true
            primaryText: Tr.t("help.close")
            secondaryText: root.shell.help.open ? Tr.t("help.off") : ""
            tertiaryText: root.shell.help.failed ? Tr.t("help.again") : ""
            onPrimaryClicked: App.act("close_overlay")
            onDismissed: App.act("close_overlay")
            onSecondaryClicked: App.act("call_off")
            onTertiaryClicked: App.act("call_help")
            Component.onCompleted: root.named(sheet, {
                dialogPrimary: "overlay.close",
                dialogSecondary: "overlay.call_off",
                dialogTertiary: "overlay.call_again"
            })

            LinkButton {
                objectName: "assist.door"
                visible: !root.shell.servicing
                color: Theme.soft
                text: Tr.t("assist.door")
                onClicked: App.act("open_officer_door")
            }

            LinkButton {
                objectName: "technician.open"
                visible: !root.shell.servicing
                color: Theme.soft
                text: Tr.t("technician.link")
                onClicked: App.act("open_technician")
            }
        }
    }

    Component {
        id: servicing

        DialogSheet {
            id: sheet

            opened: root.shell.overlay === "confirm_servicing"
            tone: "bad"
            iconName: "wrench"
            title: Tr.t("technician.confirm_title")
            text: Tr.t("technician.confirm_text")
            dismissable: true
            primaryText: Tr.t("end.go_on")
            secondaryText: Tr.t("technician.confirm_end")
            onPrimaryClicked: App.act("close_overlay")
            onDismissed: App.act("close_overlay")
            onSecondaryClicked: App.act("confirm_end")
            Component.onCompleted: root.named(sheet, {
                dialogPrimary: "overlay.close",
                dialogSecondary: "overlay.end"
            })
        }
    }

    Component {
        id: end

        DialogSheet {
            id: sheet

            opened: root.shell.overlay === "confirm_end"
            tone: "bad"
            iconName: "trash-2"
            title: Tr.t("end.title")
            text: Tr.t(root.later === "" ? "end.text" : "end.text_or_save")
            dismissable: true
            primaryText: Tr.t("end.go_on")
            secondaryText: Tr.t("end.end")
            tertiaryText: root.later
            onPrimaryClicked: App.act("close_overlay")
            onDismissed: App.act("close_overlay")
            onSecondaryClicked: App.act("confirm_end")
            onTertiaryClicked: App.act("ask_save_draft")
            Component.onCompleted: root.named(sheet, {
                dialogPrimary: "overlay.close",
                dialogSecondary: "overlay.end",
                dialogTertiary: "overlay.save"
            })
        }
    }
}
