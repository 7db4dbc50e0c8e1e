"""The QR code printed on the ID card: fields between bars, read into a value (the card's form since 2021)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Final

_MIN_FIELDS: Final = 7
_MAX_CHARACTERS: Final = 1024


class QrError(ValueError):
    """The text is not that of an ID card; the message never repeats it."""

    code = "BAR-GARBLED"


@dataclass(frozen=True)
class CardQr:
    """What the code says. Dates are ISO; `sex` is M or F; `more` are fields that later cards added, in order."""

    number: str = field(repr=False)
    old_number: str = field(repr=False)
    name: str = field(repr=False)
    birth_date: str = field(repr=False)
    sex: str = field(repr=False)
    residence: str = field(repr=False)
    issued: str = field(repr=False)
    more: tuple[str, ...] = field(default=(), repr=False)

    @property
    def can(self) -> str:
        """The access number of the chip: the last six digits of the number."""
        return self.number[-6:]


def access_number(text: str) -> str | None:
    """The chip's access number from a code that may be odd in everything but its first field, the 12-digit number."""
    number, bar, _ = text.lstrip("\ufeff").strip().partition("|")
    return number.strip()[-6:] if bar and re.fullmatch(r"[0-9]{12}", number.strip()) else None


def parse_qr(text: str) -> CardQr:
    """Reads `number|old number|name|DDMMYYYY|sex|residence|DDMMYYYY issued`, more fields accepted.

    The old number may be empty; province prefixes are not judged. Raises QrError.
    """
    if len(text) > _MAX_CHARACTERS:
        raise QrError("too long for an ID card's code")
    clean = unicodedata.normalize("NFC", text.lstrip("\ufeff").strip())
    fields = [part.strip() for part in clean.split("|")]
    if len(fields) < _MIN_FIELDS:
        raise QrError(f"{len(fields)} fields are fewer than {_MIN_FIELDS}")
    if any(unicodedata.category(character) == "Cc" for part in fields for character in part):
        raise QrError("control characters")
    number, old_number, name, birth, sex, residence, issued, *more = fields
    if not re.fullmatch(r"[0-9]{12}", number):
        raise QrError("the first field is no 12-digit number")
    if old_number and not re.fullmatch(r"[0-9]{9}|[0-9]{12}", old_number):
        raise QrError("the second field is no old number")
    if not name:
        raise QrError("no name")
    return CardQr(number, old_number, name, _day(birth), _sex(sex), residence, _day(issued), tuple(more))


def _day(text: str) -> str:
    if not re.fullmatch(r"[0-9]{8}", text):
        raise QrError("a date that is not DDMMYYYY")
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2])).isoformat()
    except ValueError:
        raise QrError("a date that does not exist") from None


def _sex(text: str) -> str:
    letter = {"nam": "M", "nữ": "F"}.get(text.lower())
    if letter is None:
        raise QrError("the sex is neither Nam nor Nữ")
    return letter
