"""What the data groups say: the MRZ of DG1, the lines of the Vietnamese DG13, and the person they make together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from drivers import mrz
from drivers.card.emrtd import tlv
from drivers.card.qr import CardQr
from drivers.errors import DeviceError
from drivers.mrz import Mrz
from drivers.ports import Holder

_MAX_LINES: Final = 64
_MAX_CHARACTERS: Final = 512
_MAX_DEPTH: Final = 6
# Number of a DG13 line -> what it is.
NUMBER, NAME, BIRTH, SEX, NATIONALITY, HOME_TOWN, RESIDENCE, ISSUED, EXPIRES, OLD_NUMBER = (
    1,
    2,
    3,
    4,
    5,
    8,
    9,
    11,
    12,
    16,
)


@dataclass(frozen=True)
class Dg13:
    """The lines of DG13 by their number; unknown numbers are kept, gaps are normal."""

    lines: Mapping[int, str] = field(repr=False)

    def line(self, number: int) -> str:
        """One line's text, empty when the card does not have it."""
        return self.lines.get(number, "")

    def day(self, number: int) -> str:
        """One line's date as ISO, empty when it is none (the card writes dd/mm/yyyy)."""
        return iso_day(self.line(number))


def parse_com(data: bytes) -> tuple[int, ...]:
    """EF.COM's list of data groups, as their file tags (9303-10 4.6.1). Raises DeviceError CRD-GARBLED."""
    try:
        return tuple(tlv.require(_content(data, 0x60), 0x5C))
    except tlv.TlvError as error:
        raise DeviceError("CRD-GARBLED", f"COM: {error}") from error


def parse_dg1(data: bytes) -> Mrz:
    """The MRZ. Raises DeviceError CRD-GARBLED."""
    try:
        return mrz.parse(tlv.require(_content(data, 0x61), 0x5F1F).decode("ascii"))
    except (tlv.TlvError, mrz.MrzError, UnicodeDecodeError) as error:
        # The message of a decoding error would repeat the bytes, which are personal.
        reason = "not ASCII" if isinstance(error, UnicodeDecodeError) else str(error)
        raise DeviceError("CRD-GARBLED", f"DG1: {reason}") from None


def parse_dg13(data: bytes) -> Dg13:
    """The Vietnamese lines. Raises DeviceError CRD-GARBLED when the file is no TLV at all."""
    try:
        lines: dict[int, str] = {}
        for number, text in _lines(_content(data, 0x6D), 0):
            if len(lines) >= _MAX_LINES:
                raise tlv.TlvError("too many lines")
            lines.setdefault(number, text)
    except tlv.TlvError as error:
        raise DeviceError("CRD-GARBLED", f"DG13: {error}") from error
    return Dg13(MappingProxyType(lines))


def _content(data: bytes, tag: int) -> bytes:
    element, _ = tlv.read_tlv(data)
    if element.tag != tag:
        raise tlv.TlvError(f"begins with tag {element.tag:X}")
    return element.value


def _lines(content: bytes, depth: int) -> Iterator[tuple[int, str]]:
    """Sequences of a one-byte INTEGER and text, wherever they are nested."""
    if depth > _MAX_DEPTH:
        raise tlv.TlvError("nested too deep")
    for element in tlv.children(content):
        if not element.constructed:
            continue
        parts = list(tlv.children(element.value))
        if parts and parts[0].tag == 0x02 and len(parts[0].value) == 1:
            texts = [_text(leaf) for part in parts[1:] for leaf in _leaves(part, depth + 1)]
            yield parts[0].value[0], "; ".join(text for text in texts if text)
        else:
            yield from _lines(element.value, depth + 1)


def _leaves(element: tlv.Tlv, depth: int) -> Iterator[bytes]:
    if depth > _MAX_DEPTH:
        raise tlv.TlvError("nested too deep")
    if not element.constructed:
        yield element.value
        return
    for child in tlv.children(element.value):
        yield from _leaves(child, depth + 1)


def _text(raw: bytes) -> str:
    """UTF-8 in composed form, without control characters, of a length that a screen can bear."""
    text = unicodedata.normalize("NFC", raw.decode("utf-8", "replace"))
    return "".join(c for c in text if unicodedata.category(c)[0] != "C").strip()[:_MAX_CHARACTERS]


