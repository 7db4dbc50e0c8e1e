pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// The dossier on its way: sealed here first, then byte by byte to the service.
KioskPage {
    id: page

    readonly property var submit: page.vm.submit

    title: Tr.t("sending.title")
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
        text: Tr.t(page.submit.sealed ? "sending.safe" : "sending.not_yet")
    }
}
