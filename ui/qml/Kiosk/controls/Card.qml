pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// Rounded paper with a line round it; its children stand in a column.
Rectangle {
    id: root

    default property alias content: column.data
    property string tone: "none"
    property bool selected: false
    property bool flush: false
    // The content fills the card's height (something in it has Layout.fillHeight); otherwise it stands at the top.
    property bool stretch: false
    property real padding: root.flush ? 0 : Theme.px(36)
    property alias spacing: column.spacing

    readonly property bool marked: root.selected || root.tone !== "none"

    color: Theme.paper
    radius: Theme.radiusCard
    border.width: root.marked ? Theme.px(4) : Theme.borderThin
    border.color: root.selected ? Theme.brand : root.tone === "none" ? Theme.line : root.tone === "gold" ? Theme.gold : Theme.stateInk(root.tone)
    implicitWidth: column.implicitWidth + 2 * root.padding
    implicitHeight: column.implicitHeight + 2 * root.padding
    Layout.fillWidth: true

    ColumnLayout {
        id: column

        x: root.padding
        y: root.padding
        width: root.width - 2 * root.padding
        height: root.stretch ? root.height - 2 * root.padding : implicitHeight
        spacing: Theme.px(20)
    }
}
