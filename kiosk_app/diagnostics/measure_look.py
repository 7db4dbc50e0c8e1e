"""What the diagnostics show of the measured sessions, and the file that they are written to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from kiosk_app.config import Config
from kiosk_app.diagnostics import bundle
from kiosk_app.diagnostics.ledger import KEEP_DAYS
from kiosk_app.diagnostics.measures import MeasureBook
from kiosk_app.diagnostics.sums import first_day, summed
from kiosk_app.model.measures import MeasureSum, Span

KEPT: Final = 5
"""Files that stay in the machine's own folder."""


class MeasureLook:
    """Blocks on the disk; a sum is made anew only when a session was added, the span was changed, or another hour came."""

    def __init__(self, book: MeasureBook, config: Config) -> None:
        self._book = book
        self._config = config
        self._known: tuple[tuple[object, ...], MeasureSum] | None = None

    def look(self, span: Span) -> MeasureSum:
        """The sum of a span that ends now."""
        now = self._config.now()
        of = (span, f"{now:%Y-%m-%dT%H}", self._book.changes)
        if self._known is None or self._known[0] != of:
            self._known = (of, summed(self._book.since(first_day(now, span)), now, span))
        return self._known[1]

    def write_for_screen(self) -> Path:
        """All that is kept as CSV, where support bundles lie; of the machine's own folder the oldest go. Raises OSError."""
        now, place = self._config.now(), bundle.folder(self._config)
        own = not self._config.diagnostics.bundle_dir
        if own:  # a stick that is not there must not become a folder of the same name
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = place / f"measures-{self._config.kiosk.id}-{now:%Y%m%d%H%M%S}.csv"
        write(file, self._book, self._config)
        if own:
            for old in sorted(place.glob("measures-*.csv"))[:-KEPT]:
                old.unlink(missing_ok=True)
        return file


def write(file: Path, book: MeasureBook, config: Config) -> int:
    """Writes the CSV whole or not at all; how many sessions. Raises OSError."""
    from kiosk_app.diagnostics.measures_export import as_csv

    measures = book.since(config.now().date() - timedelta(days=KEEP_DAYS))
    fresh = file.with_name(f"{file.name}.part")
    try:
        fresh.write_text(as_csv(measures), "utf-8", newline="")
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    return len(measures)
