pragma ComponentBehavior: Bound
import QtQuick

// How Python sets what the singletons hold, one property at a time.
Item {
    id: root

    // {holder, name, value}
    property var change

    onChangeChanged: {
        const holders = {
            Theme: Theme,
            Tr: Tr,
            App: App
        };
        holders[root.change.holder][root.change.name] = root.change.value;
    }
}
