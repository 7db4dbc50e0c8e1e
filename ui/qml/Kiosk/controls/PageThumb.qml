pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// A page that was scanned: its picture, its number, and what is wrong with it, if anything.
Tappable {
    id: control

    property string source
    property int number: 1
    property string tone: "none"
    property string badge
    property bool blank: false
    property bool selected: false

    readonly property string words: control.blank && control.badge === "" ? Tr.t("ui.page.blank") : control.badge

    text: Tr.f("ui.page", {
        n: control.number
    })
    hint: control.words
    face: Theme.highContrast ? "#FFFFFF" : Theme.paper
    facePressed: Theme.tintPressed
    outline: control.selected ? Theme.brand : control.tone === "none" ? Theme.lineStrong : Theme.stateInk(control.tone)
    outlineWidth: control.selected || control.tone !== "none" ? Theme.px(5) : Theme.borderThin
    radius: Theme.radiusSmall
    padding: 0
    implicitWidth: Theme.px(152)
    implicitHeight: Theme.px(212)

    contentItem: Item {
        // The shape of a page, where its picture is not there yet nor will be at once.
        Loader {
            id: writing

            property bool late: false

            visible: active
            active: !control.blank && picture.status !== Image.Ready && (control.source === "" || late)
            x: parent.width * 0.14
            y: parent.height * 0.1
            width: parent.width * 0.72
            sourceComponent: Column {
                spacing: Theme.px(11)

                Repeater {
                    model: 8

                    Rectangle {
                        required property int index

                        width: writing.width * [0.95, 0.6, 0.9, 0.55, 0.92, 0.7, 0.85, 0.5][index]
                        height: Theme.px(7)
                        radius: height / 2
                        color: "#CDD3D8"
                    }
                }
            }
        }

        Timer {
            interval: 100
            running: control.source !== "" && picture.status !== Image.Ready
            onTriggered: writing.late = true
        }

        Image {
            id: picture

            anchors.fill: parent
            anchors.margins: Theme.px(6)
            source: control.source
            asynchronous: true
            cache: false
            sourceSize: Qt.size(Theme.px(300), 0)
            fillMode: Image.PreserveAspectFit
            Accessible.ignored: true
        }

        Rectangle {
            x: Theme.px(10)
            y: parent.height - height - Theme.px(10)
            width: Math.max(height, label.implicitWidth + Theme.px(24))
            height: Math.max(Theme.px(40), label.implicitHeight + Theme.px(4))
            radius: Theme.px(10)
            color: "#15232E"

            Text {
                id: label

                anchors.centerIn: parent
                text: control.number
                color: "#FFFFFF"
                font.family: Theme.family
                font.weight: Font.DemiBold
                font.pixelSize: Theme.capped(24, 1.35)
                Accessible.ignored: true
            }
        }

        Loader {
            x: Theme.px(8)
            y: Theme.px(8)
            width: parent.width - Theme.px(16)
            active: control.words !== ""
            sourceComponent: Rectangle {
                implicitHeight: words.implicitHeight + Theme.px(8)
                radius: Theme.px(8)
                color: control.tone === "none" ? Theme.paper : Theme.stateTint(control.tone)
                border.width: Theme.borderThin
                border.color: control.tone === "none" ? Theme.lineStrong : Theme.stateInk(control.tone)

                Text {
                    id: words

                    anchors.left: parent.left
                    anchors.right: parent.right
                    anchors.margins: Theme.px(6)
                    anchors.verticalCenter: parent.verticalCenter
                    horizontalAlignment: Text.AlignHCenter
                    text: control.words
                    color: control.tone === "none" ? Theme.ink : Theme.stateInk(control.tone)
                    font.family: Theme.family
                    font.weight: Font.DemiBold
                    font.pixelSize: Theme.px(24)
                    textFormat: Text.PlainText
                    wrapMode: Text.Wrap
                    Accessible.ignored: true
                }
            }
        }
    }
}
