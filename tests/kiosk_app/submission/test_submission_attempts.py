"""One attempt of the agent at a time, in this process, against the real ministry service."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sqlite3
import time
from collections.abc import Iterator

import pytest
from submission_bench import AgentProcess, Ministry, make_draft, seal_one, wait_for

from kiosk_app.submission import (
    Acknowledgement,
    DeviceReport,
    DossierState,
    Refusal,
    Role,
    SubmissionService,
    SubmissionSettings,
)
from kiosk_app.submission.agent import Agent
from kiosk_app.submission.opening import DATABASE
from kiosk_app.submission.store import Store
from kiosk_app.submission.transport import Transport


@dataclasses.dataclass
class Bench:
    """The agent's own view of the store, its line, and itself."""

    store: Store
    line: Transport
    agent: Agent


@pytest.fixture
def bench(settings: SubmissionSettings, kiosk: SubmissionService) -> Iterator[Bench]:
    with (
        contextlib.closing(Store(settings, Role.AGENT)) as store,
        contextlib.closing(Transport(settings)) as line,
        contextlib.closing(Agent(store)) as agent,
    ):
        yield Bench(store, line, agent)


def test_files_that_the_service_has_lost_are_sent_again(
    kiosk: SubmissionService, bench: Bench, ministry: Ministry
) -> None:
    draft = seal_one(kiosk)
    # As after a crash between the last byte and the commit: everything sent, nothing answered, and then lost there.
    for file in bench.store.files(draft.uuid):
        answer = bench.line.request(
            "POST", "/files/", headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(file.bytes)}
        )
        path = answer.headers["location"]
        bench.store.set_upload(draft.uuid, file.position, path, file.bytes)
        bench.line.request("DELETE", path, headers={"Tus-Resumable": "1.0.0"})
    bench.agent.send(draft.uuid)
    assert kiosk.wait_ack(draft.uuid, 0) is None
    assert all(file.upload is None for file in bench.store.files(draft.uuid))
    bench.agent.send(draft.uuid)
    assert isinstance(kiosk.wait_ack(draft.uuid, 0), Acknowledgement)
    assert ministry.files_of(draft.uuid) == [file.sha256 for file in draft.files]


def test_an_answer_that_was_lost_is_given_again_with_the_same_codes(
    kiosk: SubmissionService, bench: Bench, ministry: Ministry
) -> None:
    draft = seal_one(kiosk)
    bench.agent.send(draft.uuid)
    first = kiosk.wait_ack(draft.uuid, 0)
    assert isinstance(first, Acknowledgement)
    # The row as it was before the answer came in.
    with bench.store.database.transaction():
        bench.store.database.change(
            "UPDATE dossier SET state = 'committed', dossier_code = NULL, lookup_code = NULL WHERE uuid = ?",
            (draft.uuid,),
        )
        bench.store.database.change("INSERT INTO outbox (dossier, next_at) VALUES (?, 0)", (draft.uuid,))
    bench.agent.send(draft.uuid)
    assert kiosk.wait_ack(draft.uuid, 0) == first
    assert len([row for row in ministry.dossiers() if row["id"] == draft.uuid]) == 1


def test_another_content_under_the_same_id_is_a_conflict_and_parked(
    kiosk: SubmissionService, bench: Bench, ministry: Ministry
) -> None:
    draft = seal_one(kiosk)
    bench.agent.send(draft.uuid)
    with bench.store.database.transaction():
        body = json.loads(bench.store.payload(draft.uuid)) | {"result_delivery": "post"}
        bench.store.database.change(
            "UPDATE dossier SET state = 'sealed', payload = ? WHERE uuid = ?", (json.dumps(body), draft.uuid)
        )
        bench.store.database.change("UPDATE file SET upload = NULL, bytes_sent = 0 WHERE dossier = ?", (draft.uuid,))
        bench.store.database.change("INSERT INTO outbox (dossier, next_at) VALUES (?, 0)", (draft.uuid,))
    bench.agent.send(draft.uuid)
    answer = kiosk.wait_ack(draft.uuid, 0)
    assert isinstance(answer, Refusal)
    assert answer.code == "DOSSIER-CONFLICT"
    assert len([row for row in ministry.dossiers() if row["id"] == draft.uuid]) == 1


