"""Folds Vietnamese and English text into what a search compares: lower case, no marks, đ as d."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[a-z0-9]+")
_MARKS_OFF = str.maketrans({"đ": "d", "Đ": "d"})

# What people type instead of a procedure's own words; the left side is folded.
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
    """Lower case without any diacritic; words kept apart by single spaces."""
    plain = unicodedata.normalize("NFD", text.translate(_MARKS_OFF).lower())
    return " ".join(_WORD.findall("".join(char for char in plain if not unicodedata.combining(char))))


def marked(text: str) -> str:
    """Lower case with its diacritics, composed: tells exact tones apart."""
    return unicodedata.normalize("NFC", text).lower()
