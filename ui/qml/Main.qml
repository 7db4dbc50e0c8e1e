pragma ComponentBehavior: Bound
import QtQuick

// The kiosk's one window: the starting picture, and the screens in its place as soon as they are there. What is imported
// here is waited for in front of a dark screen.
Window {
    id: root

    // Only Python ends the kiosk: no key or gesture of the window system does.
    property bool mayClose: false

    // What the starting picture shows; the theme is not there yet.
    required property var picture

    // Python opens the screens once everything that they show is there.
    property bool opened: false
    readonly property bool ready: stage.status === Loader.Ready

    // The address of a picture of nothing, see Image below.
    property string neutral: ""

    title: root.picture.name
    onClosing: close => close.accepted = root.mayClose

    Loader {
        anchors.fill: parent
        active: !root.ready
        sourceComponent: Starting {
            picture: root.picture
        }
    }

    Loader {
        id: stage

        anchors.fill: parent
        focus: true
        source: root.opened ? "Stage.qml" : ""
    }

    // The thread that loads pictures keeps what it read last on its stack: after a session it reads this one.
    Image {
        visible: false
        asynchronous: true
        cache: false
        source: root.neutral
        Accessible.ignored: true
    }
}
