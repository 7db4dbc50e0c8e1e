"""The slip's words, from assets/translations/receipt.{vi,en}.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Final

from kiosk_app import paths

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True)
class Words:
    """One language's words."""

    language: str
    texts: MappingProxyType[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """A text with its values put in. Raises KeyError for a key the file lacks."""
        return self.texts[key].format(**values)

    def pages(self, count: int) -> str:
        """ "3 pages", with the singular where the language has one."""
        singular = self.texts.get("pages_one")
        return singular if count == 1 and singular else self("pages", count=count)

    def time(self, moment: datetime) -> str:
        """Time, date and zone as the language writes them."""
        english = f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
        date = english if self.language == "en" else f"{moment:%d/%m/%Y}"
        return self("time", time=f"{moment:%H:%M}", date=date, zone=_zone(moment))


def _zone(moment: datetime) -> str:
    offset = moment.utcoffset()
    minutes = round(offset.total_seconds() / 60) if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    return f"GMT{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


@cache
def words(language: str) -> Words:
    """The words of "vi" or "en". Raises OSError or tomllib.TOMLDecodeError when the installation is broken."""
    path = paths.assets() / "translations" / f"receipt.{language}.toml"
    return Words(language, MappingProxyType(tomllib.loads(path.read_text("utf-8"))))
