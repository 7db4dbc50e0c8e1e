pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// The corner of every screen's header: home, and the other language.
Row {
    spacing: Theme.px(20)

    Tappable {
        objectName: "header.home"
        visible: App.vm.shell.canEnd
        text: Tr.t("button.home")
        implicitWidth: Theme.minTarget
        radius: height / 2
        onClicked: App.act("ask_end")

        contentItem: Item {
            Icon {
                anchors.centerIn: parent
                name: "house"
            }
        }
    }

    LanguageButton {
        objectName: "header.language"
        visible: !Theme.reach
    }
}
