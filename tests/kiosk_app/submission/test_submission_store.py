"""The sealed store: committed once, found again, moved aside when damaged, destroyed when no longer needed."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import re
import shutil
import sqlite3
import threading
import time

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from submission_bench import make_draft, pdf, seal_one

from kiosk_app.submission import (
    Acknowledgement,
    DeviceReport,
    DossierState,
    Refusal,
    Role,
    SealConflict,
    SessionEnded,
    StoreBusy,
    StoreFailed,
    StoreKeyWrong,
    SubmissionService,
    SubmissionSettings,
    new_kiosk_reference,
    settings_from_json,
    settings_to_json,
)
from kiosk_app.submission.opening import DATABASE
from kiosk_app.submission.outbox import Outbox
from kiosk_app.submission.store import Store

ANSWER = Acknowledgement(
    "G06-20260101-0000001", "AB2C", "2026-01-01T08:00:00+07:00", 1, "Mới đăng ký", "Newly registered"
)


def content_hashes(store: Store, uuid: str) -> list[str]:
    found = []
    for file in store.files(uuid):
        with store.open_file(uuid, file) as sealed:
            found.append(hashlib.sha256(sealed.read(0, sealed.size)).hexdigest())
    return found


def reopened(settings: SubmissionSettings) -> contextlib.closing[Store]:
    return contextlib.closing(Store(settings, Role.KIOSK))


def test_a_reference_is_short_random_and_cannot_be_misread() -> None:
    references = {new_kiosk_reference("K01") for _ in range(500)}
    assert len(references) == 500
    assert all(re.fullmatch(r"K01-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{6}", r) for r in references)
    assert len({r[-1] for r in references}) > 20


def test_settings_survive_the_way_to_the_agent(offline: SubmissionSettings) -> None:
    assert settings_from_json(settings_to_json(offline)) == offline
    with pytest.raises(ValueError, match="unknown_thing"):
        settings_from_json(json.dumps({**json.loads(settings_to_json(offline)), "unknown_thing": 1}))


def test_what_was_sealed_is_there_after_a_restart(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        draft = seal_one(kiosk)
    with reopened(offline) as store:
        assert store.state(draft.uuid) is DossierState.SEALED
        assert content_hashes(store, draft.uuid) == [file.sha256 for file in draft.files]
        body = json.loads(store.payload(draft.uuid))
        assert body["kiosk_id"] == "demo-kiosk"
        assert body["applicant"]["full_name"] == draft.applicant.full_name
        assert "upload" not in body["files"][0]


def test_sealing_twice_is_sealing_once(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        session = kiosk.begin_session()
        draft = make_draft(kiosk, session)
        first = kiosk.seal_and_queue(session, draft)
        assert kiosk.seal_and_queue(session, draft) == first
        kiosk.end_session(session)
        assert kiosk.seal_and_queue(session, draft) == first
        assert len(kiosk.outbox_report()) == 1
        with pytest.raises(SealConflict):
            kiosk.seal_and_queue(session, dataclasses.replace(draft, result_delivery="post"))


def test_a_double_tap_seals_once(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        session = kiosk.begin_session()
        draft = make_draft(kiosk, session)
        taps = [threading.Thread(target=kiosk.seal_and_queue, args=(session, draft)) for _ in range(6)]
        for tap in taps:
            tap.start()
        for tap in taps:
            tap.join()
        assert [row.id for row in kiosk.outbox_report()] == [draft.uuid]
    with reopened(offline) as store:
        assert content_hashes(store, draft.uuid) == [file.sha256 for file in draft.files]


def test_a_session_that_ends_without_submitting_leaves_nothing(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        session = kiosk.begin_session()
        draft = make_draft(kiosk, session)
        assert session.read_component(draft.files[0]) == pdf(40_000, 0)
        kiosk.end_session(session)
        kiosk.end_session(session)
        assert list(offline.sessions_folder.iterdir()) == []
        with pytest.raises(SessionEnded):
            kiosk.seal_and_queue(session, draft)
        with pytest.raises(SessionEnded):
            session.key  # noqa: B018
        assert list((offline.data_folder / "dossiers").iterdir()) == []


def test_sessions_of_dead_processes_are_wiped_at_start_and_living_ones_are_not(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        session = kiosk.begin_session()
        make_draft(kiosk, session)
        dead = offline.sessions_folder / "0123456789abcdef"
        shutil.copytree(session.folder, dead)
    with contextlib.closing(SubmissionService(offline)):
        assert [folder.name for folder in offline.sessions_folder.iterdir()] == [session.session_id]
    session.end()


def test_a_second_kiosk_process_is_refused_and_a_reader_is_not(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        draft = seal_one(kiosk)
        with pytest.raises(StoreBusy) as caught:
            SubmissionService(offline)
        assert caught.value.code == "STO-BUSY"
        with contextlib.closing(SubmissionService(offline, Role.READER)) as reader:
            assert [row.id for row in reader.outbox_report()] == [draft.uuid]


@pytest.mark.parametrize("left", [None, 512])
def test_kiosk_and_agent_that_start_together_on_an_unfinished_store_both_get_it(
    offline: SubmissionSettings, left: int | None
) -> None:
    offline.data_folder.mkdir(parents=True, exist_ok=True)
    (offline.data_folder / DATABASE).touch(mode=0o600)  # whoever was making it died
    if left is not None:
        (offline.data_folder / f"{DATABASE}-journal").write_bytes(bytes(left))
    together, opened = threading.Barrier(2), list[Role]()
    patient = dataclasses.replace(offline, busy_timeout_s=60.0)

    def start(role: Role) -> None:
        together.wait(30)
        with contextlib.closing(Store(patient, role)):
            opened.append(role)
            together.wait(100)  # one that comes late has to get it while the other keeps it

    threads = [threading.Thread(target=start, args=(role,)) for role in (Role.KIOSK, Role.AGENT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(opened) == {Role.KIOSK, Role.AGENT}


def test_a_store_locked_by_another_process_is_busy_and_the_session_can_try_again(offline: SubmissionSettings) -> None:
    settings = dataclasses.replace(offline, busy_timeout_s=0.2)
    with (
        contextlib.closing(SubmissionService(settings)) as kiosk,
        contextlib.closing(Store(settings, Role.READER)) as other,
    ):
        session = kiosk.begin_session()
        draft = make_draft(kiosk, session)
        other.database.rows("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            kiosk.seal_and_queue(session, draft)
        other.database.rows("ROLLBACK")
        kiosk.seal_and_queue(session, draft)
    with reopened(settings) as store:
        assert content_hashes(store, draft.uuid) == [file.sha256 for file in draft.files]


@pytest.mark.parametrize("damage", ["header", "middle", "zeros", "gone"])
def test_a_damaged_database_is_moved_aside_and_its_dossiers_are_put_back(
    offline: SubmissionSettings, damage: str
) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        drafts = [seal_one(kiosk) for _ in range(3)]
    path = offline.data_folder / DATABASE
    content = bytearray(path.read_bytes())
    if damage == "header":
        content[:64] = os.urandom(64)
    elif damage == "middle":
        content[len(content) // 2] ^= 0xFF
    else:
        content[:] = bytes(len(content))
    path.write_bytes(content)
    if damage == "gone":
        path.unlink()
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        assert {row.id for row in kiosk.outbox_report()} == {draft.uuid for draft in drafts}
        assert "STO-CORRUPT" in [incident.code for incident in kiosk.incidents()]
    with reopened(offline) as store:
        for draft in drafts:
            assert content_hashes(store, draft.uuid) == [file.sha256 for file in draft.files]
    if damage != "gone":
        kept = list((offline.data_folder / "quarantine").glob(f"*/{DATABASE}"))
        assert [one.read_bytes() for one in kept] == [bytes(content)]


def test_a_committed_dossier_with_a_lost_file_is_kept_for_a_technician(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        draft = seal_one(kiosk)
    (offline.data_folder / DATABASE).unlink()
    folder = offline.data_folder / "dossiers" / draft.uuid
    (folder / f"{draft.files[0].file_id}.sealed").unlink()
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        assert [incident.code for incident in kiosk.incidents()] == ["STO-SEAL"]
    assert not folder.exists()
    assert len(list((offline.data_folder / "quarantine").glob(f"{draft.uuid}.*/*.sealed"))) == 2


def test_another_device_key_is_told_and_touches_nothing(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        draft = seal_one(kiosk)
    key = offline.data_folder / "device.key"
    right = key.read_bytes()
    for wrong in (os.urandom(32), b"short", None):
        key.unlink()
        if wrong is not None:
            key.write_bytes(wrong)
            key.chmod(0o600)
        with pytest.raises(StoreKeyWrong) as caught:
            SubmissionService(offline)
        assert caught.value.code == "STO-KEY"
        key.write_bytes(right)
    with reopened(offline) as store:
        assert store.state(draft.uuid) is DossierState.SEALED
    assert not (offline.data_folder / "quarantine").exists()


def test_a_store_of_newer_software_is_refused_and_not_called_damaged(offline: SubmissionSettings) -> None:
    with reopened(offline) as store:
        store.database.rows("PRAGMA user_version = 99")
    with pytest.raises(StoreFailed) as caught:
        Store(offline, Role.KIOSK)
    assert caught.value.code == "STO-NEWER"
    assert not (offline.data_folder / "quarantine").exists()


def test_the_database_is_opened_only_with_its_key(offline: SubmissionSettings) -> None:
    with reopened(offline) as store:
        key = store.key.database_key
    path = offline.data_folder / DATABASE
    assert not path.read_bytes().startswith(b"SQLite format 3")
    with contextlib.closing(sqlite3.connect(path)) as plain, pytest.raises(sqlite3.DatabaseError):
        plain.execute("SELECT * FROM dossier")
    with contextlib.closing(sqlcipher.connect(str(path))) as keyed:
        keyed.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        assert keyed.execute("SELECT count(*) FROM dossier").fetchone() == (0,)


def test_files_of_two_dossiers_cannot_be_exchanged(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        draft = seal_one(kiosk)
    folder = offline.data_folder / "dossiers" / draft.uuid
    first, second = (folder / f"{file.file_id}.sealed" for file in draft.files)
    one, two = first.read_bytes(), second.read_bytes()
    first.write_bytes(two)
    second.write_bytes(one)
    with reopened(offline) as store, pytest.raises(Exception, match="seal does not hold"):
        content_hashes(store, draft.uuid)


def test_saying_the_same_again_writes_nothing(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        devices = [DeviceReport("printer", "printer", "ready")]
        kiosk.report_kiosk("home", devices)
        log = offline.data_folder / f"{DATABASE}-wal"
        before = log.read_bytes()
        kiosk.report_kiosk("home", devices)
        assert log.read_bytes() == before
        kiosk.report_kiosk("scan", devices)
        assert log.read_bytes() != before


# --- retention -------------------------------------------------------------------------------------------------------


def test_an_acknowledged_dossier_is_destroyed_after_its_time_and_keeps_only_its_codes(
    offline: SubmissionSettings,
) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        draft = seal_one(kiosk)
        unsent = seal_one(kiosk)
    with reopened(offline) as store:
        store.acknowledge(draft.uuid, ANSWER)
        assert store.erase_due(time.time()) == 0
        assert store.erase_due(time.time() + offline.retention_s + 1) == 1
        assert not (offline.data_folder / "dossiers" / draft.uuid).exists()
        assert store.answer(draft.uuid) == ANSWER
        row = store.database.row("SELECT * FROM dossier WHERE uuid = ?", (draft.uuid,))
        assert row is not None
        assert (row["payload"], row["wrapped_key"]) == (None, None)
        assert store.files(draft.uuid) == ()
        assert store.state(unsent.uuid) is DossierState.SEALED
        store.erase_due(time.time() + offline.row_retention_s + offline.retention_s + 1)
        assert store.state(draft.uuid) is None
        assert content_hashes(store, unsent.uuid) == [file.sha256 for file in unsent.files]


def test_content_goes_once_the_receipt_is_on_paper_but_not_while_that_is_in_question(
    offline: SubmissionSettings,
) -> None:
    with (
        contextlib.closing(SubmissionService(offline)) as kiosk,
        contextlib.closing(Store(offline, Role.AGENT)) as agent,
    ):
        draft = seal_one(kiosk)
        job = kiosk.receipt_intended(draft.uuid)
        kiosk.receipt_confirmed(job)
        assert agent.erase_due(time.time()) == 0, "not acknowledged yet"
        agent.acknowledge(draft.uuid, ANSWER)
        again = kiosk.receipt_intended(draft.uuid)
        assert agent.erase_due(time.time()) == 0, "another slip is being printed"
        kiosk.receipt_unknown(again)
        assert agent.erase_due(time.time()) == 0
        kiosk.receipt_not_printed(again)
        assert agent.erase_due(time.time()) == 1


def test_an_answered_dossier_stays_answered(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        draft = seal_one(kiosk)
    with reopened(offline) as store:
        store.acknowledge(draft.uuid, ANSWER)
        store.set_state(draft.uuid, DossierState.UPLOADING)
        assert store.answer(draft.uuid) == ANSWER
        assert not Outbox(store).requeue(draft.uuid)
        store.refuse(draft.uuid, Refusal("X", "", ""))
