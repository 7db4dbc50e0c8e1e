"""Tells what a scanned code is: the QR of an ID card, or a dossier's code from a receipt.

The QR of 2021 is `12 digits|old 9 digits|name|DDMMYYYY|sex|address|DDMMYYYY issued`; the card of 2024 has more fields,
so seven or more are taken. Of all that only the number's last six digits are used, as the chip's access number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# `000.00.00.G09-191017-0001` (older) and `G09.20-20260609-0092637` (seen 2026) are both in use.
_DOSSIER = re.compile(r"(?:[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.)?[A-Z][0-9]{2}(?:\.[0-9]{2})?-[0-9]{6,8}-[0-9]{4,8}")
_REFERENCE = re.compile(r"[A-Z0-9]{2,6}-[0-9A-Z]{4}-[0-9A-Z]{6}")


@dataclass(frozen=True)
class CardCode:
    """The QR of an ID card."""

    access_number: str = field(repr=False)


@dataclass(frozen=True)
class DossierCode:
    """A dossier code or a kiosk's reference."""

    code: str


def recognise(text: str) -> CardCode | DossierCode | None:
    """What the code is, or None when it is neither."""
    stripped = text.strip()
    parts = stripped.split("|")
    if len(parts) >= 7 and re.fullmatch(r"[0-9]{12}", parts[0]) and re.fullmatch(r"(?:[0-9]{9})?", parts[1]):
        return CardCode(parts[0][-6:])
    upper = stripped.upper()
    if _DOSSIER.fullmatch(upper) or _REFERENCE.fullmatch(upper):
        return DossierCode(upper)
    return None


def is_reference(code: str) -> bool:
    """Whether the code is a kiosk's own reference, which needs no look-up code."""
    return _REFERENCE.fullmatch(code.strip().upper()) is not None
