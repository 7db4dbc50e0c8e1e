"""Working days of Viet Nam and the legal times counted in them.

The `holidays` library is the seed; an administrator's calendar wins day by day, each entry with
the decision it rests on. Rules: the day of acceptance does not count; an acceptance after the
cut-off hour, or on a day off, counts from the next working day; a time in days or months that
would end on a day off ends on the next working day (Civil Code 2015, Article 148).
"""

from __future__ import annotations

import calendar as month_lengths
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path

import holidays

from backend.settings import VIETNAM

_SATURDAY = 5


class CalendarError(Exception):
    """An administrator's calendar that cannot be used. `code` is CALENDAR-INVALID."""

    code = "CALENDAR-INVALID"


class Unit(StrEnum):
    """How a legal time is counted."""

    WORKING_DAY = "working_day"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True)
class LegalTime:
    """A procedure's legal time, e.g. 20 working days."""

    value: int
    unit: Unit


@dataclass(frozen=True)
class Entry:
    """One day decided by an administrator."""

    working: bool
    reason: str
    decision: str


@dataclass(frozen=True)
class Day:
    """What one date is, and on whose word. `source`: week, holidays or administrator."""

    date: date
    working: bool
    source: str
    reason_vi: str | None = None
    reason_en: str | None = None
    decision: str | None = None


@dataclass(frozen=True)
class Pause:
    """A stopped clock: the day it stopped, the working days then left, the due date it had."""

    since: date
    working_days_left: int
    due: date


@dataclass(frozen=True)
class Calendar:
    """Which days are worked, and when a day ends for acceptance (local hour, None = midnight)."""

    entries: Mapping[date, Entry] = field(default_factory=dict)
    cut_off: time | None = None
    _vi: holidays.HolidayBase = field(
        default_factory=lambda: holidays.country_holidays("VN", language="vi"),
        compare=False,
    )
    _en: holidays.HolidayBase = field(
        default_factory=lambda: holidays.country_holidays("VN", language="en_US"),
        compare=False,
    )

    def day(self, day: date) -> Day:
        """What this date is."""
        entry = self.entries.get(day)
        if entry is not None:
            return Day(
                day,
                entry.working,
                "administrator",
                entry.reason,
                None,
                entry.decision,
            )
        name = self._vi.get(day)
        if name is not None:
            return Day(day, False, "holidays", name, self._en.get(day))
        if day.weekday() >= _SATURDAY:
            if day in self._vi.weekend_workdays:
                return Day(day, True, "holidays", "Ngày làm bù", "Make-up working day")
            return Day(day, False, "week", "Ngày nghỉ hằng tuần", "Weekend")
        return Day(day, True, "week")

    def works(self, day: date) -> bool:
        """Whether this date is worked."""
        return self.day(day).working

    def local_date(self, moment: datetime) -> date:
        """The date in Viet Nam of an aware moment."""
        return moment.astimezone(VIETNAM).date()

    def first_working_day_from(self, day: date) -> date:
        """`day` itself when worked, else the next worked day."""
        while not self.works(day):
            day += timedelta(days=1)
        return day

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (0 gives `day`)."""
        for _ in range(count):
            day = self.first_working_day_from(day + timedelta(days=1))
        return day

    def between(self, after: date, until: date) -> int:
        """Working days in (after, until]; 0 when `until` is not later."""
        days = (until - after).days
        return sum(self.works(after + timedelta(days=n)) for n in range(1, days + 1))


def counted_from(accepted_at: datetime, calendar: Calendar) -> date:
    """The day on which an acceptance counts as made."""
    local = accepted_at.astimezone(VIETNAM)
    day = local.date()
    if calendar.cut_off is not None and local.time() >= calendar.cut_off:
        day += timedelta(days=1)
    return calendar.first_working_day_from(day)


def due_date(legal_time: LegalTime, accepted_at: datetime, calendar: Calendar) -> date:
    """The last day of a legal time that starts with an acceptance."""
    start = counted_from(accepted_at, calendar)
    if legal_time.unit is Unit.WORKING_DAY:
        return calendar.add(start, legal_time.value)
    if legal_time.unit is Unit.DAY:
        return calendar.first_working_day_from(start + timedelta(days=legal_time.value))
    return calendar.first_working_day_from(_add_months(start, legal_time.value))


def remaining_at(due: date, today: date, calendar: Calendar) -> int:
    """Working days from `today` (not counted) to `due`; negative when `due` is past."""
    if today > due:
        return -calendar.between(due, today)
    return calendar.between(today, due)


def resumed_due(pause: Pause, today: date, legal_time: LegalTime | None, calendar: Calendar) -> date:
    """The due date after a pause that ends today.

    Working days come back as working days, calendar days as calendar days; a dossier that was
    already overdue stays overdue by as much. A pause within one day changes nothing.
    """
    if pause.working_days_left <= 0 and pause.due < pause.since:
        return pause.due + (today - pause.since)
    if legal_time is not None and legal_time.unit is not Unit.WORKING_DAY:
        return calendar.first_working_day_from(pause.due + (today - pause.since))
    if today == pause.since:
        return pause.due
    return calendar.first_working_day_from(calendar.add(today, pause.working_days_left))


def _add_months(day: date, months: int) -> date:
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    # Civil Code 148(3): a month without that day ends on its last day.
    return date(year, month, min(day.day, month_lengths.monthrange(year, month)[1]))


def load_entries(path: Path) -> dict[date, Entry]:
    """Read a calendar file: `[[day]]` tables with date, working, decision and reason.

    Raises CalendarError for an unreadable file, a missing key or a date given twice.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CalendarError(f"{path}: {error}") from error
    entries: dict[date, Entry] = {}
    for number, row in enumerate(document.get("day", []), start=1):
        where = f"{path}: day {number}"
        if not isinstance(row, dict) or set(row) != {
            "date",
            "working",
            "decision",
            "reason",
        }:
            raise CalendarError(f"{where}: needs date, working, decision and reason")
        day, working = row["date"], row["working"]
        if type(day) is not date or not isinstance(working, bool):
            raise CalendarError(f"{where}: date or working has the wrong type")
        if day in entries:
            raise CalendarError(f"{where}: {day} is given twice")
        entries[day] = Entry(working, str(row["reason"]), str(row["decision"]))
    return entries
