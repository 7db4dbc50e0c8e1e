pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The tape at the dock's foot: record what is done to the devices, keep it, and replay what was kept.
Rectangle {
    id: root

    required property var tape
    property bool unfolded: false
    property real speed: 1

    function clock(seconds) {
        const two = n => String(n).padStart(2, "0");
        return two(Math.floor(seconds / 60)) + ":" + two(seconds % 60);
    }

    implicitHeight: column.implicitHeight + Theme.px(28)
    color: Theme.paper

    Rectangle {
        width: parent.width
        height: Theme.borderThin
        color: root.tape.recording ? Theme.bad : Theme.line
    }

    ColumnLayout {
        id: column

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: Theme.px(26)
        anchors.rightMargin: Theme.px(26)
        spacing: Theme.px(14)

        // The shelf: which scenarios there are, and how fast they are played.
        ColumnLayout {
            visible: root.unfolded
            Layout.fillWidth: true
            spacing: Theme.px(4)

            RowLayout {
                Layout.fillWidth: true
                spacing: Theme.px(10)

                AppText {
                    Layout.fillWidth: true
                    role: "secondary"
                    strong: true
                    text: Words.t("tape.shelf")
                }

                AppText {
                    role: "small"
                    color: Theme.soft
                    text: Words.t("tape.speed")
                }

                Repeater {
                    model: [1, 2, 5, 20]

                    Chip {
                        required property int modelData

                        objectName: "speed_" + modelData
                        text: "×" + modelData
                        selected: root.speed === modelData
                        onClicked: root.speed = modelData
                    }
                }
            }

            Flickable {
                id: shelf

                Layout.fillWidth: true
                implicitHeight: Math.min(rows.implicitHeight, Theme.px(420))
                contentHeight: rows.implicitHeight
                boundsBehavior: Flickable.StopAtBounds
                clip: true

                Column {
                    id: rows

                    width: shelf.width

                    Repeater {
                        model: root.unfolded ? root.tape.scenarios : []

                        Item {
                            id: row

                            required property var modelData
                            required property int index
                            readonly property string title: Words.scenario(row.modelData)

                            width: rows.width
                            height: Theme.px(84)

                            Rectangle {
                                visible: row.index > 0
                                width: parent.width
                                height: Theme.borderThin
                                color: Theme.line
                            }

                            ColumnLayout {
                                anchors.left: parent.left
                                anchors.right: playIt.left
                                anchors.rightMargin: Theme.px(14)
                                anchors.verticalCenter: parent.verticalCenter
                                spacing: 0

                                AppText {
                                    Layout.fillWidth: true
                                    role: "secondary"
                                    strong: true
                                    elide: Text.ElideRight
                                    wrapMode: Text.NoWrap
                                    text: row.title
                                }

                                AppText {
                                    Layout.fillWidth: true
                                    role: "small"
                                    color: Theme.soft
                                    wrapMode: Text.NoWrap
                                    text: Words.f(row.modelData.steps === 1 ? "tape.row_one" : "tape.row", {
                                        n: row.modelData.steps,
                                        s: Math.max(1, Math.round(row.modelData.seconds))
                                    })
                                }
                            }

                            Chip {
                                id: playIt

                                objectName: "play_" + row.modelData.key
                                anchors.right: parent.right
                                anchors.verticalCenter: parent.verticalCenter
                                enabled: !root.tape.playing
                                iconName: "circle-play"
                                text: Words.t("tape.replay")
                                hint: Words.t("tape.play")
                                Accessible.role: Accessible.Button
                                Accessible.checkable: false
                                onClicked: root.tape.replay(row.modelData.file, row.title, root.speed)
                            }
                        }
                    }
                }
            }
        }

        // What is being replayed, and how far it is.
        RowLayout {
            visible: root.tape.playing
            Layout.fillWidth: true
            spacing: Theme.px(14)

            Rectangle {
                Layout.fillWidth: true
                implicitHeight: Theme.px(58)
                radius: height / 2
                color: Theme.tint
                clip: true

                Rectangle {
                    width: parent.width * root.tape.done / Math.max(1, root.tape.of)
                    height: parent.height
                    radius: parent.radius
                    color: Theme.tintPressed
                }

                AppText {
                    objectName: "progress"
                    anchors.fill: parent
                    anchors.leftMargin: Theme.px(24)
                    anchors.rightMargin: Theme.px(24)
                    verticalAlignment: Text.AlignVCenter
                    role: "secondary"
                    strong: true
                    color: Theme.brand
                    elide: Text.ElideRight
                    wrapMode: Text.NoWrap
                    text: Words.f("tape.playing", {
                        name: root.tape.title,
                        done: root.tape.done,
                        of: root.tape.of
                    })
                }
            }

            Chip {
                objectName: "stopReplay"
                iconName: "square"
                text: Words.t("tape.stop")
                Accessible.role: Accessible.Button
                Accessible.checkable: false
                onClicked: root.tape.stop()
            }
        }

        // What came of it.
        RowLayout {
            visible: root.tape.trouble !== "" || root.tape.saved !== ""
            Layout.fillWidth: true
            spacing: Theme.px(12)

            Icon {
                Layout.preferredWidth: width
                name: root.tape.trouble !== "" ? "triangle-alert" : "circle-check"
                size: Theme.px(32)
                color: root.tape.trouble !== "" ? Theme.bad : Theme.ok
            }

            AppText {
                objectName: "outcome"
                Layout.fillWidth: true
                role: "small"
                color: root.tape.trouble !== "" ? Theme.bad : Theme.ink
                wrapMode: Text.WrapAnywhere
                maximumLineCount: 3
                elide: Text.ElideRight
                text: root.tape.trouble !== "" ? Words.t("trouble") + " " + root.tape.trouble : Words.t("tape.saved") + " " + root.tape.saved
                Accessible.role: Accessible.AlertMessage
            }

            LinkWord {
                iconName: "x"
                text: ""
                Accessible.name: Words.t("close")
                onClicked: root.tape.dismiss()
            }
        }

        Field {
            id: name

            objectName: "scenarioName"
            visible: root.tape.recording
            Layout.fillWidth: true
            implicitHeight: Theme.px(66)
            hint: Words.t("tape.name")
            onAccepted: keep.clicked()
        }

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.px(16)

            Chip {
                id: keep

                objectName: "record"
                iconName: root.tape.recording ? "square" : ""
                text: Words.t(root.tape.recording ? "tape.keep" : "tape.record")
                hint: Words.t("tape.idle")
                face: root.tape.recording ? Theme.bad : hovered ? Theme.tint : Theme.paper
                facePressed: root.tape.recording ? Theme.bad : Theme.tintPressed
                outline: Theme.bad
                inkColor: root.tape.recording ? Theme.brandInk : Theme.bad
                Accessible.role: Accessible.Button
                Accessible.checkable: false
                onClicked: {
                    if (root.tape.recording) {
                        root.tape.keep(name.text);
                        name.text = "";
                    } else {
                        root.tape.record();
                    }
                }
            }

            Rectangle {
                id: lamp

                visible: root.tape.recording
                Layout.preferredWidth: Theme.px(20)
                Layout.preferredHeight: Theme.px(20)
                radius: height / 2
                color: Theme.bad
                opacity: root.tape.seconds % 2 === 0 ? 1 : 0.35
            }

            AppText {
                objectName: "elapsed"
                Layout.fillWidth: true
                role: root.tape.recording ? "secondary" : "small"
                strong: root.tape.recording
                color: root.tape.recording ? Theme.bad : Theme.soft
                elide: Text.ElideRight
                wrapMode: Text.NoWrap
                text: root.tape.recording ? Words.f(root.tape.steps === 1 ? "tape.steps_one" : "tape.steps", {
                    time: root.clock(root.tape.seconds),
                    n: root.tape.steps
                }) : Words.t("tape.idle")
            }

            LinkWord {
                objectName: "shelf"
                iconName: root.unfolded ? "chevron-down" : "circle-play"
                text: Words.t("tape.replay")
                onClicked: root.unfolded = !root.unfolded
            }
        }
    }
}
