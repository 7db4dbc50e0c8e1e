"""The staff's accounts over the real line: brought, kept, aged, taken away, and a PIN that was chosen here told once."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from submission_bench import Ministry
from typer.testing import CliRunner

from backend.cli import app as backend
from kiosk_app.audit import Actor, Trail
from kiosk_app.config import StaffConfig
from kiosk_app.model.staff import Role
from kiosk_app.passing import Instant
from kiosk_app.runtime.staffing import Roll, StaffRoom
from kiosk_app.staff import Outcome
from kiosk_app.submission import ServiceTrouble, SubmissionService, SubmissionSettings
from kiosk_app.submission.notes import ChosenPin, Notes, StaffNote
from kiosk_app.submission.service import MinistryService
from kiosk_app.submission.staff_sync import StaffSync
from kiosk_app.submission.transport import Transport

NEW = "602948"


def ran(ministry: Ministry, *arguments: str) -> str:
    """An administrator's command beside the running service; what it printed."""
    done = CliRunner().invoke(backend, [*arguments, "--data", str(ministry.data)])
    assert done.exit_code in (0, 1), done.output
    return done.stdout


def line(kiosk: SubmissionService) -> StaffSync:
    return StaffSync(kiosk._notes, kiosk.settings.kiosk_id)


def bring(kiosk: SubmissionService) -> None:
    with contextlib.closing(Transport(kiosk.settings)) as transport:
        line(kiosk).run(MinistryService(transport))


def test_an_account_signs_in_offline_chooses_its_pin_and_is_gone_when_it_is_disabled(
    ministry: Ministry, kiosk: SubmissionService, tmp_path: Path
) -> None:
    issued = json.loads(ran(ministry, "staff", "add", "mau.line", "technician", "--name", "Bùi Thị Mẫu", "--json"))
    assert kiosk.staff() is None
    bring(kiosk)
    room = StaffRoom(kiosk, tmp_path / "data", StaffConfig())
    badge = issued["badge"].removeprefix("KIOSK:STAFF:")
    looked = room.gate.badge(badge)
    assert looked.member is not None
    assert (looked.member.staff_id, looked.member.name, looked.member.role) == (
        *("mau.line", "Bùi Thị Mẫu"),
        Role.TECHNICIAN,
    )
    assert room.gate.try_pin(issued["pin"], "mau.line").outcome is Outcome.CHANGE
    assert room.gate.choose_pin(NEW).outcome is Outcome.OPEN
    room.tell_chosen_pins()
    assert room.gate.try_pin(NEW, "mau.line").outcome is Outcome.OPEN, "before the service knows"
    bring(kiosk)
    assert room.gate.try_pin(NEW, "mau.line").outcome is Outcome.OPEN, "as the service has it"
    assert room.gate.chosen() == {}
    room.tell_chosen_pins()
    listed = json.loads(ran(ministry, "staff", "list", "--json"))["staff"]
    assert [(one["must_change"], one["pin_version"]) for one in listed if one["staff_id"] == "mau.line"] == [(False, 2)]
    ran(ministry, "staff", "disable", "mau.line")
    bring(kiosk)
    assert room.gate.badge(badge).outcome is Outcome.UNKNOWN
    assert room.gate.try_pin(NEW, "mau.line").outcome is Outcome.UNKNOWN


def test_accounts_for_another_kiosk_are_not_taken(ministry: Ministry, kiosk: SubmissionService) -> None:
    with contextlib.closing(Transport(kiosk.settings)) as transport, pytest.raises(ServiceTrouble, match="another"):
        StaffSync(kiosk._notes, "other-kiosk").run(MinistryService(transport))
    assert kiosk.staff() is None


def test_a_chosen_pin_that_the_service_refuses_is_told_no_more(ministry: Ministry, kiosk: SubmissionService) -> None:
    kiosk.tell_chosen_pins([ChosenPin("nobody.here", 1, "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$" + "A" * 43)])
    bring(kiosk)
    assert kiosk._notes.chosen_pins() == ()


def test_the_agent_brings_the_accounts_and_tells_the_end_of_the_audit_log(
    ministry: Ministry, settings: SubmissionSettings, tmp_path: Path
) -> None:
    from kiosk_app.submission.agent import Agent
    from kiosk_app.submission.opening import Role as Opener
    from kiosk_app.submission.store import Store

    head = Trail(tmp_path / "data", bytes(32)).write(Actor("mau", "technician"), "staff.signed_in")
    with contextlib.closing(Store(settings, Opener.AGENT)) as store:
        Notes(store.database).set_kiosk("home", [], (head.n, head.hash))
        agent = Agent(store)
        with contextlib.closing(agent):
            agent.step()
        assert Notes(store.database).staff() is not None
    told = json.loads(ran(ministry, "audit", "--json"))["kiosks"]
    assert f"{head.n}:{head.hash}" in [one["end"] for one in told if one["kiosk_id"] == settings.kiosk_id]


def test_the_age_of_accounts_grows_over_restarts_and_no_clock_makes_them_younger(offline: SubmissionSettings) -> None:
    def moment(boot: int, running: float, clock: float) -> Instant:
        return Instant(f"boot-{boot}", running, clock)

    with contextlib.closing(SubmissionService(offline)) as kiosk:
        notes = kiosk._notes
        assert notes.staff_age(moment(1, 0, 0)) is None
        notes.set_staff(StaffNote("{}", '"1"'), moment(1, 100, 1e9))
        assert notes.staff_age(moment(1, 700, 0)) == 600, "the clock is set back"
        notes.age_staff(moment(1, 700, 0))
        assert notes.staff_age(moment(2, 50, -1e6)) == 650, "and the machine was started again"
        notes.age_staff(moment(2, 400, -1e6))
        assert notes.staff_age(moment(3, 10, 1e6)) == 600 + 400 + 2e6, "what the clock says of being off counts"
        notes.staff_confirmed(moment(3, 20, 1e6))
        assert notes.staff_age(moment(3, 25, 5e6)) == 5


def test_what_cannot_be_read_is_no_account(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        for body in ("{", "{}", '{"staff": [{}]}', '{"staff": [{"staff_id": "technician"}]}'):
            kiosk._notes.set_staff(StaffNote(body, ""), Instant("b", 1, 1))
            assert Roll(kiosk).known() is None
