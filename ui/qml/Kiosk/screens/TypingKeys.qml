pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.keyboard

// The on-screen keyboard in the layout that suits the field, its keys under the names that scripted citizens know.
Keyboard {
    id: keys

    property Item field: null

    // The layout that the field asks for, from the control around it.
    function wished(item) {
        for (let at = item; at; at = at.parent) {
            if (at.layoutName !== undefined)
                return at.layoutName;
        }
        return "letters";
    }

    function named(item) {
        for (const child of item.children) {
            if (child.objectName.startsWith("key_")) {
                const name = child.objectName.slice(4);
                child.objectName = "key." + (name === " " ? "space" : name);
            }
            keys.named(child);
        }
    }

    onFieldChanged: {
        if (keys.field instanceof TextInput)
            keys.layoutName = keys.wished(keys.field);
    }
    onShownChanged: renaming.restart()
    onDoneTextChanged: renaming.restart()
    Component.onCompleted: keys.named(keys)

    // The keys of another layout are made after its name has changed.
    Timer {
        id: renaming

        interval: 0
        onTriggered: keys.named(keys)
    }
}
