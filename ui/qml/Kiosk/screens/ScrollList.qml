pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// A long list that makes only the rows that are seen, and says in words that there is more below.
Item {
    id: root

    property alias model: view.model
    property alias delegate: view.delegate
    property alias spacing: view.spacing
    property alias count: view.count
    property bool announce: true
    property real inset: 0

    readonly property alias view: view
    readonly property bool overflows: view.contentHeight > root.height - 2 * root.inset + 1
    // What follows from it makes rows higher or the list lower, so it is done only after the rows are laid out.
    property bool crowded: false
    readonly property bool more: root.overflows && view.contentY - view.originY < view.contentHeight - view.height - Theme.px(24)

    function makeRoom() {
        root.crowded = root.overflows;
    }

    onOverflowsChanged: Qt.callLater(root.makeRoom)

    function toTop() {
        root.glideTo(view.originY);
    }

    function forward() {
        root.glideTo(Math.min(view.originY + view.contentHeight - view.height, view.contentY + view.height * 0.8));
    }

    function glideTo(y) {
        if (Theme.motion === 0) {
            view.contentY = y;
        } else {
            glide.to = y;
            glide.restart();
        }
    }

    implicitHeight: Math.min(view.contentHeight, Theme.px(150))

    ListView {
        id: view

        anchors.fill: parent
        anchors.margins: root.inset
        anchors.bottomMargin: strip.visible ? strip.height : root.inset
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        // Rows beyond the edge would be made in idle moments, and Qt warns when the list shrinks meanwhile.
        cacheBuffer: 0
        reuseItems: true
        rightMargin: root.crowded ? Theme.px(20) : 0
    }

    Rectangle {
        visible: root.crowded
        anchors.right: parent.right
        anchors.rightMargin: root.inset + Theme.px(4)
        y: root.inset + view.visibleArea.yPosition * view.height
        width: Theme.px(10)
        height: Math.max(Theme.px(60), view.visibleArea.heightRatio * view.height)
        radius: width / 2
        color: Theme.lineStrong
    }

    // Its own strip under the list, so that nothing is covered.
    Item {
        id: strip

        visible: root.crowded && root.announce
        anchors.bottom: parent.bottom
        width: parent.width
        height: (pill.item ? (pill.item as Item).implicitHeight : 0) + Theme.px(20)

        Rectangle {
            width: parent.width
            height: Theme.borderThin
            color: Theme.line
        }

        Loader {
            id: pill

            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            anchors.bottomMargin: root.inset
            active: strip.visible || item !== null
            sourceComponent: MorePill {
                area: root
            }
        }
    }

    NumberAnimation {
        id: glide

        target: view
        property: "contentY"
        duration: Theme.motion
        easing.type: Easing.OutCubic
    }
}
