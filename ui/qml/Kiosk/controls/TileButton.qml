pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// A large choice on the home screen: picture, what it does, what it needs.
Tappable {
    id: control

    property string iconName
    property string subtitle
    property bool wide: false
    property bool primary: false
    property string badge
    property string badgeTone: "info"

    readonly property color inkColor: !control.enabled ? Theme.disabledInk : control.primary ? Theme.brandInk : Theme.ink
    readonly property color softColor: !control.enabled ? Theme.disabledInk : control.primary ? Theme.brandInk : Theme.soft

    face: !control.enabled ? Theme.disabled : control.primary ? Theme.brand : Theme.paper
    facePressed: control.primary ? Theme.brandPressed : Theme.tintPressed
    outline: control.primary ? face : Theme.highContrast ? Theme.lineStrong : Theme.line
    radius: Theme.radiusCard
    leftPadding: Theme.px(38)
    rightPadding: Theme.px(34)
    topPadding: Theme.px(34)
    bottomPadding: Theme.px(34)
    implicitWidth: Theme.px(400)
    implicitHeight: Math.max(Theme.tileHeight, implicitContentHeight + topPadding + bottomPadding)
    hint: control.subtitle

    contentItem: Item {
        implicitHeight: grid.implicitHeight

        GridLayout {
            id: grid

            anchors.left: parent.left
            anchors.right: parent.right
            anchors.verticalCenter: control.wide || control.primary ? parent.verticalCenter : undefined
            columns: control.wide || control.primary ? 3 : 1
            rowSpacing: Theme.px(22)
            columnSpacing: Theme.px(34)

            Rectangle {
                readonly property real side: control.primary ? Theme.capped(128, 1.2) : Theme.capped(96, 1.2)

                Layout.preferredWidth: side
                Layout.preferredHeight: side
                radius: Theme.px(26)
                color: !control.enabled ? Theme.disabled : control.primary ? Theme.brandChip : Theme.tint

                Icon {
                    anchors.centerIn: parent
                    name: control.iconName
                    size: control.primary ? Theme.capped(72, 1.2) : Theme.capped(54, 1.2)
                    color: !control.enabled ? Theme.disabledInk : control.primary ? Theme.brandInk : Theme.brand
                }
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: Theme.px(10)

                AppText {
                    Layout.fillWidth: true
                    role: "section"
                    font.pixelSize: control.primary ? Math.min(Math.round(Theme.section * 1.3), Theme.px(62)) : Theme.section
                    color: control.inkColor
                    text: control.text
                    Accessible.ignored: true
                }

                AppText {
                    Layout.fillWidth: true
                    visible: text !== ""
                    role: control.primary ? "body" : "secondary"
                    color: control.softColor
                    text: control.subtitle
                    Accessible.ignored: true
                }
            }

            Icon {
                visible: control.wide || control.primary
                Layout.preferredWidth: width
                Layout.preferredHeight: height
                name: "arrow-right"
                size: Theme.px(52)
                color: control.primary ? Theme.brandInk : Theme.brand
            }
        }

        Icon {
            visible: !control.wide && !control.primary && control.badge === ""
            anchors.right: parent.right
            y: (Theme.capped(96, 1.2) - height) / 2
            name: "arrow-right"
            size: Theme.px(46)
            color: control.enabled ? Theme.brand : Theme.disabledInk
        }

        Loader {
            anchors.right: parent.right
            anchors.top: parent.top
            active: control.badge !== "" && !control.primary
            sourceComponent: Badge {
                text: control.badge
                tone: control.badgeTone
            }
        }
    }
}
