"""The gate for the staff: a badge and a PIN, with a lock-out that neither power loss, a kill nor the clock forgives.

A try is counted on the disk before the PIN is compared. A wait is over when the machine has run for so long: the clock is
not asked, and of the time that the machine was off nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from kiosk_app.model.staff import LOCAL_TECHNICIAN, StaffMember
from kiosk_app.passing import Instant, at_least, instant
from kiosk_app.staff.accounts import Account, Known
from kiosk_app.staff.keeping import LOCAL, TRIES, GateBroken, Keeping, Kept, OwnPin, Tries, without
from kiosk_app.staff.pin import WeakPin, check_pin, hash_pin, verify_pin

DEMONSTRATION_PIN: Final = "20260602"
"""Opens the diagnostics of the demonstration, and only there: the bench sets it where no PIN was set."""
USABLE_S: Final = 72 * 3600.0
"""How long accounts are good without the service, unless the configuration says otherwise."""
_PROGRESS_S: Final = 60.0


class Outcome(StrEnum):
    """What became of a try, or how the gate stands."""

    READY = "ready"
    OPEN = "open"
    CHANGE = "change"
    """The PIN is right, and another one has to be chosen before anything opens."""
    WRONG = "wrong"
    LOCKED = "locked"
    NOT_SET = "not_set"
    UNKNOWN = "unknown"
    """No account that is good: the badge is nobody's, or its account was disabled."""
    STALE = "stale"
    """The accounts were not synchronised for too long; only the machine's own technician is let in."""


@dataclass(frozen=True)
class Opening:
    """The gate's answer. `tries_left` before it locks; `locked_s` seconds of running until the next try."""

    outcome: Outcome
    tries_left: int = TRIES
    locked_s: float = 0.0
    member: StaffMember | None = None
    """Whose account it is. That somebody is let in says `outcome` alone."""


def _nothing_known() -> Known | None:
    return None


