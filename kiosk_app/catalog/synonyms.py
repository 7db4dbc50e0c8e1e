"""What people type instead of the catalogue's own words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from kiosk_app.catalog.words import fold


class SynonymsError(ValueError):
    """The file of synonyms cannot be used; the text names what is wrong."""


class Synonyms:
    """Phrases and what each stands for, folded."""

    def __init__(self, phrases: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._phrases = {
            fold(phrase): tuple(fold(other) for other in others) for phrase, others in (phrases or {}).items()
        }

    @classmethod
    def read(cls, file: Path) -> Synonyms:
        """Of a TOML file with the table `synonyms`; none for a file that is not there. Raises SynonymsError."""
        try:
            table = tomllib.loads(file.read_text("utf-8")).get("synonyms")
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError) as error:
            raise SynonymsError(f"{file}: {error}") from error
        if not isinstance(table, dict):
            raise SynonymsError(f"{file}: expected a table 'synonyms'")
        for phrase, others in table.items():
            if not isinstance(others, list) or not others or not all(isinstance(other, str) for other in others):
                raise SynonymsError(f"{file}: {phrase}: expected a list of texts")
        return cls({phrase: tuple(others) for phrase, others in table.items()})

    def readings(self, folded: str) -> tuple[str, ...]:
        """The folded text with a phrase of it replaced by what that stands for, one reading for each replacement.

        The longest phrases come first. The last word may be half typed, so it is compared as it stands.
        """
        framed = f" {folded} "
        readings: dict[str, None] = {}
        for phrase in self._within(folded):
            for other in self._phrases[phrase]:
                readings.setdefault(framed.replace(f" {phrase} ", f" {other} ", 1).strip())
        readings.pop(folded, None)
        return tuple(readings)

    def alone(self, folded: str) -> tuple[str, ...]:
        """What the longest phrase in the folded text stands for, without the words around it."""
        found = self._within(folded)
        return self._phrases[found[0]] if found else ()

    def _within(self, folded: str) -> list[str]:
        framed = f" {folded} "
        return sorted((phrase for phrase in self._phrases if f" {phrase} " in framed), key=len, reverse=True)
