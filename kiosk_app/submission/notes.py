"""Small notes between kiosk and agent, kept as rows: how the kiosk is, and whether the line to the ministry is up."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from kiosk_app.passing import Instant, at_most

from .clock import Doubt
from .database import Database

_AGE_S: Final = 60.0


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


@dataclass(frozen=True)
class StaffNote:
    """The accounts of the staff as the ministry sent them: the answer's text, and its ETag."""

    body: str = field(repr=False)
    etag: str = ""


@dataclass(frozen=True)
class ChosenPin:
    """A PIN that somebody chose at this machine: whose, in place of which version, and its argon2id hash."""

    staff_id: str
    version: int
    hash: str = field(repr=False)


DayMarks = tuple[str, tuple[int, ...]]
"""A finished day (ISO) and how often each mark, 1 to 5, was given on it."""


class Notes:
    """The notes in the store's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_kiosk(
        self,
        state: str,
        devices: Sequence[DeviceReport],
        audit: tuple[int, str] | None = None,
        ratings: Sequence[DayMarks] = (),
        started: float | None = None,
    ) -> None:
        """Kept for the next heartbeat; nothing of a citizen. Costs a write only when something changed."""
        told = {
            "state": state,
            "started": started,
            "devices": [asdict(device) for device in devices],
            "audit": list(audit) if audit is not None else None,
            "ratings": [{"day": day, "marks": list(marks)} for day, marks in ratings],
        }
        if told != self._get("kiosk"):
            self._set("kiosk", told)

    def kiosk(self) -> dict[str, Any]:
        """What the kiosk last said of itself: state and devices."""
        return self._get("kiosk") or {"state": "unknown", "devices": []}

    def running_s(self) -> float | None:
        """For how many seconds the kiosk has been running; None when it has not said so since this machine was booted."""
        started = self.kiosk().get("started")
        running = time.clock_gettime(time.CLOCK_BOOTTIME) - float(started) if started is not None else -1.0
        return running if running >= 0 else None

    def audit(self) -> tuple[int, str] | None:
        """The end of the audit log as the kiosk last said: how many entries, the last one's hash."""
        said = self.kiosk().get("audit")
        return (int(said[0]), str(said[1])) if said else None

    def set_staff(self, note: StaffNote, now: Instant) -> None:
        """The accounts as the ministry has just sent them."""
        self._set("staff", asdict(note))
        self.staff_confirmed(now)

    def staff_confirmed(self, now: Instant) -> None:
        """The ministry has just said that the accounts are still so."""
        self._set("staff_age", {"s": 0.0, **asdict(now)})

    def staff(self) -> StaffNote | None:
        """None before the first time."""
        note = self._get("staff")
        return StaffNote(str(note["body"]), str(note["etag"])) if note else None

    def staff_age(self, now: Instant) -> float | None:
        """How many seconds ago at most they were confirmed; None before the first time."""
        note = self._get("staff_age")
        return float(note["s"]) + at_most(Instant.of(note), now) if note else None

    def age_staff(self, now: Instant) -> None:
        """Writes down how old they have become, so that a clock set back over a restart makes them no younger."""
        note = self._get("staff_age")
        if note and (passed := at_most(Instant.of(note), now)) >= _AGE_S:
            self._set("staff_age", {"s": float(note["s"]) + passed, **asdict(now)})

    def set_chosen_pins(self, chosen: Sequence[ChosenPin]) -> bool:
        """Those that the ministry is to be told, in place of the earlier list; False when it is the same."""
        told = {"pins": [asdict(pin) for pin in chosen]}
        if told == (self._get("staff_pins") or {"pins": []}):
            return False
        self._set("staff_pins", told)
        return True

    def chosen_pins(self) -> tuple[ChosenPin, ...]:
        """Those that the ministry is still to be told."""
        note = self._get("staff_pins") or {"pins": []}
        return tuple(ChosenPin(str(p["staff_id"]), int(p["version"]), str(p["hash"])) for p in note["pins"])

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
