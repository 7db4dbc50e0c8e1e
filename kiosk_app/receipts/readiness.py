"""The technician's slip: what was tested, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk_app.receipts.document import Document


@dataclass(frozen=True)
class ReadinessSlip:
    """What the slip says; `groups` are (title, lines), a line being (test, passed, code or seconds).

    `mark` is the beginning of the signature under the same report's file.
    """

    kiosk_id: str
    version: str
    time: datetime
    passed: bool
    groups: tuple[tuple[str, tuple[tuple[str, bool, str], ...]], ...]
    language: str = "vi"
    mark: str = ""

    def document(self) -> Document:
        """The slip as a document."""
        values = {
            "kiosk": self.kiosk_id,
            "software": self.version,
            "time": self.time,
            "passed": self.passed,
            "mark": self.mark,
            "lines": tuple(self._lines()),
        }
        return Document("readiness", values, self.language)

    def _lines(self) -> Iterator[dict[str, Any]]:
        for title, lines in self.groups:
            yield {"group": title}
            for test, passed, after in lines:
                yield {"test": test, "passed": passed, "after": after}
