pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// One of a few short choices, or a switch: selected it wears the brand's colour and a check mark.
Tappable {
    id: control

    property string iconName
    property string trailing
    property bool selected: false

    readonly property color inkColor: !control.enabled ? Theme.disabledInk : control.selected ? Theme.brand : Theme.ink

    face: control.selected ? Theme.tint : Theme.paper
    facePressed: Theme.tintPressed
    outline: control.selected ? Theme.brand : Theme.lineStrong
    outlineWidth: control.selected ? Theme.px(4) : Theme.borderThin
    leftPadding: Theme.px(26)
    rightPadding: Theme.px(26)
    topPadding: Theme.px(14)
    bottomPadding: Theme.px(14)

    Accessible.role: Accessible.RadioButton
    Accessible.name: control.text + (control.trailing === "" ? "" : ", " + control.trailing)
    Accessible.checkable: true
    Accessible.checked: control.selected

    contentItem: RowLayout {
        spacing: Theme.px(16)

        Icon {
            visible: name !== ""
            Layout.preferredWidth: width
            Layout.preferredHeight: height
            name: control.iconName !== "" ? control.iconName : control.selected ? "check" : ""
            size: Theme.body * 1.3
            color: control.inkColor
        }

        AppText {
            Layout.fillWidth: true
            text: control.text
            color: control.inkColor
            font.weight: Font.DemiBold
            lineHeight: 1
            horizontalAlignment: control.trailing === "" && control.iconName === "" && !control.selected ? Text.AlignHCenter : Text.AlignLeft
            Accessible.ignored: true
        }

        AppText {
            visible: text !== ""
            text: control.trailing
            lineHeight: 1
            color: control.inkColor
            wrapMode: Text.NoWrap
            Accessible.ignored: true
        }
    }
}
