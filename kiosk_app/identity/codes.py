"""Tells what a scanned code is: an ID card's, a card's zone, a dossier's, a procedure's, a sheet's, a badge, a payment, ...

The QR of 2021 is `12 digits|old number|name|DDMMYYYY|sex|address|DDMMYYYY issued`; the card of 2024 has more fields,
so seven or more are taken. Dates and sex are not judged here, so that a card with an unusual birth date still opens.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from drivers import mrz
from kiosk_app.model.person import PrintedCard, iso_birth, tidy_name

_MAX_CHARACTERS = 1024
_NUMBER = re.compile(r"[0-9]{12}")
_OLD_NUMBER = re.compile(r"(?:[0-9]{9}|[0-9]{12})?")
# `000.00.00.G09-191017-0001` (older) and `G09.20-20260609-0092637` (seen 2026) are both in use.
_DOSSIER = re.compile(r"(?:[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.)?[A-Z][0-9]{2}(?:\.[0-9]{2})?-[0-9]{6,8}-[0-9]{4,8}")
_REFERENCE = re.compile(r"[A-Z0-9]{2,6}-[0-9A-Z]{4}-[0-9A-Z]{6}")
_LOOKUP = re.compile(r"[0-9A-Z]{4,16}")
# What a kiosk prints for itself and for its staff.
_OWN = re.compile(
    r"KIOSK:(?:(?P<separator>NEXT)|PART:(?P<component>[A-Za-z0-9._-]{1,64})|STAFF:(?P<badge>[A-Z0-9-]{4,32})"
    r"|PROC:(?P<procedure>[A-Za-z0-9._-]{1,64}))"
)
_VIETQR = "A000000727"
_WEB = re.compile(r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.)\S+\Z", re.IGNORECASE)


@dataclass(frozen=True)
class CardCode:
    """The QR of an ID card: what opens the chip, and the whole text, which is held against what the chip says.

    `printed` is what stands for the person where no chip can be read.
    """

    access_number: str = field(repr=False)
    text: str = field(default="", repr=False, compare=False)
    printed: PrintedCard | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Mrz:
    """The machine-readable zone of a card or passport, 90 or 88 characters without line breaks: it opens the chip."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class DossierCode:
    """A dossier code or a kiosk's reference, with the look-up code where the paper carries both."""

    code: str
    lookup_code: str = field(default="", repr=False)


@dataclass(frozen=True)
class ProcedureCode:
    """The code on a list of papers: which procedure of the catalogue it is of."""

    local_id: str


@dataclass(frozen=True)
class ComponentCode:
    """The header sheet of a stack: the pages behind it belong to this component."""

    component: str


@dataclass(frozen=True)
class SeparatorCode:
    """The sheet between two papers of a stack."""


@dataclass(frozen=True)
class BadgeCode:
    """An officer's badge."""

    number: str = field(repr=False)


@dataclass(frozen=True)
class PaymentCode:
    """A code that a bank's application pays with; `vietqr` when it goes through the national scheme."""

    vietqr: bool


@dataclass(frozen=True)
class WebCode:
    """A web address. It is never opened."""


@dataclass(frozen=True)
class UnknownCode:
    """Anything else: of no use here, and never shown or logged in its own words."""


Meaning = (
    CardCode
    | Mrz
    | DossierCode
    | ProcedureCode
    | ComponentCode
    | SeparatorCode
    | BadgeCode
    | PaymentCode
    | WebCode
    | UnknownCode
)


def recognise(text: str) -> Meaning:
    """What the code is. Texts come from anybody: nothing of them is carried out, and no text raises."""
    if len(text) > _MAX_CHARACTERS:
        return UnknownCode()
    if (zone := _zone(text)) is not None:
        return zone
    stripped = text.lstrip("\ufeff").strip()
    if not stripped or any(unicodedata.category(character) == "Cc" for character in stripped):
        return UnknownCode()
    return _card(stripped) or _dossier(stripped) or _ours(stripped) or _payment(stripped) or _elsewhere(stripped)


def _card(text: str) -> CardCode | None:
    number, *rest = (part.strip() for part in text.split("|"))
    if len(rest) < 6 or not _NUMBER.fullmatch(number) or not _OLD_NUMBER.fullmatch(rest[0]):
        return None
    if not any(letter.isalpha() for letter in rest[1]):
        return None
    _, name, birth, sex, residence, *_ = rest
    printed = PrintedCard(number, tidy_name(name), iso_birth(birth), sex, residence)
    return CardCode(number[-6:], text, printed)


def _zone(text: str) -> Mrz | None:
    """Lines of a reader of documents come with their ends, a camera's without. Only a zone whose check digits all agree."""
    flat = "".join(text.split())
    if len(flat) not in (88, 90):
        return None
    try:
        return Mrz(flat) if mrz.parse(flat).checked else None
    except mrz.MrzError:
        return None


def _dossier(text: str) -> DossierCode | None:
    code, _, lookup = (part.strip() for part in text.upper().partition("|"))
    if not (_DOSSIER.fullmatch(code) or _REFERENCE.fullmatch(code)):
        return None
    if "|" in text and not _LOOKUP.fullmatch(lookup):
        return None
    return DossierCode(code, lookup)


def _ours(text: str) -> ProcedureCode | ComponentCode | SeparatorCode | BadgeCode | None:
    found = _OWN.fullmatch(text)
    if found is None:
        return None
    if found["separator"]:
        return SeparatorCode()
    if found["procedure"]:
        return ProcedureCode(found["procedure"])
    return BadgeCode(found["badge"]) if found["badge"] else ComponentCode(found["component"])


def _payment(text: str) -> PaymentCode | None:
    """EMV QRCPS, merchant-presented mode 4.1-4.2: fields of tag, length, value; the first says format 01.

    VietQR stands in field 38 under the application identifier of the national switch. A damaged code is still told as a
    payment code: it is not paid here anyway.
    """
    if not text.startswith("000201"):
        return None
    rest, account = text, ""
    while len(rest) >= 4 and rest[:4].isascii() and rest[:4].isdigit():
        tag, length = rest[:2], int(rest[2:4])
        if tag == "38":
            account = rest[4 : 4 + length]
        if tag == "63":
            break
        rest = rest[4 + length :]
    return PaymentCode(_VIETQR in account)


def _elsewhere(text: str) -> WebCode | UnknownCode:
    return WebCode() if _WEB.match(text) else UnknownCode()


def is_reference(code: str) -> bool:
    """Whether the code is a kiosk's own reference, which needs no look-up code."""
    return _REFERENCE.fullmatch(code.strip().upper()) is not None
