pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.keyboard

// The on-screen keyboard in the layout that suits the field, its keys under the names that scripted citizens know.
Keyboard {
    id: keys

    property Item field: null

    prefix: "key."

    // The layout that the field asks for, from the control around it.
    function wished(item) {
        for (let at = item; at; at = at.parent) {
            if (at.layoutName !== undefined)
                return at.layoutName;
        }
        return "letters";
    }

    onFieldChanged: {
        if (keys.field instanceof TextInput)
            keys.layoutName = keys.wished(keys.field);
    }
}
