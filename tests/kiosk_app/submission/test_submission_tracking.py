"""Asking the ministry where dossiers stand: by codes, and by the person whose chip was proven."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from submission_bench import CANARY_NUMBER, AgentProcess, Ministry, make_draft, make_settings

from kiosk_app.submission import Acknowledgement, ServiceTrouble, SubmissionService, SubmissionSettings
from kiosk_app.submission.errors import LINE_CODES


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