def iso_day(text: str) -> str:
    """dd/mm/yyyy as ISO, empty when it is no date."""
    match = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text.strip(), re.ASCII)
    if match is None:
        return ""
    try:
        return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
    except ValueError:
        return ""


def id_number(zone: Mrz) -> str:
    """The 12-digit number: on the Vietnamese card it stands in the optional data, and its last nine are the number."""
    optional = zone.optional.split("<", 1)[0]
    if re.fullmatch(r"\d{12}", optional, re.ASCII) and optional.endswith(zone.document_number):
        return optional
    return zone.document_number


def holder(zone: Mrz, lines: Dg13 | None, today: date) -> Holder:
    """The person: DG13 where it speaks (full names with diacritics, full years), the MRZ elsewhere.

    `sex` is M, F or X as in the MRZ, `nationality` its three letters; no `expires` means that the card never expires.
    """
    lines = lines or Dg13(MappingProxyType({}))
    return Holder(
        number=lines.line(NUMBER) or id_number(zone),
        name=lines.line(NAME) or f"{zone.surname} {zone.given}".strip(),
        birth_date=lines.day(BIRTH) or mrz.iso_birth(zone.birth, today),
        sex=zone.sex or _sex(lines.line(SEX)),
        nationality=zone.nationality,
        residence=lines.line(RESIDENCE),
        home_town=lines.line(HOME_TOWN),
        issued=lines.day(ISSUED),
        expires=lines.day(EXPIRES) or mrz.iso_expiry(zone.expiry),
        old_number=lines.line(OLD_NUMBER),
    )


def mismatches(zone: Mrz, lines: Dg13 | None, qr: CardQr | None = None) -> tuple[str, ...]:
    """Names of what DG1, DG13 and the QR code say differently; for staff to see, never to guess away."""
    found = [] if zone.checked else ["mrz_check_digits"]
    if qr is not None:
        found += _against_qr(zone, lines, qr)
    if lines is None:
        return tuple(found)
    pairs = {
        "number": (lines.line(NUMBER), id_number(zone)),
        "birth_date": (lines.day(BIRTH)[2:].replace("-", ""), zone.birth),
        "sex": (_sex(lines.line(SEX)), zone.sex),
        "expires": (lines.day(EXPIRES)[2:].replace("-", ""), zone.expiry),
    }
    found += [name for name, (one, other) in pairs.items() if one and other and one != other]
    if lines.line(NAME) and not _same_name(lines.line(NAME), zone):
        found.append("name")
    return tuple(found)


def _against_qr(zone: Mrz, lines: Dg13 | None, qr: CardQr) -> list[str]:
    """What the printed code says otherwise; the name and the dates in full where DG13 has them."""
    lines = lines or Dg13(MappingProxyType({}))
    birth, name = lines.day(BIRTH), lines.line(NAME)
    same_name = _folded(name) == _folded(qr.name) if name else _same_name(qr.name, zone)
    pairs = {
        "qr_number": (lines.line(NUMBER) or id_number(zone), qr.number),
        "qr_birth_date": (birth or zone.birth, qr.birth_date if birth else qr.birth_date[2:].replace("-", "")),
        "qr_sex": (zone.sex, qr.sex),
        "qr_issued": (lines.day(ISSUED), qr.issued),
        "qr_old_number": (lines.line(OLD_NUMBER), qr.old_number),
    }
    found = [key for key, (one, other) in pairs.items() if one and other and one != other]
    return found if same_name else [*found, "qr_name"]


def _folded(text: str) -> str:
    return " ".join(text.upper().split())


def _sex(text: str) -> str:
    return {"nam": "M", "nữ": "F", "m": "M", "f": "F"}.get(text.strip().lower(), "")


def _same_name(full: str, zone: Mrz) -> bool:
    """Whether the MRZ's name is the full one without diacritics, maybe cut at its end (9303-5 4.2.3)."""
    plain = unicodedata.normalize("NFD", full.upper().replace("Đ", "D"))
    letters = "".join(c for c in plain if c.isascii() and c.isalpha())
    printed = "".join(c for c in zone.surname + zone.given if c.isalpha())
    cut = len(zone.surname) + len(zone.given) >= 26
    return letters == printed or (cut and letters.startswith(printed))
