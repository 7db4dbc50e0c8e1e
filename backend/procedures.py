"""What the ministry knows of each procedure: legal time, unit, whether it is received here."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backend.working_days import LegalTime, Unit

SHIPPED = Path(__file__).with_name("procedures.toml")


class ProceduresError(Exception):
    """procedures.toml cannot be used. `code` is PROCEDURES-INVALID."""

    code = "PROCEDURES-INVALID"


class Procedure(BaseModel):
    """One procedure by the catalogue's local id. Without value and unit an officer sets the date."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    local_id: str
    unit_vi: str
    unit_en: str
    value: Annotated[int, Field(gt=0)] | None = None
    unit: Unit | None = None
    #: False where another body handles it now; a dossier for it is refused with that body's name.
    received: bool = True

    @property
    def legal_time(self) -> LegalTime | None:
        """The legal time, or None where the catalogue knows none."""
        if self.value is None or self.unit is None:
            return None
        return LegalTime(self.value, self.unit)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    procedure: list[Procedure]


@dataclass(frozen=True)
class Procedures:
    """All procedures by local id."""

    by_id: Mapping[str, Procedure]

    def get(self, local_id: str) -> Procedure | None:
        """The procedure, or None when the ministry's list does not have it."""
        return self.by_id.get(local_id)


def load(data: Path) -> Procedures:
    """Read the shipped list, overridden one by one by `DATA/procedures.toml`.

    Raises ProceduresError.
    """
    found: dict[str, Procedure] = {}
    for path in (SHIPPED, data / "procedures.toml"):
        if path is not SHIPPED and not path.exists():
            continue
        try:
            rows = _File.model_validate(tomllib.loads(path.read_text("utf-8"))).procedure
        except (
            OSError,
            UnicodeDecodeError,
            tomllib.TOMLDecodeError,
            ValidationError,
        ) as error:
            raise ProceduresError(f"{path}: {error}") from error
        found.update({row.local_id: row for row in rows})
    return Procedures(found)
