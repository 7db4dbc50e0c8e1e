pragma Singleton
import QtQuick
import Kiosk.theme

// The header and the bar that all pages show: made once, and handed from the page that goes to the one that comes, since
// making them anew was a fifth of every change of screen. They say what the page says that has them.
QtObject {
    id: root

    // Who has them. Between two pages the one that goes still counts, so that nothing changes twice.
    property var page: null
    // What stands in the header's corner, see Page.corner.
    property url corner

    readonly property Header header: Header {
        width: parent ? parent.width : 0
        languageVisible: root.page ? root.page.languageVisible && !Theme.reach : false

        Loader {
            source: root.corner
        }
    }

    readonly property BottomBar bar: BottomBar {
        width: parent ? parent.width : 0
        backVisible: root.page ? root.page.backVisible : false
        backText: root.page ? root.page.backText : ""
        primaryText: root.page ? root.page.primaryText : ""
        primaryEnabled: root.page ? root.page.primaryEnabled : false
        primaryBusy: root.page ? root.page.primaryBusy : false
        primaryIcon: root.page ? root.page.primaryIcon : ""
        secondaryText: !root.page || Theme.compact ? "" : root.page.secondaryText
        secondaryIcon: root.page ? root.page.secondaryIcon : ""
        secondaryEnabled: root.page ? root.page.secondaryEnabled : false
        // The officer who would come is here.
        helpVisible: root.page ? root.page.helpVisible && !(Theme.compact && Theme.largeText) : false
        helpText: root.page && root.page.helpText !== "" ? root.page.helpText : usualHelp
        comfort: root.page && root.page.showComfort ? "open" : "folded"
        backName: root.page ? root.page.backName : ""
        primaryName: root.page ? root.page.primaryName : ""
        secondaryName: root.page ? root.page.secondaryName : ""
        helpName: root.page ? root.page.helpName : ""
        languageName: root.page ? root.page.languageName : ""
        onPrimaryClicked: root.page.primaryClicked()
        onSecondaryClicked: root.page.secondaryClicked()
        onBackClicked: root.page.backClicked()
        onHelpClicked: App.act("help")
        onEasyClicked: root.page.openComfort()
    }

    // The page has them from now on, in these two places of its own.
    function take(page, top, foot) {
        root.corner = page.corner;
        root.page = page;
        root.header.parent = top;
        root.bar.parent = foot;
    }

    // The page that has them goes: they stay in the window. A finger that is down was meant for that page.
    function rest(place) {
        place.visible = !root.bar.pressed;
        root.header.parent = place;
        root.bar.parent = place;
        place.visible = true;
    }
}
