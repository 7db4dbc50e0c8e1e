"""Writes the audit log: a line an act, on the disk before the act is reported done, and keeps it for its time."""

from __future__ import annotations

import ctypes
import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from drivers.durable import fsync_folder, write_durably
from kiosk_app.audit.entry import (
    BROKEN,
    CHECKPOINT,
    KIOSK,
    MENDED,
    RETIRED,
    Actor,
    Entry,
    Head,
    check_act,
    read_entry,
    read_head,
    signature_holds,
)
from kiosk_app.passing import Instant, instant

HEAD: Final = "head.json"
SEGMENT_ENTRIES: Final = 1000
CHECKPOINT_ENTRIES: Final = 50
KEEP_DAYS: Final = 730
_TIMEX_BYTES: Final = 512
_UNSYNCHRONISED: Final = 5
_FOLDER: Final = "audit"


class AuditFailed(Exception):
    """The act could not be written down. `code` is of errors.toml."""

    code = "STO-IO"


def public_key(seed: bytes) -> str:
    """The public key, in hex, of the machine whose audit log is signed with `seed` (32 bytes)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()


def clock_kept() -> bool:
    """Whether the kernel says that something keeps the clock right (adjtimex(2): not TIME_ERROR)."""
    try:
        state: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (OSError, AttributeError):
        return False
    return 0 <= state < _UNSYNCHRONISED


def segments(folder: Path) -> list[tuple[int, Path]]:
    """The files of the log with their numbers, oldest first."""
    return sorted((int(file.stem), file) for file in folder.glob("*.jsonl") if file.stem.isdigit())


@dataclass(frozen=True)
class _End:
    """Where the next line goes: after which head, into which segment, behind how many lines of it."""

    head: Head
    segment: int
    lines: int
    #: What has to be told first: bytes of a line that power cut short, a line that no head was written over, or that the
    #: end is not what was signed.
    torn: int = 0
    unsigned: bool = False
    broken: bool = False


class Trail:
    """The log in `data_folder/audit`. Every method blocks for some fsyncs, so it belongs on a worker thread.

    `seed` are the 32 bytes of the machine's signing key, `keep_days` how long closed segments stay. Several processes may
    write: they take turns.
    """

    def __init__(
        self,
        data_folder: Path,
        seed: bytes,
        keep_days: int = KEEP_DAYS,
        now: Callable[[], Instant] = instant,
        kept: Callable[[], bool] = clock_kept,
        segment_entries: int = SEGMENT_ENTRIES,
    ) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self.folder = data_folder / _FOLDER
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw().hex()
        self._keep = timedelta(days=keep_days)
        self._now = now
        self._kept = kept
        self._segment_entries = segment_entries
        self._thread = threading.Lock()

    def write(self, who: Actor, what: str, /, **about: str | int | bool) -> Head:
        """Writes one act down and returns the new head. Raises AuditFailed; ValueError for what has no place here."""
        check_act(what, about)
        try:
            with self._alone():
                end = self._end()
                if end.lines >= self._segment_entries:
                    end = self._retire(replace(end, segment=end.segment + 1, lines=0))
                if end.broken:
                    end = self._append(end, KIOSK, BROKEN, {"segment": end.segment - 1})
                elif end.torn or end.unsigned:
                    end = self._append(end, KIOSK, MENDED, {"bytes": end.torn, "last": end.head.n})
                end = self._append(end, who, what, about)
                if end.head.n % CHECKPOINT_ENTRIES == 0 or end.lines == self._segment_entries - 1:
                    end = self._checkpoint(end)
                return end.head
        except OSError as error:
            raise AuditFailed(type(error).__name__) from error

    def head(self) -> Head | None:
        """The end of the log as it lies on the disk, None where there is none or it is not this machine's."""
        try:
            found = read_head((self.folder / HEAD).read_bytes())
        except (OSError, ValueError):
            return None
        good = found.key == self.public and signature_holds(found.head, found.key, found.signature)
        return found.head if good else None

    # --- one line --------------------------------------------------------------------------------------------------

    def _append(self, end: _End, who: Actor, what: str, about: dict[str, str | int | bool]) -> _End:
        now = self._now()
        entry = Entry(
            n=end.head.n + 1,
            at=datetime.fromtimestamp(now.clock, UTC).isoformat(timespec="milliseconds"),
            clock="kept" if self._kept() else "free",
            boot=now.boot[:8],
            up=round(now.running, 1),
            who=who.id,
            role=who.role,
            what=what,
            about=about,
            prev=end.head.hash,
        )
        path = self._path(end.segment)
        fresh = not path.exists()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, entry.line())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if fresh:
            fsync_folder(self.folder)
        head = Head(entry.n, entry.hash)
        write_durably(self.folder / HEAD, head.file(self.public, self._key.sign(head.signed_text())))
        return replace(end, head=head, lines=end.lines + 1)

    def _checkpoint(self, end: _End) -> _End:
        signature = self._key.sign(end.head.signed_text()).hex()
        return self._append(end, KIOSK, CHECKPOINT, {"key": self.public, "signature": signature})

    # --- where the log ends ----------------------------------------------------------------------------------------

    def _end(self) -> _End:
        head, files = self.head(), segments(self.folder)
        if not files:
            # No line though there was one: the numbers go on, and the gap shows.
            return _End(head or Head(), 1 if head is None else 2, 0, broken=head is not None)
        number, path = files[-1]
        last, torn, lines = _tail(path)
        if head is not None and last is not None:
            if last.hash == head.hash and last.n == head.n:
                return self._cut(_End(head, number, lines, torn), path)
            if last.n == head.n + 1 and last.prev == head.hash:
                # Power failed between the line and the head over it.
                return self._cut(_End(Head(last.n, last.hash), number, lines, torn, unsigned=True), path)
        if head is not None and last is None and torn and len(files) > 1:
            # Power failed in the first line of a segment.
            before, _, _ = _tail(files[-2][1])
            if before is not None and before.hash == head.hash:
                return self._cut(_End(head, number, 0, torn), path)
        if head is None and last is None and torn and len(files) == 1 and number == 1:
            return self._cut(_End(Head(), 1, 0, torn), path)
        if head is None and last is not None and last.n == 1 and lines == 1 and number == 1:
            return self._cut(_End(Head(last.n, last.hash), 1, 1, torn, unsigned=True), path)
        known = head or (Head(last.n, last.hash) if last is not None else Head())
        return _End(Head(max(known.n, last.n if last else 0), known.hash), number + 1, 0, broken=True)

    @staticmethod
    def _cut(end: _End, path: Path) -> _End:
        """Takes away what power cut short of a line that nobody was told of."""
        if end.torn:
            os.truncate(path, path.stat().st_size - end.torn)
        return end

    # --- how long it stays -----------------------------------------------------------------------------------------

    def _retire(self, end: _End) -> _End:
        """Removes closed segments that have had their time, each named in the log before it goes.

        Not while nobody keeps the clock right: whoever can set it could have the log removed.
        """
        oldest = segments(self.folder)
        if not self._kept() or not oldest:
            return end
        number, path = oldest[0]
        last, _, _ = _tail(path)
        age = datetime.fromtimestamp(self._now().clock, UTC) - datetime.fromisoformat(last.at) if last else timedelta()
        if last is None or age <= self._keep:
            return end
        end = self._append(end, KIOSK, RETIRED, {"segment": number, "last": last.n, "hash": last.hash})
        path.unlink()
        fsync_folder(self.folder)
        return end

    def _path(self, segment: int) -> Path:
        return self.folder / f"{segment:08d}.jsonl"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._thread, (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _tail(path: Path) -> tuple[Entry | None, int, int]:
    """The last whole line of a segment if it is one of the log's, bytes behind it, and how many lines there are."""
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    lines = data.count(b"\n")
    start = data.rfind(b"\n", 0, max(whole - 1, 0)) + 1
    last: Entry | None = None
    with suppress(ValueError):
        last = read_entry(data[start:whole])
    return last, len(data) - whole, lines
