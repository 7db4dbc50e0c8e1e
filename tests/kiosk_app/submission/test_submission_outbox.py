"""The outbox and the print journal: order, waiting, caps; a receipt whose fate is unknown is never repeated."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Iterator

import pytest
from submission_bench import seal_one

from kiosk_app.submission import (
    OutboxFull,
    PrintState,
    PrintUndecided,
    Role,
    StoreFull,
    SubmissionService,
    SubmissionSettings,
)
from kiosk_app.submission.outbox import Outbox, backoff_s
from kiosk_app.submission.print_journal import PrintKind
from kiosk_app.submission.store import Store


@pytest.fixture
def service(offline: SubmissionSettings) -> Iterator[SubmissionService]:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        yield kiosk


@pytest.fixture
def store(offline: SubmissionSettings, service: SubmissionService) -> Iterator[Store]:
    with contextlib.closing(Store(offline, Role.AGENT)) as opened:
        yield opened


def test_waiting_doubles_up_to_a_ceiling_and_is_never_the_same_for_all() -> None:
    assert [backoff_s(n, 2, 300, jitter=1.0) for n in (1, 2, 3, 8, 9, 500)] == [2, 4, 8, 256, 300, 300]
    draws = {backoff_s(20, 2, 300) for _ in range(200)}
    assert len(draws) > 100
    assert all(150 <= draw <= 300 for draw in draws)


def test_small_ones_go_first_but_an_old_large_one_is_not_starved(service: SubmissionService, store: Store) -> None:
    large = seal_one(service, (400_000,))
    small = seal_one(service, (20_000,))
    outbox = Outbox(store)
    due = outbox.next_due(time.time())
    assert due is not None
    assert due.uuid == small.uuid
    store.database.change("UPDATE dossier SET sealed_at = sealed_at - 3600 WHERE uuid = ?", (large.uuid,))
    due = outbox.next_due(time.time())
    assert due is not None
    assert due.uuid == large.uuid


def test_attempts_and_waiting_survive_a_restart(service: SubmissionService, offline: SubmissionSettings) -> None:
    draft = seal_one(service)
    now = time.time()
    with contextlib.closing(Store(offline, Role.AGENT)) as store:
        outbox = Outbox(store)
        assert [outbox.begin(draft.uuid, now) for _ in range(3)] == [1, 2, 3]
        outbox.failed(draft.uuid, "NET-BUSY", now)
    with contextlib.closing(Store(offline, Role.AGENT)) as store:
        outbox = Outbox(store)
        assert outbox.next_due(now) is None
        assert outbox.next_due(now + 0.5) is not None
        row = service.outbox_report()[0]
        assert (row.attempts, row.last_code) == (3, "NET-BUSY")


def test_the_service_may_ask_for_more_time_but_not_for_more_than_the_ceiling(
    service: SubmissionService, store: Store
) -> None:
    draft = seal_one(service)
    outbox, now = Outbox(store), time.time()
    outbox.begin(draft.uuid, now)
    outbox.failed(draft.uuid, "NET-BUSY", now, 0.4)
    assert outbox.next_due(now + 0.39) is None
    outbox.failed(draft.uuid, "NET-BUSY", now, 999_999)
    assert outbox.next_due(now + 0.51) is not None


def test_a_clock_put_back_by_a_year_delays_nothing(service: SubmissionService, store: Store) -> None:
    draft = seal_one(service)
    outbox, now = Outbox(store), time.time()
    outbox.begin(draft.uuid, now)
    assert outbox.next_due(now - 365 * 86400) is not None


def test_a_line_that_is_back_makes_waiting_dossiers_due(service: SubmissionService, store: Store) -> None:
    waiting, busy = seal_one(service), seal_one(service)
    outbox, now = Outbox(store), time.time()
    for draft, code in ((waiting, "NET-UNREACHABLE"), (busy, "NET-BUSY")):
        outbox.begin(draft.uuid, now)
        outbox.failed(draft.uuid, code, now, 0.4)
    outbox.hurry(now)
    due = outbox.next_due(now)
    assert due is not None
    assert due.uuid == waiting.uuid


def test_too_many_or_too_old_unsent_dossiers_stop_new_ones(offline: SubmissionSettings) -> None:
    capped = dataclasses.replace(offline, max_unsent=2)
    with contextlib.closing(SubmissionService(capped)) as kiosk:
        seal_one(kiosk)
        kiosk.check_accepting()
        seal_one(kiosk)
        with pytest.raises(OutboxFull) as caught:
            kiosk.check_accepting()
        assert caught.value.code == "OUT-FULL"
    aged = dataclasses.replace(offline, max_unsent_age_s=0.0)
    with contextlib.closing(SubmissionService(aged)) as kiosk, pytest.raises(OutboxFull) as caught:
        kiosk.check_accepting()
    assert caught.value.code == "OUT-OLD"
    greedy = dataclasses.replace(offline, min_free_bytes=2**62)
    with contextlib.closing(SubmissionService(greedy)) as kiosk, pytest.raises(StoreFull):
        kiosk.check_accepting()


# --- receipts --------------------------------------------------------------------------------------------------------


def states(service: SubmissionService, uuid: str) -> list[PrintState]:
    return [row.state for row in service.receipts(uuid)]


def test_a_second_receipt_waits_until_the_first_is_settled(service: SubmissionService) -> None:
    uuid = seal_one(service).uuid
    job = service.receipt_intended(uuid)
    for settle in (service.receipt_sent, service.receipt_unknown):
        with pytest.raises(PrintUndecided) as caught:
            service.receipt_intended(uuid)
        assert caught.value.code == "PRN-UNKNOWN-OUTCOME"
        settle(job)
    with pytest.raises(PrintUndecided):
        service.receipt_intended(uuid)
    service.receipt_not_printed(job, "PRN-PAPER-OUT")
    second = service.receipt_intended(uuid)
    service.receipt_sent(second)
    service.receipt_confirmed(second)
    assert states(service, uuid) == [PrintState.NOT_PRINTED, PrintState.CONFIRMED]


def test_every_receipt_that_may_have_left_ink_counts_for_the_number_of_the_next(service: SubmissionService) -> None:
    uuid = seal_one(service).uuid
    copies = []
    for settle in (
        lambda job: service.receipt_not_printed(job, "PRN-PAPER-OUT"),
        lambda job: service.receipt_voided(job, "PRN-PAPER-OUT"),
        lambda job: (service.receipt_unknown(job), service.receipt_not_printed(job)),
        service.receipt_confirmed,
    ):
        copies.append(service.receipt_copy(uuid))
        job = service.receipt_intended(uuid)
        service.receipt_sent(job)
        settle(job)
    assert copies == [1, 1, 2, 3]
    assert [row.copy for row in service.receipts(uuid)] == copies
    assert service.receipt_copy(uuid) == 4
    assert states(service, uuid)[1] is PrintState.VOIDED


def test_a_settled_receipt_is_not_reopened_by_a_late_word(service: SubmissionService) -> None:
    uuid = seal_one(service).uuid
    job = service.receipt_intended(uuid)
    service.receipt_confirmed(job)
    service.receipt_unknown(job)
    service.receipt_sent(job)
    assert states(service, uuid) == [PrintState.CONFIRMED]


def test_receipts_under_way_at_a_crash_are_unknown_afterwards_and_asked_about(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        first, second, third = (seal_one(kiosk).uuid for _ in range(3))
        kiosk.receipt_intended(first)
        kiosk.receipt_sent(kiosk.receipt_intended(second))
        kiosk.receipt_confirmed(kiosk.receipt_intended(third))
    with contextlib.closing(SubmissionService(offline, Role.READER)) as reader:
        assert states(reader, first) == [PrintState.INTENDED], "a reader settles nothing"
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        assert [states(kiosk, uuid) for uuid in (first, second, third)] == [
            [PrintState.UNKNOWN],
            [PrintState.UNKNOWN],
            [PrintState.CONFIRMED],
        ]
        assert {row.dossier for row in kiosk.open_receipt_questions()} == {first, second}
        with pytest.raises(PrintUndecided):
            kiosk.receipt_intended(first)


# --- lists of papers -------------------------------------------------------------------------------------------------


def test_a_list_of_papers_stands_for_no_receipt_and_no_receipt_for_a_list(
    service: SubmissionService, store: Store
) -> None:
    """Not even one that bears the dossier's own name: the kinds of print never meet."""
    uuid = seal_one(service).uuid
    job = service.handout_intended(uuid)
    service.receipt_sent(job)
    with pytest.raises(PrintUndecided):
        service.handout_intended(uuid)
    assert service.receipts(uuid) == ()
    assert service.receipt_copy(uuid) == 1
    slip = service.receipt_intended(uuid)  # the open list is nothing to it
    service.receipt_confirmed(job)
    assert states(service, uuid) == [PrintState.INTENDED]
    (row,) = service.handouts(uuid)
    assert (row.kind, row.state, row.dossier) == (PrintKind.CHECKLIST, PrintState.CONFIRMED, "")
    service.receipt_unknown(slip)
    acknowledge(store, uuid)
    assert store.erase_due(time.time()) == 0, "a printed list is no reason to destroy a dossier"
    service.receipt_confirmed(slip)
    assert store.erase_due(time.time()) == 1


