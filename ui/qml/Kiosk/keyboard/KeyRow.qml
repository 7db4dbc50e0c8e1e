pragma ComponentBehavior: Bound
import QtQuick
import Kiosk.theme

// A row of keys from a list of {text|icon, note?, act, value?, name?, width?, kind?, repeat?}; widths are shares.
Row {
    id: root

    property var keys: []
    property string prefix: "key_"
    property real rowWidth: 0
    property bool shift: false
    property real keyHeight: Theme.keyHeight

    readonly property real shares: root.keys.reduce((sum, key) => sum + (key.width || 1), 0)
    readonly property real unit: (root.rowWidth - root.spacing * (root.keys.length - 1)) / Math.max(1, root.shares)

    signal tapped(string act, string value)

    spacing: Theme.apart

    function cased(key, words) {
        return root.shift && key.kind !== "tool" && key.act !== "done" && key.value !== " " ? words.toUpperCase() : words;
    }

    Repeater {
        model: root.keys

        KeyCap {
            required property var modelData

            objectName: root.prefix + (root.prefix === "key." && modelData.value === " " ? "space" : modelData.value || modelData.act)
            width: root.unit * (modelData.width || 1)
            height: root.keyHeight
            text: root.cased(modelData, modelData.text || "")
            note: modelData.note || ""
            iconName: modelData.icon || ""
            kind: modelData.kind || "letter"
            name: modelData.name || modelData.text || ""
            latched: modelData.act === "shift" && root.shift
            autoRepeat: modelData.repeat === true
            onClicked: root.tapped(modelData.act, modelData.act === "key" ? root.cased(modelData, modelData.value) : modelData.value || "")
        }
    }
}
