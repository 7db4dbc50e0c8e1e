"""Folds Vietnamese and English text into what a search compares: lower case, no marks, đ as d, ý as í."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[a-z0-9]+")
# Both spellings are in use: đăng ký and đăng kí, mỹ and mĩ, quý and quí.
_Y_FOR_I: Final = re.compile(r"\b([hklmst]|qu)y\b")
_MARKS_OFF: Final = str.maketrans({"đ": "d", "Đ": "d"})


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower case without any diacritic and with one spelling of i; words kept apart by single spaces."""
    plain = unicodedata.normalize("NFD", text.translate(_MARKS_OFF).lower())
    words = " ".join(_WORD.findall("".join(char for char in plain if not unicodedata.combining(char))))
    return one_i(words)


def one_i(folded: str) -> str:
    """The folded text with i where a syllable may end in either i or y."""
    return _Y_FOR_I.sub(r"\1i", folded)


def marked(text: str) -> str:
    """Lower case with its diacritics, composed: tells exact tones apart."""
    return unicodedata.normalize("NFC", text).lower()
