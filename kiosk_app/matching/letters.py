"""Words made comparable: without case and diacritics, and forgiving what a recogniser mistakes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_TOKEN = re.compile(r"[a-z0-9]+")
# A wrong letter in a short syllable makes another syllable: those must be right.
_FORGIVING_FROM = 4


def _bare(letter: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", letter) if unicodedata.category(c) != "Mn")


# The letters of Vietnamese and its neighbours, and marks that stand by themselves (a text may come decomposed).
_BARE: Final = {
    **{code: _bare(chr(code)) for block in (range(0xC0, 0x250), range(0x1E00, 0x1F00)) for code in block},
    **dict.fromkeys(range(0x300, 0x370), None),
    ord("đ"): "d",
}


def fold(text: str) -> str:
    """The text in small letters without diacritics; «Đ» becomes «d»."""
    return text.lower().translate(_BARE)


def tokens(text: str) -> tuple[str, ...]:
    """The words of the text, folded."""
    return tuple(_TOKEN.findall(fold(text)))


def almost(one: str, other: str) -> bool:
    """Whether one letter more, less or other makes the words the same; for where only few words can stand."""
    if abs(len(one) - len(other)) > 1 or max(len(one), len(other)) < 2 or not one.isalpha():
        return False
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) <= 1
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return shorter in _shortenings(longer)


class Vocabulary:
    """The words that matter; finds the one that a misread word most likely was. Remembers what it read until `forget`."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._shortened: dict[str, str] = {}
        for word in sorted(self._words):
            if len(word) >= _FORGIVING_FROM and word.isalpha():
                for shorter in _shortenings(word):
                    self._shortened.setdefault(shorter, word)
        self._found: dict[str, tuple[str, ...]] = {}

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def read(self, words: Iterable[str]) -> tuple[str, ...]:
        """The words with the misread ones put right where that is clear; two that ran together are parted."""
        put_right: list[str] = []
        for word in words:
            found = self._found.get(word)
            if found is None:
                found = self._found[word] = self._likely(word)
            put_right.extend(found)
        return tuple(put_right)

    def forget(self) -> None:
        """Lets go of the words that were read: they are a person's."""
        self._found.clear()

    def _likely(self, word: str) -> tuple[str, ...]:
        if word in self._words or len(word) < _FORGIVING_FROM or not word.isalpha():
            return (word,)
        for cut in range(2, len(word) - 1):
            if word[:cut] in self._words and word[cut:] in self._words and len(word) >= 6:
                return (word[:cut], word[cut:])
        # One letter more, less or other: both lose one letter, at most, on the way to the same.
        near = self._shortened.get(word)
        if near is None:
            for shorter in _shortenings(word):
                if shorter in self._words and len(shorter) >= _FORGIVING_FROM:
                    near = shorter
                    break
                candidate = self._shortened.get(shorter)
                if candidate is not None and len(candidate) == len(word):
                    near = candidate
                    break
        return (near,) if near is not None else (word,)


def _shortenings(word: str) -> Iterable[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))
