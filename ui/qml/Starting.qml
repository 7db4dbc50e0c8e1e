pragma ComponentBehavior: Bound
import QtQuick

// Before the first screen: whose machine it is, and that it is starting. Nothing moves, since nothing could move evenly
// while the rest is being loaded.
Item {
    id: root

    required property var picture
    readonly property bool drawn: root.picture.emblem.indexOf(":") < 0

    function px(n) {
        return Math.round(n * root.width / (root.picture.landscape ? 1920 : 1080));
    }

    Column {
        anchors.centerIn: parent
        anchors.verticalCenterOffset: -root.px(40)
        width: root.width - 2 * root.px(96)
        spacing: root.px(24)

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            width: root.px(176)
            height: width
            radius: root.px(44)
            color: root.drawn ? root.picture.brand : "transparent"

            Image {
                anchors.centerIn: parent
                width: root.px(root.drawn ? 110 : 176)
                height: width
                source: root.drawn ? "image://icon/" + root.picture.emblem + "/" + root.picture.brandInk.slice(1) : root.picture.emblem
                sourceSize: Qt.size(width, height)
                fillMode: Image.PreserveAspectFit
                Accessible.ignored: true
            }
        }

        Item {
            width: 1
            height: root.px(8)
        }

        Words {
            text: root.picture.name
            color: root.picture.ink
            font.pixelSize: root.px(50)
            font.weight: Font.Bold
        }

        Words {
            text: root.picture.parentName
            color: root.picture.soft
            font.pixelSize: root.px(32)
        }

        Item {
            width: 1
            height: root.px(24)
        }

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            width: root.px(96)
            height: root.px(6)
            radius: height / 2
            color: root.picture.gold
        }

        Item {
            width: 1
            height: root.px(24)
        }

        Words {
            text: root.picture.words
            color: root.picture.brand
            font.pixelSize: root.px(38)
            font.weight: Font.DemiBold
        }

        Words {
            text: root.picture.otherWords
            color: root.picture.soft
            font.pixelSize: root.px(30)
        }
    }

    component Words: Text {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.WordWrap
        font.family: root.picture.family
        textFormat: Text.PlainText
    }
}
