"""Templates of documents: read from assets/documents, checked as a whole, told exactly where one is wrong."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from kiosk_app import paths
from kiosk_app.receipts.document import Both, Document
from kiosk_app.receipts.scale import STYLES

# The types of values, and how their placeholders may be written: {accepted:day}.
TYPES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "text": ("",),
        "code": ("",),
        "count": ("", "pages"),
        "flag": (),
        "moment": ("", "clock", "day"),
        "date": ("", "day"),
        "id_number": ("",),
        "list": (),
    }
)
ISSUERS: Final = ("kiosk", "service")
PAPERS: Final = ("roll", "a4")

MARKS: Final = ("number", "bullet", "tick", "sign")
_TEXT: Final = {"vi": str, "en": str}
# What each kind of block may say; what must be said stands in _NEEDED.
_KEYS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "text": _TEXT | {"style": STYLES, "align": ("left", "centre"), "both": ("stack", "join", "first")},
        "heading": _TEXT | {"both": ("stack", "join", "first")},
        "entry": _TEXT | {"value": str},
        "row": _TEXT | {"style": STYLES, "right": dict, "below": dict, "mark": MARKS, "second": bool},
        "rule": {"style": ("thick", "thin", "hair")},
        "space": {"size": ("quarter", "half", "one", "two", "four", "signature")},
        "frame": {"style": ("thick", "thin")},
        "columns": {"shares": list, "narrow": ("stack", "beside")},
        "each": {"of": str, "between": ("line", "space", "nothing")},
        "table": {"of": str, "columns": list},
        "code": {"value": str, "align": ("left", "centre")},
        "letters": {"value": str},
        "qr": {"value": str},
        "ruler": {},
        "heads": {},
    }
)
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "text": ("vi", "en"),
        "heading": ("vi", "en"),
        "entry": ("vi", "en", "value"),
        "row": ("vi", "en"),
        "each": ("of",),
        "table": ("of", "columns"),
        "code": ("value",),
        "letters": ("value",),
        "qr": ("value",),
        "columns": ("shares",),
    }
)
_EVERYWHERE: Final = {"kind", "when", "paper", "block", "column"}
_PARENTS: Final = ("frame", "each")
# Placeholders that the engine itself gives: of a list's item, its number, and whether it has passed.
_OF_ITEMS: Final = {"n": "count"}


class TemplateError(ValueError):
    """A template that cannot be used; its text names file, block and mistake. `code` is that of a broken installation."""

    code = "SYS-UNEXPECTED"


@dataclass(frozen=True)
class Field:
    """A value that a document takes."""

    type: str
    required: bool
    fields: Mapping[str, Field] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Node:
    """One block of a template: `stacks` are the blocks inside it, one stack for a frame, one a column for columns."""

    kind: str
    says: Mapping[str, Any]
    when: tuple[str, ...]
    paper: str
    stacks: tuple[tuple[Node, ...], ...]
    where: str


@dataclass(frozen=True)
class Template:
    """A document: `legal` is where its form is laid down, `nature` what this paper is and is not, `specimen` an example."""

    id: str
    version: str
    issuer: str
    papers: tuple[str, ...]
    title: Both
    legal: Both
    nature: Both
    values: Mapping[str, Field]
    nodes: tuple[Node, ...]
    specimen: Mapping[str, Any]


def folder() -> Path:
    """Where the templates lie."""
    return paths.assets() / "documents"


def names() -> tuple[str, ...]:
    """The documents there are."""
    return tuple(sorted(file.stem for file in folder().glob("*.toml")))


@cache
def load(name: str) -> Template:
    """The template of a document. Raises TemplateError; its text names the file and the place of the mistake."""
    return read(folder() / f"{name}.toml")


def read(file: Path) -> Template:
    """A template from a file. Raises TemplateError."""
    try:
        return _Reader(file.name, file.stem).template(tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TemplateError(f"{file.name}: {error}") from error


class _Reader:
    """Checks one file's content on the way into values."""

    def __init__(self, file: str, stem: str) -> None:
        self._file = file
        self._stem = stem

    def _wrong(self, where: str, what: str) -> TemplateError:
        return TemplateError(f"{self._file}: {where}: {what}" if where else f"{self._file}: {what}")

    def template(self, content: dict[str, Any]) -> Template:
        known = {
            "id",
            "version",
            "issuer",
            "papers",
            "title",
            "legal",
            "nature",
            "values",
            "lists",
            "block",
            "specimen",
        }
        if unknown := sorted(set(content) - known):
            raise self._wrong("", f"unknown: {', '.join(unknown)}")
        for key in ("id", "version", "issuer", "papers", "title", "block", "specimen"):
            if key not in content:
                raise self._wrong("", f"{key} is missing")
        if content["id"] != self._stem:
            raise self._wrong("id", f"«{content['id']}» is not the file's name")
        if content["issuer"] not in ISSUERS:
            raise self._wrong("issuer", f"«{content['issuer']}» is none of {', '.join(ISSUERS)}")
        if not content["papers"] or set(content["papers"]) - set(PAPERS):
            raise self._wrong("papers", f"some of {', '.join(PAPERS)} are expected")
        values = self._values(content.get("values", {}), content.get("lists", {}))
        return Template(
            id=content["id"],
            version=str(content["version"]),
            issuer=content["issuer"],
            papers=tuple(content["papers"]),
            title=self._both(content["title"], "title", values),
            legal=self._both(content.get("legal", {}), "legal", values),
            nature=self._both(content.get("nature", {}), "nature", values),
            values=values,
            nodes=self._nodes(content["block"], values, "block"),
            specimen=MappingProxyType(content["specimen"]),
        )

    def _both(self, said: object, where: str, values: Mapping[str, Field]) -> Both:
        if not isinstance(said, dict) or set(said) - {"vi", "en"}:
            raise self._wrong(where, "a table with vi and en is expected")
        if bool(said.get("vi")) != bool(said.get("en")):
            raise self._wrong(where, "one language is missing")
        for text in said.values():
            self._text(text, where, values)
        return Both(said.get("vi", ""), said.get("en", ""))

    def _values(self, said: dict[str, str], lists: dict[str, dict[str, str]]) -> Mapping[str, Field]:
        found: dict[str, Field] = {}
        for name, kind in said.items():
            bare = kind.removesuffix("?")
            if bare not in TYPES:
                raise self._wrong(f"values.{name}", f"«{bare}» is none of {', '.join(TYPES)}")
            inner = self._values(lists.get(name, {}), {}) if bare == "list" else {}
            if bare == "list" and not inner:
                raise self._wrong(f"lists.{name}", "a list needs its fields")
            found[name] = Field(bare, not kind.endswith("?"), inner)
        if strange := sorted(set(lists) - {name for name, about in found.items() if about.type == "list"}):
            raise self._wrong(f"lists.{strange[0]}", "is no list among the values")
        return MappingProxyType(found)

    def _nodes(self, said: object, values: Mapping[str, Field], where: str) -> tuple[Node, ...]:
        if not isinstance(said, list) or not said:
            raise self._wrong(where, "blocks are expected")
        return tuple(self._node(item, values, f"{where} {number}") for number, item in enumerate(said, 1))

    def _node(self, said: dict[str, Any], values: Mapping[str, Field], where: str) -> Node:
        kind = said.get("kind", "")
        if kind not in _KEYS:
            raise self._wrong(where, f"kind «{kind}» is none of {', '.join(_KEYS)}")
        where = f"{where} ({kind})"
        keys = _KEYS[kind]
        for key in _NEEDED.get(kind, ()):
            if key not in said:
                raise self._wrong(where, f"{key} is missing")
        for key, value in said.items():
            if key not in keys and key not in _EVERYWHERE:
                raise self._wrong(where, f"«{key}» is unknown here")
            allowed = keys.get(key)
            if isinstance(allowed, tuple) and value not in allowed:
                raise self._wrong(where, f"{key} «{value}» is none of {', '.join(allowed)}")
            if isinstance(allowed, type) and not isinstance(value, allowed):
                raise self._wrong(where, f"{key} is no {allowed.__name__}")
        inner = values
        if kind in ("each", "table"):
            listed = values.get(said["of"])
            if listed is None or listed.type != "list":
                raise self._wrong(where, f"«{said['of']}» is no list among the values")
            items = {name: Field(kind_of, True) for name, kind_of in _OF_ITEMS.items()}
            inner = MappingProxyType({**values, **listed.fields, **items})
        self._texts(kind, said, inner, where)
        when = said.get("when", [])
        conditions = tuple([when] if isinstance(when, str) else when)
        for name in conditions:
            if name.removeprefix("!") not in values:
                raise self._wrong(where, f"when «{name}» is not among the values")
        if said.get("paper", "") not in ("", *PAPERS):
            raise self._wrong(where, f"paper «{said['paper']}» is none of {', '.join(PAPERS)}")
        return Node(
            kind, MappingProxyType(said), conditions, said.get("paper", ""), self._inside(said, inner, where), where
        )

    def _inside(self, said: dict[str, Any], values: Mapping[str, Field], where: str) -> tuple[tuple[Node, ...], ...]:
        kind = said["kind"]
        if kind == "columns":
            columns = said.get("column", [])
            if len(columns) != len(said["shares"]):
                raise self._wrong(where, "as many shares as columns are expected")
            return tuple(
                self._nodes(column.get("block"), values, f"{where}, column {number}")
                for number, column in enumerate(columns, 1)
            )
        if kind in _PARENTS:
            return (self._nodes(said.get("block"), values, f"{where}, block"),)
        if "block" in said or "column" in said:
            raise self._wrong(where, "holds no blocks")
        return ()

    def _texts(self, kind: str, said: dict[str, Any], values: Mapping[str, Field], where: str) -> None:
        """Every text of a block that may have placeholders."""
        texts = [said[key] for key in ("vi", "en", "value") if key in said]
        if kind == "table":
            for column in said["columns"]:
                if not isinstance(column, dict) or set(column) != {"vi", "en", "cell", "share"}:
                    raise self._wrong(where, "a column has vi, en, cell and share")
                texts += [column["cell"], column["vi"], column["en"]]
        for key in ("right", "below"):
            if key in said:
                self._both(said[key], f"{where}, {key}", values)
        for text in texts:
            self._text(text, where, values)

    def _text(self, text: str, where: str, values: Mapping[str, Field]) -> None:
        try:
            found = list(string.Formatter().parse(text))
        except ValueError as error:
            raise self._wrong(where, f"«{text}»: {error}") from error
        for _, name, form, conversion in found:
            if name is None:
                continue
            known = values.get(name)
            if known is None or conversion or not re.fullmatch(r"\w+", name):
                raise self._wrong(where, f"{{{name}}} is not among the values")
            if (form or "") not in TYPES[known.type]:
                raise self._wrong(where, f"{{{name}:{form}}}: a {known.type} is not written so")


def checked(document: Document) -> Template:
    """The document's template, which takes its values.

    Raises TemplateError for an unknown one and for a value that is missing, or that it does not take. Texts are not
    repeated.
    """
    template = load(document.name)
    _check(template.id, template.values, document.values)
    return template


def _check(where: str, fields: Mapping[str, Field], values: Mapping[str, Any]) -> None:
    if unknown := sorted(set(values) - set(fields)):
        raise TemplateError(f"{where}: takes no {', '.join(unknown)}")
    for name, about in fields.items():
        value = values.get(name)
        if value in (None, "", (), []):
            if about.required:
                raise TemplateError(f"{where}: {name} is missing")
        elif about.type == "list":
            items: Iterable[Mapping[str, Any]] = value if isinstance(value, (list, tuple)) else ()
            for number, item in enumerate(items, 1):
                _check(f"{where}: {name} {number}", about.fields, item)
