pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// Every control on sheets that look like real screens: for looking at, and for tests. Primary is the next sheet, back the
// one before, and the comfort controls work.
Item {
    id: root

    readonly property var sheets: ["Home", "Search", "Identify", "Scan", "Form", "Answers", "Done", "Devices", "Staff"]
    property int at: 0

    readonly property alias page: loader.item

    implicitWidth: Theme.landscape ? 1920 : 1080
    implicitHeight: Theme.landscape ? 1080 : 1920

    function turn(by) {
        root.at = (root.at + by + root.sheets.length) % root.sheets.length;
    }

    Loader {
        id: loader

        anchors.fill: parent
        source: Qt.resolvedUrl("gallery/" + root.sheets[root.at] + ".qml")
    }

    Connections {
        target: loader.item
        ignoreUnknownSignals: true

        function onPrimaryClicked() {
            root.turn(1);
        }

        function onBackClicked() {
            root.turn(-1);
        }
    }

    Connections {
        target: App

        function onActed(name, payload) {
            if (name === "text-size")
                Theme.textScale = payload.scale;
            else if (name === "contrast")
                Theme.contrast = payload.mode;
            else if (name === "reach")
                Theme.reach = payload.on;
            else if (name === "help")
                root.turn(1);
        }
    }
}
