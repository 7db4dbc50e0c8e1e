"""Words that all documents share, from assets/translations/receipt.{vi,en}.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
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
        return self.count("pages", count)

    def count(self, key: str, count: int) -> str:
        """A number of something, with the singular (`key`_one) where the language has one."""
        singular = self.texts.get(f"{key}_one")
        return singular if count == 1 and singular else self(key, count=count)

    def time(self, moment: datetime) -> str:
        """Time, date and zone as the language writes them."""
        return self("time", time=f"{moment:%H:%M}", date=self.short(moment), zone=_zone(moment))

    def clock(self, moment: datetime) -> str:
        """The time alone, as official papers write it."""
        return self("clock", hours=f"{moment:%H}", minutes=f"{moment:%M}")

    def short(self, day: date) -> str:
        """The date in figures, or with the month's name."""
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if self.language == "en" else f"{day:%d/%m/%Y}"

    def day(self, day: date) -> str:
        """The date as official papers write it: a nought before days under 10 and months under 3 (Decree 30/2020)."""
        month = f"{day.month:02}" if day.month < 3 else str(day.month)
        return (
            self.short(day) if self.language == "en" else self("day", day=f"{day.day:02}", month=month, year=day.year)
        )


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
