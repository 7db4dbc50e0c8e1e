pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Kiosk.theme
import Kiosk.controls

// One key of the on-screen keyboard. It never takes the focus from the field by touch.
T.AbstractButton {
    id: key

    property string kind: "letter" // letter, tool, accent, done
    property string iconName
    // A small word under the letter.
    property string note
    property string name: key.text
    property bool latched: false

    readonly property color inkColor: key.kind === "done" ? Theme.brandInk : key.latched || key.kind === "accent" ? Theme.brand : Theme.ink

    focusPolicy: Qt.TabFocus
    implicitWidth: Theme.px(90)
    implicitHeight: Theme.keyHeight

    Accessible.role: Accessible.Button
    Accessible.name: key.name
    Accessible.onPressAction: key.click()
    Keys.onReturnPressed: key.click()
    Keys.onEnterPressed: key.click()

    background: Rectangle {
        radius: Theme.radiusKey
        color: key.kind === "done" ? (key.down ? Theme.brandPressed : Theme.brand) : key.down ? Theme.keyPressed : key.latched || key.kind === "accent" ? Theme.tint : key.kind === "tool" ? Theme.keyTool : Theme.keyFace
        border.width: Theme.highContrast || key.latched || key.kind === "letter" || key.kind === "accent" ? Theme.borderThin : 0
        border.color: key.latched ? Theme.brand : Theme.highContrast ? Theme.lineStrong : Theme.line

        Loader {
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.px(8)
            active: key.note !== ""
            sourceComponent: Text {
                text: key.note
                color: key.inkColor
                font.family: Theme.family
                font.weight: Font.Medium
                font.pixelSize: Theme.px(24)
                textFormat: Text.PlainText
                Accessible.ignored: true
            }
        }

        Loader {
            anchors.fill: parent
            active: key.visualFocus
            sourceComponent: FocusRing {
                radius: Theme.radiusKey
            }
        }
    }

    padding: Theme.px(8)
    bottomPadding: key.note === "" ? Theme.px(8) : Theme.px(36)
    topPadding: key.note === "" ? Theme.px(8) : 0

    contentItem: Text {
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        text: key.text
        color: key.inkColor
        font.family: Theme.family
        font.weight: key.kind === "letter" || key.kind === "accent" ? Font.Medium : Font.DemiBold
        font.pixelSize: key.kind === "letter" || key.kind === "accent" ? Theme.capped(42, 1.25) : Theme.capped(30, 1.25)
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Theme.px(24)
        textFormat: Text.PlainText
        Accessible.ignored: true

        Loader {
            anchors.centerIn: parent
            active: key.iconName !== ""
            sourceComponent: Icon {
                name: key.iconName
                size: Theme.px(46)
                color: key.inkColor
            }
        }
    }
}
