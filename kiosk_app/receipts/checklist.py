"""The list of papers to take home, as values: of a procedure, and of nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kiosk_app.model.procedure import Component, Procedure
from kiosk_app.receipts.document import Both, Document
from kiosk_app.receipts.slip import SlipLanguage
from kiosk_app.receipts.words import words

_UNITS: Final = {"working_day": "working_days", "day": "days", "month": "months"}


@dataclass(frozen=True)
class Checklist:
    """What the list says. `time` carries its zone; `link` is the text of its code, with which a kiosk opens the procedure.

    `demonstration` says that the catalogue is no official source. Raises ValueError for a time without a zone.
    """

    centre_name: str
    kiosk_id: str
    time: datetime
    procedure: Procedure
    language: SlipLanguage = SlipLanguage.VI
    centre_name_en: str = ""
    large: bool = False
    demonstration: bool = True

    def __post_init__(self) -> None:
        if self.time.tzinfo is None:
            raise ValueError("time: a list's time carries its zone")

    @property
    def link(self) -> str:
        """The whole text of the QR code."""
        return f"KIOSK:PROC:{self.procedure.local_id}"

    def document(self) -> Document:
        """The list as a document."""
        procedure = self.procedure
        values = {
            "centre": Both(self.centre_name, self.centre_name_en),
            "kiosk": self.kiosk_id,
            "time": self.time,
            "procedure": Both(procedure.name_vi, procedure.name_en),
            "procedure_code": procedure.code,
            "unit": procedure.unit_vi or None,
            "term": _term(procedure),
            "fee": _fee(procedure),
            "link": self.link,
            "required": _rows(procedure, required=True),
            "optional": _rows(procedure, required=False),
            "demonstration": self.demonstration,
        }
        return Document("checklist", values, self.language.value, self.large)


def _rows(procedure: Procedure, required: bool) -> tuple[dict[str, Any], ...]:
    return tuple(_row(item) for item in procedure.components if item.required is required)


def _row(item: Component) -> dict[str, Any]:
    return {"name": Both(item.name_vi, item.name_en), "originals": item.originals, "copies": item.copies}


def _term(procedure: Procedure) -> Both | None:
    """The time of processing: the number with its unit, else the catalogue's own words, else nothing is said."""
    key, count = _UNITS.get(procedure.deadline_unit or ""), procedure.deadline_value
    if key is None or count is None:
        return Both(procedure.deadline_text_vi, "") if procedure.deadline_text_vi else None
    vietnamese, english = (words(language).count(key, count) for language in ("vi", "en"))
    return Both(vietnamese, english)


def _fee(procedure: Procedure) -> Both | None:
    """The fee; never a number that the catalogue does not have."""
    if procedure.fee_vnd is None:
        return Both(procedure.fee_note_vi, "") if procedure.fee_note_vi else None
    if procedure.fee_vnd == 0:
        return Both(words("vi")("free"), words("en")("free"))
    grouped = f"{procedure.fee_vnd:,}"
    return Both(words("vi")("money", amount=grouped.replace(",", ".")), words("en")("money", amount=grouped))
