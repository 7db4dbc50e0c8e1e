"""The words of the dock by id, in Vietnamese and English, with those that the controls speak themselves."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

from ui.theme import ASSETS, control_strings

LANGUAGES: Final = ("vi", "en")
FOLDER: Final = ASSETS / "translations"


@cache
def words(language: str, folder: Path = FOLDER) -> dict[str, str]:
    """All texts by id (`dock.card.put`) for "vi" or "en". Raises OSError or ValueError for an unusable file."""
    tree = tomllib.loads((folder / f"dock.{language}.toml").read_text(encoding="utf-8"))
    return {**control_strings(language), **_flat(tree, "dock.")}


def _flat(node: dict[str, Any], prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in node.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.")
        elif isinstance(value, str):
            found[prefix + key] = value
        else:
            raise ValueError(f"{prefix}{key} is not a text")
    return found
