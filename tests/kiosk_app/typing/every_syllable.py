"""Every syllable of the Vietnamese spelling with its keys in the orders in which people type; shared by the tests."""

from __future__ import annotations

import itertools
import random
import unicodedata
from collections.abc import Iterator

from kiosk_app.typing.letters import Letters, Shape, Tone, join, split
from kiosk_app.typing.syllable import Placement, rhymes, toned

OPENINGS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
ONSETS = ("", *OPENINGS.split())
# Spelt otherwise: c, g, ng before e, ê, i, y and k, gh, ngh before the others; gi before i; q never without its u.
FRONT = ("e", "ê", "i", "y")
AFTER_FRONT = ("k", "gh", "ngh")
NOT_AFTER_FRONT = ("c", "g", "ng")
STOPS = ("c", "ch", "k", "p", "t")
TELEX_TONES = {Tone.ACUTE: "s", Tone.GRAVE: "f", Tone.HOOK: "r", Tone.TILDE: "x", Tone.DOT: "j"}
VNI_TONES = {Tone.ACUTE: "1", Tone.GRAVE: "2", Tone.HOOK: "3", Tone.TILDE: "4", Tone.DOT: "5"}
VNI_SHAPES = {Shape.CIRCUMFLEX: "6", Shape.HORN: "7", Shape.BREVE: "8", Shape.STROKE: "9"}


def _spelt(onset: str, rhyme: str) -> bool:
    if rhyme in ("oo", "uo"):
        return False  # beginnings of xoong and uống; alone they are no rhymes
    if onset == "qu":
        return rhyme[0] in "aăâeêioơy"
    if onset == "gi":
        return rhyme[0] not in "iyeê"
    if onset in AFTER_FRONT:
        return rhyme.startswith(FRONT) or (onset == "k" and rhyme[-1] == "k")
    if onset in NOT_AFTER_FRONT:
        return not rhyme.startswith(FRONT) or (onset == "g" and rhyme.startswith("i"))
    return True


def syllables(placement: Placement = Placement.OLD) -> Iterator[str]:
    """All of them, in small letters."""
    for onset, rhyme in itertools.product(ONSETS, dict.fromkeys(rhymes())):
        if not _spelt(onset, rhyme):
            continue
        for tone in Tone:
            if rhyme.endswith(STOPS) and tone not in (Tone.ACUTE, Tone.DOT):
                continue
            yield join(toned(split(onset + rhyme), tone, placement))


def tone(letters: Letters) -> Tone:
    """The syllable's tone."""
    return next((one.tone for one in letters if one.tone), Tone.LEVEL)


def telex(syllable: str, order: str, dice: random.Random | None = None) -> str:
    """Keys of Telex: marks `at_once` after their letter, all `last`, or shapes and tone `anywhere` behind their letter."""
    return _keys(syllable, order, {True: TELEX_TONES, False: {}}, dice)


def vni(syllable: str, order: str, dice: random.Random | None = None) -> str:
    """Keys of VNI, in the same orders."""
    return _keys(syllable, order, {True: VNI_TONES, False: VNI_SHAPES}, dice)


def _keys(syllable: str, order: str, table: dict[bool, dict[object, str]], dice: random.Random | None) -> str:
    letters = split(syllable)
    shapes = table[False]
    done, late = "", ""
    for one in letters:
        key = ""
        if one.shape:
            telex_key = {Shape.CIRCUMFLEX: one.base, Shape.STROKE: "d"}.get(one.shape, "w")
            key = shapes[one.shape] if shapes else telex_key
        mark = table[True].get(one.tone, "")
        if not shapes and one.plain == "o" and done[-1:] == "o":
            key = "o"  # two of them would be ô: a third takes that back
        if order == "at_once":
            done += one.base + key + mark
        else:
            done += one.base + (key if one.shape is Shape.NONE else "")
            key = key if one.shape is not Shape.NONE else ""
            # Two horns are one key; a second would take them away.
            late += "" if key and key in late and key in ("w", "7") else key
    if order == "last":
        return done + late + table[True].get(tone(letters), "")
    if order == "anywhere":
        assert dice is not None
        marks = list(late + table[True].get(tone(letters), ""))
        dice.shuffle(marks)
        return done + "".join(marks)
    return done


def composed(text: str) -> bool:
    """Whether the text is in Unicode's composed form."""
    return unicodedata.is_normalized("NFC", text)
