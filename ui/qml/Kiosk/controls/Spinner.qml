pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// A sign that something is going on. It turns in eight steps a second, so that it costs next to nothing.
Icon {
    id: root

    property bool running: true

    size: Theme.capped(44, 1.35)
    name: Theme.reducedMotion ? "hourglass" : "loader-circle"
    color: Theme.brand

    Timer {
        running: root.running && root.visible && !Theme.reducedMotion
        repeat: true
        interval: 125
        onTriggered: root.rotation = (root.rotation + 45) % 360
        onRunningChanged: {
            if (!running)
                root.rotation = 0;
        }
    }
}
