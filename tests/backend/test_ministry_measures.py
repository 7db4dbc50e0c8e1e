"""How the ministry keeps its promises: the share on time and the share satisfied, over kiosks, days and tellings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from ministry_harness import Client, Ministry, opened, pdf, running
from sqlalchemy import update
from typer.testing import CliRunner

from backend import measures
from backend.cli import app
from backend.measures import OnTime, Satisfaction
from backend.storage.models import Dossier
from backend.tls import Pki
from backend.workflow import Status

JANUARY = "from=2020-01-01&to=2020-01-31"
BEAT = {
    "version": "1.0.0",
    "at": "2020-02-01T09:00:00+07:00",
    "state": "home",
    "devices": [],
    "outbox": {"waiting": 0, "oldest_s": None},
}


@pytest.fixture
def ministry(tmp_path: Path) -> Iterator[Ministry]:
    with running(tmp_path / "data") as service:
        Pki(service.pki).issue("other-kiosk", 10)
        yield service


@pytest.fixture
def kiosk(ministry: Ministry) -> Client:
    return Client(ministry)


def dossier(ministry: Ministry, kiosk: Client, status: Status, **changes: Any) -> None:
    """A dossier that has come to a status long ago, as its row would say then."""
    code = kiosk.submit(pdf(f"{status}{changes}"))["dossier_code"]
    accepted = datetime(2019, 12, 20, 3, 0, tzinfo=UTC)
    with closing(opened(ministry.data)) as service, service.database.write() as session:
        values = {"status": status.value, "accepted_at": accepted, "received_at": accepted} | changes
        session.execute(update(Dossier).where(Dossier.dossier_code == code).values(**values))


def told(kiosk: Client, span: str = JANUARY) -> dict[str, Any]:
    answer = kiosk.http.get(f"{kiosk.url}/v1/measures?{span}", timeout=20)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def rate(kiosk: Client, kiosk_id: str, *days: tuple[str, list[int]]) -> int:
    ratings = [{"day": day, "marks": marks} for day, marks in days]
    return kiosk.post("/v1/heartbeat", BEAT | {"kiosk_id": kiosk_id, "ratings": ratings}).status_code


def test_on_time_is_the_share_of_what_is_ready_and_what_is_overdue(ministry: Ministry, kiosk: Client) -> None:
    tenth = date(2020, 1, 10)
    dossier(ministry, kiosk, Status.RESULT_RETURNED, due_date=tenth, finished_on=tenth)
    dossier(ministry, kiosk, Status.PROCESSED, due_date=tenth, finished_on=date(2020, 1, 8))
    dossier(ministry, kiosk, Status.RESULT_RETURNED, due_date=tenth, finished_on=date(2020, 1, 13))
    dossier(ministry, kiosk, Status.IN_PROCESSING, due_date=tenth)
    # Neither: not due yet, due on the last day itself, clock paused, stopped, without a due date, ready in another month.
    dossier(ministry, kiosk, Status.IN_PROCESSING, due_date=date(2020, 2, 3))
    dossier(ministry, kiosk, Status.IN_PROCESSING, due_date=date(2020, 1, 31))
    dossier(ministry, kiosk, Status.MORE_PAPERS_NEEDED, due_date=None)
    dossier(ministry, kiosk, Status.STOPPED, due_date=tenth, finished_on=date(2020, 1, 9))
    dossier(ministry, kiosk, Status.RESULT_RETURNED, due_date=None, finished_on=tenth)
    dossier(ministry, kiosk, Status.RESULT_RETURNED, due_date=tenth, finished_on=date(2019, 12, 30))
    assert told(kiosk)["on_time"] == {"early_or_on_time": 2, "late": 1, "overdue": 1, "share": 0.5}


def test_a_dossier_finished_late_was_overdue_before_and_is_late_then(ministry: Ministry, kiosk: Client) -> None:
    dossier(ministry, kiosk, Status.PROCESSED, due_date=date(2020, 1, 10), finished_on=date(2020, 2, 4))
    assert told(kiosk)["on_time"] == {"early_or_on_time": 0, "late": 0, "overdue": 1, "share": 0.0}
    february = told(kiosk, "from=2020-02-01&to=2020-02-29")
    assert february["on_time"] == {"early_or_on_time": 0, "late": 1, "overdue": 0, "share": 0.0}


def test_days_without_a_result_and_without_a_rating_have_no_share(kiosk: Client) -> None:
    found = told(kiosk)
    assert (found["on_time"]["share"], found["satisfaction"]) == (None, {"marks": [0, 0, 0, 0, 0], "share": None})
    assert OnTime(0, 0, 0).share is None
    assert Satisfaction((0, 0, 0, 0, 0)).share is None


def test_satisfied_are_fours_and_fives_of_all_kiosks_in_these_days(ministry: Ministry, kiosk: Client) -> None:
    other = Client(ministry, "other-kiosk", "kiosk-other-kiosk")
    assert rate(kiosk, "demo-kiosk", ("2020-01-30", [0, 0, 1, 2, 1]), ("2020-02-01", [9, 9, 9, 9, 9])) == 200
    assert rate(other, "other-kiosk", ("2020-01-02", [1, 1, 0, 0, 2])) == 200
    assert told(kiosk)["satisfaction"] == {"marks": [1, 1, 1, 2, 3], "share": 5 / 8}


def test_a_day_that_is_told_again_counts_once_as_it_was_told_last(kiosk: Client) -> None:
    for marks in ([0, 0, 0, 0, 1], [0, 0, 0, 0, 1], [0, 1, 0, 0, 2]):
        assert rate(kiosk, "demo-kiosk", ("2020-01-30", marks)) == 200
    assert told(kiosk)["satisfaction"]["marks"] == [0, 1, 0, 0, 2]
    assert rate(kiosk, "demo-kiosk", ("2020-01-30", [0, 0, 0, 0, 7]), ("2020-01-30", [0, 0, 0, 0, 3])) == 200
    assert told(kiosk)["satisfaction"]["marks"] == [0, 0, 0, 0, 3]
    assert kiosk.post("/v1/heartbeat", BEAT | {"kiosk_id": "demo-kiosk"}).status_code == 200
    assert told(kiosk)["satisfaction"]["marks"] == [0, 0, 0, 0, 3]


@pytest.mark.parametrize("marks", [[0, 0, 0, 0], [0, 0, 0, 0, -1], [0, 0, 0, 0, "1"], [0] * 6, None])
def test_marks_are_five_counts(client: Client, marks: Any) -> None:
    assert rate(client, "demo-kiosk", ("2020-01-30", marks)) == 422


@pytest.mark.parametrize(
    "span", ["from=2020-01-31&to=2020-01-01", "from=2020-01-01", "from=1&to=2", "from=2000-01-01&to=2099-01-01"]
)
def test_days_that_are_none_are_refused(kiosk: Client, span: str) -> None:
    assert kiosk.http.get(f"{kiosk.url}/v1/measures?{span}", timeout=20).status_code == 422


def test_dossiers_are_counted_on_the_day_on_which_they_came_in_viet_nam(ministry: Ministry, kiosk: Client) -> None:
    for received in (datetime(2019, 12, 31, 16, 59, tzinfo=UTC), datetime(2019, 12, 31, 17, 0, tzinfo=UTC)):
        dossier(ministry, kiosk, Status.ACCEPTED, received_at=received, due_date=None, assisted=True)
    dossier(ministry, kiosk, Status.ACCEPTED, received_at=datetime(2020, 1, 31, 16, 0, tzinfo=UTC), due_date=None)
    found = told(kiosk)
    assert (found["received"], found["assisted"]) == (2, 1)


def test_the_command_says_what_the_service_says(ministry: Ministry, kiosk: Client) -> None:
    rate(kiosk, "demo-kiosk", ("2020-01-30", [0, 0, 1, 2, 1]))
    dossier(ministry, kiosk, Status.IN_PROCESSING, due_date=date(2020, 1, 10))
    days = ["--from", "2020-01-01", "--to", "2020-01-31", "--data", str(ministry.data)]
    said = CliRunner().invoke(app, ["measures", *days, "--json"])
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout) == told(kiosk)
    plain = CliRunner().invoke(app, ["measures", *days]).stdout
    assert "on time\t0.0 %\t0 on time, 0 late, 1 overdue" in plain
    assert "satisfied\t75.0 %\t4 ratings" in plain


def test_the_days_that_are_still_to_come_make_nothing_overdue(ministry: Ministry, kiosk: Client) -> None:
    dossier(ministry, kiosk, Status.IN_PROCESSING, due_date=date(2098, 1, 10))
    with closing(opened(ministry.data)) as service:
        found = measures.of_days(service, date(2098, 1, 1), date(2098, 12, 31))
    assert found.on_time == OnTime(0, 0, 0)
