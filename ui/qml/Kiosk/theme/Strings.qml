pragma Singleton
import QtQml

// Every text of the interface by its id, in the language that is active now.
QtObject {
    id: root

    // id -> text of the active language. Replacing it re-evaluates every binding that read it.
    property var table: ({})
    property string language: "vi"

    function t(id) {
        const text = root.table[id];
        return text === undefined || text === null ? "[" + id + "]" : text;
    }

    // t(id) with {name} placeholders filled from args; an unknown placeholder stays visible.
    function f(id, args) {
        return root.t(id).replace(/\{(\w+)\}/g, (whole, name) => args && args[name] !== undefined ? String(args[name]) : whole);
    }

    // Words as they are where marks are read; most have nothing in them that would be one.
    function escaped(words) {
        if (words.indexOf("&") < 0 && words.indexOf("<") < 0 && words.indexOf(">") < 0)
            return words;
        return words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    }
}
