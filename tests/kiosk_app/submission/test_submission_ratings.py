"""Ratings over the real line: told with a heartbeat, not again before they change, and counted once at the service."""

from __future__ import annotations

import contextlib
import json

from submission_bench import Ministry
from typer.testing import CliRunner

from backend.cli import app as backend
from kiosk_app.submission import SubmissionSettings
from kiosk_app.submission.agent import Agent
from kiosk_app.submission.notes import Notes
from kiosk_app.submission.opening import Role as Opener
from kiosk_app.submission.store import Store


def marks(ministry: Ministry) -> list[int]:
    """What the service counts of a month long ago."""
    days = ["--from", "2020-01-01", "--to", "2020-01-31", "--data", str(ministry.data), "--json"]
    done = CliRunner().invoke(backend, ["measures", *days])
    assert done.exit_code == 0, done.output
    told: list[int] = json.loads(done.stdout)["satisfaction"]["marks"]
    return told


def test_ratings_of_finished_days_reach_the_service_and_are_said_again_only_when_they_change(
    ministry: Ministry, settings: SubmissionSettings
) -> None:
    first, more = ("2020-01-07", (1, 0, 0, 2, 5)), ("2020-01-08", (0, 0, 1, 0, 0))
    with contextlib.closing(Store(settings, Opener.AGENT)) as store:
        notes = Notes(store.database)
        notes.set_kiosk("home", [], ratings=[first])
        with contextlib.closing(Agent(store)) as agent:
            assert agent._report()["ratings"] == [{"day": first[0], "marks": list(first[1])}]
            agent.step()
            assert marks(ministry) == [1, 0, 0, 2, 5]
            assert "ratings" not in agent._report()
            notes.set_kiosk("home", [], ratings=[first, more])
            agent._heartbeat_at = 0.0
            agent.step()
            assert marks(ministry) == [1, 0, 1, 2, 5]
            assert "ratings" not in agent._report()
