"""The expiry dates an ID card may have by law, from what its QR code tells: birth and day of issue."""

from __future__ import annotations

from datetime import date
from typing import Final

# Law on Identification 2023, article 21 (and Law on Citizen Identification 2014, article 21): a card is renewed at 14, 25,
# 40 and 60; one issued within two years before such a birthday is valid until the next; after 60 it never expires.
RENEWAL_AGES: Final = (14, 25, 40, 60)
_SPARED_YEARS: Final = 2
# What the machine-readable zone says for never.
NEVER: Final = "991231"


def candidates(birth: date, issued: date) -> tuple[str, ...]:
    """YYMMDD of every possible expiry, the one the law names first; each at most once."""
    birthdays = [_birthday(birth, age) for age in RENEWAL_AGES]
    ahead = [day for day in birthdays if day > issued]
    by_law = [day for day in ahead if _birthday(day, -_SPARED_YEARS) > issued]
    ordered = [*by_law[:1], *(day for day in ahead if day not in by_law[:1])]
    dates = [f"{day:%y%m%d}" for day in ordered]
    # Who is past the last renewal has a card without an end; everybody else might by mistake of the issuer.
    return tuple(dict.fromkeys([*dates, NEVER] if by_law else [NEVER, *dates]))


def _birthday(day: date, years: int) -> date:
    """The same day other years later; the 29th of February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
