pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// A device on the table: its name and state, what a person does with it, and folded away what breaks it.
Card {
    id: root

    required property var device
    property string iconName
    default property alias body: handles.data

    readonly property bool broken: root.device.view.broken.length > 0
    property bool unfolded: false

    // What is here wants to be seen.
    signal wanted

    objectName: root.device.id
    padding: Theme.px(26)
    spacing: Theme.px(18)
    radius: Theme.px(28)
    tone: root.broken ? "bad" : "none"
    border.width: Theme.borderThin

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.px(18)

        Rectangle {
            Layout.preferredWidth: Theme.px(64)
            Layout.preferredHeight: Theme.px(64)
            radius: Theme.px(16)
            color: Theme.tint

            Icon {
                anchors.centerIn: parent
                name: root.iconName
                size: Theme.px(40)
                color: Theme.brand
            }
        }

        AppText {
            Layout.fillWidth: true
            role: "section"
            font.pixelSize: Theme.type(34)
            wrapMode: Text.NoWrap
            elide: Text.ElideRight
            text: Words.t(root.device.kind + ".title")
        }

        Spinner {
            visible: root.device.busy && late.passed
            size: Theme.px(36)
        }

        Badge {
            objectName: "status"
            text: Words.f(root.device.kind + ".status." + root.device.view.status, root.device.view)
            tone: root.device.view.tone
        }

        LinkWord {
            objectName: "faults"
            iconName: root.unfolded ? "chevron-up" : "wrench"
            color: Theme.soft
            text: Words.t("faults")
            role: "small"
            leftPadding: Theme.px(8)
            rightPadding: Theme.px(8)
            onClicked: {
                root.unfolded = !root.unfolded;
                if (root.unfolded)
                    root.wanted();
            }
        }
    }

    // A request that is answered at once needs no sign of waiting.
    Timer {
        id: late

        property bool passed: false

        running: root.device.busy
        interval: 300
        onTriggered: late.passed = true
        onRunningChanged: {
            if (running)
                late.passed = false;
        }
    }

    ColumnLayout {
        id: handles

        Layout.fillWidth: true
        spacing: Theme.px(18)
    }

    RowLayout {
        visible: root.device.trouble !== ""
        Layout.fillWidth: true
        spacing: Theme.px(14)

        AppText {
            Layout.fillWidth: true
            role: "secondary"
            color: Theme.bad
            text: Words.t("trouble") + " " + root.device.trouble
            Accessible.role: Accessible.AlertMessage
        }

        LinkWord {
            iconName: "x"
            text: ""
            Accessible.name: Words.t("close")
            onClicked: root.device.dismiss()
        }
    }

    Rectangle {
        visible: root.broken
        Layout.fillWidth: true
        implicitHeight: strip.implicitHeight + Theme.px(20)
        radius: Theme.px(16)
        color: Theme.badTint

        RowLayout {
            id: strip

            anchors.left: parent.left
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            anchors.leftMargin: Theme.px(16)
            anchors.rightMargin: Theme.px(16)
            spacing: Theme.px(14)

            Flow {
                Layout.fillWidth: true
                spacing: Theme.px(10)

                // Each fault in effect, with a cross that ends it alone.
                Repeater {
                    model: root.device.view.broken

                    Chip {
                        required property var modelData

                        objectName: "end_" + modelData.name
                        text: Words.broken(root.device.kind, modelData)
                        hint: Words.f("clear_one", {
                            name: Words.fault(root.device.kind, modelData.name)
                        })
                        iconName: "x"
                        inkColor: Theme.bad
                        outline: Theme.bad
                        Accessible.role: Accessible.Button
                        Accessible.checkable: false
                        onClicked: root.device.fault("clear", modelData.name)
                    }
                }
            }

            Chip {
                objectName: "clear"
                Layout.alignment: Qt.AlignTop
                text: Words.t("clear")
                iconName: "check"
                Accessible.role: Accessible.Button
                Accessible.checkable: false
                onClicked: root.device.fault("clear", "")
            }
        }
    }

    ColumnLayout {
        visible: root.unfolded
        Layout.fillWidth: true
        spacing: Theme.px(14)

        RowLayout {
            visible: !root.broken
            Layout.fillWidth: true
            Layout.bottomMargin: -Theme.px(8)

            Item {
                Layout.fillWidth: true
            }

            LinkWord {
                objectName: "mend"
                text: Words.t("clear")
                onClicked: root.device.fault("clear", "")
            }
        }

        Loader {
            Layout.fillWidth: true
            active: root.unfolded
            sourceComponent: FaultList {
                device: root.device
            }
        }
    }
}
