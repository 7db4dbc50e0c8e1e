pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The machine rests: said plainly, with where to go instead.
KioskPage {
    backVisible: false
    noticeShown: false
    fillContent: true

    LastWords {
        Layout.fillWidth: true
        Layout.fillHeight: true
        iconName: "wrench"
        tone: "warn"
        title: Tr.t("out.title")
        lines: [Tr.t("out.text")]
    }
}
