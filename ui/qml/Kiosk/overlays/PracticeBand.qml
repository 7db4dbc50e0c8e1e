pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// Over every screen of a practice session: that nothing is sent, what can be presented, what to do, and the end of it. It has
// a strip of the window to itself and covers nothing of the page.
Rectangle {
    id: root

    readonly property var practice: App.vm.practice
    // Above the page its line is at its foot, below the page at its head.
    property bool above: true
    // The words grow less than the page's, so that the band leaves it its room.
    readonly property real most: 1.2
    readonly property real wanted: rows.implicitHeight + 2 * Theme.px(14) + Theme.px(8)

    objectName: "practice.band"
    color: Theme.gold

    // A touch beside the buttons touches nothing beneath.
    MouseArea {
        anchors.fill: parent
        Accessible.ignored: true
    }

    Rectangle {
        width: parent.width
        height: Theme.px(8)
        y: root.above ? parent.height - height : 0
        color: Theme.goldInk
    }

    GridLayout {
        id: rows

        x: Theme.margin
        y: Theme.px(14) + (root.above ? 0 : Theme.px(8))
        width: parent.width - 2 * Theme.margin
        columns: root.width > Theme.px(1500) ? 2 : 1
        columnSpacing: Theme.px(28)
        rowSpacing: Theme.px(10)

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.px(18)

            Icon {
                Layout.preferredWidth: width
                Layout.preferredHeight: height
                name: "triangle-alert"
                size: Theme.px(44)
                color: Theme.goldInk
            }

            AppText {
                objectName: "practice.words"
                Layout.fillWidth: true
                strong: true
                color: Theme.goldInk
                font.pixelSize: Theme.capped(31, root.most)
                text: Tr.t("practice.band")
                Accessible.role: Accessible.AlertMessage
            }
        }

        RowLayout {
            Layout.fillWidth: rows.columns === 1
            spacing: Theme.px(14)

            Touch {
                objectName: "practice.specimen"
                visible: text !== ""
                kind: "staff"
                iconLeft: "circle-play"
                text: root.practice.specimen
                onClicked: App.act("present_specimen")
            }

            Touch {
                objectName: "practice.steps"
                iconLeft: "lightbulb"
                text: Tr.t("practice.steps")
                onClicked: App.act("show_steps")
            }

            Touch {
                objectName: "practice.end"
                iconLeft: "log-out"
                text: Tr.t("practice.end")
                onClicked: App.act("end_practice")
            }
        }
    }

    component Touch: AppButton {
        Layout.fillWidth: rows.columns === 1
        kind: "plain"
        leftPadding: Theme.px(20)
        rightPadding: Theme.px(20)
        topPadding: Theme.px(8)
        bottomPadding: Theme.px(8)
        spacing: Theme.px(12)
        labelSize: Theme.capped(27, root.most)
        implicitHeight: Math.max(Theme.minTarget, implicitContentHeight + topPadding + bottomPadding)
    }
}
