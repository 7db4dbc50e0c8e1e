"""Destroying a refused dossier that never reached the ministry: by two members of the staff, and written down first."""

from __future__ import annotations

from kiosk_app.audit import Actor
from kiosk_app.model.staff import Right, StaffMember, four_eyes
from kiosk_app.runtime.staffing import StaffRoom
from kiosk_app.submission import SubmissionService


class NotByTheseTwo(Exception):
    """It takes two different members with the right. `code` is of errors.toml."""

    code = "SYS-FOUR-EYES"


def refused_dossiers(submission: SubmissionService) -> frozenset[str]:
    """The ids of the dossiers that the ministry refused and that still have their content. Blocks."""
    return frozenset(row.id for row in submission.outbox_report() if row.refusal is not None)


def discard(
    submission: SubmissionService, room: StaffRoom, dossier: str, first: StaffMember, second: StaffMember
) -> bool:
    """Destroys the content of a refused dossier; False where there is no such dossier. Both have just signed in.

    Blocks. Raises NotByTheseTwo; AuditFailed, and then nothing is destroyed; SubmissionError.
    """
    if dossier not in refused_dossiers(submission):
        return False
    who = Actor.of(first)
    if not four_eyes(first, second, Right.DISCARD):
        room.trail.write(who, "dossier.discard_refused", dossier=dossier, second=second.staff_id)
        raise NotByTheseTwo
    room.trail.write(who, "dossier.discarded", dossier=dossier, second=second.staff_id)
    return submission.discard_refused(dossier)
