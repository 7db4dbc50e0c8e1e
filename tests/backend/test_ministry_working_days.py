"""Working days of Viet Nam: Tet, make-up days, the administrator's word, legal times."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend import working_days
from backend.procedures import load as load_procedures
from backend.working_days import (
    Calendar,
    CalendarError,
    Entry,
    LegalTime,
    Pause,
    Unit,
    counted_from,
    due_date,
    load_entries,
    remaining_at,
    resumed_due,
)

PLAIN = Calendar()
SHIPPED = Path(working_days.__file__).with_name("calendar.toml")


def local(year: int, month: int, day: int, hour: int = 10) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC) - timedelta(hours=7)


def test_tet_2026_takes_a_whole_week() -> None:
    friday = local(2026, 2, 13)
    assert due_date(LegalTime(1, Unit.WORKING_DAY), friday, PLAIN) == date(2026, 2, 23)
    assert due_date(LegalTime(5, Unit.WORKING_DAY), friday, PLAIN) == date(2026, 2, 27)


def test_tet_2027_is_found_by_the_lunar_calendar() -> None:
    assert due_date(LegalTime(1, Unit.WORKING_DAY), local(2027, 2, 3), PLAIN) == date(2027, 2, 11)


def test_a_make_up_saturday_is_worked() -> None:
    assert PLAIN.works(date(2026, 8, 22))
    assert not PLAIN.works(date(2026, 8, 31))


def test_the_day_of_acceptance_does_not_count() -> None:
    assert due_date(LegalTime(1, Unit.WORKING_DAY), local(2026, 3, 2), PLAIN) == date(2026, 3, 3)


@pytest.mark.parametrize(("hour", "counted"), [(14, 5), (15, 6), (23, 6)])
def test_an_acceptance_after_the_cut_off_counts_from_the_next_working_day(hour: int, counted: int) -> None:
    calendar = Calendar(cut_off=time(15))
    assert counted_from(local(2026, 3, 5, hour), calendar) == date(2026, 3, counted)


def test_an_acceptance_on_friday_evening_counts_from_monday() -> None:
    calendar = Calendar(cut_off=time(15))
    assert counted_from(local(2026, 3, 6, 16), calendar) == date(2026, 3, 9)
    assert counted_from(local(2026, 3, 7, 9), calendar) == date(2026, 3, 9)


def test_the_day_is_that_of_viet_nam_and_not_of_the_servers_clock() -> None:
    assert PLAIN.local_date(datetime(2026, 3, 1, 17, 30, tzinfo=UTC)) == date(2026, 3, 2)


def test_a_time_in_days_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    assert due_date(LegalTime(5, Unit.DAY), local(2026, 3, 2), PLAIN) == date(2026, 3, 9)
    assert due_date(LegalTime(4, Unit.DAY), local(2026, 3, 2), PLAIN) == date(2026, 3, 6)


def test_a_month_without_that_day_ends_on_its_last() -> None:
    assert due_date(LegalTime(1, Unit.MONTH), local(2029, 1, 31), PLAIN) == date(2029, 2, 28)
    assert due_date(LegalTime(18, Unit.MONTH), local(2026, 3, 2), PLAIN) == date(2027, 9, 6)


def test_the_administrators_word_wins_over_the_library_both_ways() -> None:
    shipped = Calendar(load_entries(SHIPPED))
    assert not shipped.works(date(2026, 1, 2))
    assert shipped.works(date(2026, 1, 10))
    day = shipped.day(date(2026, 1, 2))
    assert (day.source, day.decision) == ("administrator", "to be confirmed")
    assert PLAIN.works(date(2026, 1, 2))
    assert Calendar({date(2026, 9, 2): Entry(True, "", "")}).works(date(2026, 9, 2))


@pytest.mark.parametrize(
    "text",
    [
        "day = [1]",
        '[[day]]\ndate = "2026-01-02"\nworking = true\ndecision = ""\nreason = ""',
        "[[day]]\ndate = 2026-01-02\nworking = true",
        "[[day]]\ndate = 2026-01-02T00:00:00\nworking = true\ndecision = ''\nreason = ''",
        2 * "[[day]]\ndate = 2026-01-02\nworking = true\ndecision = ''\nreason = ''\n",
        "not toml",
    ],
)
def test_a_calendar_with_a_fault_is_refused_whole(tmp_path: Path, text: str) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(CalendarError):
        load_entries(path)


def test_a_pause_in_calendar_days_moves_the_date_by_as_many_days() -> None:
    pause = Pause(date(2026, 3, 10), 10, date(2026, 3, 24))
    thirty = LegalTime(30, Unit.DAY)
    assert resumed_due(pause, date(2026, 3, 13), thirty, PLAIN) == date(2026, 3, 27)


def test_an_overdue_dossier_stays_as_late_after_a_pause() -> None:
    pause = Pause(date(2026, 3, 11), -2, date(2026, 3, 9))
    assert resumed_due(pause, date(2026, 3, 13), LegalTime(5, Unit.WORKING_DAY), PLAIN) == date(2026, 3, 11)


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.integers(1, 60))
def test_a_due_date_is_a_working_day_with_exactly_that_many_left(day: date, value: int) -> None:
    accepted = local(day.year, day.month, day.day)
    due = due_date(LegalTime(value, Unit.WORKING_DAY), accepted, PLAIN)
    start = counted_from(accepted, PLAIN)
    assert PLAIN.works(due)
    assert remaining_at(due, start, PLAIN) == value
    assert remaining_at(start, due, PLAIN) == -value


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(1, 30), st.integers(0, 40))
def test_a_pause_never_costs_a_working_day(day: date, left: int, days: int) -> None:
    since = PLAIN.first_working_day_from(day)
    pause = Pause(since, left, PLAIN.add(since, left))
    back = since + timedelta(days=days)
    due = resumed_due(pause, back, LegalTime(30, Unit.WORKING_DAY), PLAIN)
    assert remaining_at(due, back, PLAIN) == left


def test_every_shipped_procedure_has_a_unit_and_a_known_or_no_legal_time(tmp_path: Path) -> None:
    procedures = load_procedures(tmp_path)
    assert len(procedures.by_id) > 40
    assert procedures.by_id["PO-03"].legal_time == LegalTime(7, Unit.WORKING_DAY)
    assert procedures.by_id["IP-01"].legal_time is None  # several stages must not be added up
    assert all(p.unit_vi and p.unit_en for p in procedures.by_id.values())


def test_a_site_may_replace_one_procedure(tmp_path: Path) -> None:
    text = '[[procedure]]\nlocal_id = "PO-03"\nunit_vi = "A"\nunit_en = "B"\nvalue = 3\nunit = "month"\n'
    (tmp_path / "procedures.toml").write_text(text, "utf-8")
    procedures = load_procedures(tmp_path)
    assert procedures.by_id["PO-03"].legal_time == LegalTime(3, Unit.MONTH)
    assert procedures.by_id["RA-03"].legal_time == LegalTime(5, Unit.WORKING_DAY)
