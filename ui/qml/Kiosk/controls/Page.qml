pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// The frame of every screen: header, step line, what to do, the work, and the bottom bar.
FocusScope {
    id: root

    default property alias content: area.content
    property alias footer: footer.data
    property alias overlay: overlay.data

    property string title
    property string guidance
    // A page whose guidance changes while somebody works keeps room for as many lines, so that no button moves.
    property int guidanceLines: 1
    property bool titleCentred: false
    property int step: 0
    property int stepCount: 0
    property string stepName

    property string primaryText
    property bool primaryEnabled: true
    property bool primaryBusy: false
    property string primaryIcon: "arrow-right"
    property string secondaryText
    property string secondaryIcon
    property bool secondaryEnabled: true
    property bool backVisible: true
    property string backText: Tr.t("ui.back")
    property bool showComfort: false
    property bool helpVisible: true
    property bool languageVisible: true
    property bool headerVisible: true
    property bool barVisible: true
    property string helpText
    // The file of what stands in the header's corner.
    property url corner
    // The bar's buttons by the names that scripted citizens know.
    property string backName: "back"
    property string primaryName: "primary"
    property string secondaryName: "secondary"
    property string helpName: "help"
    property string languageName: "languageLow"
    property alias contentSpacing: area.spacing
    property alias fillContent: area.fill

    readonly property alias scroll: area
    readonly property alias bar: bar
    readonly property Item head: header
    readonly property Item comfortPanel: panel.item as Item
    // Where a screen's own work may be reached: the lower 60 % of the screen (EN 301 549 8.3.4, reach ranges).
    // On a low screen that would leave no place for what is typed between there and the keyboard.
    readonly property real reachTop: Theme.reach && !Theme.lowered && !(Theme.landscape && footer.height > 0) ? root.height * 0.4 : 0
    // What to do stands beside the work, but not where everything to be touched is low: then above it there is room.
    readonly property bool introBeside: Theme.landscape && !Theme.reach

    signal primaryClicked
    signal secondaryClicked
    signal backClicked

    function openComfort() {
        panel.active = true;
        (panel.item as ComfortPanel).open();
    }

    anchors.fill: parent
    focus: true

    Component.onCompleted: PageFrame.take(root, header, bar)

    Rectangle {
        anchors.fill: parent
        color: Theme.ground
    }

    // The places of the header and the bar, which all pages share; see PageFrame.
    Item {
        id: header

        visible: root.headerVisible
        width: parent.width
        height: visible ? PageFrame.header.implicitHeight : 0
    }

    Column {
        id: intro

        readonly property real natural: header.height + Theme.px(root.introBeside ? 44 : root.step > 0 ? 32 : 44)
        readonly property real full: root.width - 2 * Theme.margin
        // Beside the work it ends above what the bottom of the window is for: the keyboard first of all.
        readonly property real room: root.introBeside ? footer.y - y - Theme.px(24) : Infinity
        readonly property real stepRoom: stepLine.visible ? stepLine.height + spacing : 0

        x: Theme.margin
        y: Math.max(intro.natural, root.reachTop - (root.introBeside ? 0 : intro.height + Theme.px(28)))
        width: root.introBeside ? Math.round(intro.full * 0.32) : intro.full
        spacing: Theme.px(20)

        Loader {
            id: stepLine

            visible: active
            active: root.step > 0 && !(Theme.compact && Theme.largeText)
            width: parent.width
            sourceComponent: StepLine {
                step: root.step
                count: root.stepCount
                name: root.stepName
            }
        }

        Heading {
            id: heading

            visible: root.title !== "" && (footer.height === 0 || intro.stepRoom + heading.implicitHeight <= intro.room)
            width: parent.width
            text: root.title
            centred: root.titleCentred && !root.introBeside
        }

        AppText {
            id: guidance

            visible: root.guidance !== "" && (footer.height === 0 || intro.stepRoom + heading.implicitHeight + intro.spacing + guidance.implicitHeight <= intro.room)
            width: parent.width
            height: implicitHeight * (root.introBeside || Theme.largeText ? 1 : Math.max(1, root.guidanceLines / Math.max(1, lineCount)))
            text: root.guidance
            color: Theme.soft
            horizontalAlignment: root.titleCentred && !root.introBeside ? Text.AlignHCenter : Text.AlignLeft
        }
    }

    ScrollArea {
        id: area

        readonly property real natural: root.introBeside ? header.height + Theme.px(44) : intro.y + intro.height + Theme.px(intro.height > 0 ? 28 : 0)

        x: root.introBeside ? intro.x + intro.width + Theme.px(40) : 0
        y: Math.max(area.natural, root.reachTop)
        width: root.introBeside ? root.width - x - Theme.margin : root.width
        height: Math.max(0, footer.y - y - Theme.px(24))
        announce: footer.height === 0 && !Theme.compact && (!root.introBeside || more.crowded)
        sidePadding: root.introBeside ? 0 : Theme.margin
    }

    // Beside the work there is room for this; under it there is none to give away.
    Loader {
        id: more

        readonly property bool crowded: intro.y + intro.height > bar.y - Theme.px(24) - Theme.minTarget - Theme.px(12)

        active: root.introBeside && area.overflows && footer.height === 0 && !more.crowded
        x: Theme.margin
        y: bar.y - height - Theme.px(24)
        sourceComponent: MorePill {
            width: Math.min(implicitWidth, intro.width)
            area: area
        }
    }

    Item {
        id: footer

        width: parent.width
        height: childrenRect.height
        y: bar.y - height
    }

    Item {
        id: bar

        visible: root.barVisible
        width: parent.width
        height: visible ? PageFrame.bar.implicitHeight : 0
        anchors.bottom: parent.bottom
    }

    // Made when it is first opened: every change of screen would wait for its dozen controls.
    Loader {
        id: panel

        anchors.fill: parent
        anchors.bottomMargin: bar.height
        active: false
        sourceComponent: ComfortPanel {}
    }

    Item {
        id: overlay

        // What is written last is bound first: header and bar are made here for the first page, and not while its layout asks
        // how high they are, which would be a loop.
        readonly property QtObject shared: PageFrame

        anchors.fill: parent
    }
}
