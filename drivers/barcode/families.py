"""Families of serial readers: what they understand from the kiosk, read from families.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True)
class Family:
    """Bytes of each command; empty where the family's manual has none."""

    name: str = ""
    enable: bytes = b""
    disable: bytes = b""
    trigger: bytes = b""
    release: bytes = b""
    beep: bytes = b""


NONE = Family()
"""A reader that is told nothing."""


@cache
def families() -> MappingProxyType[str, Family]:
    """All families by name. Raises ValueError naming the one whose entry cannot be used."""
    raw = tomllib.loads(files("drivers.barcode").joinpath("families.toml").read_text("utf-8"))
    found: dict[str, Family] = {}
    for name, entry in raw.items():
        commands = {word: text for word, text in entry.items() if word != "source"}
        try:
            found[name] = Family(name, **{word: bytes.fromhex(text) for word, text in commands.items()})
        except (TypeError, ValueError) as error:
            raise ValueError(f"families.toml: {name}: {error}") from error
    return MappingProxyType(found)
