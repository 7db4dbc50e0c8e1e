pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Kiosk.theme

// One line of input with its label, help and error. The on-screen keyboard types into the field that was focused last.
FocusScope {
    id: root

    property string label
    property string value
    property string hint
    property string help
    property string error
    property bool required: false
    property bool optional: false
    property bool masked: false
    property string iconName
    property string layoutName: "letters" // letters, numeric, email, code, symbols: the keyboard that suits this field
    property bool revealed: false
    property alias maximumLength: input.maximumLength
    property alias validator: input.validator
    property alias readOnly: input.readOnly
    property alias text: input.text

    readonly property alias input: input
    readonly property bool wrong: root.error !== ""

    signal edited(string text)
    signal accepted

    implicitWidth: Theme.px(480)
    implicitHeight: column.implicitHeight
    Layout.fillWidth: true

    onValueChanged: {
        if (input.text !== root.value)
            input.text = root.value;
    }

    ColumnLayout {
        id: column

        width: parent.width
        spacing: Theme.px(12)

        RowLayout {
            visible: root.label !== ""
            Layout.fillWidth: true
            spacing: Theme.px(12)

            AppText {
                Layout.fillWidth: true
                text: root.label
                strong: true
            }

            AppText {
                visible: root.required || root.optional
                Layout.alignment: Qt.AlignBaseline
                role: "small"
                color: Theme.soft
                wrapMode: Text.NoWrap
                text: Tr.t(root.required ? "ui.required" : "ui.optional")
            }
        }

        AppText {
            visible: text !== ""
            Layout.fillWidth: true
            role: "secondary"
            color: Theme.soft
            text: root.help
        }

        Rectangle {
            Layout.fillWidth: true
            Layout.preferredHeight: Math.max(Theme.buttonHeight, input.implicitHeight + Theme.px(36))
            radius: Theme.radiusControl
            color: root.enabled ? Theme.paper : Theme.disabled
            border.width: input.activeFocus || root.wrong ? Theme.px(4) : Theme.borderThin
            border.color: root.wrong ? Theme.bad : input.activeFocus ? Theme.brand : Theme.lineStrong

            MouseArea {
                anchors.fill: parent
                onPressed: input.forceActiveFocus(Qt.MouseFocusReason)
                Accessible.ignored: true
            }

            RowLayout {
                anchors.fill: parent
                anchors.leftMargin: Theme.px(32)
                anchors.rightMargin: Theme.px(12)
                spacing: Theme.px(20)

                Icon {
                    visible: root.iconName !== ""
                    Layout.preferredWidth: width
                    Layout.preferredHeight: height
                    name: root.iconName
                    color: root.wrong ? Theme.bad : Theme.brand
                }

                TextInput {
                    id: input

                    objectName: root.objectName === "" ? "input" : root.objectName + "Input"
                    Layout.fillWidth: true
                    focus: true
                    activeFocusOnTab: true
                    clip: true
                    color: root.enabled ? Theme.ink : Theme.disabledInk
                    selectionColor: Theme.brand
                    selectedTextColor: Theme.brandInk
                    selectByMouse: false
                    font.family: Theme.family
                    font.weight: Font.Medium
                    font.pixelSize: Theme.type(36)
                    echoMode: root.masked && !root.revealed ? TextInput.Password : TextInput.Normal
                    passwordCharacter: "•"

                    Accessible.role: Accessible.EditableText
                    Accessible.name: root.label === "" ? root.hint : root.label
                    Accessible.description: root.wrong ? root.error : root.help
                    Accessible.passwordEdit: root.masked && !root.revealed

                    cursorDelegate: Rectangle {
                        id: cursor

                        property bool lit: true

                        visible: input.activeFocus && lit
                        width: Theme.px(5)
                        color: Theme.highContrast ? Theme.gold : Theme.brand

                        Timer {
                            running: input.activeFocus && !Theme.reducedMotion
                            interval: 530
                            repeat: true
                            onTriggered: cursor.lit = !cursor.lit
                            onRunningChanged: cursor.lit = true
                        }
                    }

                    // From a keyboard that somebody plugs in: the clipboard would hand what was typed to the next person.
                    Keys.onPressed: event => {
                        const clipboards = [StandardKey.Copy, StandardKey.Cut, StandardKey.Paste];
                        event.accepted = clipboards.some(key => event.matches(key));
                    }

                    onActiveFocusChanged: {
                        if (activeFocus)
                            App.activeInput = input;
                    }
                    onTextChanged: {
                        if (text !== root.value)
                            root.edited(text);
                    }
                    onAccepted: root.accepted()
                    Component.onCompleted: text = root.value
                    Component.onDestruction: {
                        if (App.activeInput === input)
                            App.activeInput = null;
                    }

                    Text {
                        anchors.fill: parent
                        visible: input.text === "" && input.preeditText === ""
                        verticalAlignment: Text.AlignVCenter
                        text: root.hint
                        color: Theme.soft
                        font.family: Theme.family
                        font.pixelSize: Theme.body
                        fontSizeMode: Text.HorizontalFit
                        minimumPixelSize: Theme.px(24)
                        elide: Text.ElideRight
                        Accessible.ignored: true
                    }
                }

                Loader {
                    visible: active
                    active: root.masked
                    sourceComponent: FieldTool {
                        objectName: "reveal"
                        iconName: root.revealed ? "eye-off" : "eye"
                        text: Tr.t(root.revealed ? "ui.hide" : "ui.show")
                        onClicked: root.revealed = !root.revealed
                    }
                }

                // Once made it stays: it goes in the middle of its own touch.
                Loader {
                    readonly property bool wanted: input.text !== "" && !input.readOnly && root.enabled

                    visible: wanted
                    active: wanted || item !== null
                    sourceComponent: FieldTool {
                        objectName: "clear"
                        iconName: "x"
                        text: Tr.t("ui.clear")
                        onClicked: {
                            input.clear();
                            input.forceActiveFocus();
                        }
                    }
                }
            }
        }

        Loader {
            visible: active
            active: root.wrong
            Layout.fillWidth: true
            sourceComponent: RowLayout {
                spacing: Theme.px(12)

                Icon {
                    Layout.alignment: Qt.AlignTop
                    Layout.preferredWidth: width
                    Layout.preferredHeight: height
                    name: "circle-alert"
                    size: Theme.secondary * 1.35
                    color: Theme.bad
                }

                AppText {
                    Layout.fillWidth: true
                    role: "secondary"
                    strong: true
                    color: Theme.bad
                    text: root.error
                    Accessible.role: Accessible.AlertMessage
                }
            }
        }
    }
}
