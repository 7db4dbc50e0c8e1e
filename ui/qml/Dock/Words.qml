pragma Singleton
import QtQml
import Kiosk.theme

// Words of the dock, with what to say of a thing that has none.
QtObject {
    id: root

    function t(id) {
        return Tr.t("dock." + id);
    }

    function f(id, args) {
        return Tr.f("dock." + id, args);
    }

    // The text for so many things: `id_one` where there is exactly one.
    function n(id, count) {
        return root.f(count === 1 ? id + "_one" : id, {
            n: count
        });
    }

    // The word of that id, or the thing's own name.
    function named(id, name) {
        const text = Tr.table["dock." + id + "." + name];
        return text === undefined ? name : text;
    }

    function fault(kind, name) {
        const own = Tr.table["dock.fault." + kind + "." + name];
        return own === undefined ? root.named("fault.any", name) : own;
    }

    // A fault in effect, {name, argument, unit}: with its number, where it has one.
    function broken(kind, fault) {
        const name = root.fault(kind, fault.name);
        if (fault.argument === "")
            return name;
        const unit = fault.unit === "" ? "" : " " + root.named("unit", fault.unit);
        return name + " " + fault.argument + unit;
    }

    // A scenario that comes with the kiosk has a name in each language, any other its own.
    function scenario(scenario) {
        const own = Tr.table["dock.tape.scenario." + scenario.key];
        return own === undefined ? scenario.name : own;
    }

    // A sheet, {name, page, of}, in words; its page is said only where the paper has several.
    function sheet(sheet) {
        const name = root.named("scanner.paper", sheet.name);
        return sheet.of > 1 ? root.f("scanner.page", {
            name: name,
            n: sheet.page
        }) : name;
    }
}
