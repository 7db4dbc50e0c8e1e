pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The sheets that came out of the scanner, until somebody says that they were taken.
Loader {
    id: root

    property string words

    visible: root.words !== ""
    active: visible || item !== null
    Layout.fillWidth: true
    sourceComponent: Banner {
        objectName: "originals"
        tone: "warn"
        iconName: "files"
        lead: root.words

        AppButton {
            objectName: "originals.taken"
            Layout.fillWidth: true
            Layout.maximumWidth: implicitWidth
            implicitHeight: Math.max(Theme.minTarget, implicitContentHeight + topPadding + bottomPadding)
            iconLeft: "check"
            text: Tr.t("scan.taken")
            onClicked: App.act("take_originals")
        }
    }
}
