pragma Singleton
import QtQuick
import "tokens.js" as Defaults

// Colours, type and geometry, resolved for the four comfort axes and the size of the window.
QtObject {
    id: root

    // The parsed tokens.json (with an operator's overrides); Python sets it once at start-up.
    property var tokens: Defaults.tokens

    // Comfort axes.
    property string contrast: "normal"
    property real textScale: 1
    property bool landscape: false
    property bool reach: false
    // The page has about half of its usual height: what can be done without is left out.
    property bool compact: false
    // The page stands in the lower part of the window already: nothing in it needs to be lower still.
    property bool lowered: false
    property bool reducedMotion: false

    // Size of the window in pixels; the root item binds these. 0: not known yet, as designed.
    property real viewWidth: 0
    property real viewHeight: 0
    readonly property real designWidth: root.landscape ? 1920 : 1080
    readonly property real unit: root.viewWidth > 0 ? root.viewWidth / root.designWidth : 1

    // Text so large that two columns of it become hard to read.
    readonly property bool largeText: root.textScale > 1.4
    readonly property bool highContrast: root.contrast === "high"
    readonly property var palette: root.highContrast ? root.tokens.colors.high : root.tokens.colors.light

    readonly property color ground: root.palette.ground
    readonly property color paper: root.palette.paper
    readonly property color ink: root.palette.ink
    readonly property color soft: root.palette.soft
    readonly property color line: root.palette.line
    readonly property color lineStrong: root.palette.lineStrong
    readonly property color brand: root.palette.brand
    readonly property color brandInk: root.palette.brandInk
    readonly property color brandPressed: root.palette.brandPressed
    readonly property color brandChip: root.palette.brandChip
    readonly property color tint: root.palette.tint
    readonly property color tintPressed: root.palette.tintPressed
    readonly property color pressed: root.palette.pressed
    readonly property color gold: root.palette.gold
    readonly property color goldInk: root.palette.goldInk
    readonly property color goldTint: root.palette.goldTint
    readonly property color goldPressed: root.palette.goldPressed
    readonly property color ok: root.palette.ok
    readonly property color okTint: root.palette.okTint
    readonly property color warn: root.palette.warn
    readonly property color warnTint: root.palette.warnTint
    readonly property color bad: root.palette.bad
    readonly property color badTint: root.palette.badTint
    readonly property color badPressed: root.palette.badPressed
    readonly property color focus: root.palette.focus
    readonly property color focusInk: root.palette.focusInk
    readonly property color disabled: root.palette.disabled
    readonly property color disabledInk: root.palette.disabledInk
    readonly property color scrim: root.palette.scrim
    readonly property color keyGround: root.palette.keyGround
    readonly property color keyFace: root.palette.keyFace
    readonly property color keyTool: root.palette.keyTool
    readonly property color keyPressed: root.palette.keyPressed
    readonly property color staff: root.palette.staff
    readonly property color staffPaper: root.palette.staffPaper
    readonly property color staffInk: root.palette.staffInk
    readonly property color staffSoft: root.palette.staffSoft
    readonly property color staffLine: root.palette.staffLine

    readonly property string family: root.tokens.type.family
    readonly property int title: root.size("title")
    readonly property int section: root.size("section")
    readonly property int body: root.size("body")
    readonly property int secondary: root.size("secondary")
    readonly property int small: root.size("small")
    readonly property real lineHeight: root.tokens.type.lineHeight
    readonly property real titleLineHeight: root.tokens.type.titleLineHeight

    readonly property int margin: root.px(root.tokens.space.margin)
    readonly property int gap: root.px(root.tokens.space.gap)
    readonly property int apart: root.px(root.tokens.target.apart)
    readonly property int radiusControl: root.px(root.tokens.radius.control)
    readonly property int radiusCard: root.px(root.tokens.radius.card)
    readonly property int radiusKey: root.px(root.tokens.radius.key)
    readonly property int radiusSmall: root.px(root.tokens.radius.small)
    readonly property int borderThin: Math.max(1, root.px(root.tokens.border.thin))
    readonly property int borderStrong: Math.max(2, root.px(root.tokens.border.strong))
    readonly property int borderFocus: Math.max(3, root.px(root.tokens.border.focus))
    readonly property int buttonHeight: root.px(root.tokens.target.button)
    readonly property int keyHeight: root.px(root.tokens.target.key)
    readonly property int minTarget: root.px(root.tokens.target.min)
    readonly property int tileHeight: root.px(root.tokens.target.tile)
    readonly property int headerHeight: root.px(root.tokens.target.header)
    readonly property int motion: root.reducedMotion ? 0 : root.tokens.motion

    readonly property string centreName: root.site("name")
    readonly property string centreParent: root.site("parent")
    readonly property string emblem: root.tokens.site.emblem

    // Design pixels (1080 wide portrait, 1920 wide landscape) to window pixels.
    function px(n) {
        return Math.round(n * root.unit);
    }

    // n spaces of the 8-pixel grid.
    function space(n) {
        return Math.round(n * root.tokens.space.step * root.unit);
    }

    // Any other type size, growing with the text axis like body text.
    function type(n) {
        return Math.max(1, Math.round(n * root.textScale * root.unit));
    }

    // A type size for places that cannot grow without end (header, key caps): grows up to `most`.
    function capped(n, most) {
        return Math.max(1, Math.round(n * Math.min(most, root.textScale) * root.unit));
    }

    // A type size by role. Titles grow less than body text: they are large already.
    function size(role) {
        const growth = 1 + (root.textScale - 1) * root.tokens.type.growth[role];
        return Math.max(1, Math.round(root.tokens.type[role] * growth * root.unit));
    }

    function site(key) {
        const value = root.tokens.site[key];
        return typeof value === "string" ? value : (value[Tr.language] || value.vi || "");
    }

    // Ink and tint of a state: ok, warn, bad, info (brand), none.
    function stateInk(state) {
        return state === "ok" ? root.ok : state === "warn" ? root.warn : state === "bad" ? root.bad : state === "info" ? root.brand : root.soft;
    }

    function stateTint(state) {
        return state === "ok" ? root.okTint : state === "warn" ? root.warnTint : state === "bad" ? root.badTint : state === "info" ? root.tint : root.ground;
    }

    function stateIcon(state) {
        return state === "ok" ? "circle-check" : state === "warn" ? "triangle-alert" : state === "bad" ? "circle-alert" : "info";
    }
}
