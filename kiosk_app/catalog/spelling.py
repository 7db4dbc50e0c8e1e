"""Words of the catalogue that a mistyped word may stand for: slips of a finger, sounds that are spelt alike, no space."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from kiosk_app.catalog.words import one_i

# Sounds that many speakers do not tell apart: tr and ch, x and s, d, gi and r, n and l, and letters for one sound.
_SOUNDS: Final = (
    (re.compile(r"\bngh"), "ng"),
    (re.compile(r"\bgh"), "g"),
    (re.compile(r"\btr"), "ch"),
    (re.compile(r"\bx"), "s"),
    (re.compile(r"\b(?:gi|r|z)(?=[aeiouy])"), "d"),
    (re.compile(r"\bl(?=[aeiouy])"), "n"),
    (re.compile(r"\b[kq](?=[aeiouy])"), "c"),
    (re.compile(r"\bph"), "f"),
    (re.compile(r"y"), "i"),
    (re.compile(r"(?<=[aeiou])ng\b"), "n"),
    (re.compile(r"(?<=[aeiou])c\b"), "t"),
)
_SHORTEST: Final = 4
_LENGTH_OFF: Final = 2
# One letter of four may be wrong, two of eight.
_ALIKE: Final = 0.74
_MOST: Final = 4


def sound(word: str) -> str:
    """How a folded word sounds to those who do not tell the alike ones apart."""
    for pattern, instead in _SOUNDS:
        word = pattern.sub(instead, word)
    return word


class Spelling:
    """The words of a catalogue."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(set(words))
        self._known = frozenset(self._words)
        self._sounds: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._sounds[sound(word)].append(word)

    def knows(self, word: str, *, half: bool = False) -> bool:
        """Whether the word is in the catalogue; `half`: or begins one of its words."""
        return word in self._known or (half and self._begins(word))

    def close(self, word: str) -> tuple[str, ...]:
        """Words of the catalogue that may be meant, sounding alike first, then a slip away, in a long word two."""
        found = dict.fromkeys(self._sounds.get(sound(word), ()))
        if len(word) >= _SHORTEST:
            import difflib

            alike = [other for other in self._words if abs(len(other) - len(word)) <= _LENGTH_OFF]
            found.update(dict.fromkeys(difflib.get_close_matches(word, alike, _MOST, _ALIKE)))
        found.pop(word, None)
        return tuple(found)[:_MOST]

    def parts(self, word: str, *, half: bool = False) -> tuple[str, ...]:
        """The fewest words of the catalogue that the word consists of when a space was left out; none when it does not.

        `half`: its last part may be half typed.
        """
        best: dict[int, tuple[str, ...]] = {0: ()}
        for end in range(2, len(word) + 1):
            for start in range(end - 1):
                part = one_i(word[start:end])
                if start not in best or not self.knows(part, half=half and end == len(word)):
                    continue
                if end not in best or len(best[start]) + 1 < len(best[end]):
                    best[end] = (*best[start], part)
        return best.get(len(word), ())

    def _begins(self, word: str) -> bool:
        place = bisect_left(self._words, word)
        return place < len(self._words) and self._words[place].startswith(word)
