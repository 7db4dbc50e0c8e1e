pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Window
import Kiosk.theme
import Kiosk.controls
import Dock

// The hardware dock: one card a device, in the order in which a citizen meets them.
Window {
    id: root

    readonly property var desk: App.vm
    property string looked

    function fileOf(kind) {
        return kind.charAt(0).toUpperCase() + kind.slice(1) + "Device.qml";
    }

    title: Words.t("title")
    color: Theme.ground
    minimumWidth: 360
    minimumHeight: 320

    // A desk's window is near to the eye: 480 pixels of it are half of the kiosk's size, and a wider one grows a little.
    Binding {
        target: Theme
        property: "viewWidth"
        value: Math.max(400, Math.min(root.width, 760)) * 1.125
    }

    Connections {
        target: App

        function onActed(name, payload) {
            if (name === "look")
                root.looked = payload.source;
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        Rectangle {
            Layout.fillWidth: true
            implicitHeight: top.implicitHeight + Theme.px(28)
            color: Theme.brand

            RowLayout {
                id: top

                anchors.left: parent.left
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                anchors.leftMargin: Theme.px(30)
                anchors.rightMargin: Theme.px(20)
                spacing: Theme.px(18)

                Icon {
                    Layout.preferredWidth: width
                    Layout.preferredHeight: height
                    name: "hand"
                    size: Theme.px(52)
                    color: Theme.brandInk
                }

                ColumnLayout {
                    Layout.fillWidth: true
                    spacing: 0

                    AppText {
                        Layout.fillWidth: true
                        role: "section"
                        font.pixelSize: Theme.type(34)
                        color: Theme.brandInk
                        elide: Text.ElideRight
                        wrapMode: Text.NoWrap
                        text: Words.t("title")
                    }

                    AppText {
                        Layout.fillWidth: true
                        role: "small"
                        color: Theme.brandInk
                        elide: Text.ElideRight
                        wrapMode: Text.NoWrap
                        text: Words.t("subtitle")
                    }
                }

                LinkWord {
                    objectName: "language"
                    iconName: "languages"
                    color: Theme.brandInk
                    face: hovered ? Theme.brandChip : "transparent"
                    facePressed: Theme.brandPressed
                    text: Words.t("language")
                    onClicked: root.desk.switch_language()
                }
            }
        }

        Item {
            visible: !root.desk.connected
            Layout.fillWidth: true
            implicitHeight: lost.implicitHeight + Theme.px(24)

            Banner {
                id: lost

                objectName: "lost"
                x: Theme.px(24)
                y: Theme.px(24)
                width: parent.width - Theme.px(48)
                tone: root.desk.met ? "warn" : "info"
                iconName: root.desk.met ? "triangle-alert" : "hourglass"
                lead: Words.t(root.desk.met ? "lost" : "waiting") + "."
                text: root.desk.met ? Words.t("lost_more") : Words.f("waiting_more", {
                    address: root.desk.address
                })
            }
        }

        ScrollArea {
            id: area

            Layout.fillWidth: true
            Layout.fillHeight: true
            sidePadding: Theme.px(24)
            spacing: Theme.px(18)
            announce: false

            Item {
                Layout.fillWidth: true
                implicitHeight: Theme.px(6)
            }

            Repeater {
                model: root.desk.devices

                Loader {
                    id: place

                    required property var modelData

                    Layout.fillWidth: true
                    enabled: root.desk.connected
                    opacity: root.desk.connected ? 1 : 0.45
                    Component.onCompleted: place.setSource(root.fileOf(place.modelData.kind), {
                        device: place.modelData
                    })

                    Connections {
                        target: place.item
                        ignoreUnknownSignals: true

                        function onWanted() {
                            settled.restart();
                        }
                    }

                    // Once it is laid out and its picture has come.
                    Timer {
                        id: settled

                        interval: 250
                        onTriggered: area.show(place)
                    }
                }
            }

            Item {
                Layout.fillWidth: true
                implicitHeight: Theme.px(6)
            }
        }

        TapeBar {
            objectName: "tape"
            Layout.fillWidth: true
            enabled: root.desk.connected
            tape: root.desk.tape
        }
    }

    // The whole slip, as large as the window allows.
    Loader {
        anchors.fill: parent
        active: root.looked !== ""
        sourceComponent: Rectangle {
            objectName: "slipInFull"
            color: Theme.scrim

            MouseArea {
                anchors.fill: parent
                onClicked: root.looked = ""
                onWheel: wheel => wheel.accepted = true
            }

            Flickable {
                id: flick

                anchors.fill: parent
                anchors.margins: Theme.px(32)
                anchors.topMargin: Theme.px(120)
                clip: true
                contentHeight: whole.height
                boundsBehavior: Flickable.StopAtBounds

                Image {
                    id: whole

                    width: flick.width
                    height: implicitHeight * width / Math.max(1, implicitWidth)
                    source: root.looked
                    cache: false
                    smooth: true
                    mipmap: true
                }
            }

            DockButton {
                objectName: "closeSlip"
                anchors.right: parent.right
                anchors.top: parent.top
                anchors.margins: Theme.px(24)
                iconLeft: "x"
                text: Words.t("close")
                onClicked: root.looked = ""
            }
        }
    }
}
