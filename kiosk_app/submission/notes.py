"""Small notes between kiosk and agent, kept as rows: how the kiosk is, and whether the line to the ministry is up."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .clock import Doubt
from .database import Database


@dataclass(frozen=True)
class DeviceReport:
    """One device for the heartbeat, as the contract has it; `code` is None when it is ready."""

    id: str
    kind: str
    state: str
    code: str | None = None


@dataclass(frozen=True)
class Line:
    """Whether the agent last reached the service, and how many seconds ago it looked."""

    online: bool
    age_s: float


@dataclass(frozen=True)
class ClockNote:
    """What the agent thinks of this machine's clock, and the Unix time at which the service last agreed with it."""

    doubt: Doubt | None = None
    confirmed_at: float | None = None


class Notes:
    """The notes in the store's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_kiosk(self, state: str, devices: Sequence[DeviceReport]) -> None:
        """Kept for the next heartbeat; nothing of a citizen. Costs a write only when something changed."""
        told = {"state": state, "devices": [asdict(device) for device in devices]}
        if told != self._get("kiosk"):
            self._set("kiosk", told)

    def kiosk(self) -> dict[str, Any]:
        """What the kiosk last said of itself: state and devices."""
        return self._get("kiosk") or {"state": "unknown", "devices": []}

    def set_line(self, online: bool) -> None:
        """Written by the agent whenever it has tried the line."""
        self._set("line", {"online": online, "at": time.time()})

    def line(self) -> Line | None:
        """None before the agent has tried for the first time."""
        note = self._get("line")
        return Line(bool(note["online"]), max(0.0, time.time() - float(note["at"]))) if note else None

    def set_clock(self, doubt: Doubt | None, confirmed_at: float | None) -> None:
        """Written by the agent."""
        self._set("clock", {"doubt": doubt, "confirmed_at": confirmed_at})

    def clock(self) -> ClockNote:
        """Nothing is doubted before the agent has looked."""
        note = self._get("clock") or {}
        at = note.get("confirmed_at")
        return ClockNote(Doubt(note["doubt"]) if note.get("doubt") else None, None if at is None else float(at))

    def _set(self, name: str, value: dict[str, Any]) -> None:
        self._database.change(
            "INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, json.dumps(value)),
        )

    def _get(self, name: str) -> dict[str, Any] | None:
        row = self._database.row("SELECT value FROM note WHERE name = ?", (name,))
        value: Any = json.loads(row["value"]) if row is not None else None
        return value if isinstance(value, dict) else None
