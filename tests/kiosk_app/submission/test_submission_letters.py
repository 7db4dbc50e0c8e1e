"""The receipt by e-mail, asked for after sending: kept like a dossier, asked for once whatever the line does."""

from __future__ import annotations

import contextlib
import email
import email.policy
import time
from collections.abc import Callable

from cutting_proxy import CuttingProxy
from submission_bench import AgentProcess, Ministry, seal_one, wait_for

from kiosk_app.submission import Acknowledgement, Refusal, Role, SubmissionService, SubmissionSettings
from kiosk_app.submission.letters import GIVE_UP_S, Letters
from kiosk_app.submission.store import Store

StartAgent = Callable[..., AgentProcess]
ADDRESS = "thu.nghiem@kiosk.example"
CODE = Acknowledgement("G06-20261121-0000042", "K7Q2", "2026-11-21T10:42:07+07:00")


def mails(ministry: Ministry, dossier: str) -> list[str]:
    """Where the ministry sent receipts of the dossier."""
    files = (ministry.data / "mail").glob("*.eml")
    found = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    return [str(one["To"]) for one in found if str(one["Message-ID"]).startswith(f"<{dossier}@")]


def waits(settings: SubmissionSettings) -> bool:
    """Whether an address is still kept on the machine."""
    with contextlib.closing(Store(settings, Role.READER)) as store:
        return store.database.row("SELECT 1 FROM letter WHERE address IS NOT NULL") is not None


def test_a_receipt_asked_for_after_sending_is_sent_once_and_its_address_is_forgotten(
    kiosk: SubmissionService, settings: SubmissionSettings, start_agent: StartAgent, ministry: Ministry
) -> None:
    start_agent(settings)
    draft = seal_one(kiosk)
    assert isinstance(kiosk.wait_ack(draft.uuid, 20), Acknowledgement)
    assert kiosk.mail_receipt(draft.uuid, ADDRESS)
    assert not kiosk.mail_receipt(draft.uuid, ADDRESS)
    wait_for(lambda: mails(ministry, draft.uuid) == [ADDRESS])
    wait_for(lambda: not waits(settings))
    assert not kiosk.mail_receipt(draft.uuid, "other@kiosk.example")
    assert not waits(settings)


def test_one_asked_for_while_the_line_is_cut_goes_out_when_it_is_back_also_after_a_restart(
    settings: SubmissionSettings, start_agent: StartAgent, proxy: CuttingProxy, ministry: Ministry
) -> None:
    proxy.unplug()
    with contextlib.closing(SubmissionService(settings)) as kiosk:
        agent = start_agent(settings)
        draft = seal_one(kiosk)
        assert kiosk.mail_receipt(draft.uuid, ADDRESS)
        wait_for(lambda: kiosk.outbox_report()[0].last_code == "NET-UNREACHABLE")
        agent.kill()
    with contextlib.closing(SubmissionService(settings)) as kiosk:
        start_agent(settings)
        proxy.plug()
        assert isinstance(kiosk.wait_ack(draft.uuid, 30), Acknowledgement)
        wait_for(lambda: not waits(settings))
        wait_for(lambda: mails(ministry, draft.uuid) == [ADDRESS])


def test_an_answer_that_is_lost_has_it_asked_again_and_still_sent_once(
    kiosk: SubmissionService,
    settings: SubmissionSettings,
    start_agent: StartAgent,
    proxy: CuttingProxy,
    ministry: Ministry,
) -> None:
    agent = start_agent(settings)
    draft = seal_one(kiosk)
    assert isinstance(kiosk.wait_ack(draft.uuid, 20), Acknowledgement)
    agent.kill()
    # Every answer that comes down is cut somewhere, a few times over.
    for after in (1, 400, 1500, 2500, 2600, 2700, 2800):
        proxy.plan("cut", after, down=True)
    assert kiosk.mail_receipt(draft.uuid, ADDRESS)
    start_agent(settings)
    wait_for(lambda: not waits(settings), 60)
    wait_for(lambda: mails(ministry, draft.uuid) == [ADDRESS])


def test_what_was_asked_for_with_the_dossier_is_not_sent_again(
    kiosk: SubmissionService, settings: SubmissionSettings, start_agent: StartAgent, ministry: Ministry
) -> None:
    start_agent(settings)
    draft = seal_one(kiosk, receipt_mail=ADDRESS)
    assert isinstance(kiosk.wait_ack(draft.uuid, 20), Acknowledgement)
    wait_for(lambda: mails(ministry, draft.uuid) == [ADDRESS])
    kiosk.mail_receipt(draft.uuid, "other@kiosk.example")
    wait_for(lambda: not waits(settings))
    assert mails(ministry, draft.uuid) == [ADDRESS]


