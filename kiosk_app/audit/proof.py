"""Proves an audit log: every line, the chain through them, checkpoints, head, and what others remember of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk_app.audit.entry import (
    BROKEN,
    CHECKPOINT,
    NOTHING,
    RETIRED,
    Entry,
    Head,
    read_entry,
    read_head,
    signature_holds,
)
from kiosk_app.audit.trail import HEAD, segments

_MOST_FAULTS: Final = 20


@dataclass(frozen=True)
class Fault:
    """What is wrong and where: the file, the line in it (0 for the file as a whole), and in plain words."""

    file: str
    line: int
    words: str


@dataclass(frozen=True)
class Verdict:
    """What was found: the first and the last entry's number, the head, and the faults; whole when there are none."""

    first: int
    head: Head
    checkpoints: int
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was changed, left out, put elsewhere or cut off."""
        return not self.faults


def verify(data_folder: Path, key: str, witnesses: Sequence[Head] = ()) -> Verdict:
    """Reads the whole log of a data folder.

    `key` is the machine's public key in hex, which must have signed head and checkpoints; `witnesses` are heads that
    somebody else remembers, the store or the service: the log has to go through each. Raises OSError.
    """
    return _Proof(data_folder / "audit", key).run(witnesses)


class _Proof:
    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key
        self._faults: list[Fault] = []
        self._entries: dict[int, str] = {}
        self._retired: dict[int, Head] = {}
        self._checkpoints = 0

    def run(self, witnesses: Sequence[Head]) -> Verdict:
        files = segments(self._folder) if self._folder.is_dir() else []
        first: Entry | None = None
        before: Entry | None = None
        expected: int | None = None
        for number, path in files:
            if expected is not None and number != expected:
                self._fault(path.name, 0, f"segment {expected} is missing")
            expected = number + 1
            for at, line in enumerate(path.read_bytes().splitlines(keepends=True), 1):
                entry = self._entry(path.name, at, line)
                if entry is None:
                    continue
                first = first or entry
                self._chain(path.name, at, entry, before)
                before = entry
        if files and first is not None:
            self._beginning(files[0][0], files[0][1].name, first)
        head = self._head(before)
        for witness in witnesses:
            self._witness(witness, first)
        return Verdict(first.n if first else 0, head, self._checkpoints, tuple(self._faults[:_MOST_FAULTS]))

    def _entry(self, file: str, at: int, line: bytes) -> Entry | None:
        try:
            entry = read_entry(line)
        except ValueError:
            cut = not line.endswith(b"\n")
            self._fault(file, at, "the line is cut short" if cut else "the line was changed")
            return None
        if entry.what == RETIRED:
            segment, last = entry.about.get("segment"), entry.about.get("last")
            if isinstance(segment, int) and isinstance(last, int):
                self._retired[segment] = Head(last, str(entry.about.get("hash")))
        return entry

    def _chain(self, file: str, at: int, entry: Entry, before: Entry | None) -> None:
        if before is not None and (entry.n != before.n + 1 or entry.prev != before.hash):
            self._fault(file, at, f"entry {entry.n} does not follow entry {before.n}: something is left out or moved")
        if entry.what == BROKEN:
            self._fault(file, at, "the kiosk itself found the log broken before this entry")
        if entry.what == CHECKPOINT:
            self._checkpoints += 1
            said = Head(entry.n - 1, entry.prev)
            if entry.about.get("key") != self._key or not signature_holds(said, self._key, _bytes(entry)):
                self._fault(file, at, "the checkpoint is not signed by this machine")
        self._entries[entry.n] = entry.hash

    def _beginning(self, segment: int, file: str, first: Entry) -> None:
        """The log begins with its first entry, or where a segment was removed because its time was over."""
        if segment == 1:
            if first.n != 1 or first.prev != NOTHING:
                self._fault(file, 1, "the beginning of the log is missing")
            return
        if self._retired.get(segment - 1) != Head(first.n - 1, first.prev):
            self._fault(
                file, 1, f"segments before {segment} are missing, and the log does not say that they were retired"
            )

    def _head(self, last: Entry | None) -> Head:
        path = self._folder / HEAD
        known = Head() if last is None else Head(last.n, last.hash)
        try:
            found = read_head(path.read_bytes())
        except FileNotFoundError:
            if last is not None:
                self._fault(HEAD, 0, "the head is missing")
            return known
        except ValueError:
            self._fault(HEAD, 0, "the head was changed")
            return known
        if found.key != self._key or not signature_holds(found.head, self._key, found.signature):
            self._fault(HEAD, 0, "the head is not signed by this machine")
        if last is not None and (last.n, last.prev) == (found.head.n + 1, found.head.hash):
            words = "is not signed: power failed while it was written, or somebody else added it"
            self._fault(HEAD, 0, f"the last entry, {last.n}, {words}")
        elif known != found.head:
            words = f"the log ends with entry {known.n}, the head says {found.head.n}: its end was cut off or changed"
            self._fault(HEAD, 0, words)
        return known

    def _witness(self, witness: Head, first: Entry | None) -> None:
        if witness.n == 0 or (first is not None and witness.n < first.n):
            return  # before everything, or in a segment that was retired
        if self._entries.get(witness.n) != witness.hash:
            words = (
                f"entry {witness.n} is not the one that is remembered elsewhere: the log was cut short or written anew"
            )
            self._fault(HEAD, 0, words)

    def _fault(self, file: str, line: int, words: str) -> None:
        self._faults.append(Fault(file, line, words))


def _bytes(checkpoint: Entry) -> bytes:
    try:
        return bytes.fromhex(str(checkpoint.about.get("signature")))
    except ValueError:
        return b""