@pytest.mark.parametrize("damage", ["cut short", "gone"])
def test_a_page_damaged_on_the_disk_parks_its_dossier_and_is_told(
    kiosk: SubmissionService, bench: Bench, settings: SubmissionSettings, damage: str
) -> None:
    draft = seal_one(kiosk)
    path = settings.data_folder / "dossiers" / draft.uuid / f"{draft.files[0].file_id}.sealed"
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-5])
    bench.agent.send(draft.uuid)
    answer = kiosk.wait_ack(draft.uuid, 0)
    assert isinstance(answer, Refusal)
    assert answer.code == "STO-SEAL"
    assert [incident.code for incident in kiosk.incidents()] == ["STO-SEAL"]


def test_a_dossier_without_files_is_sent_as_well(kiosk: SubmissionService, bench: Bench) -> None:
    session = kiosk.begin_session()
    draft = make_draft(kiosk, session, ())
    kiosk.seal_and_queue(session, draft)
    bench.agent.send(draft.uuid)
    assert isinstance(kiosk.wait_ack(draft.uuid, 0), Acknowledgement)


def test_a_heartbeat_tells_how_the_kiosk_is_and_nothing_of_a_citizen(
    kiosk: SubmissionService, bench: Bench, ministry: Ministry
) -> None:
    seal_one(kiosk, kiosk_reference="not one")
    kiosk.report_kiosk("ready", [DeviceReport("printer", "printer", "attention", "PRN-PAPER-LOW")])
    bench.agent.step()
    with contextlib.closing(sqlite3.connect(f"file:{ministry.data}/ministry.sqlite?mode=ro", uri=True)) as connection:
        (text,) = connection.execute("SELECT heartbeat FROM kiosks WHERE id = 'demo-kiosk'").fetchone()
    told = {key: value for key, value in json.loads(text).items() if value is not None}  # what may be told and is not
    assert set(told) == {"kiosk_id", "version", "agent_version", "clock", "at", "state", "devices", "outbox"}
    assert told["state"] == "ready"
    assert told["devices"] == [{"id": "printer", "kind": "printer", "state": "attention", "code": "PRN-PAPER-LOW"}]
    assert told["outbox"]["waiting"] == 1
    line = kiosk.line()
    assert line is not None
    assert line.online


def test_a_heartbeat_tells_for_how_long_the_kiosk_has_run_and_not_when_that_was_before_a_reboot(
    kiosk: SubmissionService, bench: Bench, ministry: Ministry
) -> None:
    def told(started: float) -> float | None:
        kiosk.report_kiosk("ready", [], started=started)
        bench.agent._heartbeat_at = 0.0
        bench.agent.step()
        with contextlib.closing(sqlite3.connect(f"file:{ministry.data}/ministry.sqlite?mode=ro", uri=True)) as rows:
            (text,) = rows.execute("SELECT heartbeat FROM kiosks WHERE id = 'demo-kiosk'").fetchone()
        seconds = json.loads(text)["running_s"]
        return None if seconds is None else float(seconds)

    booted = time.clock_gettime(time.CLOCK_BOOTTIME)
    running = told(booted - 90)
    assert running is not None
    assert running >= 90
    assert told(booted + 1_000_000) is None


def test_while_the_line_is_down_one_dossier_finds_out_for_all(
    kiosk: SubmissionService, bench: Bench, ministry: Ministry, settings: SubmissionSettings
) -> None:
    for _ in range(5):
        seal_one(kiosk)
    dead = dataclasses.replace(settings, service_url="https://127.0.0.1:9", backoff_base_s=30, backoff_ceiling_s=60)
    bench.store.settings = dead
    with contextlib.closing(Agent(bench.store)) as agent:
        assert agent.step() > 10
        assert sum(row.attempts for row in kiosk.outbox_report()) <= 1
        agent.woken()
        agent.step()
        assert sum(row.attempts for row in kiosk.outbox_report()) <= 2


def test_a_kiosk_that_must_repair_the_store_gets_it_from_a_running_agent(settings: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(settings)) as kiosk:
        draft = seal_one(kiosk, kiosk_reference="K01-AAAA-BBBBBB")
    dead = dataclasses.replace(settings, service_url="https://127.0.0.1:9")
    agent = AgentProcess(dead)
    try:
        wait_for((settings.data_folder / "agent.sock").exists)
        path = settings.data_folder / DATABASE
        path.write_bytes(bytes(path.stat().st_size))
        with contextlib.closing(SubmissionService(settings)) as kiosk:
            assert [(row.id, row.state) for row in kiosk.outbox_report()] == [(draft.uuid, DossierState.SEALED)]
            assert "STO-CORRUPT" in [incident.code for incident in kiosk.incidents()]
        agent.process.wait(10)
    finally:
        agent.stop()