def test_it_waits_until_the_ministry_has_the_dossier(offline: SubmissionSettings) -> None:
    with (
        contextlib.closing(SubmissionService(offline)) as kiosk,
        contextlib.closing(Store(offline, Role.AGENT)) as store,
    ):
        letters, draft = Letters(store.database, offline), seal_one(kiosk)
        kiosk.mail_receipt(draft.uuid, ADDRESS)
        assert (letters.next_due(time.time()), letters.seconds_to_next(time.time())) == (None, None)
        store.acknowledge(draft.uuid, CODE)
        found = letters.next_due(time.time())
        assert found is not None
        assert (found.dossier, found.address) == (draft.uuid, ADDRESS)
        assert ADDRESS not in repr(found)
        letters.begin(draft.uuid, time.time())
        assert letters.next_due(time.time()) is None
        assert store.erase(draft.uuid)  # its content is gone; what was asked for is not
        assert letters.next_due(time.time() + 10) is not None


def test_those_that_wait_are_listed_without_their_addresses(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        draft = seal_one(kiosk)
        assert kiosk.receipts_to_mail() == ()
        kiosk.mail_receipt(draft.uuid, ADDRESS)
        (row,) = kiosk.receipts_to_mail()
        assert (row.dossier, row.attempts, row.last_code) == (draft.uuid, 0, None)
        assert ADDRESS not in repr(row)


def test_nobody_keeps_an_address_for_ever(offline: SubmissionSettings) -> None:
    with (
        contextlib.closing(SubmissionService(offline)) as kiosk,
        contextlib.closing(Store(offline, Role.AGENT)) as store,
    ):
        letters, refused, old = Letters(store.database, offline), seal_one(kiosk), seal_one(kiosk)
        for draft in (refused, old):
            kiosk.mail_receipt(draft.uuid, ADDRESS)
        store.refuse(refused.uuid, Refusal("PROCEDURE-NOT-RECEIVED", "", ""))
        assert kiosk.discard_refused(refused.uuid)
        assert letters.give_up(time.time()) == 0
        assert letters.give_up(time.time() + GIVE_UP_S + 1) == 1
    assert not waits(offline)


def test_a_store_of_the_version_before_is_brought_up_and_keeps_its_dossiers(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        draft = seal_one(kiosk)
    with contextlib.closing(Store(offline, Role.AGENT)) as store:
        store.database.change("DROP TABLE letter")
        store.database.change("ALTER TABLE dossier DROP COLUMN kind")
        store.database.rows("PRAGMA user_version = 1")
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        assert [row.id for row in kiosk.outbox_report()] == [draft.uuid]
        assert kiosk.mail_receipt(draft.uuid, ADDRESS)


def break_database(settings: SubmissionSettings) -> None:
    for path in settings.data_folder.glob("store.db-*"):
        path.unlink()
    path = settings.data_folder / "store.db"
    path.write_bytes(b"x" * path.stat().st_size)


def copies(settings: SubmissionSettings) -> list[str]:
    return [path.name for path in (settings.data_folder / "letters").glob("*")]


def test_a_request_survives_the_loss_of_the_database(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        unsent, answered = seal_one(kiosk), seal_one(kiosk)
        for draft in (unsent, answered):
            kiosk.mail_receipt(draft.uuid, ADDRESS)
    with contextlib.closing(Store(offline, Role.AGENT)) as store:
        store.acknowledge(answered.uuid, CODE)
        assert store.erase(answered.uuid)
    break_database(offline)
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        assert {row.dossier for row in kiosk.receipts_to_mail()} == {unsent.uuid, answered.uuid}
        assert [row.id for row in kiosk.outbox_report()] == [unsent.uuid]
        assert any("e-mail put back" in incident.detail for incident in kiosk.incidents())
    with contextlib.closing(Store(offline, Role.AGENT)) as store:
        found = Letters(store.database, offline).next_due(time.time())
        assert found is not None
        assert (found.dossier, found.address) == (answered.uuid, ADDRESS)


def test_the_copy_of_a_request_is_sealed_and_goes_with_its_need(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        draft = seal_one(kiosk)
        kiosk.mail_receipt(draft.uuid, ADDRESS)
    assert copies(offline) == [f"{draft.uuid}.sealed"]
    assert all(ADDRESS.encode() not in path.read_bytes() for path in offline.data_folder.rglob("*") if path.is_file())
    with contextlib.closing(Store(offline, Role.AGENT)) as store:
        Letters(store.database, offline).ended(draft.uuid)
        store.sweep_letters()
    assert copies(offline) == []


def test_a_damaged_copy_is_told_and_removed(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        draft = seal_one(kiosk)
        kiosk.mail_receipt(draft.uuid, ADDRESS)
    path = offline.data_folder / "letters" / f"{draft.uuid}.sealed"
    path.write_bytes(path.read_bytes()[:-1])
    break_database(offline)
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        assert kiosk.receipts_to_mail() == ()
        assert "STO-SEAL" in [incident.code for incident in kiosk.incidents()]
    assert copies(offline) == []
