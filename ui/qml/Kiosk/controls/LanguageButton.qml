pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// Switches to the other language; it is written in that language.
AppButton {
    objectName: "language"
    kind: "plain"
    iconLeft: "languages"
    labelSize: Theme.capped(31, 1.35)
    text: Tr.t("ui.language")
    implicitHeight: Math.max(Theme.minTarget, implicitContentHeight + topPadding + bottomPadding)
    topPadding: Theme.px(12)
    bottomPadding: Theme.px(12)
    radius: height / 2
    hint: Tr.t("ui.language.name")

    onClicked: App.act("language")
}
