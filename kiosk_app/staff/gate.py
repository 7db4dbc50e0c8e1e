"""The technician's PIN: kept as an argon2 hash, with a lock-out that neither power loss nor a kill forgives."""

from __future__ import annotations

import fcntl
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from drivers.durable import write_durably

DEMONSTRATION_PIN: Final = "20260602"
"""Opens the diagnostics of the demonstration, and only there: the bench sets it where no PIN was set."""
TRIES: Final = 5
LOCK_S: Final = 300.0
LONGEST_LOCK_S: Final = 86_400.0
SHORTEST, LONGEST = 6, 12


class WeakPin(ValueError):
    """A PIN that may not be set; the text says what is expected, never the PIN."""


class GateBroken(Exception):
    """The file cannot be read or written, so that nobody is let in. `code` is of errors.toml."""

    code = "STO-IO"


class Outcome(StrEnum):
    """What became of a try, or how the gate stands."""

    READY = "ready"
    OPEN = "open"
    WRONG = "wrong"
    LOCKED = "locked"
    NOT_SET = "not_set"


@dataclass(frozen=True)
class Opening:
    """The gate's answer. `tries_left` before it locks; `locked_s` seconds until the next try."""

    outcome: Outcome
    tries_left: int = TRIES
    locked_s: float = 0.0


@dataclass(frozen=True)
class _Kept:
    """What the file holds: the hash, the wrong tries since the last right one, and the clock at the last of them."""

    hash: str = ""
    failures: int = 0
    failed_at: float = 0.0


def _argon2_verify(kept: str, pin: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(kept, pin)
    except (VerificationError, InvalidHashError):
        return False


def lock_seconds(failures: int) -> float:
    """How long the gate is locked after so many wrong tries: 5 minutes after the fifth, then twice as long each time."""
    if failures < TRIES:
        return 0.0
    return min(LOCK_S * 2.0 ** min(failures - TRIES, 30), LONGEST_LOCK_S)


class Gate:
    """The gate of one data folder. Every method blocks (a verification about 0.2 s), so it belongs on a worker thread.

    `verify` compares a kept hash with a PIN; `clock` is the time of day, since a lock has to outlast a restart.
    """

    def __init__(
        self,
        data_folder: Path,
        verify: Callable[[str, str], bool] = _argon2_verify,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = data_folder / "staff"
        self._file = self._folder / "technician.json"
        self._verify = verify
        self._clock = clock
        self._thread = threading.Lock()

    def set_pin(self, pin: str) -> None:
        """Sets or changes the PIN and unlocks. Raises WeakPin, GateBroken."""
        check_pin(pin)
        from argon2 import PasswordHasher

        kept = PasswordHasher().hash(pin)
        with self._alone():
            self._write(_Kept(kept))

    def look(self) -> Opening:
        """How the gate stands, without a try. Raises GateBroken."""
        with self._alone():
            return self._standing(self._read())

    def try_pin(self, pin: str) -> Opening:
        """Tries a PIN. It counts as wrong, on the disk, before it is looked at. Raises GateBroken."""
        with self._alone():
            kept = self._read()
            standing = self._standing(kept)
            if standing.outcome is not Outcome.READY:
                return standing
            counted = replace(kept, failures=kept.failures + 1, failed_at=self._clock())
            self._write(counted)
            if self._verify(kept.hash, pin):
                self._write(_Kept(kept.hash))
                return Opening(Outcome.OPEN)
            after = self._standing(counted)
            return after if after.outcome is Outcome.LOCKED else replace(after, outcome=Outcome.WRONG)

    def _standing(self, kept: _Kept) -> Opening:
        if not kept.hash:
            return Opening(Outcome.NOT_SET)
        lasts = lock_seconds(kept.failures)
        now = self._clock()
        if lasts and now < kept.failed_at:
            # The clock went back: the lock begins anew, or setting it forward and back would open the gate.
            kept = replace(kept, failed_at=now)
            self._write(kept)
        left = kept.failed_at + lasts - now
        if lasts and left > 0:
            return Opening(Outcome.LOCKED, 0, left)
        return Opening(Outcome.READY, max(TRIES - kept.failures, 1))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One at a time, also between the kiosk and a command."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = (self._folder / "gate.lock").open("w")
        except OSError as error:
            raise GateBroken(type(error).__name__) from error
        with self._thread, lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _read(self) -> _Kept:
        try:
            text = self._file.read_text("utf-8")
        except FileNotFoundError:
            return _Kept()
        except OSError as error:
            raise GateBroken(type(error).__name__) from error
        try:
            found = json.loads(text)
            return _Kept(str(found["hash"]), int(found["failures"]), float(found["failed_at"]))
        except (ValueError, KeyError, TypeError) as error:
            raise GateBroken("the file of the PIN is damaged; set the PIN again") from error

    def _write(self, kept: _Kept) -> None:
        """On the disk before it returns: power that fails afterwards changes nothing."""
        try:
            write_durably(self._file, json.dumps(asdict(kept)).encode("ascii"))
        except OSError as error:
            raise GateBroken(type(error).__name__) from error


def set_demonstration_pin(data_folder: Path) -> None:
    """Gives the demonstration its PIN where none was set; a gate that cannot be used says so at the login."""
    gate = Gate(data_folder)
    with suppress(GateBroken):
        if gate.look().outcome is Outcome.NOT_SET:
            gate.set_pin(DEMONSTRATION_PIN)


def check_pin(pin: str) -> None:
    """Raises WeakPin for a PIN that is too short, no digits, one digit again and again, or counted up or down."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise WeakPin(f"expected {SHORTEST} to {LONGEST} digits")
    steps = {int(b) - int(a) for a, b in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise WeakPin("expected other digits than the same again or a count")
