"""Measured sessions on the disk: they outlast a power cut, grow old, are summed, and leave the machine shielded."""

from __future__ import annotations

import csv
import io
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk_app.diagnostics.measures import MeasureBook
from kiosk_app.diagnostics.measures_export import HIDDEN, as_csv
from kiosk_app.diagnostics.sums import summed
from kiosk_app.model.basics import Goal, Language, Screen
from kiosk_app.model.measures import Ending, SessionMeasure, Span

NOW = datetime(2026, 11, 21, 10, 42, 7, tzinfo=UTC)
DONE = SessionMeasure(
    "2026-11-21T09",
    Ending.SUBMITTED,
    Screen.DONE,
    Goal.SUBMIT,
    "IP-03",
    steps=((Screen.SEARCH, 10), (Screen.PROCEDURE, 20), (Screen.SCAN, 90), (Screen.DONE, 30)),
    touches=41,
    rating=5,
)
LEFT = replace(DONE, ending=Ending.LEFT, step=Screen.SCAN, steps=((Screen.SCAN, 30),), faults=("SCN-JAM",), rating=0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "diagnostics" / "ledger.db"


def test_a_session_that_ended_is_there_after_a_restart(file: Path) -> None:
    assert MeasureBook(file).keep([DONE, LEFT])
    assert set(MeasureBook(file).since(date(2026, 11, 21))) == {DONE, LEFT}
    assert MeasureBook(file).since(date(2026, 11, 22)) == ()


def test_a_session_that_the_power_cut_ended_is_counted_once_at_the_next_start(file: Path) -> None:
    cut = replace(LEFT, ending=Ending.CUT)
    assert MeasureBook(file).mark(cut)
    after = MeasureBook(file)
    assert after.since(date(2026, 11, 1)) == ()
    assert after.recover()
    assert not after.recover()
    assert after.since(date(2026, 11, 1)) == (cut,)


def test_a_session_that_ended_well_leaves_no_mark_of_being_cut(file: Path) -> None:
    book = MeasureBook(file)
    book.mark(replace(DONE, ending=Ending.CUT))
    book.keep([DONE])
    assert not MeasureBook(file).recover()


def test_sessions_older_than_the_ledger_keeps_are_gone(file: Path) -> None:
    book = MeasureBook(file)
    book.keep([replace(DONE, hour="2025-01-02T09")])
    book.keep([DONE])
    assert book.since(date(2020, 1, 1)) == (DONE,)


def test_a_book_that_cannot_be_written_says_so_and_stops_nobody(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(b"this is no database, and it is long enough to be looked at as one" * 10)
    book = MeasureBook(file)
    assert not book.keep([DONE])
    assert not book.mark(DONE)
    assert not book.recover()
    assert book.since(date(2020, 1, 1)) == ()


def test_the_order_of_an_hours_sessions_is_not_on_the_disk(file: Path) -> None:
    book = MeasureBook(file)
    sent = [replace(DONE, touches=number) for number in range(40)]
    for one in sent:
        book.keep([one])
    with sqlite3.connect(file) as base:
        kept = [row[0] for row in base.execute("SELECT json_extract(measure, '$.touches') FROM measured")]
    base.close()
    assert sorted(kept) == list(range(40))
    assert kept != sorted(kept)


def test_ratings_are_told_by_finished_days_only(file: Path) -> None:
    book = MeasureBook(file)
    book.keep([DONE, replace(DONE, hour="2026-11-20T16"), replace(DONE, hour="2026-11-20T08", rating=2)])
    book.keep([replace(LEFT, hour="2026-11-19T10"), replace(DONE, hour="2026-09-01T10")])
    assert book.ratings(NOW, 31) == (("2026-11-20", (0, 1, 0, 0, 1)),)


def test_a_day_is_summed_by_hours_and_a_week_by_days() -> None:
    yesterday = replace(LEFT, hour="2026-11-20T15", help_calls=2)
    day = summed([DONE, LEFT, yesterday], NOW, Span.DAY)
    assert (len(day.slots), day.sessions[9], day.submitted[9], day.total) == (11, 2, 1, 2)
    week = summed([DONE, LEFT, yesterday], NOW, Span.WEEK)
    assert (week.slots[-1], week.sessions[-2:], week.submitted[-2:]) == ("2026-11-21", (1, 2), (0, 1))
    assert (week.begun, week.handed_in, week.help_calls) == (3, 1, 2)
    assert week.given_up == ((Screen.SCAN, 2),)
    assert week.faults == (("SCN-JAM", 2),)
    assert summed([DONE], NOW, Span.MONTH).total == 1


def test_the_time_at_a_step_is_the_median_of_those_who_came_there() -> None:
    slow = replace(DONE, steps=((Screen.SEARCH, 50), (Screen.SCAN, 300)))
    asked = replace(DONE, goal=Goal.TRACK, steps=((Screen.SEARCH, 9000),))
    assert summed([DONE, LEFT, slow, asked], NOW, Span.DAY).medians == ((1, 40), (3, 90), (6, 30))


def test_satisfied_are_those_who_gave_a_four_or_a_five() -> None:
    rated = [replace(DONE, rating=mark) for mark in (5, 4, 3, 1)]
    found = summed([*rated, LEFT], NOW, Span.DAY)
    assert (found.ratings, found.rated, found.satisfied) == ((1, 0, 1, 1, 1), 4, 0.5)
    assert summed([LEFT], NOW, Span.DAY).satisfied is None


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_what_few_sessions_share_does_not_leave_the_machine() -> None:
    rare = replace(DONE, hour="2026-11-21T07", procedure="NUC-01", language=Language.EN, reach=True)
    lines = read(as_csv([*[DONE] * 5, rare]))
    found = next(line for line in lines if line["language"] != "vi")
    assert {found[name] for name in ("hour", "procedure", "language", "comfort")} == {HIDDEN}
    assert "NUC-01" not in as_csv([*[DONE] * 5, rare])
    others = [line for line in lines if line is not found]
    assert {(line["hour"], line["procedure"], line["language"]) for line in others} == {
        ("2026-11-21T09", "IP-03", "vi")
    }


def test_the_csv_has_one_line_a_session_and_a_column_for_each_screen_that_was_seen() -> None:
    lines = read(as_csv([DONE, LEFT]))
    assert len(lines) == 2
    assert {line["ending"]: line["seconds_scan"] for line in lines} == {"submitted": "90", "left": "30"}
    assert {line["ending"]: line["seconds"] for line in lines} == {"submitted": "150", "left": "30"}
    assert "seconds_form" not in lines[0]
    assert as_csv([]).count("\n") == 1
