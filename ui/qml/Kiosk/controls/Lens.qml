pragma Singleton
import QtQuick
import Kiosk.theme
import Kiosk.camera

// The one picture of the camera, lent to the card that is on the screen. It is made once, since PySide keeps an item that
// Python paints for good, with two references to None, when QML destroys it with its screen.
QtObject {
    id: root

    readonly property CameraPicture picture: CameraPicture {
        objectName: "camera.picture"
        anchors.fill: parent
        anchors.margins: Theme.borderStrong
    }

    // place: the item that it is shown in from now on.
    function lend(place: Item) {
        root.picture.parent = place;
    }

    // place: an item that goes; who has it by now keeps it.
    function takeBack(place: Item) {
        if (root.picture.parent === place)
            root.picture.parent = null;
    }
}
