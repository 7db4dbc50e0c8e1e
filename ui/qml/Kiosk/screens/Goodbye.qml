pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// The end of a session: thanks or why it ended, and that nothing personal is left.
KioskPage {
    id: page

    readonly property var words: page.shell.goodbye

    backVisible: false
    spoken: [page.words.title, page.words.text, page.words.take].join(". ")
    noticeShown: false

    overlay: LastWords {
        anchors.fill: parent
        anchors.topMargin: Theme.headerHeight
        anchors.bottomMargin: page.bar.height
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.margin
        iconName: page.words.icon
        tone: page.words.tone
        title: page.words.title
        lines: [page.words.text, page.words.kept]
        warning: page.words.take
    }
}
