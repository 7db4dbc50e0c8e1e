"""The e-forms: which questions a procedure asks, read from assets/forms."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from kiosk_app import paths
from kiosk_app.model.form import Choice, Field, FieldKind


class FormError(ValueError):
    """A form file does not say what a form must; the text names the file and the field."""


@cache
def fields_for(local_id: str) -> tuple[Field, ...]:
    """The procedure's own questions, then those every dossier is asked. Raises FormError."""
    folder = paths.assets() / "forms"
    own = folder / f"{local_id}.toml"
    return (*(_read(own) if own.is_file() else ()), *_read(folder / "common.toml"))


def _read(file: Path) -> tuple[Field, ...]:
    return tuple(_field(file, item) for item in tomllib.loads(file.read_text("utf-8")).get("field", []))


def _field(file: Path, item: dict[str, Any]) -> Field:
    try:
        choices = tuple(Choice(**choice) for choice in item.get("choices", []))
        return Field(**{**item, "kind": FieldKind(item["kind"]), "choices": choices})
    except (KeyError, TypeError, ValueError) as error:
        raise FormError(f"{file.name}: {item.get('id', 'field without id')}: {error}") from error