class Gate:
    """The gate of one data folder. Every method blocks (a verification about 0.2 s), so it belongs on a worker thread.

    `key` seals what is kept; `known` gives the synchronised accounts, None before the first time; they are good for
    `usable_s`. `verify` compares a kept hash with a PIN; `now` is this moment.
    """

    def __init__(
        self,
        data_folder: Path,
        key: bytes,
        known: Callable[[], Known | None] = _nothing_known,
        usable_s: float = USABLE_S,
        verify: Callable[[str, str], bool] = verify_pin,
        now: Callable[[], Instant] = instant,
    ) -> None:
        self._keeping = Keeping(data_folder, key)
        self._known = known
        self._usable_s = usable_s
        self._verify = verify
        self._now = now
        self._changing = ""

    def set_pin(self, pin: str) -> None:
        """Sets or changes the PIN of the machine's own technician and unlocks it. Raises WeakPin, GateBroken."""
        check_pin(pin)
        own = OwnPin(hash_pin(pin))
        with self._keeping.alone():
            self._keeping.write(self._keeping.read(repair=True).with_pin(LOCAL, own))

    def look(self, staff_id: str = LOCAL) -> Opening:
        """How the gate stands for an account, without a try. Raises GateBroken."""
        with self._keeping.alone():
            kept = self._keeping.read()
            account, refused = self._account(kept, staff_id)
            return refused if account is None else self._standing(kept, account)

    def badge(self, number: str) -> Opening:
        """How the gate stands for the holder of a badge. Raises GateBroken."""
        known = self._known()
        holder = known.directory.holder(number) if known is not None else None
        return Opening(Outcome.UNKNOWN) if holder is None else self.look(holder.member.staff_id)

    def try_pin(self, pin: str, staff_id: str = LOCAL) -> Opening:
        """Tries a PIN. It counts as wrong, on the disk, before it is looked at. Raises GateBroken."""
        with self._keeping.alone():
            self._changing = ""
            kept = self._keeping.read()
            account, refused = self._account(kept, staff_id)
            if account is None:
                return refused
            standing = self._standing(kept, account)
            if standing.outcome is not Outcome.READY:
                return standing
            failures = self._tries(kept, account).failures + 1
            counted = kept.with_tries(staff_id, Tries.made(failures, account.version, self._now()))
            self._keeping.write(counted)
            if self._verify(account.hash, pin):
                self._keeping.write(counted.forgiven(staff_id))
                self._changing = staff_id if account.must_change else ""
                return Opening(Outcome.CHANGE if account.must_change else Outcome.OPEN, member=account.member)
            after = self._standing(counted, account)
            return after if after.outcome is Outcome.LOCKED else replace(after, outcome=Outcome.WRONG)

    def choose_pin(self, pin: str) -> Opening:
        """The new PIN of whom `try_pin` just answered CHANGE; opens. Raises WeakPin, GateBroken.

        It holds on this machine at once, and everywhere when the service has been told (`chosen`).
        """
        with self._keeping.alone():
            kept = self._keeping.read()
            account, refused = self._account(kept, self._changing)
            if account is None:
                return refused
            check_pin(pin)
            if self._verify(account.hash, pin):
                raise WeakPin("expected other digits than before")
            self._keeping.write(kept.with_pin(self._changing, OwnPin(hash_pin(pin), account.version)))
            self._changing = ""
            return Opening(Outcome.OPEN, member=account.member)

    def chosen(self) -> Mapping[str, OwnPin]:
        """PINs that were chosen here and that the service does not know yet, by staff id. Raises GateBroken."""
        known = self._known()
        with self._keeping.alone():
            kept = self._keeping.read()
            if known is not None:
                # The service has another version by now, since it was told or had the PIN reset; or the account is gone.
                good = {name: account.version for name, account in known.directory.accounts.items()}
                waiting = {
                    name: pin for name, pin in kept.pins.items() if name == LOCAL or good.get(name) == pin.version
                }
                if len(waiting) < len(kept.pins):
                    kept = Kept(waiting, kept.tries)
                    self._keeping.write(kept)
            return without(kept.pins, LOCAL)

    def note_progress(self) -> None:
        """Writes down how much of each wait is over, so that a restart does not begin it anew; call it now and then."""
        with self._keeping.alone():
            kept, now = self._keeping.read(), self._now()
            moved = {
                name: replace(tries, wait_s=max(0.0, tries.wait_s - at_least(tries.since, now)), since=now)
                for name, tries in kept.tries.items()
                if tries.wait_s and at_least(tries.since, now) >= min(_PROGRESS_S, tries.wait_s)
            }
            if moved:
                self._keeping.write(Kept(kept.pins, {**kept.tries, **moved}))

    def _account(self, kept: Kept, staff_id: str) -> tuple[Account | None, Opening]:
        """The account as it is good here, or None and why there is none."""
        own = kept.pins.get(staff_id)
        if staff_id == LOCAL:
            if own is None or not own.hash:
                return None, Opening(Outcome.NOT_SET, member=LOCAL_TECHNICIAN)
            return Account(LOCAL_TECHNICIAN, own.hash, own.version), Opening(Outcome.READY)
        known = self._known()
        account = known.directory.accounts.get(staff_id) if known is not None else None
        if account is None or known is None:
            return None, Opening(Outcome.UNKNOWN)
        if known.age_s > self._usable_s:
            return None, Opening(Outcome.STALE, member=account.member)
        if own is not None and own.version == account.version:
            account = replace(account, hash=own.hash, must_change=False)
        return account, Opening(Outcome.READY)

    @staticmethod
    def _tries(kept: Kept, account: Account) -> Tries:
        tries = kept.tries.get(account.member.staff_id, Tries(version=account.version))
        # A PIN that was given out anew begins with all its tries.
        return tries if tries.version == account.version else Tries(version=account.version)

    def _standing(self, kept: Kept, account: Account) -> Opening:
        tries = self._tries(kept, account)
        left = tries.wait_s - at_least(tries.since, self._now())
        if tries.wait_s and left > 0:
            return Opening(Outcome.LOCKED, 0, left, account.member)
        return Opening(Outcome.READY, max(TRIES - tries.failures, 1), member=account.member)


def set_demonstration_pin(gate: Gate) -> None:
    """Gives the demonstration its PIN where none was set; a gate that cannot be used says so at the login."""
    with suppress(GateBroken):
        if gate.look().outcome is Outcome.NOT_SET:
            gate.set_pin(DEMONSTRATION_PIN)
