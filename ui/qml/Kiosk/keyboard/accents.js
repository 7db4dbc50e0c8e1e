.pragma library

// Vietnamese letters by taps: a tone or a shape key changes the word before the cursor (Unicode NFC).

const TONES = { acute: "\u0301", grave: "\u0300", hook: "\u0309", tilde: "\u0303", dot: "\u0323" };
const TONE_MARKS = /[\u0300\u0301\u0303\u0309\u0323]/g;
const SHAPES = {
    "ă": { from: "a", to: "ă" },
    "â": { from: "a", to: "â" },
    "ê": { from: "e", to: "ê" },
    "ô": { from: "o", to: "ô" },
    "đ": { from: "d", to: "đ" }
};
const SHAPED = "ăâêôơư";
const VOWELS = "aăâeêioôơuưy";

function tone(letter) {
    const found = letter.normalize("NFD").match(TONE_MARKS);
    return found ? found[0] : "";
}

// The letter without its tone, with its shape: "ế" -> "ê".
function bare(letter) {
    return letter.normalize("NFD").replace(TONE_MARKS, "").normalize("NFC");
}

function withTone(letter, mark) {
    return (bare(letter) + mark).normalize("NFC");
}

function isVowel(letter) {
    return VOWELS.indexOf(bare(letter).toLowerCase()) >= 0;
}

function likeCase(letter, model) {
    return model === model.toLowerCase() ? letter : letter.toUpperCase();
}

// Only letters have two cases; combining marks belong to the letter before them.
function isLetter(letter) {
    return letter.toLowerCase() !== letter.toUpperCase() || /[\u0300-\u0323]/.test(letter);
}

// Where the word before the cursor begins.
function wordStart(text) {
    let at = text.length;
    while (at > 0 && isLetter(text[at - 1]))
        at--;
    return at;
}

// [first, last + 1] of the word's last group of vowels; the u of "qu" and the i of "gi" belong to the consonant.
function vowels(word) {
    let end = word.length;
    while (end > 0 && !isVowel(word[end - 1]))
        end--;
    let start = end;
    while (start > 0 && isVowel(word[start - 1]))
        start--;
    const head = word.slice(0, start + 1).toLowerCase();
    if (end - start > 1 && (head.endsWith("qu") || (head.endsWith("gi") && start === 1)))
        start++;
    return [start, end];
}

// The vowel that carries the tone: the shaped one (the last of them), the last before a closing consonant, the middle of
// three, else the first of two.
function carrier(word) {
    const [start, end] = vowels(word);
    if (start === end)
        return -1;
    for (let at = end - 1; at >= start; at--) {
        if (SHAPED.indexOf(bare(word[at]).toLowerCase()) >= 0)
            return at;
    }
    if (end < word.length)
        return end - 1;
    return end - start === 3 ? start + 1 : start;
}

function put(word, at, letter) {
    return word.slice(0, at) + letter + word.slice(at + 1);
}

// Moves a tone that is already there to the vowel that carries it now ("tiêng" with the tone still on i).
function settle(word) {
    let mark = "";
    let plain = "";
    for (const letter of word) {
        mark = mark || (isVowel(letter) ? tone(letter) : "");
        plain += isVowel(letter) ? bare(letter) : letter;
    }
    const at = carrier(plain);
    return mark === "" || at < 0 ? word : put(plain, at, withTone(plain[at], mark));
}

// A tone key: acute, grave, hook, tilde, dot. The same tone again takes it away; where there is no vowel to carry it, the
// key writes the letter that it shows ("á").
function applyTone(text, name, capital) {
    const start = wordStart(text);
    const word = text.slice(start).normalize("NFC");
    const at = carrier(word);
    const mark = TONES[name];
    if (at < 0)
        return text + withTone(capital ? "A" : "a", mark);
    const had = Array.from(word).some(letter => isVowel(letter) && tone(letter) === mark);
    const plain = Array.from(word, letter => isVowel(letter) ? bare(letter) : letter).join("");
    return text.slice(0, start) + (had ? plain : put(plain, at, withTone(plain[at], mark)));
}

// A shape key (ă â ê ô ơ ư đ) changes the letter it belongs to, or writes itself where there is none.
// "ư" stands for the horn: u -> ư, o -> ơ, uo -> ươ.
function applyShape(text, key, capital) {
    const start = wordStart(text);
    const word = text.slice(start).normalize("NFC");
    const done = key === "ư" || key === "ơ" ? horn(word) : reshape(word, SHAPES[key]);
    if (done !== null)
        return text.slice(0, start) + settle(done);
    return text + (capital ? key.toUpperCase() : key);
}

function reshape(word, shape) {
    const [start, end] = shape.from === "d" ? [0, word.length] : vowels(word);
    for (let at = end - 1; at >= start; at--) {
        const letter = bare(word[at]).toLowerCase();
        const mark = tone(word[at]);
        if (letter === shape.from || (letter !== shape.to && shape.from === "a" && (letter === "ă" || letter === "â")) || (letter === "ơ" && shape.from === "o"))
            return put(word, at, withTone(likeCase(shape.to, word[at]), mark));
        if (letter === shape.to && at === word.length - 1)
            return put(word, at, withTone(likeCase(shape.from, word[at]), mark));
    }
    return null;
}

function horn(word) {
    const [start, end] = vowels(word);
    const group = bareGroup(word.slice(start, end));
    const pair = Math.max(group.lastIndexOf("uo"), group.lastIndexOf("ưo"), group.lastIndexOf("uơ"));
    let done = word;
    if (pair >= 0) {
        for (const [at, to] of [[start + pair, "ư"], [start + pair + 1, "ơ"]])
            done = put(done, at, withTone(likeCase(to, done[at]), tone(done[at])));
        return done;
    }
    for (let at = end - 1; at >= start; at--) {
        const to = { o: "ơ", "ô": "ơ", u: "ư" }[bare(word[at]).toLowerCase()];
        if (to !== undefined)
            return put(word, at, withTone(likeCase(to, word[at]), tone(word[at])));
    }
    return null;
}

function bareGroup(letters) {
    return Array.from(letters, bare).join("").toLowerCase();
}
