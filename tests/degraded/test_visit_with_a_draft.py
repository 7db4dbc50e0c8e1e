"""A draft saved at one kiosk is opened at another by the card and submitted there: two machines, one ministry."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from test_visits_without_devices import JOURNEYS, Visit, logs, play

from tests.sites import DIRECT_CARD

PATIENCE_S = 600.0
pytestmark = pytest.mark.timeout(2 * PATIENCE_S + 100)


def test_what_was_begun_at_one_kiosk_is_submitted_at_another_and_then_the_draft_is_gone(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        (folder / "data").mkdir(parents=True)
        (folder / "site.toml").write_text(DIRECT_CARD, "utf-8")
    saved = play(here, JOURNEYS / "save-draft.toml", PATIENCE_S)
    assert (saved["state"], saved["pages"]) == ("", 2)
    ministry = here / "data" / "service"
    with closing(sqlite3.connect(ministry / "ministry.sqlite")) as database:
        ((lineage, until),) = database.execute("SELECT lineage, until FROM drafts").fetchall()
        assert database.execute("SELECT count(*) FROM dossiers").fetchone() == (0,)
    assert until
    # The other machine has a store and a device key of its own; only the ministry is the same.
    (there / "data" / "service").symlink_to(ministry)
    found = play(there, JOURNEYS / "resume-draft.toml", PATIENCE_S)
    assert (found["state"], found["receipt"], found["pages"]) == ("acknowledged", "printed", 2)
    assert (here / "data" / "store" / "device.key").read_bytes() != (
        there / "data" / "store" / "device.key"
    ).read_bytes()
    made = Visit(there / "data", found, {})
    (listed,) = json.loads(made.ministry("dossiers", "--json"))["dossiers"]
    assert listed["dossier_code"] == found["dossier_code"]
    manifest = made.manifest
    assert manifest["draft"] == lineage
    assert manifest["applicant"]["phone"] == "0912345678", "typed at the first kiosk"
    assert [(file["component"], file["pages"]) for file in manifest["files"]] == [("c1", 2)]
    with closing(sqlite3.connect(ministry / "ministry.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM drafts").fetchone() == (0,)
        assert database.execute("SELECT lineage, dossier_id FROM draft_ends").fetchall() == [(lineage, found["uuid"])]
    written = logs(here / "data") + logs(there / "data")
    assert '"draft.saved"' in written
    assert '"draft.opened"' in written
    assert manifest["applicant"]["full_name"] not in written
    assert manifest["applicant"]["identity_number"] not in written
