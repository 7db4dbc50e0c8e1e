pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// The whole screen as a grid: a cell that answers a finger is filled. A finger may wipe over many.
Rectangle {
    id: root

    required property var cells
    property bool live: true

    readonly property int columns: root.width > root.height ? 10 : 6
    readonly property int rows: Math.ceil(root.cells.length / root.columns)
    readonly property real cellWidth: root.width / root.columns
    readonly property real cellHeight: root.rows > 0 ? root.height / root.rows : root.height

    function touch(x, y) {
        const column = Math.floor(x / root.cellWidth);
        const row = Math.floor(y / root.cellHeight);
        if (column < 0 || row < 0 || column >= root.columns || row >= root.rows)
            return;
        const cell = row * root.columns + column;
        if (root.cells[cell] === false)
            App.act("touch_cell", {
                cell: cell
            });
    }

    objectName: root.live ? "guided.grid" : "guided.missed"
    color: Theme.paper

    Repeater {
        model: root.cells.length

        Rectangle {
            required property int index

            x: (index % root.columns) * root.cellWidth
            y: Math.floor(index / root.columns) * root.cellHeight
            width: root.cellWidth
            height: root.cellHeight
            color: root.cells[index] ? Theme.brand : root.live ? Theme.paper : Theme.bad
            border.width: Theme.borderThin
            border.color: Theme.line
        }
    }

    // How many have answered; a finger touches through it.
    Rectangle {
        visible: root.live
        anchors.centerIn: parent
        width: count.width + Theme.px(56)
        height: count.height + Theme.px(28)
        radius: height / 2
        color: Theme.paper
        border.width: Theme.borderStrong
        border.color: Theme.brand

        AppText {
            id: count

            anchors.centerIn: parent
            strong: true
            wrapMode: Text.NoWrap
            text: Tr.f("guided.count", {
                n: root.cells.filter(cell => cell).length,
                m: root.cells.length
            })
        }
    }

    MultiPointTouchArea {
        anchors.fill: parent
        enabled: root.live
        mouseEnabled: true
        onPressed: points => points.forEach(point => root.touch(point.x, point.y))
        onUpdated: points => points.forEach(point => root.touch(point.x, point.y))
    }
}
