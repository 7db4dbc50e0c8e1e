"""One document as values: what is to be printed, in a form that crosses a pipe to the process that draws it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

LANGUAGES: Final = ("vi", "en", "both")


@dataclass(frozen=True)
class Both:
    """A text in both languages; English may be empty."""

    vi: str
    en: str = ""


@dataclass(frozen=True)
class Document:
    """What is to be printed: a template's name, its values, "vi", "en" or "both", and how large.

    `specimen` marks it as an example that is worth nothing. Values may be personal; whether the template takes them is seen
    where it is drawn. Raises ValueError for another language.
    """

    name: str
    values: Mapping[str, Any] = field(repr=False)
    language: str = "vi"
    large: bool = False
    specimen: bool = False

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ValueError(f"language: {self.language} is none of {', '.join(LANGUAGES)}")

    def to_json(self) -> dict[str, Any]:
        """The document as JSON, from which `from_json` makes its equal."""
        values = {name: _to_json(value) for name, value in self.values.items()}
        return {**vars(self), "values": values}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Document:
        """The reverse of `to_json`."""
        values = {name: _from_json(value) for name, value in data["values"].items()}
        return cls(**{**data, "values": values})


def _to_json(value: Any) -> Any:
    """What JSON lacks becomes an object of one key, its kind. Raises TypeError for a value that no template takes."""
    match value:
        case None | bool() | int() | str():
            return value
        case Both():
            return {"both": [value.vi, value.en]}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case tuple() | list():
            return {"list": [{name: _to_json(inner) for name, inner in item.items()} for item in value]}
    raise TypeError(f"no document takes a {type(value).__name__}")


def _from_json(value: Any) -> Any:
    match value:
        case {"both": [vi, en]}:
            return Both(vi, en)
        case {"moment": text}:
            return datetime.fromisoformat(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case {"list": items}:
            return tuple({name: _from_json(inner) for name, inner in item.items()} for item in items)
    return value
