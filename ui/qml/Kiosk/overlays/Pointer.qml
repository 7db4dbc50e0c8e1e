pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import "../screens"

// Outlines the control that brings the citizen on, wherever the page has it; a page names its own (`guideTargets`).
Item {
    id: root

    property KioskPage page: null
    property bool on: false
    property Item target: null
    // Whether the target is within what the page shows of its scrolling part.
    property bool seen: false
    // How often this target was looked at: a page is laid out for a few moments after it has come.
    property int looks: 0

    readonly property int settled: 5

    function named(item, name) {
        for (const child of item.children) {
            if (child.objectName === name && child.visible && child.enabled && child.width > 0)
                return child;
            const within = root.named(child, name);
            if (within)
                return within;
        }
        return null;
    }

    // Whether the middle of an item is within what is shown of the part that scrolls.
    function inSight(item, flickable) {
        const middle = item.mapToItem(flickable, 0, item.height / 2).y;
        return middle >= 0 && middle <= flickable.height;
    }

    // The first of the page's own that can be touched now.
    function look() {
        let found = null;
        const names = root.page ? root.page.guideTargets : [];
        for (const name of names) {
            found = found || root.named(root.page, name);
        }
        if (found !== root.target)
            root.looks = 0;
        const scrolls = found !== null && root.page.within(found, root.page.scroll);
        if (scrolls && root.looks < root.settled)
            root.page.scroll.show(found);
        root.looks += 1;
        root.target = found;
        root.seen = found !== null && (!scrolls || root.inSight(found, root.page.scroll.flickable));
        if (found) {
            const at = found.mapToItem(root, 0, 0);
            ring.x = at.x - Theme.px(14);
            ring.y = at.y - Theme.px(14);
            ring.width = found.width + Theme.px(28);
            ring.height = found.height + Theme.px(28);
        }
    }

    onOnChanged: {
        root.target = null;
        if (root.on)
            root.look();
    }
    onPageChanged: {
        root.target = null;
        soon.restart();
    }

    // A page is laid out a moment after it is there.
    Timer {
        id: soon

        interval: 0
        onTriggered: {
            if (root.on)
                root.look();
        }
    }

    // What moves on a page (scrolling, a list that grows) moves the ring along.
    Timer {
        interval: 120
        repeat: true
        running: root.on
        onTriggered: root.look()
    }

    Rectangle {
        id: ring

        objectName: "assist.ring"
        visible: root.on && root.target !== null && root.seen
        color: "transparent"
        radius: Theme.radiusCard
        border.width: Theme.px(10)
        border.color: Theme.gold

        Rectangle {
            anchors.fill: parent
            anchors.margins: -Theme.px(4)
            color: "transparent"
            radius: ring.radius + Theme.px(4)
            border.width: Theme.px(4)
            border.color: Theme.ink
        }
    }
}
