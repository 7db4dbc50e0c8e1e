"""The texts of the interface: one TOML file a language, flattened to ids that QML and Python read alike."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import tzinfo
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from drivers.errors import entry
from kiosk_app.model.basics import Language
from ui.theme import control_strings

DEFAULT_ZONE: Final = "Asia/Ho_Chi_Minh"
TRANSLATIONS: Final = Path(__file__).resolve().parent.parent / "assets" / "translations"


class TranslationError(Exception):
    """A translation file cannot be used. `code` is a stable word for the technician."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


@cache
def table(language: Language, folder: Path = TRANSLATIONS) -> Mapping[str, str]:
    """All texts of a language by id (`home.submit.title`), with those that the controls speak themselves.

    Raises TranslationError TEXT-FILE when the file is missing or holds anything but texts.
    """
    path = folder / f"ui.{language.value}.toml"
    try:
        texts = _flat(tomllib.loads(path.read_text(encoding="utf-8")), "")
    except (OSError, ValueError) as error:
        raise TranslationError("TEXT-FILE", f"{path.name}: {error}") from error
    return MappingProxyType({**control_strings(language.value), **texts})


def _flat(node: dict[str, Any], prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in node.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            found |= _flat(value, name + ".")
        elif isinstance(value, str):
            found[name] = value
        else:
            raise ValueError(f"{name} is not a text")
    return found


class Texts:
    """The active language: every model of a window shares one, so that a switch reaches all of them at once.

    `zone` is the one in which times are shown; the machine's own may be another.
    """

    def __init__(self, language: Language = Language.VI, zone: tzinfo | None = None) -> None:
        self.language = language
        self.zone = zone or ZoneInfo(DEFAULT_ZONE)

    def t(self, id: str, **args: object) -> str:
        """The text of that id with its {placeholders} filled; an unknown id shows itself, as in QML."""
        text = table(self.language).get(id)
        if text is None:
            return f"[{id}]"
        for name, value in args.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    def n(self, id: str, count: int, **args: object) -> str:
        """The text for so many things, `{n}` among its placeholders: `id_one` where there is exactly one."""
        return self.t(f"{id}_one" if count == 1 else id, n=count, **args)

    def pick(self, vi: str, en: str) -> str:
        """The one of the two in the active language; Vietnamese where there is no English."""
        return en if self.language is Language.EN and en else vi

    def code(self, code: str | None) -> str:
        """What a citizen is told of a code of errors.toml; empty for none."""
        return entry(code).text("citizen", self.language.value) if code else ""
