"""Who works at the kiosk besides the citizen: members of the staff, their roles, and what each role may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What somebody is at the centre, as the ministry's service says."""

    OFFICER = "officer"
    POST = "post"
    TECHNICIAN = "technician"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What may be done at a kiosk."""

    GUIDE = "guide"
    """Stand beside the citizen's session: see where it is, explain, show what to touch, go to a step, give more time."""
    HAND_OVER = "hand_over"
    """Take the draft to the desk with a queue ticket."""
    FILL = "fill"
    """Fill in a field together with the citizen, who has to consent to see or change a sensitive one."""
    ACCEPT = "accept"
    """Accept a soft failure with a reason: a poor scan, a name that differs, no card."""
    NOTE = "note"
    """Leave a note for the officer who will decide."""
    PRACTISE = "practise"
    """Begin a practice session with specimens, from which nothing is sent."""
    SERVICE = "service"
    """Open the diagnostics: test, restart and take out of service."""
    DISCARD = "discard"
    """Have a refused dossier destroyed that never reached the ministry; it takes two members with this right."""


RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        Role.POST: frozenset({Right.GUIDE, Right.HAND_OVER, Right.PRACTISE}),
        Role.OFFICER: frozenset(
            {Right.GUIDE, Right.HAND_OVER, Right.FILL, Right.ACCEPT, Right.NOTE, Right.PRACTISE, Right.DISCARD},
        ),
        Role.TECHNICIAN: frozenset({Right.SERVICE, Right.DISCARD}),
        Role.ADMINISTRATOR: frozenset({Right.SERVICE, Right.DISCARD}),
    }
)
"""What each role may do. Consent, declaration and submission are in nobody's row: they are the citizen's own touch."""


@dataclass(frozen=True)
class StaffMember:
    """Somebody with an account. `staff_id` is what logs and the audit log say; the name is for screens alone."""

    staff_id: str
    name: str = field(repr=False)
    role: Role

    def may(self, right: Right) -> bool:
        """Whether the member's role has this right."""
        return right in RIGHTS[self.role]


LOCAL_TECHNICIAN: Final = StaffMember("technician", "", Role.TECHNICIAN)
"""The account that is made on the machine itself, so that somebody can open it before the service was ever reached."""


def four_eyes(first: StaffMember, second: StaffMember, right: Right) -> bool:
    """Whether these are two different members who both have the right.

    The machine's own technician is nobody's alone: the same person could come a second time with that PIN.
    """
    known = LOCAL_TECHNICIAN.staff_id not in (first.staff_id, second.staff_id)
    return known and first.staff_id != second.staff_id and first.may(right) and second.may(right)


@dataclass(frozen=True)
class StaffView:
    """What the diagnostics show of the staff: who is signed in, how many accounts are known here and how old they are.

    `age_s` is None before the first synchronisation; `stale` when the accounts are too old to be used.
    """

    member: StaffMember | None = None
    accounts: int = 0
    age_s: float | None = None
    stale: bool = False


NOBODY: Final = StaffView()
"""Nobody is signed in, and no account is known."""
