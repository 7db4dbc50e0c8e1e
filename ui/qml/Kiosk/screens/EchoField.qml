pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme
import Kiosk.controls

// A field whose text lives in the session. What comes back from there is only shown when it is not the echo of what was
// typed here: a slow answer never takes a letter away again.
TextInputField {
    id: field

    // The name of the input itself, which is what a finger touches.
    property string name
    property string echo
    property var sent: []

    signal typed(string text)

    function plain(text) {
        return text.trim().toUpperCase();
    }

    onEdited: text => {
        field.value = text;
        field.sent = field.sent.concat([field.plain(text)]).slice(-200);
        field.typed(text);
    }
    // Marks over capitals (Ễ, Ử) need more room above than the font says; the field would cut them off.
    input.topPadding: Theme.type(10)
    input.bottomPadding: Theme.type(6)

    // A long answer that is not being typed shows its beginning.
    function toStart() {
        if (!field.input.activeFocus)
            field.input.cursorPosition = 0;
    }

    onActiveFocusChanged: field.toStart()
    onEchoChanged: {
        const at = field.sent.indexOf(field.plain(field.echo));
        if (at >= 0)
            field.sent = field.sent.slice(at + 1);
        else if (field.plain(field.value) !== field.plain(field.echo))
            field.value = field.echo;
        field.toStart();
    }
    Component.onCompleted: {
        field.value = field.echo;
        field.input.objectName = field.name;
        field.toStart();
    }
}
