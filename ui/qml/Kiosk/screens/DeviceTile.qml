pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// One device at a glance: what it is, how it is, what to do, and how busy it was.
Tappable {
    id: tile

    required property var device

    readonly property bool wrong: tile.device.tone === "bad" || tile.device.tone === "warn"

    objectName: "diagnostics.device." + tile.device.id
    text: tile.device.name + ", " + tile.device.state
    hint: [tile.device.about, tile.device.code === "" ? "" : tile.device.code + ". " + tile.device.remedy, tile.device.counts, tile.device.code === "" ? tile.device.trouble : ""].filter(words => words !== "").join(". ")
    facePressed: Theme.tintPressed
    outline: tile.wrong ? Theme.stateInk(tile.device.tone) : Theme.line
    outlineWidth: tile.wrong ? Theme.px(4) : Theme.borderThin
    radius: Theme.radiusCard
    leftPadding: Theme.px(32)
    rightPadding: Theme.px(32)
    topPadding: Theme.px(28)
    bottomPadding: Theme.px(28)
    Layout.fillWidth: true
    Layout.fillHeight: true
    onClicked: App.act("open_device", {
        device: tile.device.id
    })

    contentItem: ColumnLayout {
        spacing: Theme.px(12)

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.px(20)

            Icon {
                Layout.alignment: Qt.AlignTop
                Layout.preferredWidth: width
                Layout.preferredHeight: height
                name: tile.device.icon
                size: Theme.capped(54, 1.35)
                color: Theme.brand
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0

                AppText {
                    Layout.fillWidth: true
                    strong: true
                    text: tile.device.name
                    Accessible.ignored: true
                }

                AppText {
                    visible: text !== ""
                    Layout.fillWidth: true
                    role: "small"
                    color: Theme.soft
                    wrapMode: Text.Wrap
                    text: tile.device.about
                    Accessible.ignored: true
                }
            }

            Spinner {
                visible: tile.device.testing
                Layout.alignment: Qt.AlignTop
                size: Theme.px(44)
            }
        }

        Badge {
            objectName: "diagnostics.state." + tile.device.id
            text: tile.device.state
            tone: tile.device.tone
        }

        AppText {
            objectName: "diagnostics.code." + tile.device.id
            visible: tile.device.code !== ""
            Layout.fillWidth: true
            role: "secondary"
            textFormat: Text.StyledText
            text: "<b>" + tile.device.code + "</b> " + tile.device.remedy.replace(/&/g, "&amp;").replace(/</g, "&lt;")
            Accessible.ignored: true
        }

        AppText {
            Layout.fillWidth: true
            role: "secondary"
            text: tile.device.counts
            Accessible.ignored: true
        }

        Item {
            Layout.fillHeight: true
        }

        AppText {
            visible: tile.device.code === "" && text !== ""
            Layout.fillWidth: true
            role: "small"
            color: Theme.soft
            text: tile.device.trouble
            Accessible.ignored: true
        }

        DayBars {
            visible: tile.device.plot.length > 1
            Layout.fillWidth: true
            values: tile.device.plot
        }
    }
}
