pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// The top of every screen: emblem, the centre's name, and the other language.
Rectangle {
    id: root

    property string name: Theme.centreName
    property string parentName: Theme.centreParent
    property string emblem: Theme.emblem
    property bool languageVisible: true
    default property alias extra: side.data

    readonly property bool picture: root.emblem.indexOf(":") > 0

    implicitHeight: Math.max(Theme.headerHeight, names.implicitHeight + Theme.px(28))
    color: Theme.paper

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.borderThin
        color: Theme.line
    }

    Rectangle {
        id: badge

        x: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        width: Theme.px(80)
        height: Theme.px(80)
        radius: Theme.px(22)
        color: root.picture ? "transparent" : Theme.brand

        Icon {
            anchors.centerIn: parent
            visible: !root.picture
            name: root.picture ? "" : root.emblem
            size: Theme.px(50)
            color: Theme.brandInk
        }

        Loader {
            anchors.fill: parent
            active: root.picture
            sourceComponent: Image {
                source: root.emblem
                sourceSize: Qt.size(width, height)
                fillMode: Image.PreserveAspectFit
                Accessible.ignored: true
            }
        }
    }

    Column {
        id: names

        anchors.left: badge.right
        anchors.leftMargin: Theme.px(26)
        anchors.right: side.left
        anchors.rightMargin: Theme.px(24)
        anchors.verticalCenter: parent.verticalCenter

        AppText {
            width: parent.width
            text: root.name
            font.weight: Font.Bold
            font.pixelSize: Theme.capped(32, 1.3)
            lineHeight: 0.98
        }

        AppText {
            width: parent.width
            visible: text !== ""
            role: "secondary"
            text: root.parentName
            color: Theme.soft
            font.pixelSize: Theme.capped(26, 1.3)
            lineHeight: 0.98
        }
    }

    Row {
        id: side

        anchors.right: parent.right
        anchors.rightMargin: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.px(20)

        Loader {
            active: root.languageVisible
            visible: active
            sourceComponent: LanguageButton {}
        }
    }
}
