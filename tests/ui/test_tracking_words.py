"""Promises of the tracking screens: what each status asks of the citizen, until when, and what has happened so far."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app.model.basics import Language, Screen
from kiosk_app.model.session import Session, TrackView
from kiosk_app.model.tracking import TrackingReport
from ui.samples import PERSON, devices
from ui.starting import gui_application
from ui.track_samples import ASKING, MINE, REPORT
from ui.translations import Texts
from ui.viewmodels.track import TrackModel

START = Session(devices=devices(), screen=Screen.TRACK)


@pytest.fixture(autouse=True, scope="module")
def gui() -> None:
    gui_application()


def model(report: TrackingReport | None = None, language: Language = Language.VI, **view: object) -> TrackModel:
    return TrackModel(Texts(language), replace(START, language=language, track=TrackView(report=report, **view)))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("status", range(1, 11))
def test_every_national_status_says_what_to_do(status: int, language: Language) -> None:
    said = model(replace(REPORT, status_code=status), language).property("next")["text"]
    assert len(said) > 10
    assert not said.startswith("[")


def test_a_request_says_which_papers_until_when_and_why() -> None:
    shown = model(ASKING)
    assert "21/12/2026" in shown.property("next")["text"]
    assert shown.property("next")["reason"] == ASKING.reason
    assert [row["text"] for row in shown.property("wanted")] == [paper.name_vi for paper in ASKING.wanted]
    assert shown.property("wanted")[1]["note"] == "Bản sao: 1"


def test_a_request_without_a_last_day_names_none() -> None:
    said = model(replace(ASKING, until="")).property("next")["text"]
    assert "2026" not in said


def fact(shown: TrackModel, label: str) -> dict[str, str]:
    found: dict[str, str] = next((row for row in shown.property("facts") if row["label"] == label), {})
    return found


def test_a_paused_clock_says_what_is_left_and_names_no_day() -> None:
    due = fact(model(replace(ASKING, working_days_left=7)), "Ngày hẹn trả kết quả")
    assert "7 ngày làm việc" in due["value"]


def test_an_accepted_dossier_without_a_legal_time_is_not_said_to_wait_for_acceptance() -> None:
    without = replace(REPORT, due_date="", working_days_left=None)
    assert "đơn vị giải quyết" in fact(model(without), "Ngày hẹn trả kết quả")["value"]
    waiting = replace(without, accepted_at="")
    assert "được tiếp nhận" in fact(model(waiting), "Ngày hẹn trả kết quả")["value"]


def test_what_is_over_has_no_due_day() -> None:
    over = replace(REPORT, status_code=10, due_date="", working_days_left=None)
    assert fact(model(over), "Ngày hẹn trả kết quả") == {}


def test_the_history_is_told_newest_first_with_unit_and_day() -> None:
    past = model(ASKING).property("past")
    assert [row["label"] for row in past] == ["27/11/2026", "24/11/2026", "23/11/2026", "21/11/2026"]
    assert past[0] == {"label": "27/11/2026", "value": "Yêu cầu bổ sung giấy tờ", "note": "Cục Sở hữu trí tuệ"}


def test_ones_own_dossiers_are_told_with_code_day_and_status_but_no_look_up_code() -> None:
    shown = model(mine=MINE, language=Language.EN)
    first, second, _ = shown.property("mine")
    assert (first["id"], first["badge"], first["tone"]) == ("G06-20261127-0000091", "More papers needed", "warn")
    assert "12 working days left" in second["subtitle"]
    assert "K7Q2" not in repr(shown.held)


def test_ones_own_dossiers_are_offered_only_where_a_chip_can_be_read_and_the_service_asked() -> None:
    assert model().property("byCard")
    offline = TrackModel(Texts(Language.VI), replace(START, service_online=False))
    assert not offline.property("byCard")


def test_nothing_of_the_list_stays_when_the_session_is_another() -> None:
    shown = model(mine=MINE)
    shown.update(replace(START, number=2))
    assert shown.property("mine") == []
    assert PERSON.number not in repr(shown.held)
