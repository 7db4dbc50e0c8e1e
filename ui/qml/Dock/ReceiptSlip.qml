pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// The printer's mouth, and the slip that hangs out of it; a tap shows the slip in full.
Item {
    id: root

    property string source
    property bool hanging: false

    signal looked

    implicitHeight: mouth.height / 2 + (root.hanging ? Math.min(slip.height, Theme.px(440)) : Theme.px(56))

    // The table behind the slip, so that white paper is seen on it.
    Rectangle {
        visible: root.hanging
        anchors.fill: parent
        anchors.topMargin: mouth.height / 2
        radius: Theme.px(12)
        color: Theme.disabled
    }

    Rectangle {
        id: mouth

        width: parent.width
        height: Theme.px(36)
        radius: height / 2
        color: Theme.staff

        Rectangle {
            anchors.centerIn: parent
            width: parent.width - Theme.px(48)
            height: Theme.px(10)
            radius: height / 2
            color: Theme.staffPaper
            border.width: 1
            border.color: Theme.staffLine
        }
    }

    Item {
        visible: root.hanging
        y: mouth.height / 2
        width: parent.width
        height: parent.height - y
        clip: true

        Rectangle {
            id: slip

            anchors.horizontalCenter: parent.horizontalCenter
            width: Math.min(parent.width - Theme.px(72), Theme.px(620))
            height: picture.implicitHeight > 0 ? width * picture.implicitHeight / Math.max(1, picture.implicitWidth) : Theme.px(200)
            color: "#FFFFFF"
            border.width: 1
            border.color: Theme.lineStrong

            Image {
                id: picture

                anchors.fill: parent
                anchors.margins: 1
                source: root.hanging ? root.source : ""
                // Slips of different days may have the same file name.
                cache: false
                asynchronous: true
                smooth: true
                mipmap: true
                fillMode: Image.PreserveAspectFit
                Accessible.role: Accessible.Graphic
                Accessible.name: Words.t("printer.enlarge")
            }
        }
    }

    TapHandler {
        enabled: root.hanging
        onTapped: root.looked()
    }
}
