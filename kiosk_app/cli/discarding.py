"""`kiosk discard`: two members of the staff have a dossier destroyed that the ministry refused."""

from __future__ import annotations

import getpass
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import typer

from kiosk_app.cli.common import fail, fail_usage, print_json, say, state
from kiosk_app.cli.options import JsonOption, ProfileOption

if TYPE_CHECKING:
    from kiosk_app.model.staff import StaffMember
    from kiosk_app.runtime.staffing import StaffRoom


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(discard)


def discard(context: typer.Context, dossier: str, profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """Destroy a refused dossier of `kiosk outbox`. Two members of the staff who may do so sign in with badge and PIN.

    Badge and PIN are asked on the terminal, the badge as its code says. The machine's own technician does not count.
    """
    from kiosk_app.audit import AuditFailed
    from kiosk_app.runtime.discarding import NotByTheseTwo
    from kiosk_app.runtime.discarding import discard as destroy
    from kiosk_app.runtime.kiosk import submission_settings
    from kiosk_app.runtime.staffing import StaffRoom
    from kiosk_app.staff import GateBroken
    from kiosk_app.submission import Role, SubmissionError, SubmissionService

    if not sys.stdin.isatty():
        fail_usage("badges and PINs are asked on a terminal")
    config = state(context).load(profile)
    try:
        with closing(SubmissionService(submission_settings(config), Role.READER)) as submission:
            room = StaffRoom(submission, config.data_dir, config.staff)
            first, second = _sign_in(room, "First", as_json), _sign_in(room, "Second", as_json)
            done = destroy(submission, room, dossier, first, second)
    except (SubmissionError, GateBroken, AuditFailed, NotByTheseTwo) as error:
        fail(error.code, str(error), as_json)
    if not done:
        fail_usage(f"{dossier}: no refused dossier of this id; expected one that `kiosk outbox` shows as refused")
    if as_json:
        print_json({"discarded": dossier})
    else:
        say(f"{dossier} is destroyed.", markup=False)


def _sign_in(room: StaffRoom, which: str, as_json: bool) -> StaffMember:
    from kiosk_app.audit import Actor
    from kiosk_app.identity.codes import BadgeCode, recognise
    from kiosk_app.staff import Outcome

    said = getpass.getpass(f"{which} badge: ").strip()
    found = recognise(said)
    member = room.gate.badge(found.number if isinstance(found, BadgeCode) else said).member
    if member is None:
        fail("SYS-FOUR-EYES", "this badge is not known here", as_json)
    outcome = room.gate.try_pin(getpass.getpass(f"{which} PIN: "), member.staff_id).outcome
    if outcome is not Outcome.OPEN:
        room.trail.write(Actor.of(member), "staff.refused", outcome=outcome.value)
        fail("SYS-FOUR-EYES", outcome.value, as_json)
    return member
