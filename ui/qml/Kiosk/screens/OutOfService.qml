pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// The machine rests: said plainly, with where to go instead.
KioskPage {
    id: page

    backVisible: false
    spoken: Tr.t("out.title") + ". " + Tr.t("out.text")
    noticeShown: false

    overlay: LastWords {
        anchors.fill: parent
        anchors.topMargin: Theme.headerHeight
        anchors.bottomMargin: page.bar.height + door.height + Theme.px(24)
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.margin
        iconName: "wrench"
        tone: "warn"
        title: Tr.t("out.title")
        lines: [Tr.t("out.text")]

        LinkButton {
            id: door

            objectName: "technician.open"
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.top: parent.bottom
            color: Theme.soft
            text: Tr.t("technician.link")
            onClicked: App.act("open_technician")
        }
    }
}
