"""One key after another: what a word becomes by Telex, by VNI and by the keys that name a mark.

A key that makes a mark makes it wherever in the word it belongs. The same key again takes the mark away and writes
itself, and a word that can be no Vietnamese syllable is left as it was typed: names and words of other languages pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kiosk_app.typing.letters import Letter, Letters, Shape, Tone, join, split
from kiosk_app.typing.syllable import Placement, parts, plausible, settled, tone_of, toned


class Method(StrEnum):
    """How marks are typed: by letters, by digits, or only by keys of their own."""

    TELEX = "telex"
    VNI = "vni"
    MARKS = "marks"


class Mark(StrEnum):
    """A key that names its mark: the tones, and the letters with a shape (ư stands for the horn, ơ included)."""

    ACUTE = "acute"
    GRAVE = "grave"
    HOOK = "hook"
    TILDE = "tilde"
    DOT = "dot"
    BREVE = "ă"
    CIRCUMFLEX_A = "â"
    CIRCUMFLEX_E = "ê"
    CIRCUMFLEX_O = "ô"
    HORN = "ư"
    STROKE = "đ"


@dataclass(frozen=True)
class Word:
    """The word before the cursor: as it is shown, and by which keys it came about; `literal` takes no more marks."""

    shown: str = ""
    typed: str = ""
    literal: bool = False

    @staticmethod
    def found(shown: str) -> Word:
        """A word that stands there already, written by whatever means."""
        return Word(shown, shown)


@dataclass(frozen=True)
class _Reshape:
    """A shape for the letters of `bases`."""

    shape: Shape
    bases: str


_Act = Tone | _Reshape
_HORN: Final = _Reshape(Shape.HORN, "uo")
_BREVE: Final = _Reshape(Shape.BREVE, "a")
_STROKE: Final = _Reshape(Shape.STROKE, "d")
_TELEX: Final[Mapping[str, tuple[_Act, ...]]] = MappingProxyType(
    {
        "s": (Tone.ACUTE,),
        "f": (Tone.GRAVE,),
        "r": (Tone.HOOK,),
        "x": (Tone.TILDE,),
        "j": (Tone.DOT,),
        "z": (Tone.LEVEL,),
        "a": (_Reshape(Shape.CIRCUMFLEX, "a"),),
        "e": (_Reshape(Shape.CIRCUMFLEX, "e"),),
        "o": (_Reshape(Shape.CIRCUMFLEX, "o"),),
        "w": (_HORN, _BREVE),
        "d": (_STROKE,),
    }
)
_VNI: Final[Mapping[str, tuple[_Act, ...]]] = MappingProxyType(
    {
        "1": (Tone.ACUTE,),
        "2": (Tone.GRAVE,),
        "3": (Tone.HOOK,),
        "4": (Tone.TILDE,),
        "5": (Tone.DOT,),
        "0": (Tone.LEVEL,),
        "6": (_Reshape(Shape.CIRCUMFLEX, "aeo"),),
        "7": (_HORN,),
        "8": (_BREVE,),
        "9": (_STROKE,),
    }
)
_MARKS: Final[Mapping[Mark, _Act]] = MappingProxyType(
    {
        Mark.ACUTE: Tone.ACUTE,
        Mark.GRAVE: Tone.GRAVE,
        Mark.HOOK: Tone.HOOK,
        Mark.TILDE: Tone.TILDE,
        Mark.DOT: Tone.DOT,
        Mark.BREVE: _BREVE,
        Mark.CIRCUMFLEX_A: _Reshape(Shape.CIRCUMFLEX, "a"),
        Mark.CIRCUMFLEX_E: _Reshape(Shape.CIRCUMFLEX, "e"),
        Mark.CIRCUMFLEX_O: _Reshape(Shape.CIRCUMFLEX, "o"),
        Mark.HORN: _HORN,
        Mark.STROKE: _STROKE,
    }
)
_KEYS: Final = {Method.TELEX: _TELEX, Method.VNI: _VNI, Method.MARKS: MappingProxyType({})}
_LONGEST: Final = 8  # nghiêng has seven letters, and one may be struck out


def press(word: Word, key: str, method: Method, placement: Placement = Placement.OLD) -> Word:
    """The word after one more key. What ends a word (a space, a stop, a digit that marks nothing) is the caller's to see."""
    if not word.literal and len(word.shown) <= _LONGEST:
        letters = split(word.shown)
        for act in _KEYS[method].get(key.lower(), ()):
            made = _made(letters, act, placement)
            if made is not None:
                return Word(join(made), word.typed + key)
        if _completes(word, letters, key, method):
            return Word(word.shown, word.typed + key)
        if any(_stands(letters, act) for act in _KEYS[method].get(key.lower(), ())):
            return _taken_back(word, key, method, placement)
        if method is Method.TELEX and key.lower() == "w" and _opens(letters):
            horned = Letter("u", Shape.HORN, upper=key.isupper())
            return Word(word.shown + str(horned), word.typed + key)
    return _written(word, key, placement)


def mark(word: Word, named: Mark, placement: Placement = Placement.OLD) -> Word:
    """The word after a key that names a mark; the same mark again goes. Without a letter for it the word is as before."""
    letters, act = split(word.shown), _MARKS[named]
    head = () if plausible(letters) else letters[: _last_vowels(letters)]
    letters = letters[len(head) :]
    made = _made(letters, act, placement, spelt=False)
    if made is None and _stands(letters, act):
        made = _without(letters, act)
    return word if made is None else Word.found(join((*head, *made)))


