pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Window
import Kiosk.theme
import "Kiosk/overlays"

// The kiosk's one window: the screen of the moment behind one Loader, and what lies over it.
Window {
    id: root

    // Only Python ends the kiosk: no key or gesture of the window system does.
    property bool mayClose: false

    readonly property var shell: App.vm.shell

    // The address of a picture of nothing, see Image below.
    property string neutral: ""

    // confirm_identity -> ConfirmIdentity
    function fileOf(name) {
        return name.split("_").map(part => part.charAt(0).toUpperCase() + part.slice(1)).join("");
    }

    title: Theme.centreName
    color: Theme.ground
    onClosing: close => close.accepted = root.mayClose

    Binding {
        target: Theme
        property: "viewWidth"
        value: root.width
    }

    Binding {
        target: Theme
        property: "viewHeight"
        value: root.height
    }

    Loader {
        id: screen

        objectName: "screen"
        anchors.fill: parent
        focus: true
        source: "Kiosk/screens/" + root.fileOf(root.shell.screen) + ".qml"
        onLoaded: (item as Item).forceActiveFocus()
    }

    // A screen that goes has nothing focused any more, so that nothing in it follows the focus while it is taken down.
    Connections {
        target: root.shell

        function onLeaving() {
            nobody.forceActiveFocus();
        }
    }

    Item {
        id: nobody
    }

    // The thread that loads pictures keeps what it read last on its stack: after a session it reads this one.
    Image {
        visible: false
        asynchronous: true
        cache: false
        source: root.neutral
        Accessible.ignored: true
    }

    Loader {
        readonly property bool wanted: root.shell.overlay !== "none"

        objectName: "overlay"
        anchors.fill: parent
        active: wanted || item !== null
        visible: wanted
        sourceComponent: overlays
        onWantedChanged: {
            if (!wanted)
                screen.forceActiveFocus();
        }
    }

    Component {
        id: overlays

        Overlays {}
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
