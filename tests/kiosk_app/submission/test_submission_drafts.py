"""A draft goes from one kiosk to another through the real service, which keeps it and cannot read it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import pytest
from cutting_proxy import CuttingProxy
from submission_bench import CANARY, CANARY_NUMBER, AgentProcess, Ministry, make_draft, make_settings

from kiosk_app.catalog import Catalog
from kiosk_app.flow.effects import SaveDraft
from kiosk_app.flow.events import DraftKept, DraftNotKept, Event
from kiosk_app.model.form import Answer, Source
from kiosk_app.model.offers import draft_possible
from kiosk_app.model.procedure import Component, Procedure
from kiosk_app.model.session import Check, Identity, Session, Verdict
from kiosk_app.runtime.custody import Custody
from kiosk_app.runtime.draft_content import unpack
from kiosk_app.runtime.drafts import DraftHands
from kiosk_app.runtime.runtime import Runtime
from kiosk_app.submission import (
    Acknowledgement,
    DraftHeader,
    DraftOwner,
    DraftToSave,
    KeptDraft,
    Refusal,
    ServiceTrouble,
    SubmissionError,
    SubmissionService,
    SubmissionSettings,
)
from kiosk_app.submission.draft_seal import PIECE_BYTES

SECRET = os.urandom(9_000)
CONTENT = f"{CANARY} {CANARY_NUMBER} ".encode() * 400


@pytest.fixture(scope="module")
def keeper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    """A service of its own: questions about people are counted."""
    data = tmp_path_factory.mktemp("keeper")
    limits = "person_questions_per_minute = 1000\nperson_questions_per_hour = 9000\ndraft_days = 14\n"
    (data / "backend.toml").write_text(limits, "utf-8")
    service = Ministry(data)
    service.run("issue-certificate", "other-kiosk")
    yield service
    service.kill()


@pytest.fixture
def line(keeper: Ministry) -> Iterator[CuttingProxy]:
    with contextlib.closing(CuttingProxy(keeper.address)) as proxy:
        yield proxy


@pytest.fixture
def here_settings(tmp_path: Path, keeper: Ministry, line: CuttingProxy) -> SubmissionSettings:
    return make_settings(tmp_path / "here", line.url, keeper.pki)


@pytest.fixture
def there_settings(tmp_path: Path, keeper: Ministry) -> SubmissionSettings:
    """Another kiosk: another data folder, device key and certificate."""
    pair = {
        "certificate": keeper.pki / "kiosk-other-kiosk.pem",
        "private_key": keeper.pki / "kiosk-other-kiosk.key",
        "kiosk_id": "other-kiosk",
        "kiosk_short": "K02",
    }
    return make_settings(tmp_path / "there", keeper.url, keeper.pki, **pair)


@pytest.fixture
def here(here_settings: SubmissionSettings) -> Iterator[SubmissionService]:
    with contextlib.closing(SubmissionService(here_settings)) as service:
        yield service


@pytest.fixture
def there(there_settings: SubmissionSettings) -> Iterator[SubmissionService]:
    with contextlib.closing(SubmissionService(there_settings)) as service:
        yield service


@pytest.fixture
def owner() -> DraftOwner:
    """The fictional person with a card of this test's own; drafts of other tests do not open with it."""
    return DraftOwner(CANARY_NUMBER, SECRET + os.urandom(8))


def header(procedure: str = "IP-03") -> DraftHeader:
    return DraftHeader(procedure, "Thủ tục đăng ký nhãn hiệu", "Trademark", 3)


@pytest.fixture(autouse=True)
def nothing_is_left(there: SubmissionService, owner: DraftOwner) -> Iterator[None]:
    """One person in all of these tests: each leaves no drafts to the next one."""
    yield
    for draft in there.drafts_of(owner)[1]:
        there.delete_draft(owner, draft.uuid)


