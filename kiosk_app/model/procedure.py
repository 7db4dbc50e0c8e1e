"""A public administrative procedure as the catalogue holds it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk_app.model.basics import Language
from kiosk_app.model.scanning import USUAL, PaperScan


class Jurisdiction(StrEnum):
    """Who handles the procedure now."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    MOVED = "moved"


@dataclass(frozen=True)
class Component:
    """One paper of the dossier: how many originals and copies, whether it is required, how it is scanned."""

    id: str
    name_vi: str
    name_en: str
    originals: int
    copies: int
    required: bool
    template: str | None = None
    scan: PaperScan = USUAL

    def name(self, language: Language) -> str:
        """The paper's name; English falls back to Vietnamese where no translation exists."""
        return self.name_en if language is Language.EN and self.name_en else self.name_vi


@dataclass(frozen=True)
class ProcedureSummary:
    """A row of the search results. `code` is the official code or None where none was found; it is never invented."""

    local_id: str
    code: str | None
    name_vi: str
    name_en: str
    field_vi: str
    offered: bool = True

    def name(self, language: Language) -> str:
        """The procedure's name; English falls back to Vietnamese where no translation exists."""
        return self.name_en if language is Language.EN and self.name_en else self.name_vi


@dataclass(frozen=True)
class Procedure(ProcedureSummary):
    """A procedure with every part that a citizen may ask for."""

    unit_vi: str = ""
    level: str = ""
    components: tuple[Component, ...] = ()
    deadline_value: int | None = None
    deadline_unit: str | None = None
    deadline_text_vi: str = ""
    fee_vnd: int | None = None
    fee_note_vi: str = ""
    result_vi: str = ""
    legal_basis_vi: str = ""
    jurisdiction: Jurisdiction = Jurisdiction.MINISTRY
    certainty: str = ""
    note: str = ""

    def component(self, component_id: str) -> Component | None:
        """The component of that id, or None."""
        return next((item for item in self.components if item.id == component_id), None)