def acknowledge(store: Store, uuid: str) -> None:
    store.database.change("UPDATE dossier SET state = 'acknowledged', state_at = ? WHERE uuid = ?", (time.time(), uuid))


def test_a_doubtful_list_is_asked_of_nobody_else_and_forgotten_with_time(
    offline: SubmissionSettings,
) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        kiosk.receipt_sent(kiosk.handout_intended("visit:IP-03"))
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        assert [row.state for row in kiosk.handouts("visit:IP-03")] == [PrintState.UNKNOWN]
        assert kiosk.open_receipt_questions() == ()
        with contextlib.closing(Store(offline, Role.AGENT)) as store:
            store.erase_due(time.time())
            assert len(kiosk.handouts("visit:IP-03")) == 1
            store.erase_due(time.time() + offline.row_retention_s + 1)
        assert kiosk.handouts("visit:IP-03") == ()


def test_a_store_from_before_the_lists_keeps_its_receipts(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        uuid = seal_one(kiosk).uuid
        kiosk.receipt_confirmed(kiosk.receipt_intended(uuid))
    with contextlib.closing(Store(offline, Role.AGENT)) as store:
        for statement in OLD_PRINTS.split(";"):
            store.database.rows(statement)
        store.database.rows("PRAGMA user_version = 3")
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        (row,) = kiosk.receipts(uuid)
        assert (row.kind, row.state, row.copy, row.dossier) == (PrintKind.SLIP, PrintState.CONFIRMED, 1, uuid)
        assert kiosk.receipt_copy(uuid) == 2


OLD_PRINTS = """
CREATE TABLE before AS SELECT job, dossier, state, code, copy, inked, intended_at, state_at FROM print_job;
DROP TABLE print_job;
ALTER TABLE before RENAME TO print_job;
CREATE INDEX print_job_by_dossier ON print_job (dossier);
ALTER TABLE dossier DROP COLUMN kind
"""
