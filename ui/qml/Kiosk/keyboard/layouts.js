.pragma library

// Which keys stand where. A key is {text|icon, note, act, value, width, kind, name, repeat}; widths are shares of a row.

function plain(letters) {
    return Array.from(letters, letter => ({ text: letter, act: "key", value: letter }));
}

function tones(s) {
    return [["acute", "á", "sắc"], ["grave", "à", "huyền"], ["hook", "ả", "hỏi"], ["tilde", "ã", "ngã"], ["dot", "ạ", "nặng"]].map(([name, shown, called]) => ({
        text: shown, note: s.wide ? "" : called, act: "mark", value: name, kind: "accent", name: s.t("ui.key." + name)
    }));
}

function shapes(letters) {
    return letters.map(letter => ({ text: letter === "ư" ? "ư ơ" : letter, act: "mark", value: letter, kind: "accent" }));
}

function shiftKey(s, width) {
    return { icon: "arrow-big-up", act: "shift", kind: "tool", width: width, name: s.t("ui.key.shift") };
}

function deleteKey(s, width) {
    return { icon: "delete", act: "backspace", kind: "tool", width: width, repeat: true, name: s.t("ui.key.delete") };
}

function lastRow(s, symbols, extra) {
    const row = [{ text: s.t(symbols ? "ui.key.letters" : "ui.key.symbols"), act: symbols ? "letters" : "symbols", kind: "tool", width: 1.5 }];
    if (s.mode !== "" && !symbols)
        row.push({ text: s.mode, act: "mode", kind: "tool", width: 1.5, name: s.t("ui.key.mode") + ": " + s.mode });
    row.push({ text: s.t("ui.key.space"), act: "key", value: " ", kind: "space", width: 3.6, name: s.t("ui.key.space.name") });
    return row.concat(extra, [{ text: s.done, act: "done", kind: "done", width: 1.9 }]);
}

function letters(s) {
    const dot = plain(s.wide ? ",.-@" : ".@");
    if (s.wide)
        return [
            plain("qwertyuiop").concat(tones(s)),
            plain("asdfghjkl").concat(shapes(["đ", "ă", "â", "ê", "ô", "ư"])),
            [shiftKey(s, 1.5)].concat(plain("zxcvbnm"), plain("/_"), [deleteKey(s, 2)]),
            lastRow(s, false, dot)
        ];
    return [
        tones(s).concat(shapes(["ă", "â", "ê", "ô", "ư"])),
        plain("1234567890"),
        plain("qwertyuiop"),
        plain("asdfghjkl").concat(shapes(["đ"])),
        [shiftKey(s, 1.4)].concat(plain("zxcvbnm"), [deleteKey(s, 1.4)]),
        lastRow(s, false, dot)
    ];
}

// For codes and words of machines: capitals, digits and nothing that composes.
function code(s) {
    const keys = [plain("qwertyuiop"), plain("asdfghjkl"), [shiftKey(s, 1.4)].concat(plain("zxcvbnm"), [deleteKey(s, 1.4)])];
    const last = [{ text: s.t("ui.key.symbols"), act: "symbols", kind: "tool", width: 1.5 }].concat(plain("-._"), [{ text: s.t("ui.key.space"), act: "key", value: " ", kind: "space", width: 2.6, name: s.t("ui.key.space.name") }, { text: s.done, act: "done", kind: "done", width: 1.9 }]);
    return [plain("1234567890")].concat(keys, [last]);
}

function symbols(s) {
    const rows = [plain("1234567890"), plain("@#/-_&()+="), plain("*\"':;!?%…₫")];
    return rows.concat([plain(",.«»~<>").concat([deleteKey(s, 2.1)]), lastRow(s, true, plain("."))]);
}

function email(s) {
    const ends = [["@gmail.com", 2.6], [".com", 1.4], [".vn", 1.2]].map(([end, width]) => ({ text: end, act: "key", value: end, kind: "tool", width: width }));
    const last = [{ text: s.t("ui.key.symbols"), act: "symbols", kind: "tool", width: 1.3 }].concat(ends, plain("-@"), [{ text: s.done, act: "done", kind: "done", width: 1.7 }]);
    const letterRows = [plain("qwertyuiop"), plain("asdfghjkl_"), [shiftKey(s, 1.2)].concat(plain("zxcvbnm."), [deleteKey(s, 1.2)])];
    return (s.wide ? [] : [plain("1234567890")]).concat(letterRows, [last]);
}

function numeric(s) {
    const rows = ["123", "456", "789"].map(row => plain(row));
    return rows.concat([[deleteKey(s, 1), plain("0")[0], { text: s.done, act: "done", kind: "done" }]]);
}

// s: {wide, mode, done, t}
function rows(name, s) {
    switch (name) {
    case "symbols":
        return symbols(s);
    case "code":
        return code(s);
    case "numeric":
        return numeric(s);
    case "email":
        return email(s);
    default:
        return letters(s);
    }
}
