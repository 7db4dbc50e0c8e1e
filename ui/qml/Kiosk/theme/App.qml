pragma Singleton
import QtQml

// The door between screens and Python: what screens read, and what they ask for.
QtObject {
    id: root

    // The view-model of the screen that is shown; Python sets it and it has intent(name, payload).
    property var vm: null

    // The input method of the on-screen keyboard; see Keyboard.engine.
    property var ime: null

    // The text input that was focused last: the on-screen keyboard types into it.
    property var activeInput: null

    // Counts the rests: after a session, once nobody is there, Python has let go what only a visitor needed.
    property int rests: 0

    signal acted(string name, var payload)

    function act(name, payload) {
        const data = payload === undefined ? ({}) : payload;
        if (root.vm && root.vm.intent)
            root.vm.intent(name, data);
        root.acted(name, data);
    }
}