def save(kiosk: SubmissionService, owner: DraftOwner, content: bytes = CONTENT, **changes: str) -> KeptDraft:
    return kiosk.save_draft(owner, DraftToSave(header(), content, **changes), str(uuid.uuid4()))


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_what_one_kiosk_saved_another_opens_with_the_card_alone(
    here: SubmissionService, there: SubmissionService, owner: DraftOwner
) -> None:
    content = os.urandom(2 * PIECE_BYTES + 77)
    kept = save(here, owner, content)
    days, (found,) = there.drafts_of(owner)
    assert days == 14
    assert (found.uuid, found.lineage, found.until) == (kept.uuid, kept.uuid, kept.until)
    assert found.header == kept.header
    assert there.fetch_draft(owner, found) == content


def test_the_service_has_nothing_of_it_in_plain_and_the_kiosk_has_nothing_at_all(
    here: SubmissionService, here_settings: SubmissionSettings, keeper: Ministry, owner: DraftOwner
) -> None:
    content, name, procedure = (os.urandom(12).hex() for _ in range(3))  # words that no dossier of another test has
    draft = DraftToSave(DraftHeader(procedure, name, name, 3), content.encode() * 400)
    here.save_draft(owner, draft, str(uuid.uuid4()))
    at_the_service, at_the_kiosk = on_disk(keeper.data), on_disk(here_settings.data_folder)
    for word in (content.encode(), name.encode(), procedure.encode(), SECRET[:32], draft.header.key):
        assert word not in at_the_service
        assert word not in at_the_kiosk
    assert keeper.logged("draft.saved")
    assert CANARY_NUMBER not in keeper.log.read_text("utf-8")


def test_a_new_card_of_the_same_person_sees_that_there_is_one_and_can_only_delete_it(
    here: SubmissionService, there: SubmissionService, owner: DraftOwner
) -> None:
    save(here, owner)
    renewed = DraftOwner(owner.number, os.urandom(9_000))
    _, (locked,) = there.drafts_of(renewed)
    assert locked.header is None
    with pytest.raises(SubmissionError) as failed:
        there.fetch_draft(renewed, locked)
    assert failed.value.code == "APP-DRAFT-BROKEN"
    there.delete_draft(renewed, locked.uuid)
    assert there.drafts_of(owner)[1] == ()


def test_another_person_sees_nothing(here: SubmissionService, there: SubmissionService, owner: DraftOwner) -> None:
    save(here, owner)
    assert there.drafts_of(DraftOwner("001099000999", owner.secret))[1] == ()


def test_a_second_one_of_the_procedure_is_asked_about(
    here: SubmissionService, there: SubmissionService, owner: DraftOwner
) -> None:
    first = save(here, owner)
    with pytest.raises(SubmissionError) as refused:
        save(there, owner)
    assert refused.value.code == "APP-DRAFT-EXISTS"
    second = save(there, owner, b"newer", replaces=first.uuid)
    assert [item.uuid for item in here.drafts_of(owner)[1]] == [second.uuid]
    with pytest.raises(SubmissionError) as gone:
        here.fetch_draft(owner, first)
    assert gone.value.code == "APP-DRAFT-GONE"


def test_a_lost_answer_saves_it_once(
    here: SubmissionService, there: SubmissionService, owner: DraftOwner, line: CuttingProxy
) -> None:
    name, draft = str(uuid.uuid4()), DraftToSave(header(), CONTENT)
    line.plan("cut", 9_000, down=True)
    with contextlib.suppress(ServiceTrouble):
        here.save_draft(owner, draft, name)
    found = there.drafts_of(owner)[1]
    assert [item.uuid for item in found] in ([], [name])


class LosesAnswers(SubmissionService):
    """A kiosk that does not hear the first answer about a draft, which came through all the same."""

    heard = False

    def save_draft(self, owner: DraftOwner, draft: DraftToSave, name: str) -> KeptDraft:
        kept = super().save_draft(owner, draft, name)
        if not self.heard:
            self.heard = True
            raise ServiceTrouble("the answer was lost")
        return kept


