"""Folds Vietnamese and English text into what a search compares: lower case, no marks, đ as d, ý as í."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+")
# Both spellings are in use: đăng ký and đăng kí, mỹ and mĩ, quý and quí.
_Y_FOR_I = re.compile(r"\b([hklmst]|qu)y\b")
_MARKS_OFF = str.maketrans({"đ": "d", "Đ": "d"})

# What people type instead of a procedure's own words.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "logo": ("nhan hieu",),
    "thuong hieu": ("nhan hieu",),
    "brand": ("nhan hieu",),
    "trademark": ("nhan hieu",),
    "patent": ("sang che",),
    "phat minh": ("sang che",),
    "x quang": ("buc xa",),
    "xquang": ("buc xa",),
    "ma vach": ("ma so ma vach",),
    "barcode": ("ma vach",),
    "startup": ("doanh nghiep khoa hoc",),
    "chu ky so": ("chung thuc chu ky so",),
    "tan so": ("tan so vo tuyen dien",),
    "radio": ("vo tuyen dien",),
    "design": ("kieu dang cong nghiep",),
    "mau ma": ("kieu dang cong nghiep",),
}


def fold(text: str) -> str:
    """Lower case without any diacritic and with one spelling of i; words kept apart by single spaces."""
    plain = unicodedata.normalize("NFD", text.translate(_MARKS_OFF).lower())
    words = " ".join(_WORD.findall("".join(char for char in plain if not unicodedata.combining(char))))
    return _Y_FOR_I.sub(r"\1i", words)


def marked(text: str) -> str:
    """Lower case with its diacritics, composed: tells exact tones apart."""
    return unicodedata.normalize("NFC", text).lower()


def instead(folded: str) -> tuple[str, ...]:
    """What is also meant by a folded text: the folded words that synonyms of its phrases stand for."""
    return tuple(
        fold(other) for phrase, others in SYNONYMS.items() if f" {fold(phrase)}" in f" {folded}" for other in others
    )
