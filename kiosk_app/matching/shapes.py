"""What a value of each sort must look like, and its one tidy way of writing."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from kiosk_app.matching.labels import Sort
from kiosk_app.matching.letters import fold, tokens

# Circular 105/2020/TT-BTC: nine digits, each times its weight; the tenth is 10 less the rest by 11.
_TAX_WEIGHTS: Final = (31, 29, 23, 19, 17, 13, 7, 5, 3)
# The first three digits of a personal number are the province's (Circular 59/2021/TT-BCA, appendix I): 001 to 096.
_PROVINCES: Final = range(1, 97)
_EARLIEST: Final = 1900
_LATEST: Final = 2100
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})(?!\d)")
_WORDED = re.compile(r"(?:ngay\s*)?(\d{1,2})\s*thang\s*(\d{1,2})\s*nam\s*(\d{4})")
_PHONE = re.compile(r"(?:\+84|0)[0-9 .\-()]{8,14}[0-9]")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_HONORIFIC = re.compile(r"^(?:(?:ông|bà|anh|chị)\s*(?:/\s*(?:ông|bà)\s*)?[:.]?\s+)", re.IGNORECASE)
_ORGANISATIONS: Final = (
    "cong ty", "tong cong ty", "tap doan", "doanh nghiep", "vien", "trung tam", "truong", "benh vien", "hop tac xa",
    "lien hiep", "hiep hoi", "chi nhanh", "van phong", "ngan hang", "co so", "xi nghiep", "nha may", "hoi", "quy",
)  # fmt: skip
_PLACES = re.compile(
    r"\b(?:so|duong|pho|phuong|xa|thi tran|quan|huyen|thi xa|tinh|thanh pho|tp|to|thon|ap|khu|ngo|ngach|toa nha|lo|cum)\b"
)


def tidied(sort: Sort, text: str, below: str) -> str | None:
    """The value in its tidy writing, or None when it is none of that sort; `below` is where an address may go on."""
    if sort is not Sort.ADDRESS:
        text = text.strip(" ,")
    match sort:
        case Sort.PERSON:
            return _person(text)
        case Sort.ORGANISATION:
            return _organisation(text)
        case Sort.ADDRESS:
            return _address(text, below)
        case Sort.PHONE:
            return _phone(text)
        case Sort.EMAIL:
            found = _EMAIL.fullmatch(text.strip())
            return found[0] if found is not None else None
        case Sort.ID_NUMBER:
            return personal_number(text)
        case Sort.ENTERPRISE_CODE:
            return enterprise_code(text)
        case Sort.DATE:
            return a_date(text)


def enterprise_code(text: str) -> str | None:
    """The enterprise or tax code the text begins with, ten digits or ten and three, if its check digit is right."""
    found = re.match(r"((?:\d[ .]?){9}\d)(?:\s*-\s*(\d{3}))?(?!\d)", text.strip())
    if found is None:
        return None
    digits = re.sub(r"\D", "", found[1])
    rest = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, digits, strict=False)) % 11
    if 10 - rest != int(digits[9]):
        return None
    return f"{digits}-{found[2]}" if found[2] else digits


def personal_number(text: str) -> str | None:
    """The personal identification number the text begins with: twelve digits of a province that exists."""
    found = re.match(r"(?:\d[ .]?){11}\d(?!\d)", text.strip())
    if found is None:
        return None
    digits = re.sub(r"\D", "", found[0])
    return digits if int(digits[:3]) in _PROVINCES else None


def a_date(text: str) -> str | None:
    """The one date of the text as dd/mm/yyyy: «05/11/1990», «ngày 5 tháng 11 năm 1990»; None for none or several."""
    found = _SLASHED.findall(text) + _WORDED.findall(fold(text))
    if len(found) != 1:
        return None
    day, month, year = (int(part) for part in found[0])
    if not _EARLIEST <= year <= _LATEST:
        return None
    try:
        return date(year, month, day).strftime("%d/%m/%Y")
    except ValueError:
        return None


def _phone(text: str) -> str | None:
    found = _PHONE.match(text.strip())
    if found is None:
        return None
    digits = re.sub(r"[^0-9+]", "", found[0])
    national = "0" + digits[3:] if digits.startswith("+84") else digits
    # mobile numbers have ten digits since 2018, land lines begin with 02 and have eleven
    return digits if re.fullmatch(r"0[35789]\d{8}|02\d{9}", national) else None


def _person(text: str) -> str | None:
    words = _HONORIFIC.sub("", text.strip()).split()
    if not 2 <= len(words) <= 6 or not all(word.isalpha() and word[0].isupper() for word in words):
        return None
    folded = " ".join(tokens(" ".join(words)))
    if folded.startswith(tuple(f"{form} " for form in _ORGANISATIONS)):
        return None
    return " ".join(words)


def _organisation(text: str) -> str | None:
    value = " ".join(text.split())
    folded = " ".join(tokens(value))
    if not folded.startswith(tuple(f"{form} " for form in _ORGANISATIONS)) or not 2 <= len(value.split()) <= 20:
        return None
    # in small letters it speaks of organisations, it names none
    return value if value[0].isupper() and any(word[0].isupper() for word in value.split()[1:]) else None


def _address(text: str, below: str) -> str | None:
    value = " ".join(text.split())
    if below and (text.rstrip().endswith(",") or _continues(value, below)):
        value = f"{value.rstrip(',')}, {below}" if text.rstrip().endswith(",") else f"{value} {below}"
    folded = " ".join(tokens(value))
    if len(folded.split()) < 4 or "@" in value or not _PLACES.search(folded):
        return None
    return value.strip(" .;,")


def _continues(value: str, below: str) -> bool:
    """Whether an address that fills its line goes on below: there a place is named, and it is no sentence."""
    folded = fold(below)
    return len(value) > 55 and bool(_PLACES.match(folded)) and len(below.split()) <= 14
