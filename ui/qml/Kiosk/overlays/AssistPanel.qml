pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme
import Kiosk.controls

// The officer's part of the window, beside or under the citizen's: what happened, what to do, and the tools for it. Where the
// citizen's own word is asked for it folds into a bar.
Rectangle {
    id: root

    readonly property var assist: App.vm.assist
    // Folded by the citizen's step, or because the citizen is typing.
    property bool folded: false
    // Stands under the citizen's page and not beside it: tools in two columns.
    property bool under: false
    property var phrases: []
    // Stands over the citizen's page: its line is at its foot.
    property bool above: false
    // The panel is the officer's own: its words grow less than the citizen's, so that every tool stays in sight.
    readonly property real most: 1.1

    readonly property string pane: root.assist.pane
    readonly property real barHeight: bar.implicitHeight + 2 * Theme.px(20)

    function use(send) {
        App.act("use_tool", send);
    }

    objectName: "assist.panel"
    color: Theme.staff
    onPaneChanged: {
        root.phrases = [];
        area.toTop();
    }

    // The officer's part is told from the citizen's by colour and by a line.
    Rectangle {
        width: root.folded || root.under ? parent.width : Theme.px(8)
        height: root.folded || root.under ? Theme.px(8) : parent.height
        y: root.above ? parent.height - height : 0
        color: Theme.gold
    }

    MouseArea {
        anchors.fill: parent
        Accessible.ignored: true
    }

    component Line: AppText {
        Layout.fillWidth: true
        color: Theme.staffInk
        role: "secondary"
        font.pixelSize: Theme.capped(27, root.most)
    }

    // A word of what it is, then what it is, in one paragraph.
    component Told: Line {
        id: told

        property string lead
        property string words

        visible: told.words !== ""
        textFormat: Text.StyledText
        text: "<b><font color=\"" + Theme.gold + "\">" + told.lead + "</font></b> " + told.words
        Accessible.name: told.lead + " " + told.words
    }

    RowLayout {
        id: bar

        visible: root.folded
        x: Theme.margin
        y: Theme.px(20) + Theme.px(4)
        width: parent.width - 2 * Theme.margin
        spacing: Theme.px(28)

        Icon {
            Layout.preferredWidth: width
            Layout.preferredHeight: height
            name: "headset"
            size: Theme.px(56)
            color: Theme.gold
        }

        Line {
            text: Tr.t(root.assist.folded ? "assist.own" : "assist.title")
        }

        AppButton {
            objectName: "assist.hand_back.bar"
            Layout.maximumWidth: root.width * 0.42
            kind: "gold"
            labelSize: Theme.capped(32, root.most)
            text: Tr.t("assist.hand_back")
            onClicked: root.use({
                tool: "hand_back"
            })
        }
    }

    ColumnLayout {
        id: whole

        visible: !root.folded
        anchors.fill: parent
        anchors.leftMargin: Theme.px(root.under ? 56 : 48)
        anchors.rightMargin: Theme.px(root.under ? 56 : 40)
        anchors.topMargin: Theme.px(root.under ? 30 : 36)
        anchors.bottomMargin: Theme.px(24)
        spacing: Theme.px(18)

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.px(22)

            Icon {
                Layout.alignment: Qt.AlignTop
                Layout.preferredWidth: width
                Layout.preferredHeight: height
                name: "headset"
                size: Theme.px(60)
                color: Theme.gold
            }

            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0

                AppText {
                    Layout.fillWidth: true
                    strong: true
                    color: Theme.staffInk
                    font.pixelSize: Theme.capped(33, root.most)
                    text: root.assist.who !== "" ? Tr.t("assist.title") + ": " + root.assist.who : Tr.t("assist.title")
                }

                AppText {
                    Layout.fillWidth: true
                    role: "small"
                    color: Theme.staffSoft
                    font.pixelSize: Theme.capped(24, root.most)
                    text: root.assist.since
                }
            }
        }

        ScrollArea {
            id: area

            Layout.fillWidth: true
            Layout.fillHeight: true
            announce: false
            spacing: Theme.px(16)

            Rectangle {
                visible: root.pane === "tools"
                Layout.fillWidth: true
                implicitHeight: said.implicitHeight + 2 * Theme.px(22)
                radius: Theme.radiusControl
                color: Theme.staffPaper
                border.width: Theme.highContrast ? Theme.borderThin : 0
                border.color: Theme.staffLine

                ColumnLayout {
                    id: said

                    x: Theme.px(26)
                    y: Theme.px(22)
                    width: parent.width - 2 * x
                    spacing: Theme.px(12)

                    Told {
                        lead: Tr.t("assist.stopped")
                        words: root.assist.where
                    }

                    Told {
                        objectName: "assist.met"
                        lead: Tr.t("assist.met")
                        words: root.assist.met
                    }

                    Told {
                        lead: Tr.t("assist.do")
                        words: root.assist.guide.map((step, at) => (at + 1) + ". " + step).join(root.under ? "<br>" : " ")
                    }
                }
            }

            Line {
                objectName: "assist.handed"
                visible: root.pane === "tools" && text !== ""
                strong: true
                text: root.assist.handed
            }

            GridLayout {
                id: kit

                visible: root.pane === "tools"
                Layout.fillWidth: true
                columns: root.under ? 3 : 2
                columnSpacing: Theme.px(14)
                rowSpacing: Theme.px(14)
                uniformCellWidths: true

                Repeater {
                    model: root.assist.tools

                    AppButton {
                        required property var modelData

                        objectName: "assist.tool." + modelData.id
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                        kind: modelData.active ? "gold" : "staff"
                        leftAligned: true
                        Layout.preferredHeight: Math.max(Theme.minTarget, implicitContentHeight + Theme.px(28))
                        leftPadding: Theme.px(22)
                        rightPadding: Theme.px(14)
                        spacing: Theme.px(14)
                        labelSize: Theme.capped(26, root.most)
                        iconLeft: modelData.icon
                        text: modelData.text
                        onClicked: {
                            if (modelData.pane !== "")
                                App.act("open_pane", {
                                    pane: modelData.pane
                                });
                            else
                                root.use({
                                    tool: modelData.id
                                });
                        }
                    }
                }
            }

            AppText {
                visible: root.pane !== "tools"
                Layout.fillWidth: true
                role: "section"
                color: Theme.staffInk
                font.pixelSize: Theme.capped(38, root.most)
                text: root.assist.paneTitle
            }

            Line {
                visible: root.pane === "note"
                color: Theme.staffSoft
                text: Tr.t("assist.note_for")
            }

            Repeater {
                model: root.pane === "tools" ? [] : root.assist.choices

                ColumnLayout {
                    id: choice

                    required property int index
                    required property var modelData
                    readonly property bool first: choice.modelData.note !== "" && (choice.index === 0 || root.assist.choices[choice.index - 1].note !== choice.modelData.note)

                    Layout.fillWidth: true
                    spacing: Theme.px(8)

                    Line {
                        visible: choice.first
                        strong: true
                        color: Theme.gold
                        text: choice.modelData.note
                    }

                    AppButton {
                        readonly property bool chosen: root.phrases.indexOf(choice.modelData.id) >= 0

                        objectName: "assist.choice." + choice.modelData.id
                        Layout.fillWidth: true
                        kind: chosen ? "gold" : "staff"
                        leftAligned: true
                        labelSize: Theme.capped(28, root.most)
                        Layout.preferredHeight: Math.max(Theme.minTarget, implicitContentHeight + Theme.px(28))
                        iconLeft: root.pane === "note" ? (chosen ? "square-check" : "square") : ""
                        text: choice.modelData.text
                        onClicked: {
                            if (root.pane !== "note")
                                root.use(choice.modelData.send);
                            else if (chosen)
                                root.phrases = root.phrases.filter(one => one !== choice.modelData.id);
                            else
                                root.phrases = root.phrases.concat([choice.modelData.id]);
                        }
                    }
                }
            }

            AppButton {
                objectName: "assist.note.save"
                visible: root.pane === "note"
                Layout.fillWidth: true
                kind: "staff"
                enabled: root.phrases.length > 0
                iconLeft: "check"
                labelSize: Theme.capped(32, root.most)
                text: Tr.t("assist.note_save")
                onClicked: root.use({
                    tool: "note",
                    target: root.phrases.join("+")
                })
            }
        }

        RowLayout {
            Layout.fillWidth: true
            Layout.fillHeight: false
            spacing: Theme.px(24)

            AppText {
                visible: root.pane === "tools"
                Layout.fillWidth: true
                role: "small"
                color: Theme.staffSoft
                font.pixelSize: Theme.capped(24, root.most)
                text: Tr.t("assist.actor")
            }

            AppButton {
                objectName: "assist.back"
                visible: root.pane !== "tools"
                Layout.fillWidth: true
                Layout.fillHeight: true
                kind: "staff"
                iconLeft: "arrow-left"
                labelSize: Theme.capped(32, root.most)
                text: Tr.t("assist.back")
                onClicked: App.act("open_pane", {
                    pane: "tools"
                })
            }

            AppButton {
                objectName: "assist.hand_back"
                Layout.fillWidth: root.pane !== "tools"
                Layout.fillHeight: true
                Layout.maximumWidth: root.pane !== "tools" ? -1 : whole.width * 0.56
                kind: "gold"
                labelSize: Theme.capped(32, root.most)
                text: Tr.t("assist.hand_back")
                onClicked: root.use({
                    tool: "hand_back"
                })
            }
        }
    }
}
