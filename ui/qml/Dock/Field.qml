pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// One line to type on a keyboard.
Rectangle {
    id: root

    property string hint
    property alias text: input.text
    property alias validator: input.validator
    property bool small: false
    readonly property alias input: input

    signal accepted

    implicitWidth: Theme.px(300)
    implicitHeight: root.small ? Theme.px(58) : Theme.px(82)
    radius: root.small ? height / 2 : Theme.px(20)
    color: Theme.paper
    border.width: input.activeFocus ? Theme.px(4) : Theme.borderThin
    border.color: input.activeFocus ? Theme.brand : Theme.lineStrong

    TextInput {
        id: input

        objectName: root.objectName === "" ? "" : root.objectName + "Input"
        anchors.fill: parent
        anchors.leftMargin: root.small ? Theme.px(16) : Theme.px(26)
        anchors.rightMargin: root.small ? Theme.px(16) : Theme.px(26)
        verticalAlignment: TextInput.AlignVCenter
        horizontalAlignment: root.small ? TextInput.AlignHCenter : TextInput.AlignLeft
        clip: true
        selectByMouse: true
        activeFocusOnTab: true
        color: Theme.ink
        selectionColor: Theme.brand
        selectedTextColor: Theme.brandInk
        font.family: Theme.family
        font.weight: Font.Medium
        font.pixelSize: root.small ? Theme.secondary : Theme.body
        onAccepted: root.accepted()

        Accessible.role: Accessible.EditableText
        Accessible.name: root.hint
    }

    AppText {
        anchors.fill: parent
        anchors.leftMargin: input.anchors.leftMargin
        anchors.rightMargin: input.anchors.rightMargin
        visible: input.text === "" && !root.small && input.preeditText === ""
        verticalAlignment: Text.AlignVCenter
        color: Theme.soft
        role: "secondary"
        elide: Text.ElideRight
        wrapMode: Text.NoWrap
        text: root.hint
        Accessible.ignored: true
    }
}
