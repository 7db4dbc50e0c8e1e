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
}
