"""The e-forms: which questions a procedure asks, read from assets/forms."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from kiosk_app import paths
from kiosk_app.model.form import Choice, Field, FieldKind, check
from kiosk_app.model.session import Identity


class FormError(ValueError):
    """A form file does not say what a form must; the text names the file and the field."""


@cache
def fields_for(local_id: str) -> tuple[Field, ...]:
    """The procedure's own questions, then those every dossier is asked. Raises FormError."""
    folder = paths.assets() / "forms"
    own = folder / f"{local_id}.toml"
    found = (*(read(own) if own.is_file() else ()), *read(folder / "common.toml"))
    ids = [field.id for field in found]
    if twice := {name for name in ids if ids.count(name) > 1}:
        raise FormError(f"{own.name}: {', '.join(sorted(twice))}: asked twice, here and in common.toml")
    return found


def read(file: Path) -> tuple[Field, ...]:
    """The questions of one file. Raises FormError."""
    try:
        items = tomllib.loads(file.read_text("utf-8")).get("field", [])
    except (OSError, ValueError) as error:
        raise FormError(f"{file.name}: {error}") from error
    if not isinstance(items, list):
        raise FormError(f"{file.name}: expected tables [[field]]")
    return tuple(_field(file, item) for item in items)


def _field(file: Path, item: dict[str, Any]) -> Field:
    try:
        choices = tuple(Choice(**choice) for choice in item.get("choices", []))
        field = Field(**{**item, "kind": FieldKind(item["kind"]), "choices": choices})
        _check(field)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        name = item.get("id", "field without id") if isinstance(item, dict) else "field"
        raise FormError(f"{file.name}: {name}: {error}") from error
    return field


def _check(field: Field) -> None:
    known = {item.name for item in fields(Identity)}
    if field.prefill and field.prefill not in known:
        raise ValueError(f"prefill: the identity has no {field.prefill}; there are {', '.join(sorted(known))}")
    if (field.kind is FieldKind.CHOICE) != bool(field.choices):
        raise ValueError("choices: for the kind choice, and only for it")
    if field.default and (error := check(field, field.default)) is not None:
        raise ValueError(f"default: {error.value}")
