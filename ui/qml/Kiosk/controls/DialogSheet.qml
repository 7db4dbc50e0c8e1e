pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// A question or message over the page. Its buttons stand at the bottom, where the page's are; focus stays inside.
FocusScope {
    id: root

    default property alias content: slot.data
    property bool opened: false
    property string title
    property string text
    property string iconName
    property string tone: "info"
    property string primaryText
    property string primaryKind: "primary"
    property string secondaryText
    property string tertiaryText
    property bool dismissable: false

    readonly property var focused: root.Window.activeFocusItem

    signal primaryClicked
    signal secondaryClicked
    signal tertiaryClicked
    signal dismissed

    anchors.fill: parent
    visible: root.opened
    z: 100

    Accessible.role: Accessible.Dialog
    Accessible.name: root.title
    Accessible.description: root.text

    function holds(item) {
        for (let at = item; at; at = at.parent) {
            if (at === root)
                return true;
        }
        return false;
    }

    // Tab goes round inside the sheet: on from where it got out, until it is in again.
    function keepFocus() {
        const stray = root.focused;
        if (!root.opened || !stray || root.holds(stray))
            return;
        const back = stray.focusReason === Qt.BacktabFocusReason;
        let at = stray.nextItemInFocusChain(!back);
        for (let steps = 0; steps < 500 && at && at !== stray && !root.holds(at); steps++)
            at = at.nextItemInFocusChain(!back);
        if (at && root.holds(at) && at !== root)
            at.forceActiveFocus(back ? Qt.BacktabFocusReason : Qt.TabFocusReason);
        else
            root.takeFocus();
    }

    function takeFocus() {
        (main.visible ? main : second.visible ? second : sheet).forceActiveFocus();
    }

    onOpenedChanged: {
        if (root.opened)
            root.takeFocus();
    }
    onFocusedChanged: later.restart()
    Component.onCompleted: {
        if (root.opened)
            root.takeFocus();
    }

    // Unlike Qt.callLater, a timer is gone with a sheet that closes at once.
    Timer {
        id: later

        interval: 0
        onTriggered: root.keepFocus()
    }

    Keys.onEscapePressed: {
        if (root.dismissable)
            root.dismissed();
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.scrim

        MouseArea {
            anchors.fill: parent
            onClicked: {
                if (root.dismissable)
                    root.dismissed();
            }
            Accessible.ignored: true
        }
    }

    Rectangle {
        id: sheet

        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.landscape ? Math.max(Theme.px(24), (parent.height - height) / 2) : Theme.px(24)
        width: Math.min(parent.width - Theme.px(48), Theme.landscape ? Theme.px(1180) : parent.width)
        height: Math.min(parent.height - Theme.px(48), column.implicitHeight + Theme.px(96))
        radius: Theme.radiusCard
        color: Theme.paper
        border.width: Theme.borderStrong
        border.color: Theme.highContrast ? Theme.lineStrong : Theme.stateInk(root.tone)

        MouseArea {
            anchors.fill: parent
            Accessible.ignored: true
        }

        ColumnLayout {
            id: column

            anchors.fill: parent
            anchors.margins: Theme.px(48)
            spacing: Theme.px(28)

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.px(28)

                Rectangle {
                    visible: root.iconName !== ""
                    Layout.alignment: Qt.AlignTop
                    Layout.preferredWidth: Theme.px(96)
                    Layout.preferredHeight: Theme.px(96)
                    radius: Theme.px(26)
                    color: Theme.stateTint(root.tone)
                    border.width: Theme.highContrast ? Theme.borderThin : 0
                    border.color: Theme.stateInk(root.tone)

                    Icon {
                        anchors.centerIn: parent
                        name: root.iconName
                        size: Theme.px(56)
                        color: Theme.stateInk(root.tone)
                    }
                }

                Heading {
                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignVCenter
                    role: "section"
                    text: root.title
                }
            }

            AppText {
                visible: text !== ""
                Layout.fillWidth: true
                text: root.text
            }

            ColumnLayout {
                id: slot

                visible: children.length > 0
                Layout.fillWidth: true
                spacing: Theme.px(20)
            }

            ButtonRow {
                AppButton {
                    id: third

                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    objectName: "dialogTertiary"
                    visible: text !== ""
                    kind: "help"
                    text: root.tertiaryText
                    onClicked: root.tertiaryClicked()
                }

                AppButton {
                    id: second

                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    objectName: "dialogSecondary"
                    visible: text !== ""
                    text: root.secondaryText
                    onClicked: root.secondaryClicked()
                }

                AppButton {
                    id: main

                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    objectName: "dialogPrimary"
                    visible: text !== ""
                    kind: root.primaryKind
                    text: root.primaryText
                    onClicked: root.primaryClicked()
                }
            }
        }
    }
}
