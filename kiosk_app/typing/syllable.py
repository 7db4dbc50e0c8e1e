"""What can be a Vietnamese syllable, also while it is being written, and which vowel carries its tone.

The rhymes are those of the Vietnamese spelling (Đoàn Thiện Thuật, Ngữ âm tiếng Việt; Hoàng Phê, Từ điển tiếng Việt), with
the closing k and the opening clusters of place and personal names of the ethnic groups (Đắk Lắk, Krông Búk, Plei Ku).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk_app.typing.letters import Letter, Letters, Shape, Tone, letter


class Placement(StrEnum):
    """Where the tone of an open oa, oe, uy stands: on the first vowel (hòa, thủy) or on the second (hoà, thuỷ)."""

    OLD = "old"
    NEW = "new"


_OPENINGS: Final = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x"
_CLUSTERS: Final = "bl br dr đr gr hr kl kr ml pl pr rl sr tl"
_ONSETS: Final = frozenset(_OPENINGS.split() + _CLUSTERS.split())
# Each group of vowels with what may follow it; a dot stands for nothing.
_RHYMES: Final = {
    "a": ". c ch k m n ng nh p t i o u y",
    "ă": "c k m n ng p t",
    "â": "c m n ng p t u y",
    "e": ". c m n ng p t o",
    "ê": ". c ch k m n nh p t u",
    "i": ". ch k m n nh p t u a",
    "o": ". c k m n ng p t i a e",
    "ô": ". c k m n ng p t i",
    "ơ": ". k m n p t i",
    "u": ". c k m n ng p t i a ê y ơ",
    "ư": ". c m n ng t a i u",
    "y": ". ch n nh p t",
    "iê": "c m n ng p t u",
    "yê": "m n ng t u",
    "oa": "c ch m n ng nh p t i o y",
    "oă": "c m n ng p t",
    "oe": "m n ng t o",
    "oo": "c k n ng",
    "uâ": "n ng t y",
    "uê": "c ch n nh t u",
    "uo": ".",
    "uô": "c m n ng p t i",
    "uy": "ch n nh p t a u",
    "uyê": "n t",
    "ươ": "c m n ng p t i u",
}
_STOPS: Final = ("c", "ch", "k", "p", "t")
_STOPPED_TONES: Final = (Tone.LEVEL, Tone.ACUTE, Tone.DOT)


def rhymes() -> Iterator[str]:
    """Every rhyme as it is written without tones."""
    for vowels, ends in _RHYMES.items():
        for end in ends.split():
            yield vowels + end.replace(".", "")


def _bare(written: str) -> str:
    return letter(written).base


def _written_on_the_way() -> frozenset[str]:
    """All beginnings of rhymes, with some, all or none of their shapes still missing."""
    found: set[str] = set()
    for rhyme in rhymes():
        for chosen in itertools.product(*({one, _bare(one)} for one in rhyme)):
            found.update("".join(chosen[:end]) for end in range(len(chosen) + 1))
    return frozenset(found)


_ON_THE_WAY: Final = _written_on_the_way()


@dataclass(frozen=True)
class Parts:
    """A word's letters as consonants, vowels, consonants; `first` and `end` bound the vowels."""

    first: int
    end: int


def parts(letters: Letters) -> Parts:
    """Where the vowels are. The u of qu and the i of gi before another vowel belong to the consonants."""
    first = 0
    while first < len(letters) and not letters[first].vowel:
        first += 1
    end = first
    while end < len(letters) and letters[end].vowel:
        end += 1
    plain = _plain(letters)
    more = end - first > 1
    if (plain[: first + 1] == "gi" and more) or plain[: first + 1] == "qu":
        first += 1
    return Parts(first, end)


def plausible(letters: Letters) -> bool:
    """Whether this is a syllable or can become one by further keys, forgotten shapes included."""
    plain, at = _plain(letters), parts(letters)
    vowels = letters[at.first : at.end]
    if any(one.tone for one in (*letters[: at.first], *letters[at.end :])) or sum(bool(one.tone) for one in vowels) > 1:
        return False
    return any(
        _fits(plain, first, at.end, vowels) for first in {at.first, at.first - 1 if plain[:2] == "gi" else at.first}
    )


def _fits(plain: str, first: int, end: int, vowels: Letters) -> bool:
    onset, rhyme, coda = plain[:first], plain[first:], plain[end:]
    if onset and onset not in _ONSETS:
        return False
    toned = next((one.tone for one in vowels if one.tone), Tone.LEVEL)
    return rhyme in _ON_THE_WAY and (coda not in _STOPS or toned in _STOPPED_TONES)


def carrier(letters: Letters, placement: Placement) -> int:
    """The place of the vowel that carries the tone, -1 without one.

    The shaped vowel, the last of two; else the last before a consonant, the middle of three, and the first of two.
    """
    at = parts(letters)
    count = at.end - at.first
    if count <= 0:
        return -1
    shaped = [place for place in range(at.first, at.end) if letters[place].shape is not Shape.NONE]
    if shaped:
        return shaped[-1]
    if count == 1 or at.end < len(letters):
        return at.end - 1
    if count > 2:
        return at.first + 1
    open_glide = _plain(letters)[at.first : at.end] in ("oa", "oe", "uy")
    return at.first + (placement is Placement.NEW and open_glide)


def tone_of(letters: Letters) -> Tone:
    """The tone that the word has."""
    return next((one.tone for one in letters if one.tone), Tone.LEVEL)


def toned(letters: Letters, tone: Tone, placement: Placement) -> Letters:
    """The word in another tone, on the vowel that carries it; without vowels the word as it is."""
    at = carrier(letters, placement)
    return tuple(one.with_tone(tone if place == at else Tone.LEVEL) for place, one in enumerate(letters))


def settled(letters: Letters, placement: Placement) -> Letters:
    """The word as it is spelt once more of it is known: uơ before a letter is ươ, and the tone moves to its vowel."""
    at = parts(letters)
    done = list(letters)
    for place in range(at.first, min(at.end, len(letters) - 1) - 1):
        pair = letters[place : place + 2]
        if [one.base for one in pair] == ["u", "o"] and Shape.HORN in (pair[0].shape, pair[1].shape):
            done[place : place + 2] = [one.with_shape(Shape.HORN) for one in pair]
    tone = tone_of(letters)
    return toned(tuple(done), tone, placement) if tone else tuple(done)


def _plain(letters: tuple[Letter, ...]) -> str:
    return "".join(one.plain for one in letters)
