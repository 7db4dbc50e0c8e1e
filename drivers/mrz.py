"""The machine-readable zone of ICAO 9303-4/-5: TD1 and TD3 fields, check digits, and the key that opens a chip."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WEIGHTS: Final = (7, 3, 1)
_MRZ_CHARACTERS: Final = re.compile(r"[0-9A-Z<]+")
NO_EXPIRY: Final = "991231"


class MrzError(ValueError):
    """The text is no MRZ; the message never repeats it."""


@dataclass(frozen=True)
class Mrz:
    """What a zone says. Dates are YYMMDD as printed; `checked` tells whether every check digit holds."""

    document_code: str
    issuer: str
    document_number: str = field(repr=False)
    optional: str = field(repr=False)
    birth: str = field(repr=False)
    sex: str = field(repr=False)
    expiry: str = field(repr=False)
    nationality: str = ""
    surname: str = field(default="", repr=False)
    given: str = field(default="", repr=False)
    checked: bool = True


def check_digit(text: str) -> str:
    """The check digit of 9303-3 4.9: weights 7, 3, 1 modulo 10. Raises MrzError for other characters."""
    total = 0
    for index, character in enumerate(text):
        value = 0 if character == "<" else _ALPHABET.find(character)
        if value < 0:
            raise MrzError("a character that no MRZ has")
        total += value * _WEIGHTS[index % 3]
    return str(total % 10)


def parse(text: str) -> Mrz:
    """A whole zone: 90 characters of TD1 or 88 of TD3, line breaks ignored. Raises MrzError."""
    flat = "".join(text.split())
    if not _MRZ_CHARACTERS.fullmatch(flat):
        raise MrzError("characters that no MRZ has")
    if len(flat) == 90:
        return _td1(flat[:30], flat[30:60], flat[60:])
    if len(flat) == 88:
        return _td3(flat[:44], flat[44:])
    raise MrzError(f"{len(flat)} characters are neither TD1 nor TD3")


def _td1(one: str, two: str, three: str) -> Mrz:
    number, digit, optional = one[5:14], one[14], one[15:30]
    tail = optional.split("<", 1)[0]
    if digit == "<" and len(tail) > 1:
        # Numbers over nine characters go on in the optional data, their check digit last (9303-5 4.2.2).
        number, digit, optional = number + tail[:-1], tail[-1], optional[len(tail) :]
    composite = one[5:30] + two[0:7] + two[8:15] + two[18:29]
    checked = (
        check_digit(number) == digit
        and check_digit(two[0:6]) == two[6]
        and check_digit(two[8:14]) == two[14]
        and check_digit(composite) == two[29]
    )
    surname, given = _names(three)
    return Mrz(
        one[0:2].strip("<"),
        one[2:5].strip("<"),
        number.rstrip("<"),
        optional.strip("<"),
        two[0:6],
        two[7].strip("<"),
        two[8:14],
        two[15:18].strip("<"),
        surname,
        given,
        checked,
    )


def _td3(one: str, two: str) -> Mrz:
    composite = two[0:10] + two[13:20] + two[21:43]
    checked = (
        check_digit(two[0:9]) == two[9]
        and check_digit(two[13:19]) == two[19]
        and check_digit(two[21:27]) == two[27]
        and check_digit(composite) == two[43]
    )
    surname, given = _names(one[5:])
    return Mrz(
        one[0:2].strip("<"),
        one[2:5].strip("<"),
        two[0:9].rstrip("<"),
        two[28:42].strip("<"),
        two[13:19],
        two[20].strip("<"),
        two[21:27],
        two[10:13].strip("<"),
        surname,
        given,
        checked,
    )


def _names(line: str) -> tuple[str, str]:
    surname, _, given = line.strip("<").partition("<<")
    return " ".join(surname.split("<")).strip(), " ".join(given.split("<")).strip()


def key_information(text: str) -> str:
    """MRZ_information of 9303-11 4.3.2 from what a caller has: number, birth and expiry, each with its check digit.

    `text` is a whole zone, the 24 characters themselves, or `number,YYMMDD,YYMMDD` (birth, expiry; also separated by
    space or semicolon). A 12-digit Vietnamese ID number stands for its last nine digits, as on that card's MRZ.
    Raises MrzError.
    """
    parts = [part for part in re.split(r"[,;\s]+", text.strip().upper()) if part]
    if len(parts) == 3 and all(re.fullmatch(r"\d{6}", part) for part in parts[1:]):
        number = parts[0]
        if not _MRZ_CHARACTERS.fullmatch(number):
            raise MrzError("characters that no MRZ has")
        if re.fullmatch(r"\d{12}", number):
            number = number[3:]
        return _information(number, parts[1], parts[2])
    flat = "".join(parts)
    if len(flat) >= 24 and len(flat) <= 40 and _MRZ_CHARACTERS.fullmatch(flat):
        number, rest = flat[:-14], flat[-14:]
        if _information(number[:-1], rest[:6], rest[7:13]) == flat:
            return flat
        raise MrzError("check digits do not fit")
    zone = parse(flat)
    if not zone.checked:
        raise MrzError("check digits do not fit")
    return _information(zone.document_number, zone.birth, zone.expiry)


def _information(number: str, birth: str, expiry: str) -> str:
    padded = number.ljust(9, "<")
    return f"{padded}{check_digit(padded)}{birth}{check_digit(birth)}{expiry}{check_digit(expiry)}"


def iso_birth(yymmdd: str, today: date) -> str:
    """A birth date as ISO, the latest that is not after `today`; empty when it is no full date."""
    return _iso(yymmdd, lambda day: day <= today, (2000, 1900))


def iso_expiry(yymmdd: str) -> str:
    """An expiry date as ISO, in this century; empty when it never expires (9303 has no word for it: 31 December 99)."""
    return "" if yymmdd == NO_EXPIRY else _iso(yymmdd, lambda day: True, (2000,))


def _iso(yymmdd: str, fits: Callable[[date], bool], centuries: tuple[int, ...]) -> str:
    if not re.fullmatch(r"[0-9]{6}", yymmdd):
        return ""
    for century in centuries:
        try:
            day = date(century + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:]))
        except ValueError:
            continue
        if fits(day):
            return day.isoformat()
    return ""
