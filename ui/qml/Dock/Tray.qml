pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// A tray of the scanner: its sheets as little pages, how many they are, and how to take them.
Rectangle {
    id: root

    property string title
    property string takeText
    property int sheets: 0
    readonly property int drawn: Math.min(root.sheets, 9)

    signal taken

    Layout.fillWidth: true
    Layout.preferredWidth: 1
    implicitHeight: column.implicitHeight + Theme.px(28)
    radius: Theme.px(20)
    color: Theme.ground
    border.width: Theme.borderThin
    border.color: Theme.line

    ColumnLayout {
        id: column

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.px(14)
        anchors.leftMargin: Theme.px(20)
        spacing: Theme.px(6)

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.px(10)

            AppText {
                Layout.fillWidth: true
                role: "small"
                strong: true
                color: Theme.soft
                wrapMode: Text.NoWrap
                elide: Text.ElideRight
                text: root.title
            }

            AppText {
                objectName: "count"
                role: "small"
                strong: true
                color: root.sheets > 0 ? Theme.brand : Theme.soft
                wrapMode: Text.NoWrap
                text: root.sheets > 0 ? Words.n("scanner.sheets", root.sheets) : Words.t("scanner.empty")
            }
        }

        RowLayout {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.px(78)
            spacing: Theme.px(10)

            Item {
                Layout.fillWidth: true
                Layout.fillHeight: true

                Repeater {
                    model: root.drawn

                    Rectangle {
                        id: page

                        required property int index

                        x: index * Theme.px(21)
                        y: Theme.px(4)
                        width: Theme.px(50)
                        height: Theme.px(68)
                        radius: Theme.px(6)
                        color: Theme.paper
                        border.width: Math.max(1, Theme.px(2))
                        border.color: Theme.lineStrong

                        Column {
                            x: Theme.px(9)
                            y: Theme.px(13)
                            spacing: Theme.px(8)

                            Repeater {
                                model: 4

                                Rectangle {
                                    required property int index

                                    width: Theme.px(index === 3 ? 18 : 32)
                                    height: Math.max(1, Theme.px(4))
                                    color: Theme.line
                                }
                            }
                        }
                    }
                }

                Rectangle {
                    visible: root.sheets === 0
                    y: Theme.px(4)
                    width: Theme.px(50)
                    height: Theme.px(68)
                    radius: Theme.px(6)
                    color: "transparent"
                    border.width: Math.max(1, Theme.px(2))
                    border.color: Theme.line
                }
            }

            LinkWord {
                objectName: root.objectName + "Take"
                visible: root.sheets > 0
                text: root.takeText
                onClicked: root.taken()
            }
        }
    }
}
