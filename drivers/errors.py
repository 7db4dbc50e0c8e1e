"""The catalogue of codes: drivers/errors.toml read into typed values, and the one exception that carries a code."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

LANGUAGES: Final = ("vi", "en")
AUDIENCES: Final = ("citizen", "staff", "technician")


class Severity(StrEnum):
    """How bad a code is for the service the kiosk gives."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class ErrorEntry:
    """One code: whether trying again may help, and its words for each audience and language."""

    code: str
    severity: Severity
    retryable: bool
    words: MappingProxyType[str, MappingProxyType[str, str]]

    def text(self, audience: str, language: str) -> str:
        """The words for "citizen", "staff" or "technician" in "vi" or "en"."""
        return self.words[audience][language]


class DeviceError(Exception):
    """An expected failure of a device: a code of the catalogue and a detail for technicians, never personal data."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@cache
def catalogue() -> MappingProxyType[str, ErrorEntry]:
    """All codes. Raises ValueError naming the code whose entry is incomplete."""
    raw = tomllib.loads(files("drivers").joinpath("errors.toml").read_text("utf-8"))
    entries: dict[str, ErrorEntry] = {}
    for code, body in raw.items():
        try:
            words = MappingProxyType(
                {who: MappingProxyType({lang: str(body[who][lang]) for lang in LANGUAGES}) for who in AUDIENCES}
            )
            entries[code] = ErrorEntry(code, Severity(body["severity"]), bool(body["retryable"]), words)
        except (KeyError, ValueError) as error:
            raise ValueError(f"errors.toml: {code}: {error}") from error
    return MappingProxyType(entries)


def entry(code: str) -> ErrorEntry:
    """The entry of a code; an unknown code is a programming error and reads as SYS-UNEXPECTED."""
    return catalogue().get(code) or catalogue()["SYS-UNEXPECTED"]


_HEAD: Final = """# Error codes

Made by `make docs` from `drivers/errors.toml`; do not edit. Screens, commands and this page read that one file. The first
part of a code tells where it comes from: CRD chip card, SCN scanner, BAR barcode reader, PRN receipt printer, IMG imaging,
APP the application in hand, STO store, OUT outbox, NET the line to the ministry, SYS the machine itself.

| code | severity | trying again may help |
|---|---|---|"""


def document() -> str:
    """docs/errors.md whole: what each audience reads of each code, in both languages."""
    parts = [_HEAD]
    for item in catalogue().values():
        again = "yes" if item.retryable else "no"
        parts += [f"| [{item.code}](#{item.code.lower()}) | {item.severity.value} | {again} |"]
    for item in catalogue().values():
        parts += [f"\n## {item.code}\n\n| | Vietnamese | English |\n|---|---|---|"]
        parts += [f"| {who} | {item.text(who, 'vi')} | {item.text(who, 'en')} |" for who in AUDIENCES]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
