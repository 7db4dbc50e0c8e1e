pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// The comfort controls folded into a panel over the bottom bar: each with its whole name and its state.
FocusScope {
    id: root

    property bool opened: false

    anchors.fill: parent
    visible: root.opened

    function open() {
        root.opened = true;
        closer.forceActiveFocus();
    }

    function close() {
        root.opened = false;
    }

    Keys.onEscapePressed: root.close()

    // A tap anywhere else closes the panel and does nothing more.
    MouseArea {
        anchors.fill: parent
        onClicked: root.close()
        Accessible.ignored: true
    }

    Rectangle {
        anchors.left: parent.left
        anchors.bottom: parent.bottom
        anchors.margins: Theme.px(24)
        width: Math.min(parent.width - Theme.px(48), Math.max(Theme.px(640), column.implicitWidth + Theme.px(72)))
        height: column.implicitHeight + Theme.px(72)
        radius: Theme.radiusCard
        color: Theme.paper
        border.width: Theme.borderStrong
        border.color: Theme.brand

        Accessible.role: Accessible.Grouping
        Accessible.name: Tr.t("ui.easy.title")

        MouseArea {
            anchors.fill: parent
            Accessible.ignored: true
        }

        ColumnLayout {
            id: column

            anchors.fill: parent
            anchors.margins: Theme.px(36)
            spacing: Theme.px(20)

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.px(20)

                AppText {
                    Layout.fillWidth: true
                    role: "section"
                    text: Tr.t("ui.easy.title")
                }

                Tappable {
                    id: closer

                    objectName: "comfortClose"
                    text: Tr.t("ui.close")
                    focus: true
                    onClicked: root.close()

                    contentItem: Item {
                        Icon {
                            anchors.centerIn: parent
                            name: "x"
                        }
                    }
                }
            }

            AppText {
                strong: true
                text: Tr.t("ui.textsize")
            }

            RowLayout {
                Layout.fillWidth: true
                uniformCellSizes: true
                spacing: Theme.apart

                Repeater {
                    model: Comfort.textSizes

                    ChoiceChip {
                        required property int index
                        required property real modelData

                        Layout.fillWidth: true
                        objectName: "textSize" + (index + 1)
                        text: Tr.t("ui.textsize." + (index + 1))
                        selected: Math.abs(Theme.textScale - modelData) < 0.01
                        onClicked: App.act("text-size", {
                            scale: modelData
                        })
                    }
                }
            }

            Repeater {
                model: ["contrast", "lower"]

                ChoiceChip {
                    required property string modelData
                    readonly property bool on: modelData === "contrast" ? Theme.highContrast : Theme.reach

                    Layout.fillWidth: true
                    objectName: modelData + "Switch"
                    iconName: modelData === "contrast" ? "contrast" : "arrow-down-to-line"
                    text: Tr.t(modelData === "contrast" ? "ui.contrast.on" : "ui.lower.long")
                    trailing: Tr.t(on ? "ui.on" : "ui.off")
                    selected: on
                    onClicked: Comfort.tap(modelData)
                }
            }

            ChoiceChip {
                Layout.fillWidth: true
                objectName: "listenSwitch"
                visible: Comfort.canListen
                iconName: "volume-2"
                text: Tr.t("ui.listen.long")
                onClicked: {
                    Comfort.tap("listen");
                    root.close();
                }
            }

            // What is spoken as text: for those who hear it badly, and for whoever stands beside.
            ChoiceChip {
                readonly property var guide: App.vm && App.vm.guide ? App.vm.guide : null
                readonly property bool on: guide !== null && guide.captions

                visible: guide !== null && guide.on
                Layout.fillWidth: true
                objectName: "captionsSwitch"
                iconName: "message-square"
                text: Tr.t("ui.captions")
                trailing: Tr.t(on ? "ui.on" : "ui.off")
                selected: on
                onClicked: guide.toggle_captions()
            }

            LanguageButton {
                visible: Theme.reach
                Layout.fillWidth: true
            }
        }
    }
}
