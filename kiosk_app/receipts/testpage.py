"""The printer's test page, to be compared with its picture."""

from __future__ import annotations

from datetime import datetime

from kiosk_app.receipts.document import Document, picture


def render_test_page(number: str, at: datetime, language: str, dots: int = 576) -> bytes:
    """The page as a PNG exactly `dots` wide (576, 512 or 384); `number` is the machine's. Raises ValueError."""
    return picture(Document("test-page", {"kiosk": number, "time": at}, language), dots)
