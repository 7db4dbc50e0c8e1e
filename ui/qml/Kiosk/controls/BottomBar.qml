pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// The foot of every screen. Back left, primary action right, help in gold; comfort controls open, or folded into one
// button when a screen asks for that or when they would not fit. Too much for one row makes a second row, never an overflow.
Rectangle {
    id: root

    property bool backVisible: true
    property string backText: Tr.t("ui.back")
    property string primaryText
    property string primaryIcon: "arrow-right"
    property bool primaryEnabled: true
    property bool primaryBusy: false
    property string secondaryText
    property string secondaryIcon
    property bool secondaryEnabled: true
    property bool helpVisible: true
    readonly property string usualHelp: root.comfort === "open" && !root.backVisible ? Tr.t("ui.help.long") : Tr.t("ui.help")
    property string helpText: root.usualHelp
    property string comfort: "open" // open, folded, none
    property string backName: "back"
    property string primaryName: "primary"
    property string secondaryName: "secondary"
    property string helpName: "help"
    property string languageName: "languageLow"

    readonly property real gap: Theme.px(18)
    readonly property real room: root.width - 2 * Theme.margin
    // Widths are measured from the words, not from the rows: a row that is hidden has none.
    readonly property real openWidth: Comfort.controls.reduce((total, one) => total + root.comfortWidth("ui." + one.name) + Theme.apart, -Theme.apart)
    readonly property real lowWidth: Theme.reach ? root.comfortWidth("ui.language") + Theme.apart : 0
    readonly property real actionsWidth: root.sum([back, secondary, help, primary])
    readonly property bool folded: root.comfort !== "open" || root.actionsWidth + root.gap + root.openWidth + root.lowWidth > root.room
    readonly property real comfortRoom: root.comfort === "none" ? 0 : (root.folded ? root.comfortWidth("ui.easy") : root.openWidth) + root.lowWidth
    readonly property bool fits: root.actionsWidth + (root.comfortRoom > 0 ? root.gap : 0) + root.comfortRoom <= root.room
    // One row; or comfort and help over the actions; or the second choice on a row of its own between them.
    readonly property int toolRows: root.comfortRoom > 0 || root.helpVisible ? 1 : 0
    readonly property bool actionsFit: root.secondaryText === "" || root.sum([back, secondary, primary]) <= root.room
    readonly property int rows: root.fits ? 1 : root.toolRows + (root.actionsFit ? 1 : 2)
    readonly property bool single: root.rows === 1
    // Every button of the bar is as high as the highest.
    readonly property real rowHeight: Math.max(Theme.buttonHeight, easy.implicitHeight, help.implicitHeight, back.implicitHeight, secondary.implicitHeight, primary.implicitHeight)
    // Whether a finger is on what belongs to one page alone.
    readonly property bool pressed: back.pressed || secondary.pressed || primary.pressed
    // A button's own width is known only once its content is made, which its first width would do in the middle of a binding.
    property bool made: false

    Component.onCompleted: root.made = true

    signal primaryClicked
    signal secondaryClicked
    signal backClicked
    signal helpClicked
    signal easyClicked

    function comfortWidth(id) {
        return Math.max(Theme.px(116), Math.ceil(words.advanceWidth(Tr.t(id)) * Theme.small / 100) + 2 * Theme.px(14));
    }

    function sum(items) {
        let total = 0;
        for (const item of items) {
            if (item.wanted)
                total += item.implicitWidth + root.gap;
        }
        return total - root.gap;
    }

    color: Theme.paper
    implicitHeight: root.rows * root.rowHeight + (root.rows - 1) * root.gap + 2 * Theme.px(30)

    Rectangle {
        width: parent.width
        height: Theme.borderThin
        color: Theme.line
    }

    FontMetrics {
        id: words

        font.family: Theme.family
        font.weight: Font.Medium
        font.pixelSize: 100
    }

    // Eats taps beside the buttons, so that nothing under the bar is hit.
    MouseArea {
        anchors.fill: parent
        Accessible.ignored: true
    }

    Item {
        id: inner

        readonly property real last: (root.rows - 1) * (root.rowHeight + root.gap)

        x: Theme.margin
        y: Theme.px(30)
        width: root.room
        height: root.implicitHeight - 2 * Theme.px(30)

        AppButton {
            id: back

            readonly property bool wanted: root.backVisible

            objectName: root.backName
            visible: wanted
            y: inner.last
            width: Math.min(implicitWidth, primary.wanted ? (root.room - root.gap) / 2 : root.room)
            height: root.rowHeight
            text: root.backText
            iconLeft: "arrow-left"
            onClicked: root.backClicked()
        }

        Row {
            id: tools

            x: root.single && back.wanted ? back.width + root.gap : 0
            spacing: Theme.apart
            visible: root.comfort !== "none"

            Repeater {
                model: root.folded ? [] : Comfort.controls

                ComfortButton {
                    required property var modelData

                    objectName: modelData.name
                    visible: modelData.name !== "listen" || Comfort.canListen
                    height: root.rowHeight
                    iconName: modelData.icon
                    text: Tr.t("ui." + modelData.name)
                    active: modelData.active
                    onClicked: Comfort.tap(modelData.name)
                }
            }

            ComfortButton {
                id: easy

                objectName: "easy"
                height: root.rowHeight
                visible: root.folded
                iconName: "accessibility"
                text: Tr.t("ui.easy")
                active: Theme.textScale > 1 || Theme.highContrast || Theme.reach
                Accessible.checkable: false
                onClicked: root.easyClicked()
            }

            Loader {
                visible: active
                active: Theme.reach
                sourceComponent: ComfortButton {
                    objectName: root.languageName
                    height: root.rowHeight
                    iconName: "languages"
                    text: Tr.t("ui.language")
                    hint: Tr.t("ui.language.name")
                    Accessible.checkable: false
                    onClicked: App.act("language")
                }
            }
        }

        AppButton {
            id: help

            readonly property bool wanted: root.helpVisible

            objectName: root.helpName
            visible: wanted
            x: (root.single ? (secondary.wanted ? secondary.x : primary.wanted ? primary.x : root.room + root.gap) - root.gap : root.room) - width
            height: root.rowHeight
            kind: "help"
            iconLeft: "headset"
            text: root.helpText
            onClicked: root.helpClicked()
        }

        AppButton {
            id: secondary

            readonly property bool wanted: root.secondaryText !== ""

            objectName: root.secondaryName
            visible: wanted
            x: root.actionsFit ? (primary.wanted ? primary.x - root.gap : root.room) - width : 0
            y: root.actionsFit ? inner.last : inner.last - root.rowHeight - root.gap
            width: root.actionsFit ? implicitWidth : root.room
            height: root.rowHeight
            text: root.secondaryText
            iconLeft: root.secondaryIcon
            enabled: root.secondaryEnabled
            onClicked: root.secondaryClicked()
        }

        // Alone on its row with back, it takes all the width that is left: hard to miss.
        AppButton {
            id: primary

            readonly property bool wanted: root.primaryText !== ""
            readonly property real rest: !root.made ? implicitWidth : root.room - (back.wanted ? Math.min(back.implicitWidth, (root.room - root.gap) / 2) + root.gap : 0) - (secondary.wanted && root.actionsFit ? secondary.implicitWidth + root.gap : 0)

            objectName: root.primaryName
            visible: wanted
            x: root.room - width
            y: inner.last
            width: root.single ? Math.min(implicitWidth, rest) : rest
            height: root.rowHeight
            kind: "primary"
            text: root.primaryText
            iconRight: root.primaryIcon
            enabled: root.primaryEnabled && !root.primaryBusy
            busy: root.primaryBusy
            onClicked: root.primaryClicked()
        }
    }
}
