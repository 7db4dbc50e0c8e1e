"""The slip of a saved draft, as values: of what it is, until when and how it can be opened; of nobody by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk_app.receipts.document import Both, Document
from kiosk_app.receipts.slip import SlipLanguage


@dataclass(frozen=True)
class DraftSlip:
    """What the slip says. `time` carries its zone; `until` is the last day; `link` opens the procedure at a kiosk, no more.

    Raises ValueError for a time without a zone.
    """

    centre_name: str
    kiosk_id: str
    time: datetime
    procedure_name: str
    procedure_id: str
    until: date
    pages: int = 0
    procedure_code: str | None = None
    language: SlipLanguage = SlipLanguage.VI
    centre_name_en: str = ""
    procedure_name_en: str = ""
    large: bool = False

    def __post_init__(self) -> None:
        if self.time.tzinfo is None:
            raise ValueError("time: a slip's time carries its zone")

    @property
    def link(self) -> str:
        """The whole text of the QR code."""
        return f"KIOSK:PROC:{self.procedure_id}"

    def document(self) -> Document:
        """The slip as a document."""
        values = {
            "centre": Both(self.centre_name, self.centre_name_en),
            "kiosk": self.kiosk_id,
            "time": self.time,
            "procedure": Both(self.procedure_name, self.procedure_name_en),
            "procedure_code": self.procedure_code,
            "pages": self.pages or None,
            "until": self.until,
            "link": self.link,
        }
        return Document("draft-slip", values, self.language.value, self.large)
