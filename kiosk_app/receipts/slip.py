"""What a submission slip says, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from kiosk_app.receipts.document import Both, Document


class SlipLanguage(StrEnum):
    """Which languages are printed; BOTH has Vietnamese first and English small beneath."""

    VI = "vi"
    EN = "en"
    BOTH = "both"


@dataclass(frozen=True)
class SlipComponent:
    """One paper of the dossier as handed in; `name_en` may be empty."""

    name: str
    pages: int
    name_en: str = ""


@dataclass(frozen=True)
class DeskComponent:
    """One paper that is still to be brought to the desk: how many originals and copies of it."""

    name: str
    originals: int
    copies: int
    name_en: str = ""


@dataclass(frozen=True)
class SubmissionSlip:
    """A citizen's own online submission, not yet accepted: so it has no due date (facts of form 01).

    `time` carries its zone. `procedure_code` and `dossier_code` are None as long as there is no official one: nothing is
    printed in their place. `assurance` says how surely the applicant is known: chip_verified, chip_read, qr or typed; empty
    prints nothing. Without a dossier code the machine's own `kiosk_reference` identifies the dossier. English
    names are optional and fall back on the Vietnamese. `copy` is 2 for a slip that is printed a second time, and says so;
    `large` is large print. Raises ValueError for a time without a zone or nothing to scan.
    """

    centre_name: str
    kiosk_id: str
    time: datetime
    procedure_name: str
    kiosk_reference: str
    procedure_code: str | None = None
    dossier_code: str | None = None
    lookup_code: str | None = field(default=None, repr=False)
    masked_name: str = field(default="", repr=False)
    components: tuple[SlipComponent, ...] = ()
    originals: int = 0
    notes: tuple[str, ...] = ()
    assurance: str = ""
    at_desk: tuple[DeskComponent, ...] = ()
    language: SlipLanguage = SlipLanguage.VI
    centre_name_en: str = ""
    procedure_name_en: str = ""
    copy: int = 1
    large: bool = False
    assisted: bool = False
    """An officer helped at the machine."""
    supplement: bool = False
    """Papers for a dossier that asked for them: no new dossier, and its clock runs again."""

    def __post_init__(self) -> None:
        if self.time.tzinfo is None:
            raise ValueError("time: a slip's time carries its zone")
        if not (self.dossier_code or self.kiosk_reference):
            raise ValueError("kiosk_reference: a slip without a dossier code needs it")

    @property
    def scan_text(self) -> str:
        """The whole text of the QR code."""
        return self.dossier_code or self.kiosk_reference

    def document(self) -> Document:
        """The slip as a document."""
        values: dict[str, Any] = {
            "centre": Both(self.centre_name, self.centre_name_en),
            "kiosk": self.kiosk_id,
            "time": self.time,
            "dossier_code": self.dossier_code,
            "reference": self.kiosk_reference or self.scan_text,
            "lookup_code": self.lookup_code,
            "copy": self.copy if self.copy > 1 else None,
            "procedure": Both(self.procedure_name, self.procedure_name_en) if self.procedure_name else None,
            "procedure_code": self.procedure_code,
            "applicant": self.masked_name,
            "components": tuple(
                {"name": Both(item.name, item.name_en), "pages": item.pages} for item in self.components
            ),
            "papers": len(self.components),
            "pages": sum(item.pages for item in self.components),
            "originals": self.originals,
            "at_desk": tuple(
                {"name": Both(item.name, item.name_en), "originals": item.originals, "copies": item.copies}
                for item in self.at_desk
            ),
            "notes": tuple({"text": note} for note in self.notes),
        }
        if self.assisted:
            values["assisted"] = True
        if self.supplement:
            values["supplement"] = True
        if self.assurance:
            values[self.assurance] = True
        return Document("submission-slip", values, self.language.value, self.large)
