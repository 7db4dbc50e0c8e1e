"""What the gate keeps on the disk: PINs made on this machine and wrong tries, in one sealed file for one user at a time."""

from __future__ import annotations

import fcntl
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from drivers.durable import fsync_folder
from drivers.sealed import SealBroken, read_sealed, write_sealed
from kiosk_app.model.staff import LOCAL_TECHNICIAN
from kiosk_app.passing import BEGINNING, Instant, instant

LOCAL: Final = LOCAL_TECHNICIAN.staff_id
_ASSOCIATED: Final = b"kiosk staff gate 1"
_FILE: Final = "gate.sealed"
_EARLIER: Final = "technician.json"
TRIES: Final = 5
LOCK_S: Final = 300.0
LONGEST_LOCK_S: Final = 86_400.0


def lock_seconds(failures: int) -> float:
    """How long an account is locked after so many wrong tries: 5 minutes after the fifth, then twice as long each time."""
    if failures < TRIES:
        return 0.0
    return min(LOCK_S * 2.0 ** min(failures - TRIES, 30), LONGEST_LOCK_S)


class GateBroken(Exception):
    """The file cannot be read or written, so that nobody is let in. `code` is of errors.toml."""

    code = "STO-IO"


@dataclass(frozen=True)
class OwnPin:
    """A PIN that was chosen at this machine: its hash, and the version of the PIN in whose place it is."""

    hash: str = field(repr=False)
    version: int = 0


@dataclass(frozen=True)
class Tries:
    """Wrong tries since the last right one, of a PIN's version; how long to wait from `since` on, by running time."""

    failures: int = 0
    version: int = 0
    wait_s: float = 0.0
    since: Instant = BEGINNING

    @staticmethod
    def made(failures: int, version: int, now: Instant) -> Tries:
        """So many wrong tries, the last of them now."""
        return Tries(failures, version, lock_seconds(failures), now)


@dataclass(frozen=True)
class Kept:
    """Everything the file holds, by staff id."""

    pins: Mapping[str, OwnPin] = field(default_factory=lambda: MappingProxyType({}))
    tries: Mapping[str, Tries] = field(default_factory=lambda: MappingProxyType({}))

    def with_pin(self, staff_id: str, pin: OwnPin) -> Kept:
        """With another PIN and no wrong try."""
        return Kept({**self.pins, staff_id: pin}, without(self.tries, staff_id))

    def with_tries(self, staff_id: str, tries: Tries) -> Kept:
        """With so many wrong tries."""
        return Kept(self.pins, {**self.tries, staff_id: tries})

    def forgiven(self, staff_id: str) -> Kept:
        """Without this account's wrong tries."""
        return Kept(self.pins, without(self.tries, staff_id))


def without(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The table but for one key."""
    return {name: value for name, value in table.items() if name != key}


class Keeping:
    """The file of one data folder. `key` are 32 bytes that no other disk has: a stolen file tells nothing without."""

    def __init__(self, data_folder: Path, key: bytes) -> None:
        self._folder = data_folder / "staff"
        self._key = key
        self._thread = threading.Lock()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One at a time, also between the kiosk and a command. Raises GateBroken."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = (self._folder / "gate.lock").open("w")
        except OSError as error:
            raise GateBroken(type(error).__name__) from error
        with self._thread, lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def read(self, *, repair: bool = False) -> Kept:
        """What is kept; `repair` starts anew where it cannot be read. Raises GateBroken."""
        try:
            return _kept(json.loads(read_sealed(self._folder / _FILE, self._key, _ASSOCIATED)))
        except FileNotFoundError:
            return self._take_over(repair)
        except OSError as error:
            raise GateBroken(type(error).__name__) from error
        except (SealBroken, ValueError, KeyError, TypeError, AttributeError) as error:
            if repair:
                return Kept()
            raise GateBroken("the gate's file is damaged; set the technician's PIN again") from error

    def write(self, kept: Kept) -> None:
        """On the disk before it returns: power that fails afterwards changes nothing. Raises GateBroken."""
        document = {
            "pins": {name: asdict(pin) for name, pin in kept.pins.items()},
            "tries": {name: asdict(tries) for name, tries in kept.tries.items()},
        }
        try:
            write_sealed(self._folder / _FILE, self._key, json.dumps(document).encode("utf-8"), _ASSOCIATED)
            earlier = self._folder / _EARLIER
            if earlier.exists():
                earlier.unlink()
                fsync_folder(self._folder)
        except OSError as error:
            raise GateBroken(type(error).__name__) from error

    def _take_over(self, repair: bool) -> Kept:
        """The technician's PIN of a version that kept it in a file of its own, with its wrong tries."""
        try:
            found = json.loads((self._folder / _EARLIER).read_text("utf-8"))
            own, failures = OwnPin(str(found["hash"])), int(found["failures"])
        except FileNotFoundError:
            return Kept()
        except OSError as error:
            raise GateBroken(type(error).__name__) from error
        except (ValueError, KeyError, TypeError) as error:
            if repair:
                return Kept()
            raise GateBroken("the file of the PIN is damaged; set the PIN again") from error
        tries = {LOCAL: Tries.made(failures, own.version, instant())} if failures else {}
        kept = Kept({LOCAL: own}, tries)
        self.write(kept)
        return kept


def _kept(document: dict[str, Any]) -> Kept:
    pins = {str(name): OwnPin(str(one["hash"]), int(one["version"])) for name, one in document["pins"].items()}
    tries = {
        str(name): Tries(int(one["failures"]), int(one["version"]), float(one["wait_s"]), Instant.of(one["since"]))
        for name, one in document["tries"].items()
    }
    return Kept(pins, tries)
