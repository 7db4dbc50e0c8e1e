"""Measured sessions for a spreadsheet: one line a session, with nothing in it that few sessions share."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from kiosk_app.model.basics import Screen
from kiosk_app.model.measures import FEW, SessionMeasure

HIDDEN: Final = "few"
"""What stands where fewer than FEW sessions share the value."""
COLUMNS: Final = (
    *("month", "hour", "goal", "procedure", "language", "comfort", "ending", "step", "seconds"),
    *("touches", "help_calls", "assisted", "faults", "rating"),
)


def lines(measures: Sequence[SessionMeasure]) -> list[dict[str, str]]:
    """Each session by column, shielded, in an order that says nothing.

    Who stood beside somebody at the kiosk knows when it was, in which language, and how large the letters were. So the
    procedure, the language and the comfort settings are told only where FEW sessions of the month share that value, and the
    hour only where FEW sessions were in it. Columns of screens that nobody saw are left out.
    """
    seen = {screen for one in measures for screen, _ in one.steps}
    columns = [(screen, f"seconds_{screen.value}") for screen in Screen if screen in seen]
    hours = Counter(one.hour for one in measures)
    shared = Counter(pair for one in measures for pair in _telling(one))
    found = []
    for one in measures:
        told = {name: value if shared[month, name, value] >= FEW else HIDDEN for month, name, value in _telling(one)}
        line = {
            "month": one.hour[:7],
            "hour": one.hour if hours[one.hour] >= FEW else HIDDEN,
            "goal": one.goal.value,
            **told,
            "ending": one.ending.value,
            "step": one.step.value,
            "seconds": str(one.seconds),
            "touches": str(one.touches),
            "help_calls": str(one.help_calls),
            "assisted": str(int(one.assisted)),
            "faults": " ".join(one.faults),
            "rating": str(one.rating or ""),
        }
        times = dict(one.steps)
        found.append(line | {name: str(times.get(screen, "")) for screen, name in columns})
    return sorted(found, key=lambda line: tuple(line.values()))


def as_csv(measures: Sequence[SessionMeasure]) -> str:
    """The same as CSV (RFC 4180) with a heading."""
    rows = lines(measures)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=rows[0].keys() if rows else COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _telling(one: SessionMeasure) -> Iterable[tuple[str, str, str]]:
    """What might point at somebody: month, column, value."""
    comfort = "+".join(
        name
        for name, on in (
            (f"text{one.text_scale:g}", one.text_scale != 1.0),
            ("contrast", one.high_contrast),
            ("reach", one.reach),
        )
        if on
    )
    month = one.hour[:7]
    return ((month, "procedure", one.procedure), (month, "language", one.language.value), (month, "comfort", comfort))
