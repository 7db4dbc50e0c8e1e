"""The agent as a process, against the real ministry service, through a line that is cut."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable

import pytest
from cutting_proxy import CuttingProxy
from submission_bench import AgentProcess, Ministry, pdf, seal_one, wait_for

from kiosk_app.model.tracking import TrackingReport
from kiosk_app.submission import (
    Acknowledgement,
    DossierState,
    NotSentYet,
    Refusal,
    SubmissionService,
    SubmissionSettings,
)

StartAgent = Callable[..., AgentProcess]


def test_a_sealed_dossier_reaches_the_ministry_and_its_codes_come_back(
    kiosk: SubmissionService, settings: SubmissionSettings, start_agent: StartAgent, ministry: Ministry
) -> None:
    start_agent(settings)
    draft = seal_one(kiosk)
    answer = kiosk.wait_ack(draft.uuid, 20)
    assert isinstance(answer, Acknowledgement)
    received = [row for row in ministry.dossiers() if row["id"] == draft.uuid]
    assert [row["dossier_code"] for row in received] == [answer.dossier_code]
    assert ministry.files_of(draft.uuid) == [
        hashlib.sha256(pdf(s, n)).hexdigest() for n, s in enumerate((40_000, 90_000))
    ]
    progress = kiosk.progress(draft.uuid)
    assert progress is not None
    assert (progress.state, progress.bytes_sent) == (DossierState.ACKNOWLEDGED, progress.bytes_total)
    assert kiosk.outbox_report() == ()


def test_the_agent_is_woken_and_does_not_wait_for_its_next_round(
    kiosk: SubmissionService, settings: SubmissionSettings, start_agent: StartAgent
) -> None:
    start_agent(settings)
    wait_for(lambda: (line := kiosk.line()) is not None and line.online)
    started = time.monotonic()
    draft = seal_one(kiosk)
    assert isinstance(kiosk.wait_ack(draft.uuid, 20), Acknowledgement)
    assert time.monotonic() - started < 20


def test_tracking_by_codes_and_by_reference_tells_the_same(
    kiosk: SubmissionService, settings: SubmissionSettings, start_agent: StartAgent
) -> None:
    draft = seal_one(kiosk)
    before = kiosk.track_reference(draft.kiosk_reference)
    assert isinstance(before, NotSentYet)
    assert before.state is DossierState.SEALED
    start_agent(settings)
    answer = kiosk.wait_ack(draft.uuid, 20)
    assert isinstance(answer, Acknowledgement)
    report = kiosk.track(answer.dossier_code.lower(), f" {answer.lookup_code} ")
    by_reference = kiosk.track_reference(draft.kiosk_reference)
    assert isinstance(by_reference, TrackingReport)
    assert by_reference.lookup_code == answer.lookup_code
    assert report.dossier_code == by_reference.dossier_code == answer.dossier_code
    assert (report.status_code, report.status_vi, report.due_date) == (1, "Mới đăng ký", "")
    assert report.steps == by_reference.steps
    assert report.steps[0].state == "done"


def test_a_cable_pulled_out_for_a_while_only_delays(
    kiosk: SubmissionService, settings: SubmissionSettings, start_agent: StartAgent, proxy: CuttingProxy
) -> None:
    proxy.unplug()
    start_agent(settings)
    draft = seal_one(kiosk)
    assert kiosk.wait_ack(draft.uuid, 1.5) is None
    wait_for(lambda: kiosk.outbox_report()[0].last_code == "NET-UNREACHABLE")
    line = kiosk.line()
    assert line is not None
    assert not line.online
    proxy.plug()
    assert isinstance(kiosk.wait_ack(draft.uuid, 20), Acknowledgement)


@pytest.mark.parametrize("down", [False, True])
def test_a_line_cut_at_any_byte_loses_nothing_and_sends_nothing_twice(
    kiosk: SubmissionService,
    settings: SubmissionSettings,
    start_agent: StartAgent,
    proxy: CuttingProxy,
    ministry: Ministry,
    down: bool,
) -> None:
    draws = random.Random(7)
    for _ in range(25):
        proxy.plan("cut", draws.randrange(1, 6_000 if down else 250_000), down=down)
    start_agent(settings)
    drafts = [seal_one(kiosk, (30_000, 200_000)) for _ in range(6)]
    for draft in drafts:
        assert isinstance(kiosk.wait_ack(draft.uuid, 60), Acknowledgement)
    ours = [row["id"] for row in ministry.dossiers() if row["id"] in {d.uuid for d in drafts}]
    assert sorted(map(str, ours)) == sorted(d.uuid for d in drafts)
    expected = [hashlib.sha256(pdf(s, n)).hexdigest() for n, s in enumerate((30_000, 200_000))]
    assert all(ministry.files_of(draft.uuid) == expected for draft in drafts)


def test_a_cut_upload_is_resumed_and_not_begun_again(
    kiosk: SubmissionService, settings: SubmissionSettings, start_agent: StartAgent, proxy: CuttingProxy
) -> None:
    size = 2_000_000
    proxy.plan("cut", 1_500_000)
    start_agent(settings)
    draft = seal_one(kiosk, (size,))
    assert isinstance(kiosk.wait_ack(draft.uuid, 30), Acknowledgement)
    assert proxy.bytes_up < size + settings.chunk_bytes + 100_000


def test_a_stalled_line_is_given_up_in_time(
    kiosk: SubmissionService, settings: SubmissionSettings, start_agent: StartAgent, proxy: CuttingProxy
) -> None:
    proxy.plan("stall", 3_000, down=True)
    proxy.plan("stall", 100_000)
    start_agent(settings)
    draft = seal_one(kiosk, (400_000,))
    assert isinstance(kiosk.wait_ack(draft.uuid, 40), Acknowledgement)


def test_an_agent_killed_at_any_moment_sends_each_dossier_exactly_once(
    kiosk: SubmissionService, settings: SubmissionSettings, start_agent: StartAgent, ministry: Ministry
) -> None:
    draws = random.Random(11)
    drafts = [seal_one(kiosk, (60_000, 150_000)) for _ in range(8)]
    for _ in range(10):
        agent = start_agent(settings)
        time.sleep(draws.uniform(0.35, 0.75))
        agent.kill()
    start_agent(settings)
    for draft in drafts:
        assert isinstance(kiosk.wait_ack(draft.uuid, 40), Acknowledgement)
    ours = [str(row["id"]) for row in ministry.dossiers() if row["id"] in {d.uuid for d in drafts}]
    assert sorted(ours) == sorted(d.uuid for d in drafts)


def test_a_service_killed_and_started_again_gets_everything(
    kiosk: SubmissionService,
    settings: SubmissionSettings,
    start_agent: StartAgent,
    proxy: CuttingProxy,
    ministry: Ministry,
) -> None:
    start_agent(settings)
    drafts = []
    for _ in range(3):
        drafts.append(seal_one(kiosk, (500_000,)))
        ministry.kill()
        drafts.append(seal_one(kiosk))
        ministry.start()
        proxy.target = ministry.address
    for draft in drafts:
        assert isinstance(kiosk.wait_ack(draft.uuid, 40), Acknowledgement)
    ours = [str(row["id"]) for row in ministry.dossiers() if row["id"] in {d.uuid for d in drafts}]
    assert sorted(ours) == sorted(d.uuid for d in drafts)


def test_a_refused_dossier_is_parked_with_its_reason_and_holds_up_nothing(
    kiosk: SubmissionService, settings: SubmissionSettings, start_agent: StartAgent
) -> None:
    start_agent(settings)
    refused = seal_one(kiosk, kiosk_reference="not a reference")
    answer = kiosk.wait_ack(refused.uuid, 20)
    assert isinstance(answer, Refusal)
    assert answer.code == "REQUEST-INVALID"
    assert answer.detail_vi
    assert answer.detail_en
    good = seal_one(kiosk)
    assert isinstance(kiosk.wait_ack(good.uuid, 20), Acknowledgement)
    rows = kiosk.outbox_report()
    assert [(row.id, row.state, row.refusal) for row in rows] == [(refused.uuid, DossierState.REFUSED, answer)]
    assert kiosk.requeue_refused(refused.uuid)
    wait_for(lambda: kiosk.outbox_report()[0].state is DossierState.REFUSED)
    assert not kiosk.discard_refused(good.uuid)
    assert kiosk.discard_refused(refused.uuid)
    assert kiosk.outbox_report() == ()


def test_a_second_agent_is_refused(
    kiosk: SubmissionService, settings: SubmissionSettings, start_agent: StartAgent
) -> None:
    start_agent(settings)
    wait_for(lambda: (line := kiosk.line()) is not None and line.online)
    second = start_agent(settings)
    assert second.process.wait(20) == 1
    assert second.process.stderr is not None
    assert "STO-BUSY" in second.process.stderr.read()


def test_an_agent_ends_at_once_and_quietly_when_asked(
    kiosk: SubmissionService, settings: SubmissionSettings, start_agent: StartAgent
) -> None:
    agent = start_agent(settings)
    wait_for(lambda: (line := kiosk.line()) is not None and line.online)
    assert "Traceback" not in agent.stop()
    assert agent.process.returncode == 0
    assert not (settings.data_folder / "agent.sock").exists()
