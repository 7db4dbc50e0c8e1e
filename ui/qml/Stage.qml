pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Window
import Kiosk.theme
import Kiosk.controls
import "Kiosk/overlays"
import "Kiosk/screens"

// What the kiosk's window shows: the screen of the moment behind one Loader, and what lies over it.
Item {
    id: root

    readonly property var shell: App.vm.shell
    readonly property var assist: App.vm.assist

    // An officer's panel stands beside the citizen's page in a wide window, and under it in a high one; where the controls
    // are to be low it stands above, so that the page has the lower part. The page is as wide as a high screen's page then.
    readonly property bool wide: root.width > root.height
    readonly property bool helped: root.assist.open
    readonly property bool folded: root.assist.folded || root.typing
    readonly property bool parted: root.helped && !root.folded
    readonly property bool beside: root.parted && root.wide
    readonly property KioskPage page: screen.item as KioskPage
    readonly property bool typing: root.page !== null && root.page.typing
    readonly property real aside: root.beside ? root.width - Math.round(root.height) : 0
    readonly property real below: !root.helped || root.beside ? 0 : root.folded ? panel.barHeight : Math.round(root.height * 0.47)

    // While somebody practises, a band says so on every screen: above the page, or below it where controls are to be low.
    readonly property bool practised: App.vm.practice.on
    readonly property real banded: band.item ? (band.item as PracticeBand).wanted : 0

    // One screen is gone and the other is not there yet: what the models tell meanwhile is for the one to come.
    property bool turning: false

    // confirm_identity -> ConfirmIdentity
    function fileOf(name) {
        return name.split("_").map(part => part.charAt(0).toUpperCase() + part.slice(1)).join("");
    }

    Binding {
        target: root.Window.window
        property: "title"
        value: Theme.centreName
    }

    Binding {
        target: root.Window.window
        property: "color"
        value: Theme.ground
    }

    Binding {
        target: Theme
        property: "viewWidth"
        value: root.beside ? root.height : root.width
    }

    Binding {
        target: Theme
        property: "viewHeight"
        value: root.height
    }

    Binding {
        target: Theme
        property: "landscape"
        value: false
        when: root.beside
        restoreMode: Binding.RestoreValue
    }

    Binding {
        target: Theme
        property: "compact"
        value: root.parted
    }

    Binding {
        target: Theme
        property: "lowered"
        value: root.helped && !root.beside && !root.folded
    }

    Item {
        id: place

        width: root.width - root.aside
        y: Theme.reach && root.parted ? root.below : Theme.reach ? 0 : root.banded
        height: root.height - root.below - root.banded
    }

    Loader {
        id: screen

        objectName: "screen"
        anchors.fill: place
        focus: true
        active: !root.turning
        source: "Kiosk/screens/" + root.fileOf(root.shell.screen) + ".qml"
        onLoaded: {
            // A question that lies over it has the focus already.
            if (root.shell.overlay === "none")
                (item as Item).forceActiveFocus();
        }
    }

    // A screen that goes has nothing focused any more, so that nothing in it follows the focus while it is taken down. What all
    // screens share waits here for the one to come.
    Connections {
        target: root.shell

        function onLeaving() {
            PageFrame.rest(nobody);
            nobody.forceActiveFocus();
            root.turning = true;
        }

        function onArrived() {
            root.turning = false;
            root.drop();
        }
    }

    Item {
        id: nobody

        anchors.fill: place
    }

    // What lies over a screen and the officer's panel stay for the screen on which they were wanted.
    function drop() {
        over.kept = over.wanted;
        panel.kept = root.helped;
    }

    Connections {
        target: App

        function onRestsChanged() {
            root.drop();
        }
    }

    Loader {
        id: over

        readonly property bool wanted: root.shell.overlay !== "none"
        property bool kept: false

        objectName: "overlay"
        anchors.fill: place
        active: wanted || kept
        visible: wanted
        sourceComponent: overlays
        onLoaded: over.kept = true
        onWantedChanged: {
            if (!wanted)
                screen.forceActiveFocus();
        }
    }

    Component {
        id: overlays

        Overlays {}
    }

    Pointer {
        anchors.fill: place
        on: root.helped && root.assist.pointing && root.shell.overlay === "none"
        page: root.page
    }

    Loader {
        id: panel

        readonly property real barHeight: item ? (item as AssistPanel).barHeight : 0
        property bool kept: false

        x: root.beside ? place.width : 0
        y: root.beside || (Theme.reach && root.parted) ? 0 : place.height
        width: root.beside ? root.aside : root.width
        height: root.beside ? root.height : root.below
        visible: root.helped
        active: root.helped || kept
        onLoaded: panel.kept = true
        sourceComponent: AssistPanel {
            folded: root.folded
            under: !root.beside
            above: Theme.reach && root.parted && !root.beside
        }
    }

    Loader {
        id: band

        objectName: "practice"
        y: Theme.reach ? root.height - height : 0
        width: root.width
        height: root.banded
        active: root.practised
        sourceComponent: PracticeBand {
            above: !Theme.reach
        }
    }

    Keypad {
        anchors.fill: parent
        z: 900
    }

    // Sees every touch before anything else and takes none: somebody is there.
    Item {
        anchors.fill: parent
        z: 1000

        PointHandler {
            onActiveChanged: {
                if (active)
                    App.act("touched");
            }
        }
    }
}
