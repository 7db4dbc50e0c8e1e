"""Asking the ministry where dossiers stand: by codes, and by the person whose chip was proven."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from submission_bench import CANARY_NUMBER, AgentProcess, Ministry, make_draft, make_settings, pdf

from kiosk_app.model.tracking import TrackingReport
from kiosk_app.submission import (
    Acknowledgement,
    DossierState,
    Refusal,
    ServiceTrouble,
    SubmissionService,
    SubmissionSettings,
    SupplementDraft,
)
from kiosk_app.submission.errors import LINE_CODES
from kiosk_app.submission.values import Kind


@pytest.fixture(scope="module")
def ministry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    made = Ministry(tmp_path_factory.mktemp("tracking") / "ministry")
    yield made
    made.kill()


@pytest.fixture
def settings(ministry: Ministry, tmp_path: Path) -> SubmissionSettings:
    return make_settings(tmp_path / "kiosk", ministry.url, ministry.pki)


@pytest.fixture
def service(settings: SubmissionSettings) -> Iterator[SubmissionService]:
    with contextlib.closing(SubmissionService(settings)) as made:
        yield made


@pytest.fixture
def agent(settings: SubmissionSettings, service: SubmissionService) -> Iterator[None]:
    """The agent of this data folder, which the service has made."""
    running = AgentProcess(settings)
    yield
    running.stop()


def submitted(service: SubmissionService, number: str) -> Acknowledgement:
    """A dossier handed in with a proven chip, as the ministry has taken it."""
    session = service.begin_session()
    draft = make_draft(service, session, (4_000,))
    person = dataclasses.replace(draft.applicant, identity_number=number, assurance="chip_verified")
    service.seal_and_queue(session, dataclasses.replace(draft, applicant=person))
    service.end_session(session)
    answer = service.wait_ack(draft.uuid, 60)
    assert isinstance(answer, Acknowledgement)
    return answer


@pytest.mark.usefixtures("agent")
def test_a_person_is_told_their_own_dossiers_and_each_can_be_tracked(service: SubmissionService) -> None:
    assert service.own_dossiers(CANARY_NUMBER) == ()
    answer = submitted(service, CANARY_NUMBER)
    (found,) = service.own_dossiers(CANARY_NUMBER)
    assert (found.dossier_code, found.lookup_code) == (answer.dossier_code, answer.lookup_code)
    report = service.track(found.dossier_code, found.lookup_code)
    assert [past.status_vi for past in report.history] == ["Mới đăng ký"]
    assert service.own_dossiers("001099000124") == ()


def test_without_a_line_the_question_fails_in_words(settings: SubmissionSettings, service: SubmissionService) -> None:
    nowhere = dataclasses.replace(settings, service_url="https://127.0.0.1:1", data_folder=settings.data_folder / "n")
    with contextlib.closing(SubmissionService(nowhere)) as lost, pytest.raises(ServiceTrouble) as caught:
        lost.own_dossiers(CANARY_NUMBER)
    assert caught.value.code in LINE_CODES
    assert CANARY_NUMBER not in str(caught.value)


# --- papers handed in later --------------------------------------------------------------------------------------------


def ask_for_papers(ministry: Ministry, code: str) -> None:
    """An officer takes the dossier in and asks for two papers."""
    for move in (["2"], ["4"], ["5", "--reason", "Thiếu giấy thử nghiệm", "--paper", "c1", "--paper", "c9=Giấy"]):
        ministry.run("move", code, *move)


def seal_supplement(service: SubmissionService, code: str, lookup: str, *components: str) -> SupplementDraft:
    session = service.begin_session()
    files = tuple(
        service.add_component_pdf(session, component, "Giấy tờ", f"{component}.pdf", 1, pdf(5_000, 7))
        for component in components
    )
    now = datetime.now(UTC)
    reference = service.new_kiosk_reference()
    draft = SupplementDraft(session.dossier_uuid, reference, code, lookup, now, now, files)
    service.seal_and_queue(session, draft)
    assert service.seal_and_queue(session, draft).uuid == draft.uuid  # a double tap seals once
    service.end_session(session)
    return draft


@pytest.mark.usefixtures("agent")
def test_a_supplement_goes_to_its_dossier_once_and_its_reference_leads_there(
    service: SubmissionService, ministry: Ministry
) -> None:
    answer = submitted(service, "001099000130")
    ask_for_papers(ministry, answer.dossier_code)
    asking = service.track(answer.dossier_code, answer.lookup_code)
    assert [paper.component for paper in asking.wanted] == ["c1", "c9"]
    draft = seal_supplement(service, answer.dossier_code, answer.lookup_code, "c1", "c9")
    taken = service.wait_ack(draft.uuid, 60)
    assert isinstance(taken, Acknowledgement)
    assert (taken.dossier_code, taken.status_code) == (answer.dossier_code, 4)
    report = service.track_reference(draft.kiosk_reference)
    assert isinstance(report, TrackingReport)
    assert [past.status_en for past in report.history][-2:] == ["More papers needed", "In processing"]
    assert report.wanted == ()
    assert len(ministry.dossiers()) == len({row["dossier_code"] for row in ministry.dossiers()})


@pytest.mark.usefixtures("agent")
def test_a_supplement_that_nobody_asked_for_is_parked_with_the_reason_for_staff(service: SubmissionService) -> None:
    answer = submitted(service, "001099000131")
    draft = seal_supplement(service, answer.dossier_code, answer.lookup_code, "c1")
    refused = service.wait_ack(draft.uuid, 60)
    assert isinstance(refused, Refusal)
    assert refused.code == "SUPPLEMENT-NOT-AWAITED"
    (row,) = [row for row in service.outbox_report() if row.id == draft.uuid]
    assert (row.kind, row.state) == (Kind.SUPPLEMENT, DossierState.REFUSED)


def test_a_supplement_is_put_back_as_one_from_its_rescue_record_when_the_database_is_lost(
    settings: SubmissionSettings, service: SubmissionService
) -> None:
    draft = seal_supplement(service, "G06-20261121-0000042", "K7Q2", "c1")
    service.close()
    for path in settings.data_folder.glob("store.db*"):
        path.unlink()
    with contextlib.closing(SubmissionService(settings)) as again:
        (row,) = again.outbox_report()
        assert (row.id, row.kind, row.state) == (draft.uuid, Kind.SUPPLEMENT, DossierState.SEALED)
