pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// Says that a scrolling area has more below, and scrolls there; at its end it leads back to the top.
AppButton {
    id: control

    property var area: null

    objectName: "moreBelow"
    kind: "plain"
    outline: Theme.brand
    implicitHeight: Math.max(Theme.minTarget, implicitContentHeight + topPadding + bottomPadding)
    radius: height / 2
    iconRight: control.area && control.area.more ? "arrow-down" : "arrow-up"
    labelSize: Theme.secondary
    topPadding: Theme.px(10)
    bottomPadding: Theme.px(10)
    text: Tr.t(control.area && control.area.more ? "ui.more" : "ui.top")
    onClicked: {
        if (control.area.more)
            control.area.forward();
        else
            control.area.toTop();
    }
}
