"""Who stands there, said without a chip, and how surely it is known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

_OLDEST_YEAR: Final = 1900
_CENTURIES: Final = {"0": 1900, "1": 1900, "2": 2000, "3": 2000}


class Assurance(StrEnum):
    """How surely it is known who the citizen is, best first; carried in the dossier and told to the ministry."""

    CHIP_VERIFIED = "chip_verified"
    CHIP_READ = "chip_read"
    QR = "qr"
    TYPED = "typed"


@dataclass(frozen=True)
class PrintedCard:
    """What the QR printed on an ID card says; nobody has signed it. `birth_date` is ISO, or empty."""

    number: str = field(repr=False)
    name: str = field(repr=False)
    birth_date: str = field(default="", repr=False)
    sex: str = field(default="", repr=False)
    residence: str = field(default="", repr=False)


class PersonError(StrEnum):
    """What is wrong with something typed about oneself; each is a text `person.error.<value>`."""

    NUMBER = "number"
    NAME = "name"
    BIRTH = "birth"
    MISMATCH = "mismatch"


@dataclass(frozen=True)
class TypedPerson:
    """Number, name and date of birth as typed so far, with what is wrong with them by field."""

    number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    birth: str = field(default="", repr=False)
    errors: Mapping[str, PersonError] = field(default_factory=lambda: MappingProxyType({}))


def iso_birth(text: str) -> str:
    """`17051999` or `17/05/1999` as an ISO date; empty when it is no date since 1900."""
    import calendar

    parts = re.fullmatch(r"\s*([0-9]{1,2})[ ./-]?([0-9]{1,2})[ ./-]?([0-9]{4})\s*", text)
    if parts is None or (text.strip().isdigit() and len(text.strip()) != 8):
        return ""
    day, month, year = (int(part) for part in parts.groups())
    if year < _OLDEST_YEAR or not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return ""
    return f"{year:04}-{month:02}-{day:02}"


def tidy_name(text: str) -> str:
    """A name as the card prints it: one form of its letters, capitals, single spaces."""
    return unicodedata.normalize("NFC", " ".join(text.split())).upper()


def wrong_with(person: TypedPerson, today: str) -> dict[str, PersonError]:
    """The fields that do not hold, with the reason of each. `today` is an ISO date or time.

    The fourth digit of the number tells the century (and the sex), the next two the year of birth (Decree 137/2015,
    article 13): a slip of the finger in number or date shows there.
    """
    found: dict[str, PersonError] = {}
    number = person.number.strip()
    if not re.fullmatch(r"[0-9]{12}", number):
        found["number"] = PersonError.NUMBER
    name = tidy_name(person.name)
    if len(name) < 2 or len(name) > 120 or not all(_in_a_name(letter) for letter in name):
        found["name"] = PersonError.NAME
    birth = iso_birth(person.birth)
    if not birth or birth >= today[:10]:
        found["birth"] = PersonError.BIRTH
    elif "number" not in found and not _fits(number, birth):
        found["number"] = PersonError.MISMATCH
    return found


def _in_a_name(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LM" or letter in " '-."


def _fits(number: str, birth: str) -> bool:
    century = _CENTURIES.get(number[3])
    return century is None or century + int(number[4:6]) == int(birth[:4])
