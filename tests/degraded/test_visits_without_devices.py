"""Whole visits at machines without a chip reader: what each missing device leaves, up to the ministry's own data."""

from __future__ import annotations

import email
import email.policy
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk_app import config
from kiosk_app.runtime.kiosk import submission_settings
from kiosk_app.submission import Role
from kiosk_app.submission.store import Store
from tests.sites import NO_READER

JOURNEYS = Path(__file__).parents[1] / "journeys"
BIN = Path(sys.executable).parent
pytestmark = pytest.mark.timeout(400)


@dataclass(frozen=True)
class Visit:
    """What a journey reported, what the ministry lists of its dossier, and where everything lies."""

    data: Path
    report: dict[str, Any]
    listed: dict[str, Any]

    @property
    def manifest(self) -> dict[str, Any]:
        with closing(sqlite3.connect(self.data / "service" / "ministry.sqlite")) as database:
            (text,) = database.execute("SELECT manifest FROM dossiers").fetchone()
        found: dict[str, Any] = json.loads(text)
        return found

    def ministry(self, *arguments: str, code: int = 0) -> str:
        """An officer's command."""
        command = [str(BIN / "kiosk-backend"), *arguments, "--data", str(self.data / "service")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr


def visit(folder: Path, journey: str, more: str = "", machine: str = NO_READER) -> Visit:
    (folder / "site.toml").write_text(machine + more, "utf-8")
    report, data = play(folder, JOURNEYS / f"{journey}.toml"), folder / "data"
    made = Visit(data, report, {})
    (listed,) = json.loads(made.ministry("dossiers", "--json"))["dossiers"]
    return Visit(data, report, listed)


def play(folder: Path, journey: Path, seconds: float = 300.0) -> dict[str, Any]:
    """Plays a journey at the folder's machine, with what earlier visits left there, and gives its report."""
    site, data = folder / "site.toml", folder / "data"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
    base = [str(BIN / "kiosk"), "--config", str(site), "--data", str(data)]
    command = [*base, "journey", str(journey), "--profile", "test", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=seconds, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["qt_messages"] == []
    return report


def logs(data: Path) -> str:
    return "".join(path.read_text("utf-8", "replace") for path in sorted((data / "logs").glob("*.log")))


def test_without_a_card_reader_the_cards_qr_code_says_who_it_is(tmp_path: Path) -> None:
    found = visit(tmp_path, "no-reader-qr")
    assert (found.report["state"], found.report["receipt"]) == ("acknowledged", "printed")
    applicant = found.manifest["applicant"]
    assert (applicant["verified_by"], applicant["assurance"], applicant["birth_date"]) == ("qr", "qr", "1999-05-17")
    assert applicant["full_name"] == "NGUYỄN VĂN THỬ NGHIỆM"
    assert found.listed["assurance"] == "qr"
    assert "001099000042" not in logs(found.data)


def test_without_any_reader_number_name_and_birth_are_typed(tmp_path: Path) -> None:
    found = visit(tmp_path, "no-reader-typed")
    applicant = found.manifest["applicant"]
    assert (applicant["verified_by"], applicant["assurance"]) == ("typed", "typed")
    assert (applicant["identity_number"], applicant["full_name"]) == ("001099000042", "NGUYEN THU NGHIEM")
    assert len(found.manifest["files"]) == 1
    assert "001099000042" not in logs(found.data)


def test_a_printer_lost_at_print_time_leaves_one_receipt_by_mail_asked_for_on_the_last_screen(tmp_path: Path) -> None:
    found = visit(tmp_path, "printer-lost-mail")
    assert (found.report["state"], found.report["receipt"]) == ("acknowledged", "not_printed")
    assert "receipt_mail" not in found.manifest
    # The journey may have ended before the agent came to it: then it is safe on the machine until the next start.
    with closing(sqlite3.connect(found.data / "service" / "ministry.sqlite")) as database:
        asked = [row[0] for row in database.execute("SELECT address FROM mails")]
    settings = submission_settings(config.load("test", tmp_path / "site.toml", found.data))
    with closing(Store(settings, Role.READER)) as store:
        kept = [row["address"] for row in store.database.rows("SELECT address FROM letter")]
    assert len(kept) == 1
    assert asked == ["thu@kiosk.vn"] or kept == ["thu@kiosk.vn"]
    assert "thu@kiosk.vn" not in logs(found.data)


def test_without_scanner_and_printer_papers_go_to_the_desk_and_the_receipt_by_mail(tmp_path: Path) -> None:
    found = visit(tmp_path, "no-scanner-no-printer")
    code = found.report["dossier_code"]
    assert [paper["component"] for paper in found.manifest["at_desk"]] == ["c1"]
    assert found.manifest["files"] == []
    assert found.listed["awaited_papers"] == 1
    (mail,) = (found.data / "service" / "mail").glob("*.eml")
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    assert message["To"] == "thu@kiosk.vn"
    assert body is not None
    assert code in body.get_content()
    assert found.report["lookup_code"] in body.get_content()
    assert "thu@kiosk.vn" not in logs(found.data)
    # The dossier is accepted only once its paper lies on the desk.
    assert "MOVE-PAPERS-AWAITED: c1" in found.ministry("move", code, "2", code=1)
    found.ministry("papers", code, "--received", "c1", "--officer", "An")
    found.ministry("move", code, "2")
