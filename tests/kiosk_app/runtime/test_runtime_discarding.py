"""Four eyes: a refused dossier is destroyed by two members with the right, written down first, and by nobody else."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from kiosk_app.audit import AuditFailed
from kiosk_app.config import StaffConfig
from kiosk_app.model.staff import LOCAL_TECHNICIAN, RIGHTS, Right, Role, StaffMember, four_eyes
from kiosk_app.runtime.discarding import NotByTheseTwo, discard
from kiosk_app.runtime.staffing import StaffRoom
from kiosk_app.submission import SubmissionService

OFFICER = StaffMember("mau.officer", "Nguyễn Văn Mẫu", Role.OFFICER)
TECHNICIAN = StaffMember("mau.technician", "Bùi Thị Mẫu", Role.TECHNICIAN)
POST = StaffMember("mau.post", "Lê Thị Mẫu", Role.POST)


class Outbox:
    """A store with one refused and one waiting dossier."""

    staff_key = audit_seed = bytes(32)

    def __init__(self) -> None:
        self.destroyed: list[str] = []

    def outbox_report(self) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(id="refused-1", refusal="PROCEDURE-UNKNOWN"),
            SimpleNamespace(id="unsent-1", refusal=None),
        ]

    def discard_refused(self, uuid: str) -> bool:
        self.destroyed.append(uuid)
        return True


def test_the_post_has_the_least_rights_and_nobody_may_consent_or_submit() -> None:
    assert all(RIGHTS[Role.POST] < RIGHTS[role] for role in (Role.OFFICER,))
    assert not RIGHTS[Role.POST] & {Right.FILL, Right.ACCEPT, Right.SERVICE, Right.DISCARD}
    assert not RIGHTS[Role.OFFICER] & {Right.SERVICE}
    assert not {right.value for right in Right} & {"consent", "declare", "submit"}


def test_four_eyes_are_two_different_members_who_both_have_the_right() -> None:
    members = [StaffMember(f"mau.{role.value}", "Mẫu", role) for role in Role]
    for first, second in itertools.product(members, repeat=2):
        both = first.may(Right.DISCARD) and second.may(Right.DISCARD)
        assert four_eyes(first, second, Right.DISCARD) is (both and first is not second)


def test_two_destroy_a_refused_dossier_and_one_never_does(tmp_path: Path) -> None:
    outbox = Outbox()
    store = cast(SubmissionService, outbox)
    room = StaffRoom(store, tmp_path, StaffConfig())
    for first, second in ((OFFICER, OFFICER), (OFFICER, POST), (POST, OFFICER), (OFFICER, LOCAL_TECHNICIAN)):
        with pytest.raises(NotByTheseTwo):
            discard(store, room, "refused-1", first, second)
    assert not discard(store, room, "unsent-1", OFFICER, TECHNICIAN)
    assert outbox.destroyed == []
    assert discard(store, room, "refused-1", OFFICER, TECHNICIAN)
    assert outbox.destroyed == ["refused-1"]
    lines = [json.loads(line) for line in (tmp_path / "audit" / "00000001.jsonl").read_text("ascii").splitlines()]
    assert [line["what"] for line in lines] == ["dossier.discard_refused"] * 4 + ["dossier.discarded"]
    assert (lines[-1]["who"], lines[-1]["about"]) == (
        "mau.officer",
        {"dossier": "refused-1", "second": "mau.technician"},
    )


def test_what_cannot_be_written_down_is_not_destroyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox = Outbox()
    store = cast(SubmissionService, outbox)
    room = StaffRoom(store, tmp_path, StaffConfig())

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AuditFailed):
        discard(store, room, "refused-1", OFFICER, TECHNICIAN)
    assert outbox.destroyed == []
