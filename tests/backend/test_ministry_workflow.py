"""The workflow is total, follows the national list, and never rewrites its history."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ministry_harness import Client, Ministry, opened, pdf
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from typer.testing import CliRunner, Result

from backend import desk
from backend.cli import app
from backend.desk import Decision, UnknownDossierError
from backend.storage.models import HistoryStep
from backend.workflow import (
    MOVES,
    REASON_NEEDED,
    WORDS,
    Move,
    MoveError,
    Rules,
    State,
    Status,
    apply,
    may_move,
    working_days_left,
)
from backend.working_days import Calendar, LegalTime, Unit

# Friday 20 November 2026, 10:00 in Viet Nam; Tuesday the 24th is a day off.
FRIDAY = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
RULES = Rules(Calendar())
FIVE = LegalTime(5, Unit.WORKING_DAY)
NEW = State(Status.NEWLY_REGISTERED)


def moved(state: State, *statuses: Status, at: datetime = FRIDAY, rules: Rules = RULES) -> State:
    for status in statuses:
        state = apply(state, Move(status, at, reason="lý do"), rules, FIVE)
    return state


def test_the_ten_names_are_those_of_the_national_list() -> None:
    assert [status.value for status in Status] == list(range(1, 11))
    assert [WORDS[status].vi for status in Status] == [
        "Mới đăng ký",
        "Được tiếp nhận",
        "Không được tiếp nhận",
        "Đang xử lý",
        "Yêu cầu bổ sung giấy tờ",
        "Yêu cầu thực hiện nghĩa vụ tài chính",
        "Công dân yêu cầu rút hồ sơ",
        "Dừng xử lý",
        "Đã xử lý xong",
        "Đã trả kết quả",
    ]


def test_the_allowed_moves_are_these_and_no_others() -> None:
    allowed = {(a.value, b.value) for a in Status for b in MOVES[a]}
    assert allowed == {
        *((1, 2), (1, 3), (1, 7)),
        *((2, 4), (2, 7)),
        *((4, 5), (4, 6), (4, 7), (4, 8), (4, 9)),
        *((5, 4), (5, 7), (5, 8)),
        *((6, 4), (6, 7), (6, 8)),
        *((7, 4), (7, 8)),
        (9, 10),
    }


@pytest.mark.parametrize(("current", "to"), list(itertools.product(Status, Status)))
def test_every_pair_of_statuses_is_either_moved_or_refused_with_a_code(current: Status, to: Status) -> None:
    state = State(current)
    if may_move(current, to):
        assert moved(state, to).status is to
    else:
        with pytest.raises(MoveError) as error:
            moved(state, to)
        assert error.value.code == "MOVE-NOT-ALLOWED"


def test_every_status_is_reached_and_every_dossier_can_end() -> None:
    reached = {Status.NEWLY_REGISTERED}
    for _ in Status:
        reached |= {to for status in reached for to in MOVES[status]}
    assert reached == set(Status)
    ends = {status for status in Status if not MOVES[status]}
    assert ends == {Status.NOT_ACCEPTED, Status.STOPPED, Status.RESULT_RETURNED}


@pytest.mark.parametrize("to", sorted(REASON_NEEDED))
def test_refusing_stopping_and_asking_for_papers_need_words(to: Status) -> None:
    before = NEW if to is Status.NOT_ACCEPTED else moved(NEW, Status.ACCEPTED, Status.IN_PROCESSING)
    for reason in (None, "", "  "):
        with pytest.raises(MoveError) as error:
            apply(before, Move(to, FRIDAY, reason), RULES)
        assert error.value.code == "MOVE-REASON-NEEDED"


def test_acceptance_sets_the_due_date_and_nothing_before_it_does() -> None:
    assert NEW.due is None
    accepted = moved(NEW, Status.ACCEPTED)
    assert accepted.due == date(2026, 11, 30)  # Mon 23, Wed 25, Thu 26, Fri 27, Mon 30
    assert working_days_left(accepted, FRIDAY, RULES.calendar) == 5


def test_without_a_legal_time_an_officer_gives_the_date() -> None:
    accepted = apply(NEW, Move(Status.ACCEPTED, FRIDAY), RULES, None)
    assert accepted.due is None
    given = apply(NEW, Move(Status.ACCEPTED, FRIDAY, given_due=date(2026, 12, 4)), RULES, None)
    assert given.due == date(2026, 12, 4)
    with pytest.raises(MoveError) as error:
        apply(NEW, Move(Status.ACCEPTED, FRIDAY, given_due=date(2026, 11, 19)), RULES, None)
    assert error.value.code == "MOVE-DATE-INVALID"


def test_the_clock_stands_still_while_papers_are_awaited() -> None:
    working = moved(NEW, Status.ACCEPTED, Status.IN_PROCESSING)
    paused = moved(working, Status.MORE_PAPERS_NEEDED, at=FRIDAY + timedelta(days=5))  # Wed 25: 3 left
    assert (paused.due, working_days_left(paused, FRIDAY + timedelta(days=30), RULES.calendar)) == (None, 3)
    resumed = moved(paused, Status.IN_PROCESSING, at=FRIDAY + timedelta(days=10))  # Mon 30
    assert resumed.due == date(2026, 12, 3)


def test_the_clock_runs_on_while_payment_is_due_unless_the_ministry_says_otherwise() -> None:
    working = moved(NEW, Status.ACCEPTED, Status.IN_PROCESSING)
    assert moved(working, Status.PAYMENT_DUE).due == working.due
    pausing = Rules(Calendar(), frozenset({Status.MORE_PAPERS_NEEDED, Status.PAYMENT_DUE}))
    assert moved(working, Status.PAYMENT_DUE, rules=pausing).due is None


def test_an_overdue_dossier_shows_negative_days_and_a_finished_one_none() -> None:
    working = moved(NEW, Status.ACCEPTED, Status.IN_PROCESSING)
    late = FRIDAY + timedelta(days=12)  # Wed 2 December
    assert working_days_left(working, late, RULES.calendar) == -2
    assert working_days_left(moved(working, Status.PROCESSED, at=late), late, RULES.calendar) is None


@given(st.lists(st.tuples(st.sampled_from(Status), st.integers(0, 400)), max_size=30))
def test_any_life_of_a_dossier_keeps_its_promises(life: list[tuple[Status, int]]) -> None:
    state, at = NEW, FRIDAY
    for to, hours in life:
        at += timedelta(hours=hours)
        try:
            state = apply(state, Move(to, at, reason="lý do"), RULES, FIVE)
        except MoveError:
            continue
        assert (state.accepted_at is None) <= (state.due is None)
        assert not (state.due and state.pause)
        if state.pause is None and state.accepted_at is not None:
            assert state.due is not None
        working_days_left(state, at, RULES.calendar)


def test_history_is_refused_any_change_by_the_database(client: Client, ministry: Ministry) -> None:
    receipt = client.submit(pdf("một"))
    service = opened(ministry.data)
    try:
        for statement in (update(HistoryStep).values(status=9), delete(HistoryStep)):
            with pytest.raises(IntegrityError, match="append-only"), service.database.write() as session:
                session.execute(statement)
        desk.move(service, receipt["dossier_code"], Decision(Status.NOT_ACCEPTED, reason="Sai thủ tục"))
        with pytest.raises(MoveError):
            desk.move(service, receipt["dossier_code"], Decision(Status.ACCEPTED))
        with pytest.raises(UnknownDossierError):
            desk.move(service, "G06-20200101-0000000", Decision(Status.ACCEPTED))
        with service.database.read() as session:
            kept = session.scalars(select(HistoryStep.status).where(HistoryStep.dossier_id == receipt["uuid"]))
            assert list(kept) == [1, 3]
    finally:
        service.close()


def test_officers_commands_move_list_and_fail_with_a_code(client: Client, ministry: Ministry) -> None:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "--data", str(ministry.data)])

    code = client.submit(pdf("một"))["dossier_code"]
    answer = json.loads(run("move", code, "2", "--due", "2030-01-02", "--json").stdout)
    assert answer == {"dossier_code": code, "status": 2, "due_date": "2030-01-02"}
    listed = json.loads(run("dossiers", "--json").stdout)["dossiers"]
    assert next(row for row in listed if row["dossier_code"] == code)["status_vi"] == "Được tiếp nhận"
    refused = run("move", code, "9")
    assert (refused.exit_code, refused.stderr.split(":")[0]) == (1, "MOVE-NOT-ALLOWED")
    assert run("move", code, "11").exit_code == 2
    assert run("files", "G06-20200101-0000000").exit_code == 1


def test_the_data_folder_is_made_with_settings_that_are_checked(tmp_path: Path) -> None:
    (tmp_path / "backend.toml").write_text('dossier_code_pattern = "G06-{seq}"\n')
    ministry = Ministry(tmp_path)
    assert "SETTINGS-INVALID" in ministry.run("dossiers", code=1)


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_database_that_cannot_be_used_is_named_without_its_address(tmp_path: Path, content: bytes) -> None:
    url = "nosuch://user:secret@127.0.0.1/x"
    if content:
        (tmp_path / "broken.sqlite").write_bytes(content)
        url = f"sqlite:///{tmp_path / 'broken.sqlite'}"
    failed = CliRunner().invoke(app, ["dossiers", "--data", str(tmp_path), "--database", url])
    assert (failed.exit_code, failed.stderr.split(":")[0]) == (1, "DATABASE-UNUSABLE")
    assert "secret" not in failed.output
