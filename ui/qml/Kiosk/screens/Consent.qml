pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// What happens with personal data, before the first of it is read.
KioskPage {
    id: page

    property bool notices: page.vm.identity.notices

    title: Tr.t("consent.title")
    advice: Tr.t("consent.guidance")
    backText: Tr.t("consent.disagree")
    primaryText: Tr.t("consent.agree")
    onPrimaryClicked: App.act("give_consent", {
        notices: page.notices
    })

    Card {
        GridLayout {
            Layout.fillWidth: true
            columns: Theme.landscape && !Theme.largeText ? 2 : 1
            columnSpacing: Theme.px(40)
            rowSpacing: Theme.px(30)
            uniformCellWidths: true

            Repeater {
                model: page.vm.identity.consentPoints

                MarkedText {
                    required property var modelData

                    iconName: modelData.icon
                    title: modelData.title
                    text: modelData.text
                }
            }
        }
    }

    CheckRow {
        objectName: "consent.notices"
        visible: page.vm.identity.noticesAsked
        selected: page.notices
        text: Tr.t("consent.notices")
        onAsked: wanted => page.notices = wanted
    }
}
