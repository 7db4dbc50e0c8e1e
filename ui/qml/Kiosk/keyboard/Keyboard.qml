pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import "layouts.js" as Layouts

// The on-screen keyboard. It edits `target` (the field that was focused last) and tells what was tapped.
Rectangle {
    id: root

    property string layoutName: "letters" // letters, symbols, numeric, email, code
    property var target: App.activeInput
    // The input method: apply(textBeforeCursor, key) and mark(textBeforeCursor, mark, capital) give the new text before it.
    property var engine: App.ime
    // How accents are typed, on its key ("Telex"); empty: no such key.
    readonly property string modeText: root.engine && root.engine.mode !== undefined ? ({
            telex: Tr.t("ui.key.telex"),
            vni: Tr.t("ui.key.vni"),
            marks: Tr.t("ui.key.marks")
        })[root.engine.mode] : ""
    // Another field follows: the last key then says so and emits next() instead of done().
    property bool nextField: false
    property string doneText: Tr.t(root.nextField ? "ui.key.next" : "ui.key.done")
    property bool shift: false
    // Of the names of the keys.
    property string prefix: "key_"

    readonly property bool wide: Theme.landscape
    readonly property string home: root.layoutName === "symbols" ? "letters" : root.layoutName
    readonly property string shown: root.symbolsShown ? "symbols" : root.layoutName
    readonly property bool narrow: root.layoutName === "numeric"
    readonly property real keysWidth: Math.min(root.width - Theme.px(44), root.narrow ? Theme.px(720) : root.width)
    property bool symbolsShown: false

    signal key(string text)
    signal backspace
    signal done
    signal next

    onLayoutNameChanged: {
        root.symbolsShown = false;
        root.shift = false;
    }

    implicitWidth: Theme.px(Theme.landscape ? 1920 : 1080)
    implicitHeight: column.height + Theme.px(40)
    color: Theme.keyGround

    Accessible.role: Accessible.Grouping
    Accessible.name: Tr.t("ui.keyboard")

    // Replaces the text before the cursor, touching only what differs, so that validators and limits still hold.
    function replaceBefore(target, before, changed) {
        let same = 0;
        while (same < before.length && same < changed.length && before[same] === changed[same])
            same++;
        target.remove(same, before.length);
        target.insert(same, changed.slice(same));
    }

    function edit(change) {
        const target = root.target;
        if (!target || target.readOnly)
            return;
        if (target.selectionStart !== target.selectionEnd)
            target.remove(target.selectionStart, target.selectionEnd);
        const before = target.text.slice(0, target.cursorPosition);
        root.replaceBefore(target, before, change(before));
    }

    function tap(act, value) {
        switch (act) {
        case "key":
            root.edit(before => root.engine && root.home === "letters" && value.length === 1 ? root.engine.apply(before, value) : before + value);
            root.key(value);
            root.shift = false;
            break;
        case "mark":
            root.edit(before => root.engine.mark(before, value, root.shift));
            root.shift = false;
            break;
        case "backspace":
            root.erase();
            root.backspace();
            break;
        case "shift":
            root.shift = !root.shift;
            break;
        case "symbols":
            root.symbolsShown = true;
            break;
        case "letters":
            if (root.layoutName === "symbols")
                root.layoutName = "letters";
            root.symbolsShown = false;
            break;
        case "mode":
            root.engine.next_mode();
            break;
        case "done":
            if (root.nextField)
                root.next();
            else
                root.done();
            break;
        }
    }

    function erase() {
        const target = root.target;
        if (!target || target.readOnly)
            return;
        if (target.selectionStart !== target.selectionEnd)
            target.remove(target.selectionStart, target.selectionEnd);
        else if (target.cursorPosition > 0)
            target.remove(target.cursorPosition - 1, target.cursorPosition);
    }

    // Taps between the keys do nothing; above all they reach nothing below.
    MouseArea {
        anchors.fill: parent
        Accessible.ignored: true
    }

    Rectangle {
        width: parent.width
        height: Theme.borderThin
        color: Theme.line
    }

    Column {
        id: column

        anchors.horizontalCenter: parent.horizontalCenter
        y: Theme.px(20)
        spacing: Theme.apart

        Repeater {
            model: Layouts.rows(root.shown, {
                wide: root.wide,
                mode: root.modeText,
                done: root.doneText,
                t: Tr.t
            })

            KeyRow {
                required property var modelData

                keys: modelData
                prefix: root.prefix
                shift: root.shift && root.shown !== "symbols"
                rowWidth: root.keysWidth
                keyHeight: root.wide ? Theme.minTarget : Theme.keyHeight
                onTapped: (act, value) => root.tap(act, value)
            }
        }
    }
}
