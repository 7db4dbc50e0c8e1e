"""A whole practice through the real window, with service, printer and devices there: nothing reaches any of them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from test_visits_without_devices import JOURNEYS, logs, play

from kiosk_app import config
from kiosk_app.runtime.kiosk import submission_settings
from kiosk_app.submission import Role
from kiosk_app.submission.store import Store
from tests.sites import DIRECT_CARD

HOUSEKEEPING = {("POST", "/v1/heartbeat"), ("GET", "/v1/staff"), ("OPTIONS", "/files/")}
"""What every kiosk asks the service all day long, whoever stands there or nobody; the last is what uploads can do there."""
pytestmark = pytest.mark.timeout(400)


@pytest.mark.parametrize("journey", ["practice", "practice-en"])
def test_a_practice_goes_the_whole_way_and_leaves_nothing_anywhere(tmp_path: Path, journey: str) -> None:
    (tmp_path / "site.toml").write_text(DIRECT_CARD, "utf-8")
    (tmp_path / "data").mkdir()
    report, data = play(tmp_path, JOURNEYS / f"{journey}.toml"), tmp_path / "data"

    assert report["dossier_code"] == report["kiosk_reference"] == report["uuid"] == ""
    assert (report["state"], report["receipt"]) == ("", "")

    # The service heard of nobody.
    requests = [json.loads(line) for line in (data / "logs" / "service.log").read_text("utf-8").splitlines()]
    assert {(line["method"], line["route"]) for line in requests if line["event"] == "request"} <= HOUSEKEEPING
    with closing(sqlite3.connect(data / "service" / "ministry.sqlite")) as database:
        for table in ("dossiers", "drafts", "help_calls", "mails"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table

    # The outbox is empty, the spool is gone, and no paper came out.
    settings = submission_settings(config.load("test", tmp_path / "site.toml", data))
    with closing(Store(settings, Role.READER)) as store:
        for table in ("outbox", "dossier", "print_job", "letter"):
            assert store.database.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"] == 0, table
    for folder in ("sessions", "dossiers"):
        assert [path for path in (data / "store" / folder).rglob("*") if path.is_file()] == []
    assert list((data / "bench" / "receipts").glob("*")) == []

    # No citizen's session was measured; who practised, and that it ended, is written down.
    with closing(sqlite3.connect(data / "diagnostics" / "ledger.db")) as ledger:
        for table in ("measured", "under_way", "counted"):
            assert ledger.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    audit = (data / "audit" / "00000001.jsonl").read_text("utf-8")
    assert '"what":"practice.began"' in audit
    assert '"what":"practice.ended","about":{"outcome":"finished"}' in audit
    written = logs(data)
    assert '"practice.refused"' not in written, "the flow itself let nothing out"
    assert "THỰC HÀNH" not in written
