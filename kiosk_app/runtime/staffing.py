"""The staff of a running kiosk: their accounts as the agent brought them, the gate, and the log of what they do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from kiosk_app.audit import Actor, AuditFailed, Trail
from kiosk_app.audit.entry import KIOSK
from kiosk_app.config import StaffConfig
from kiosk_app.log import log
from kiosk_app.model.staff import StaffMember, StaffView
from kiosk_app.staff import AccountsUnreadable, Directory, Gate, Known, read_directory
from kiosk_app.staff.pin import verify_pin
from kiosk_app.submission import SubmissionError, SubmissionService
from kiosk_app.submission.notes import ChosenPin


class Roll:
    """The synchronised accounts, read anew when others came. Methods block for milliseconds."""

    def __init__(self, submission: SubmissionService) -> None:
        self._submission = submission
        self._of = ""
        self._directory = Directory()

    def known(self) -> Known | None:
        """The accounts and their age; None before the first time, or where they cannot be read."""
        try:
            note, age = self._submission.staff(), self._submission.staff_age()
            if note is None or age is None:
                return None
            if note.body != self._of:
                self._directory, self._of = read_directory(note.body), note.body
        except (AccountsUnreadable, SubmissionError) as error:
            log("staff.accounts_unreadable", code=error.code)
            return None
        return Known(self._directory, age)


class StaffRoom:
    """Gate and audit log over one store, as the hands use them."""

    def __init__(
        self,
        submission: SubmissionService,
        data_folder: Path,
        config: StaffConfig,
        verify: Callable[[str, str], bool] = verify_pin,
    ) -> None:
        self._submission = submission
        self._roll = Roll(submission)
        self._usable_s = config.usable_offline_hours * 3600.0
        self.gate = Gate(data_folder, submission.staff_key, self._roll.known, self._usable_s, verify)
        self.trail = Trail(data_folder, submission.audit_seed, config.audit_keep_days)

    async def note(self, who: StaffMember | None, what: str, /, **about: str | int | bool) -> bool:
        """Writes an act into the audit log; None is the machine itself. False, and a line of the log, when it cannot.

        What must not happen unseen is done only after a True; a technician is not kept from a machine whose disk is full.
        """
        actor = KIOSK if who is None else Actor.of(who)
        try:
            await asyncio.to_thread(self.trail.write, actor, what, **about)
        except AuditFailed as error:
            log("audit.failed", what=what, code=error.code)
            return False
        return True

    def view(self, member: StaffMember | None) -> StaffView:
        """What the diagnostics show. Blocks."""
        known = self._roll.known()
        if known is None:
            return StaffView(member)
        return StaffView(member, len(known.directory.accounts), known.age_s, known.age_s > self._usable_s)

    def tell_chosen_pins(self) -> None:
        """Has the agent tell the ministry of the PINs that were chosen here. Blocks; raises GateBroken, SubmissionError."""
        chosen = [ChosenPin(name, pin.version, pin.hash) for name, pin in sorted(self.gate.chosen().items())]
        self._submission.tell_chosen_pins(chosen)

    def audit_head(self) -> tuple[int, str] | None:
        """The end of the audit log as it lies on the disk. Blocks."""
        head = self.trail.head()
        return None if head is None else (head.n, head.hash)
