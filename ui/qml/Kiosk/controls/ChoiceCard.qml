pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// One of several choices, as a card with a radio mark.
Tappable {
    id: control

    property bool selected: false
    property string note
    property string iconName
    property string badge
    property string badgeTone: "info"

    face: !control.enabled ? Theme.disabled : control.selected ? Theme.tint : Theme.paper
    facePressed: Theme.tintPressed
    outline: control.selected ? Theme.brand : Theme.lineStrong
    outlineWidth: control.selected ? Theme.px(4) : Theme.borderThin
    leftPadding: Theme.px(32)
    rightPadding: Theme.px(32)
    topPadding: Theme.px(24)
    bottomPadding: Theme.px(24)
    implicitWidth: Theme.px(400)
    implicitHeight: Math.max(Theme.buttonHeight, implicitContentHeight + topPadding + bottomPadding)
    hint: control.note

    Accessible.role: Accessible.RadioButton
    Accessible.checkable: true
    Accessible.checked: control.selected

    contentItem: RowLayout {
        spacing: Theme.px(26)

        Rectangle {
            Layout.preferredWidth: Theme.px(52)
            Layout.preferredHeight: Theme.px(52)
            radius: width / 2
            color: Theme.paper
            border.width: control.selected ? Theme.px(5) : Theme.borderStrong
            border.color: control.selected ? Theme.brand : Theme.lineStrong

            Rectangle {
                visible: control.selected
                anchors.centerIn: parent
                width: Theme.px(26)
                height: width
                radius: width / 2
                color: Theme.brand
            }
        }

        Loader {
            visible: active
            active: control.iconName !== ""
            sourceComponent: Icon {
                name: control.iconName
                size: Theme.px(48)
                color: Theme.brand
            }
        }

        ColumnLayout {
            Layout.fillWidth: true
            spacing: Theme.px(4)

            AppText {
                Layout.fillWidth: true
                text: control.text
                strong: true
                color: control.enabled ? Theme.ink : Theme.disabledInk
                Accessible.ignored: true
            }

            AppText {
                visible: text !== ""
                Layout.fillWidth: true
                role: "secondary"
                color: control.enabled ? Theme.soft : Theme.disabledInk
                text: control.note
                Accessible.ignored: true
            }
        }

        Loader {
            visible: active
            active: control.badge !== ""
            sourceComponent: Badge {
                text: control.badge
                tone: control.badgeTone
            }
        }
    }
}
