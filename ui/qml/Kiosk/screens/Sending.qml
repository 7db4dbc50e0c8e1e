pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// The dossier on its way: sealed here first, then byte by byte to the service.
KioskPage {
    id: page

    readonly property var submit: page.vm.submit

    title: Tr.t(page.submit.supplement ? "sending.supplement_title" : "sending.title")
    advice: Tr.t("sending.guidance")
    backVisible: false

    Card {
        spacing: Theme.px(36)

        ProgressBar {
            value: page.submit.fraction
            implicitHeight: Theme.px(28)
        }

        ProgressList {
            steps: page.submit.sendSteps
        }
    }

    Banner {
        tone: page.submit.sealed ? "ok" : "info"
        iconName: page.submit.sealed ? "shield-check" : "hourglass"
        text: page.submit.supplement ? Tr.t(page.submit.sealed ? "sending.supplement_safe" : "sending.supplement_not_yet") : Tr.t(page.submit.sealed ? "sending.safe" : "sending.not_yet")
    }
}
