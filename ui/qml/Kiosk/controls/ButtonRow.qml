pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// Buttons side by side, equally wide when their words allow it; one under another when they need more room.
// Give each button Layout.fillWidth and Layout.fillHeight.
GridLayout {
    id: root

    readonly property int count: root.visibleChildren.length
    readonly property real gaps: root.columnSpacing * Math.max(0, root.count - 1)
    readonly property real natural: root.sum(false) + root.gaps
    readonly property real even: root.sum(true) * root.count + root.gaps
    readonly property bool stacked: root.natural > root.width

    function sum(widest) {
        let total = 0;
        for (let i = 0; i < root.visibleChildren.length; i++) {
            const one = root.visibleChildren[i].implicitWidth;
            total = widest ? Math.max(total, one) : total + one;
        }
        return total;
    }

    columns: root.stacked ? 1 : Math.max(1, root.count)
    uniformCellWidths: !root.stacked && root.even <= root.width
    columnSpacing: Theme.px(18)
    rowSpacing: Theme.px(18)
    Layout.fillWidth: true
    Layout.fillHeight: false
}
