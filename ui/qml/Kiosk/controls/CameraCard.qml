pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// What a camera sees, and in words how the code is held, or the page laid, better. view: a CameraModel.
Card {
    id: root

    property var view: null
    property string lead
    property real pictureWidth: Theme.px(Theme.landscape ? 640 : 720)
    property real pictureRatio: 9 / 16
    property bool beside: Theme.landscape
    property string aimIcon: "scan-qr-code"
    default property alias below: extra.data
    readonly property string seen: root.view ? root.view.state : "wait"
    readonly property string words: root.view ? root.view.words : ""
    readonly property bool found: root.seen === "found" || root.seen === "turn_over"
    readonly property bool aiming: root.seen === "aim" || root.seen === "wait"
    readonly property color shade: root.found ? Theme.ok : root.aiming ? Theme.brand : Theme.warn

    padding: Theme.px(28)

    AppText {
        visible: root.lead !== "" && !root.beside
        Layout.fillWidth: true
        text: root.lead
    }

    GridLayout {
        Layout.fillWidth: true
        columns: root.beside ? 2 : 1
        columnSpacing: Theme.px(40)
        rowSpacing: Theme.px(20)

        Rectangle {
            readonly property real across: Math.min(root.pictureWidth, root.width - 2 * root.padding - 2 * border.width)

            Layout.alignment: Qt.AlignHCenter
            Layout.preferredWidth: across + 2 * border.width
            Layout.preferredHeight: Math.round(across * root.pictureRatio) + 2 * border.width
            color: Theme.staff
            border.width: Theme.borderStrong
            border.color: root.found ? Theme.ok : Theme.lineStrong

            Accessible.role: Accessible.Graphic
            Accessible.name: Tr.t("ui.picture.camera")

            Icon {
                anchors.centerIn: parent
                visible: !root.view || !root.view.live
                name: "camera"
                size: Theme.px(96)
                color: Theme.staffSoft
            }

            Item {
                id: glass

                readonly property bool lit: Lens.picture.parent === glass

                anchors.fill: parent
                Component.onCompleted: Lens.lend(glass)
                Component.onDestruction: Lens.takeBack(glass)

                Binding {
                    target: Lens.picture
                    property: "source"
                    value: root.view
                    when: glass.lit
                    restoreMode: Binding.RestoreNone
                }

                Binding {
                    target: Lens.picture
                    property: "ink"
                    value: root.found ? Theme.ok : Theme.gold
                    when: glass.lit
                    restoreMode: Binding.RestoreNone
                }

                Binding {
                    target: Lens.picture
                    property: "casing"
                    value: root.found ? Theme.paper : Theme.staff
                    when: glass.lit
                    restoreMode: Binding.RestoreNone
                }

                Binding {
                    target: Lens.picture
                    property: "stroke"
                    value: Theme.px(8)
                    when: glass.lit
                    restoreMode: Binding.RestoreNone
                }
            }
        }

        ColumnLayout {
            Layout.fillWidth: true
            spacing: Theme.px(20)

            AppText {
                visible: root.lead !== "" && root.beside
                Layout.fillWidth: true
                text: root.lead
            }

            RowLayout {
                id: said

                Layout.fillWidth: true
                spacing: Theme.px(18)

                Accessible.role: Accessible.AlertMessage
                Accessible.name: root.words

                Icon {
                    Layout.alignment: Qt.AlignTop
                    Layout.topMargin: Math.max(0, (words.contentHeight / Math.max(1, words.lineCount) - height) / 2)
                    Layout.preferredWidth: width
                    Layout.preferredHeight: height
                    name: root.found ? "circle-check" : root.aiming ? root.aimIcon : "info"
                    size: Theme.body * 1.42
                    color: root.shade
                }

                AppText {
                    id: words

                    objectName: "camera.words"
                    Layout.fillWidth: true
                    // As many lines as the longest words take: the page below does not move when they change.
                    Layout.preferredHeight: Math.max(implicitHeight, lines.height * lineHeight * (root.beside || Theme.textScale > 1 ? 2 : 1))
                    color: root.shade
                    text: root.words
                    Accessible.ignored: true

                    FontMetrics {
                        id: lines

                        font: words.font
                    }
                }
            }

            ColumnLayout {
                id: extra

                visible: children.length > 0
                Layout.fillWidth: true
                spacing: Theme.px(16)
            }
        }
    }

    onWordsChanged: {
        if (root.visible && root.words !== "")
            said.Accessible.announce(root.words, Accessible.Polite);
    }
}
