"""Tells what a scanned code is: the QR of an ID card, or a dossier's code from a receipt.

The QR of 2021 is `12 digits|old number|name|DDMMYYYY|sex|address|DDMMYYYY issued`; the card of 2024 has more fields,
so seven or more are taken. Dates and sex are not judged here, so that a card with an unusual birth date still opens.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from kiosk_app.model.person import PrintedCard, iso_birth, tidy_name

_MAX_CHARACTERS = 1024
_NUMBER = re.compile(r"[0-9]{12}")
_OLD_NUMBER = re.compile(r"(?:[0-9]{9}|[0-9]{12})?")
# `000.00.00.G09-191017-0001` (older) and `G09.20-20260609-0092637` (seen 2026) are both in use.
_DOSSIER = re.compile(r"(?:[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.)?[A-Z][0-9]{2}(?:\.[0-9]{2})?-[0-9]{6,8}-[0-9]{4,8}")
_REFERENCE = re.compile(r"[A-Z0-9]{2,6}-[0-9A-Z]{4}-[0-9A-Z]{6}")


@dataclass(frozen=True)
class CardCode:
    """The QR of an ID card: what opens the chip, and the whole text, which is held against what the chip says.

    `printed` is what stands for the person where no chip can be read.
    """

    access_number: str = field(repr=False)
    text: str = field(default="", repr=False, compare=False)
    printed: PrintedCard | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class DossierCode:
    """A dossier code or a kiosk's reference."""

    code: str


def recognise(text: str) -> CardCode | DossierCode | None:
    """What the code is, or None when it is neither."""
    if len(text) > _MAX_CHARACTERS:
        return None
    stripped = text.lstrip("\ufeff").strip()
    if any(unicodedata.category(character) == "Cc" for character in stripped):
        return None
    number, *rest = (part.strip() for part in stripped.split("|"))
    if len(rest) >= 6 and _NUMBER.fullmatch(number) and _OLD_NUMBER.fullmatch(rest[0]) and rest[1]:
        _, name, birth, sex, residence, *_ = rest
        printed = PrintedCard(number, tidy_name(name), iso_birth(birth), sex, residence)
        return CardCode(number[-6:], stripped, printed)
    upper = stripped.upper()
    if _DOSSIER.fullmatch(upper) or _REFERENCE.fullmatch(upper):
        return DossierCode(upper)
    return None


def is_reference(code: str) -> bool:
    """Whether the code is a kiosk's own reference, which needs no look-up code."""
    return _REFERENCE.fullmatch(code.strip().upper()) is not None
