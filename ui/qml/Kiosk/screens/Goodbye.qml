pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The end of a session: thanks or why it ended, and that nothing personal is left.
KioskPage {
    id: page

    readonly property var words: page.shell.goodbye

    backVisible: false
    noticeShown: false
    fillContent: true

    LastWords {
        Layout.fillWidth: true
        Layout.fillHeight: true
        iconName: page.words.icon
        tone: page.words.tone
        title: page.words.title
        lines: [page.words.text, page.words.kept]
    }

    Banner {
        tone: "warn"
        iconName: "id-card"
        lead: page.words.take
    }
}
