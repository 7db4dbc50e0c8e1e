"""The printer's test page, to be compared with its picture."""

from __future__ import annotations

from datetime import datetime

from kiosk_app.receipts.document import Document


def printer_test(number: str, at: datetime, language: str) -> Document:
    """The page; `number` is the machine's, `language` "vi" or "en". Raises ValueError for another language."""
    return Document("test-page", {"kiosk": number, "time": at}, language)
