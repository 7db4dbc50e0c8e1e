pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// A column that scrolls when it must, and says in words that there is more below.
Item {
    id: root

    default property alias content: column.data
    property alias spacing: column.spacing
    property real sidePadding: 0
    // The content fills the height when it is less (something in it has Layout.fillHeight).
    property bool fill: false
    // Say in words that there is more; without it the scroll bar alone tells.
    property bool announce: true
    // While it is being made it has no height yet, and everything would be more than that: no words for a moment of that.
    property bool made: false
    readonly property bool overflows: column.implicitHeight > root.height + 1
    readonly property bool more: root.overflows && flick.contentY < flick.contentHeight - flick.height - Theme.px(24)
    readonly property alias flickable: flick
    // The height at which nothing has to scroll.
    readonly property real wholeHeight: column.implicitHeight
    readonly property Item focused: root.Window.activeFocusItem

    function toTop() {
        root.glideTo(0);
    }

    function forward() {
        root.glideTo(Math.min(flick.contentHeight - flick.height, flick.contentY + flick.height * 0.8));
    }

    function glideTo(y) {
        if (Theme.motion === 0) {
            flick.contentY = y;
        } else {
            glide.to = y;
            glide.restart();
        }
    }

    // What has the focus is always seen: a keyboard user tabs on, or the on-screen keyboard takes half the page.
    function follow() {
        for (let at = root.focused; at; at = at.parent) {
            if (at === column) {
                root.show(root.focused);
                return;
            }
        }
    }

    Component.onCompleted: root.made = true

    onFocusedChanged: Qt.callLater(root.follow)
    onHeightChanged: Qt.callLater(root.follow)

    // Scrolls so that an item of the content is seen.
    function show(item) {
        const at = item.mapToItem(column, 0, 0).y;
        const room = Theme.px(24);
        if (at - room < flick.contentY)
            flick.contentY = Math.max(0, at - room);
        else if (at + item.height + room > flick.contentY + flick.height)
            flick.contentY = Math.max(0, Math.min(flick.contentHeight - flick.height, at + item.height + room - flick.height));
    }

    Flickable {
        id: flick

        objectName: "scroll"
        width: parent.width
        height: parent.height - (strip.visible ? strip.height : 0)
        clip: root.overflows
        contentWidth: width
        contentHeight: column.height
        boundsBehavior: Flickable.StopAtBounds
        interactive: root.overflows
        flickableDirection: Flickable.VerticalFlick

        ColumnLayout {
            id: column

            x: root.sidePadding
            width: flick.width - 2 * root.sidePadding
            height: root.fill ? Math.max(implicitHeight, flick.height) : implicitHeight
            spacing: Theme.gap
        }
    }

    Rectangle {
        visible: root.overflows
        x: root.sidePadding > 0 ? parent.width - root.sidePadding / 2 - width / 2 : parent.width + Theme.margin / 2 - width / 2
        y: flick.height * flick.contentY / Math.max(1, flick.contentHeight)
        width: Theme.px(10)
        height: flick.height * Math.min(1, flick.height / Math.max(1, flick.contentHeight))
        radius: width / 2
        color: Theme.lineStrong
    }

    // Its own strip under the content, so that nothing is covered.
    Loader {
        id: strip

        visible: root.overflows && root.announce
        active: (root.made && visible) || item !== null
        anchors.bottom: parent.bottom
        width: parent.width
        sourceComponent: Item {
            implicitHeight: pill.implicitHeight + Theme.px(20)

            Rectangle {
                width: parent.width
                height: Theme.borderThin
                color: Theme.line
            }

            MorePill {
                id: pill

                anchors.horizontalCenter: parent.horizontalCenter
                anchors.bottom: parent.bottom
                area: root
            }
        }
    }

    NumberAnimation {
        id: glide

        target: flick
        property: "contentY"
        duration: Theme.motion
        easing.type: Easing.OutCubic
    }
}
