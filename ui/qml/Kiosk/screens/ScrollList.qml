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
    readonly property bool overflows: view.contentHeight > view.height + 1
    readonly property bool more: root.overflows && view.contentY - view.originY < view.contentHeight - view.height - Theme.px(24)

    function toTop() {
        view.positionViewAtBeginning();
    }

    implicitHeight: Math.min(view.contentHeight, Theme.px(260))

    ListView {
        id: view

        anchors.fill: parent
        anchors.margins: root.inset
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        cacheBuffer: Theme.px(400)
        reuseItems: true
        rightMargin: root.overflows ? Theme.px(20) : 0
    }

    Rectangle {
        visible: root.overflows
        anchors.right: parent.right
        anchors.rightMargin: root.inset + Theme.px(4)
        y: root.inset + view.visibleArea.yPosition * view.height
        width: Theme.px(10)
        height: Math.max(Theme.px(60), view.visibleArea.heightRatio * view.height)
        radius: width / 2
        color: Theme.lineStrong
    }

    AppButton {
        objectName: "list.more"
        visible: root.announce && root.more
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.px(12)
        kind: "plain"
        outline: Theme.brand
        implicitHeight: Math.max(Theme.minTarget, implicitContentHeight + topPadding + bottomPadding)
        radius: height / 2
        iconRight: "arrow-down"
        labelSize: Theme.secondary
        topPadding: Theme.px(10)
        bottomPadding: Theme.px(10)
        text: Tr.t("ui.more")
        onClicked: {
            const target = Math.min(view.originY + view.contentHeight - view.height, view.contentY + view.height * 0.8);
            if (Theme.motion === 0) {
                view.contentY = target;
            } else {
                glide.to = target;
                glide.restart();
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
