pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// What the keypad and the voice show over every screen: the ring round what the keypad stands on, and captions.
Item {
    id: root

    readonly property var guide: App.vm.guide
    // What the ring is round; the keypad sets it, and the ring goes with it wherever it is scrolled.
    property Item target: null

    objectName: "keypadRing"

    // In what is laid out a ring would be laid out too: there it stands over it instead.
    function laysOut(item) {
        return item instanceof Row || item instanceof Column || item instanceof Grid || item instanceof Flow || item.toString().indexOf("Layout") >= 0;
    }

    Item {
        id: ring

        readonly property bool shown: root.target !== null
        // What has a radius of its own, a rectangle or a button, is followed in it.
        readonly property var rounded: shown && root.target.hasOwnProperty("radius") ? root.target : null
        readonly property bool own: shown && root.laysOut(root.target)
        // In a list the rows touch each other, so that a ring round one would be cut off: it is drawn inside.
        readonly property real inset: shown && root.target.hasOwnProperty("chevron") ? Theme.px(14) : 0

        parent: shown ? (own ? root.target.parent : root.target) : root
        x: inset + (own ? root.target.x : 0)
        y: inset + (own ? root.target.y : 0)
        z: 1000
        width: shown ? root.target.width - 2 * inset : 0
        height: shown ? root.target.height - 2 * inset : 0
        visible: shown

        FocusRing {
            radius: ring.rounded ? ring.rounded.radius : Theme.radiusSmall
        }
    }

    Loader {
        id: captions

        objectName: "captions"
        active: root.guide.captions && root.guide.caption !== ""
        width: root.width
        sourceComponent: Rectangle {
            readonly property real lines: Math.min(words.implicitHeight, root.height * 0.2)

            width: captions.width
            height: lines + Theme.px(48)
            color: Theme.highContrast ? Theme.ground : Theme.ink
            border.width: Theme.highContrast ? Theme.borderStrong : 0
            border.color: Theme.lineStrong

            AppText {
                id: words

                objectName: "captionWords"
                x: Theme.margin
                y: Theme.px(24)
                width: parent.width - 2 * Theme.margin
                height: parent.lines
                clip: true
                color: Theme.highContrast ? Theme.ink : Theme.paper
                verticalAlignment: Text.AlignBottom
                text: root.guide.caption
                Accessible.ignored: true
            }
        }
    }
}