def _last_vowels(letters: Letters) -> int:
    """Where the last group of vowels begins: in a word of another language that is what stands before the cursor."""
    at = len(letters)
    while at > 0 and not letters[at - 1].vowel:
        at -= 1
    while at > 0 and letters[at - 1].vowel:
        at -= 1
    return at


def _written(word: Word, key: str, placement: Placement) -> Word:
    """The key as the letter that it is."""
    typed, letters = word.typed + key, split(word.shown + key)
    if word.literal:
        return Word(word.shown + key, typed, literal=True)
    moved = settled(letters, placement)
    if plausible(moved):
        return Word(join(moved), typed)
    # Abbreviations (ĐT, đc) have no vowel and keep their stroke.
    if not any(one.vowel for one in letters):
        return Word(word.shown + key, typed)
    return Word(typed, typed, literal=True)


def _taken_back(word: Word, key: str, method: Method, placement: Placement) -> Word:
    """The word without the mark that this key made, and the key as a letter."""
    letters = split(word.shown)
    acts = _KEYS[method][key.lower()]
    if word.typed[-1:].lower() == "w" and word.typed[-2:-1].lower() != "u" and letters[-1].plain == "ư" and key in "wW":
        bare = word.shown[:-1] + key  # the w alone had written the whole letter
    else:
        for act in acts:
            letters = _without(letters, act) if _stands(letters, act) else letters
        bare = join(letters) + key
    # From here on the word is what is seen: to give back its keys would write the mark's key twice.
    return Word(bare, bare, literal=not plausible(settled(split(bare), placement)))


def _opens(letters: Letters) -> bool:
    """Whether a vowel is still to come: after consonants only, and after the gi of giữ."""
    bare = parts(letters).first == len(letters) or join(letters).lower() == "gi"
    return bare and plausible((*letters, Letter("u", Shape.HORN)))


def _completes(word: Word, letters: Letters, key: str, method: Method) -> bool:
    """Whether this is the horn of the o in ươ that the spelling has made already: truwong, then w."""
    typed = word.typed.lower()
    return (
        _HORN in _KEYS[method].get(key.lower(), ())
        and "ươ" in "".join(one.plain for one in letters)
        and typed.count(key.lower()) == 1
        and typed.find(key.lower()) < typed.find("o")
    )


def _made(letters: Letters, act: _Act, placement: Placement, *, spelt: bool = True) -> Letters | None:
    """The word with the mark; None where it has no place, or (`spelt`) where no syllable comes of it."""
    if isinstance(act, Tone):
        if tone_of(letters) is act:
            return None
        changed = toned(letters, act, placement)
        return changed if changed != letters and (plausible(changed) or not spelt) else None
    for changed in _reshaped(letters, act):
        moved = settled(changed, placement)
        if plausible(moved) or not any(one.vowel for one in moved):
            return moved
    return next(_reshaped(letters, act), None) if not spelt else None


def _reshaped(letters: Letters, act: _Reshape) -> Iterator[Letters]:
    """The ways to put the shape into the word, the likeliest first."""
    if act.shape is Shape.STROKE:
        if letters and letters[0].base == "d" and letters[0].shape is Shape.NONE:
            yield _with(letters, {0: Shape.STROKE})
        return
    at = parts(letters)
    vowels = range(at.first, at.end)
    if act.shape is Shape.HORN:
        for place in vowels[:-1]:
            if [one.base for one in letters[place : place + 2]] == ["u", "o"]:
                # Alone at the end it is the ơ of thuở; a letter after it makes both (see syllable.settled).
                if place + 2 == len(letters) and letters[place].shape is letters[place + 1].shape is Shape.NONE:
                    yield _with(letters, {place + 1: Shape.HORN})
                if Shape.HORN not in (letters[place].shape, letters[place + 1].shape) or place + 2 == len(letters):
                    both = _with(letters, {place: Shape.HORN, place + 1: Shape.HORN})
                    if both != letters:
                        yield both
    if act.shape is Shape.CIRCUMFLEX:
        for place in vowels[:-1]:
            if [one.plain for one in letters[place : place + 2]] == ["ư", "ơ"] and "o" in act.bases:
                yield _with(letters, {place: Shape.NONE, place + 1: Shape.CIRCUMFLEX})
    order = vowels if act.shape is Shape.HORN else reversed(vowels)
    for place in order:
        if letters[place].base in act.bases and letters[place].shape is not act.shape:
            yield _with(letters, {place: act.shape})


def _stands(letters: Letters, act: _Act) -> bool:
    if isinstance(act, Tone):
        return bool(act) and tone_of(letters) is act
    return any(one.shape is act.shape and one.base in act.bases for one in letters)


def _without(letters: Letters, act: _Act) -> Letters:
    if isinstance(act, Tone):
        return tuple(one.with_tone(Tone.LEVEL) for one in letters)
    return tuple(
        one.with_shape(Shape.NONE) if one.shape is act.shape and one.base in act.bases else one for one in letters
    )


def _with(letters: Letters, shapes: Mapping[int, Shape]) -> Letters:
    return tuple(replace(one, shape=shapes[place]) if place in shapes else one for place, one in enumerate(letters))
