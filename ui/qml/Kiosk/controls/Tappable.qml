pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import Kiosk.theme

// What every touchable control shares: a face that answers the finger at once, a focus ring, keys, a spoken name.
T.AbstractButton {
    id: control

    property color face: Theme.paper
    property color facePressed: Theme.pressed
    property color outline: Theme.lineStrong
    property int outlineWidth: Theme.borderThin
    property real radius: Theme.radiusControl
    property string hint

    implicitWidth: Math.max(Theme.minTarget, implicitContentWidth + leftPadding + rightPadding)
    implicitHeight: Math.max(Theme.minTarget, implicitContentHeight + topPadding + bottomPadding)

    background: Rectangle {
        radius: control.radius
        color: control.down ? control.facePressed : control.face
        border.width: control.outlineWidth
        border.color: control.outline

        // Made only when it is needed: a screen has dozens of controls and one focus.
        Loader {
            anchors.fill: parent
            active: control.visualFocus
            sourceComponent: FocusRing {
                radius: control.radius
            }
        }
    }

    Keys.onReturnPressed: event => {
        if (!event.isAutoRepeat)
            control.click();
    }
    Keys.onEnterPressed: event => {
        if (!event.isAutoRepeat)
            control.click();
    }

    Accessible.role: Accessible.Button
    Accessible.name: control.text
    Accessible.description: control.hint
    Accessible.focusable: true
    Accessible.onPressAction: control.click()
}
