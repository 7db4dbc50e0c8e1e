"""The outbox as commands and reports tell of it: the same from the screen and from the command, nothing personal."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from submission_bench import seal_one
from typer.testing import CliRunner

from drivers.supervisor import Supervisor
from kiosk_app import config
from kiosk_app.cli.root import command_line
from kiosk_app.diagnostics import report
from kiosk_app.diagnostics.ledger import Ledger
from kiosk_app.diagnostics.signing import ReportKey, verify
from kiosk_app.log import log
from kiosk_app.model.guided import Guide, GuidedResult
from kiosk_app.model.servicing import OutboxSum
from kiosk_app.runtime.inspection import Inspection
from kiosk_app.runtime.kiosk import submission_settings
from kiosk_app.submission import Refusal, Role, StoreBusy, SubmissionService
from kiosk_app.submission.clock import Doubt
from kiosk_app.submission.notes import Notes
from kiosk_app.submission.store import Store

GUIDED = GuidedResult(Guide.SOUND, "2026-11-21T10:42:07+07:00", False, "SPK-ABSENT")
SITE = """
[kiosk]
id = "kiosk-0001"
[security]
device_key = "file"
[service]
url = "https://127.0.0.1:9"
ca = "none.pem"
certificate = "none.pem"
key = "none.key"
[[devices]]
id = "printer0"
kind = "printer"
driver = "escpos-network"
[devices.settings]
address = "127.0.0.1:{port}"
"""


class Site:
    """A machine in service whose devices are away and whose service is out of reach."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        self.file = folder / "kiosk.toml"
        self.file.write_text(SITE.format(port=port), "utf-8")
        self.data = folder / "data"
        self.config = config.load("production", self.file, self.data)
        self.settings = submission_settings(self.config)
        self.settings.data_folder.mkdir(parents=True)
        self.ledger = Ledger(self.data / "diagnostics" / "ledger.db")
        self.ledger.record(GUIDED)

    def kiosk(self, *words: str) -> Any:
        head = ["--profile", "production", "--config", str(self.file), "--data", str(self.data)]
        return CliRunner().invoke(command_line(("devices", "dossiers")), [*head, *words])

    def screen(self, submission: SubmissionService) -> dict[str, Any]:
        """The report as the technician's screen writes it."""

        async def inspect() -> dict[str, Any]:
            supervisor = Supervisor(self.config.device_configs(), lambda *event: None, log)
            await supervisor.start()
            try:
                inspection = Inspection(self.config, self.settings, supervisor, submission, self.ledger)
                tested = await inspection.whole()
            finally:
                await supervisor.stop()
            key = ReportKey(submission.report_seed)
            done = report.write(self.data / "diagnostics", tested, self.config.kiosk.id, {}, key)
            return verify(Path(done.file).read_bytes(), key.public).document

        return asyncio.run(inspect())


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def shape(value: object) -> object:
    """The keys of a document down to the last, without what varies from run to run."""
    if isinstance(value, dict):
        return {key: None if key == "versions" else shape(item) for key, item in value.items()}
    return [shape(item) for item in value] if isinstance(value, list) else type(value)


def test_screen_and_command_write_one_report_with_outbox_and_guided_tests(site: Site, tmp_path: Path) -> None:
    with contextlib.closing(SubmissionService(site.settings)) as submission:
        refused, _ = seal_one(submission), seal_one(submission)
        with contextlib.closing(Store(site.settings, Role.AGENT)) as store:
            store.refuse(refused.uuid, Refusal("PROCEDURE-UNKNOWN", "", ""))
        seen = site.screen(submission)
        done = site.kiosk("check", "--report", str(tmp_path / "report.json"), "--json")
    assert done.exit_code == 1  # the printer is away
    answer = json.loads(done.stdout)
    said = verify((tmp_path / "report.json").read_bytes(), answer["key"]).document
    assert {key: value for key, value in answer.items() if key not in ("file", "key")} == said
    assert shape(said) == shape(seen)
    for one in (said, seen):
        assert (one["outbox"]["waiting"], one["outbox"]["refused"]) == (2, 1)
        assert one["outbox"]["reasons"] == ["PROCEDURE-UNKNOWN"]
        assert one["outbox"]["oldest_s"] >= 0
        assert one["guided"] == [{"guide": "sound", "at": GUIDED.at, "passed": False, "code": "SPK-ABSENT"}]
        assert [check["figure"] for check in one["checks"] if check["name"] == "outbox"] == [2.0]
    assert site.kiosk("check", "--verify", str(tmp_path / "report.json")).exit_code == 0


def test_the_command_tells_people_what_waits_and_how_the_guided_tests_ended(site: Site, tmp_path: Path) -> None:
    done = site.kiosk("check", "--report", str(tmp_path / "report.json"))
    assert "Outbox: 0 waiting, the oldest for 0 s, 0 refused." in done.stdout
    assert "SPK-ABSENT" in done.stdout


def test_the_command_lists_dossiers_and_receipts_to_be_mailed_without_addresses(site: Site) -> None:
    with contextlib.closing(SubmissionService(site.settings)) as submission:
        draft = seal_one(submission)
        assert "receipts" not in site.kiosk("outbox").stdout
        submission.mail_receipt(draft.uuid, "thu.nghiem@kiosk.example")
        told = [site.kiosk("outbox"), site.kiosk("outbox", "--receipts"), site.kiosk("outbox", "--receipts", "--json")]
        (dossier,) = json.loads(site.kiosk("outbox", "--json").stdout)
    assert (dossier["id"], dossier["state"]) == (draft.uuid, "sealed")
    assert all(one.exit_code == 0 and "thu.nghiem" not in one.output for one in told)
    assert "1 receipts by e-mail wait" in told[0].stdout
    (letter,) = json.loads(told[2].stdout)
    assert (letter["dossier"], letter["attempts"], letter["last_code"]) == (draft.uuid, 0, None)


def test_an_outbox_that_cannot_be_read_is_a_finding_of_the_report(site: Site) -> None:
    async def inspect() -> None:
        supervisor = Supervisor((), lambda *event: None, log)
        inspection = Inspection(site.config, site.settings, supervisor, StoreBusy("being repaired"), site.ledger)
        tested = await inspection.whole()
        assert tested.outbox is None
        assert report.document(tested, "kiosk-0001", {})["outbox"] is None
        (line,) = [check for check in tested.checks if check.name == "outbox"]
        assert (line.passed, line.figure, line.code) == (False, None, StoreBusy("").code)
        assert not tested.passed

    asyncio.run(inspect())


def test_a_clock_that_the_agent_does_not_believe_is_a_finding_while_the_service_cannot_say(site: Site) -> None:
    with contextlib.closing(SubmissionService(site.settings)) as submission:
        (before,) = [check for check in site.screen(submission)["checks"] if check["name"] == "clock"]
        with contextlib.closing(Store(site.settings, Role.AGENT)) as store:
            Notes(store.database).set_clock(Doubt.JUMPED, None)
        seen = site.screen(submission)["checks"]
    assert before["code"] != "SYS-CLOCK-DOUBT"
    (clock,) = [check for check in seen if check["name"] == "clock"]
    assert (clock["passed"], clock["code"], clock["detail"]) == (False, "SYS-CLOCK-DOUBT", "jumped")


def test_an_empty_outbox_has_no_age_and_no_reasons() -> None:
    assert OutboxSum.of(()) == OutboxSum(0, 0.0, 0, ())
