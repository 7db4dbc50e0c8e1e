pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Badge and PIN of whoever opens the diagnostics.
KioskPage {
    id: page

    readonly property var gate: page.vm.staff.gate
    readonly property bool busy: page.gate.stage === "checking"

    title: Tr.t("technician.title")
    advice: Tr.t("technician.guidance")
    noticeShown: false

    Banner {
        objectName: "tech.state"
        tone: page.gate.tone
        iconName: page.gate.stage === "locked" ? "lock" : page.gate.tone === "info" ? "wrench" : "triangle-alert"
        lead: page.gate.who
        text: page.gate.text
    }

    PinPad {
        Layout.alignment: Qt.AlignHCenter
        visible: page.gate.open || page.busy
        busy: page.busy
        onEntered: pin => App.act("enter_pin", {
                pin: pin
            })
    }
}
