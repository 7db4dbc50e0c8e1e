pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// A statement to agree to. `selected` is what holds now; asked(wanted) is what the finger wants.
Tappable {
    id: control

    property bool selected: false
    property string note
    property bool wrong: false

    signal asked(bool wanted)

    outline: control.wrong ? Theme.bad : control.selected ? Theme.brand : Theme.lineStrong
    outlineWidth: control.selected || control.wrong ? Theme.px(4) : Theme.borderThin
    facePressed: Theme.tintPressed
    radius: Theme.radiusCard
    leftPadding: Theme.px(36)
    rightPadding: Theme.px(36)
    topPadding: Theme.px(32)
    bottomPadding: Theme.px(32)
    implicitWidth: Theme.px(600)
    implicitHeight: Math.max(Theme.buttonHeight, implicitContentHeight + topPadding + bottomPadding)
    Layout.fillWidth: true

    Accessible.role: Accessible.CheckBox
    Accessible.checkable: true
    Accessible.checked: control.selected
    Accessible.description: control.note

    onClicked: control.asked(!control.selected)

    contentItem: RowLayout {
        spacing: Theme.px(28)

        Rectangle {
            Layout.alignment: Qt.AlignTop
            Layout.preferredWidth: Theme.px(64)
            Layout.preferredHeight: Theme.px(64)
            radius: Theme.px(16)
            color: control.selected ? Theme.brand : Theme.paper
            border.width: Theme.borderStrong
            border.color: control.selected ? Theme.brand : control.wrong ? Theme.bad : Theme.lineStrong

            Icon {
                visible: control.selected
                anchors.centerIn: parent
                name: "check"
                size: Theme.px(48)
                color: Theme.brandInk
            }
        }

        ColumnLayout {
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignVCenter
            spacing: Theme.px(6)

            AppText {
                Layout.fillWidth: true
                text: control.text
                Accessible.ignored: true
            }

            AppText {
                visible: text !== ""
                Layout.fillWidth: true
                role: "secondary"
                color: Theme.soft
                text: control.note
                Accessible.ignored: true
            }
        }
    }
}