def test_what_was_done_after_an_answer_was_lost_is_saved_too(
    tmp_path: Path, here_settings: SubmissionSettings, there: SubmissionService, owner: DraftOwner
) -> None:
    passed = Check(Verdict.PASSED)
    identity = Identity(owner.number, "NGUYỄN VĂN THỬ NGHIỆM", photo=owner.secret, passive=passed, chip=passed)
    form = Component("c1", "Tờ khai", "Application form", 1, 0, True)
    procedure = Procedure("IP-03", None, "Thủ tục đăng ký nhãn hiệu", "Trademark", "Sở hữu trí tuệ", components=(form,))
    begun = Session(number=1, procedure=procedure, identity=identity)
    assert draft_possible(begun)
    further = replace(begun, answers=MappingProxyType({"phone": Answer("0912 345 678", Source.TYPED)}))

    async def scene(submission: SubmissionService) -> list[type[Event]]:
        runtime, told = Runtime(begun, datetime.now), list[type[Event]]()
        runtime.observe(lambda event, _: told.append(type(event)))
        hands = DraftHands(runtime, Custody(submission), submission, Catalog(()))
        for session in (begun, further):
            await hands.carry_out(SaveDraft(""), session)
        return told

    with contextlib.closing(LosesAnswers(replace(here_settings, data_folder=tmp_path / "deaf"))) as submission:
        assert asyncio.run(scene(submission)) == [DraftNotKept, DraftKept]
    (found,) = there.drafts_of(owner)[1]
    content, _ = unpack(there.fetch_draft(owner, found))
    assert content.answers == {"phone": Answer("0912 345 678", Source.TYPED)}


def test_without_a_line_nothing_is_promised_and_nothing_is_kept_anywhere(
    here: SubmissionService,
    here_settings: SubmissionSettings,
    there: SubmissionService,
    owner: DraftOwner,
    line: CuttingProxy,
) -> None:
    line.unplug()
    with pytest.raises(ServiceTrouble):
        save(here, owner)
    with pytest.raises(ServiceTrouble):
        here.drafts_of(owner)
    assert not list(here_settings.data_folder.rglob("*.sealed"))
    assert there.drafts_of(owner)[1] == ()


def test_of_a_draft_opened_at_two_kiosks_one_dossier_is_received_and_the_other_is_told_why(
    here: SubmissionService,
    there: SubmissionService,
    here_settings: SubmissionSettings,
    there_settings: SubmissionSettings,
    owner: DraftOwner,
    keeper: Ministry,
    start_agent: Callable[..., AgentProcess],
) -> None:
    kept = save(here, owner)
    before = len(keeper.dossiers())
    answers = []
    for kiosk, settings in ((there, there_settings), (here, here_settings)):
        start_agent(settings)
        session = kiosk.begin_session()
        draft = make_draft(kiosk, session, lineage=kept.lineage)
        kiosk.seal_and_queue(session, draft)
        kiosk.end_session(session)
        answers.append(kiosk.wait_ack(draft.uuid, 60.0))
    first, second = answers
    assert isinstance(first, Acknowledgement)
    assert isinstance(second, Refusal)
    assert second.code == "DRAFT-SUBMITTED"
    assert second.detail_vi
    assert len(keeper.dossiers()) == before + 1
    assert there.drafts_of(owner)[1] == ()
    with pytest.raises(SubmissionError) as again:
        save(here, owner, lineage=kept.lineage)
    assert again.value.code == "APP-DRAFT-SUBMITTED"


def test_as_long_as_the_dossier_waits_the_draft_stays(
    here: SubmissionService,
    there: SubmissionService,
    here_settings: SubmissionSettings,
    owner: DraftOwner,
    line: CuttingProxy,
    start_agent: Callable[..., AgentProcess],
) -> None:
    kept = save(here, owner)
    line.unplug()
    start_agent(here_settings)
    session = here.begin_session()
    draft = make_draft(here, session, lineage=kept.lineage)
    here.seal_and_queue(session, draft)
    here.end_session(session)
    assert here.wait_ack(draft.uuid, 1.0) is None
    assert [item.uuid for item in there.drafts_of(owner)[1]] == [kept.uuid]
    line.plug()
    assert isinstance(here.wait_ack(draft.uuid, 60.0), Acknowledgement)
    assert there.drafts_of(owner)[1] == ()
