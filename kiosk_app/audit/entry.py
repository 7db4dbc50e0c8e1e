"""One line of the audit log and the head over all of them: their bytes, their hashes and their signatures.

A line is JSON in one way of writing only, so that no changed byte can mean the same. Each holds the SHA-256 of the one
before; every so often one is a checkpoint that signs all before it, and the head, a file of its own, signs the last.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kiosk_app.model.staff import StaffMember

NOTHING: Final = "0" * 64
"""The hash before the first line."""
CHECKPOINT: Final = "audit.checkpoint"
RETIRED: Final = "audit.retired"
BROKEN: Final = "audit.broken"
MENDED: Final = "audit.mended"
ACTS: Final = frozenset(
    {
        CHECKPOINT,
        RETIRED,
        BROKEN,
        MENDED,
        "staff.signed_in",
        "staff.signed_out",
        "staff.refused",
        "staff.pin_chosen",
        "assist.began",
        "assist.acted",
        "assist.refused",
        "assist.ended",
        "practice.began",
        "practice.ended",
        "technician.pin_set",
        "device.tested",
        "device.restarted",
        "device.taken_out",
        "device.put_back",
        "device.new_roll",
        "guide.ended",
        "readiness.tested",
        "readiness.printed",
        "bundle.written",
        "measures.written",
        "kiosk.enrolled",
        "key.moved",
        "key.recovery_made",
        "dossier.discarded",
        "dossier.discard_refused",
    }
)
"""Every act that may be written; a test compares this list with the code."""
ABOUT: Final = frozenset(
    {
        *("device", "session", "dossier", "code", "outcome", "passed", "idle", "guide", "report", "second", "kiosk"),
        *("tool", "screen", "target", "reason", "page"),
        "place",
        *("segment", "last", "hash", "bytes", "key", "signature"),
    }
)
"""What an act may be about: ids, codes and figures. There is no place for a name, a number of a citizen or free words."""
_WORD: Final = re.compile(r"[A-Za-z0-9._:+-]{0,160}")
_DOMAIN: Final = b"kiosk audit line 1\n"
_HEAD_DOMAIN: Final = b"kiosk audit head 1\n"
_KINDS: Final = {"n": int, "at": str, "who": str, "role": str, "what": str, "about": dict, "prev": str}
_FIELDS: Final = ("n", "at", "clock", "boot", "up", "who", "role", "what", "about", "prev")


@dataclass(frozen=True)
class Actor:
    """Who acted: a staff id with its role, `shell:UID` for a command, or `kiosk` for the machine itself."""

    id: str
    role: str

    @staticmethod
    def of(member: StaffMember) -> Actor:
        """A member of the staff."""
        return Actor(member.staff_id, member.role.value)


KIOSK: Final = Actor("kiosk", "machine")


def shell() -> Actor:
    """Whoever runs this command."""
    return Actor(f"shell:{os.getuid()}", "shell")


@dataclass(frozen=True)
class Entry:
    """One act: its number, the time (RFC 3339, UTC) and whether the clock was being kept right, start of the machine and
    seconds since, who in which role, what, about what, and the hash of the line before."""

    n: int
    at: str
    clock: str
    boot: str
    up: float
    who: str
    role: str
    what: str
    about: Mapping[str, str | int | bool]
    prev: str

    @property
    def hash(self) -> str:
        """SHA-256 over everything above, in hex."""
        return hashlib.sha256(_DOMAIN + _text(self._document())).hexdigest()

    def line(self) -> bytes:
        """The line with its end."""
        return _text({**self._document(), "hash": self.hash}) + b"\n"

    def _document(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _FIELDS}


def read_entry(line: bytes) -> Entry:
    """Reads one line with its end; raises ValueError unless it is byte for byte as an entry is written."""
    try:
        document = json.loads(line.decode("ascii"))
        entry = Entry(**{name: document[name] for name in _FIELDS})
        if entry.line() == line and all(type(getattr(entry, name)) is kind for name, kind in _KINDS.items()):
            return entry
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no entry: {type(error).__name__}") from None
    raise ValueError("not as an entry is written, or its hash is of something else")


def check_act(what: str, about: Mapping[str, str | int | bool]) -> None:
    """Raises ValueError for an act or a word that has no place in the log."""
    if what not in ACTS or not ABOUT.issuperset(about):
        raise ValueError("unknown act, or about something unknown")
    if any(isinstance(value, str) and not _WORD.fullmatch(value) for value in about.values()):
        raise ValueError("an id or a code is expected")


@dataclass(frozen=True)
class Head:
    """The end of the log: how many entries there have been, and the last one's hash."""

    n: int = 0
    hash: str = NOTHING

    def signed_text(self) -> bytes:
        """What a signature under all of the log signs."""
        return _HEAD_DOMAIN + f"{self.n}:{self.hash}".encode("ascii")

    def file(self, key: str, signature: bytes) -> bytes:
        """The head as it lies beside the log."""
        return _text({"n": self.n, "hash": self.hash, "key": key, "signature": signature.hex()}) + b"\n"


@dataclass(frozen=True)
class SignedHead:
    """A head whose signature is still to be checked: the public key in hex and the signature."""

    head: Head
    key: str
    signature: bytes


def read_head(data: bytes) -> SignedHead:
    """Reads the file; raises ValueError unless it is byte for byte as a head is written."""
    try:
        document = json.loads(data.decode("ascii"))
        head = Head(document["n"], document["hash"])
        found = SignedHead(head, document["key"], bytes.fromhex(document["signature"]))
        if head.file(found.key, found.signature) == data and (type(head.n), type(head.hash)) == (int, str):
            return found
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no head: {type(error).__name__}") from None
    raise ValueError("not as a head is written")


def signature_holds(head: Head, key: str, signature: bytes) -> bool:
    """Whether the owner of the key (hex) has signed this head."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, head.signed_text())
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _text(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, separators=(",", ":"), allow_nan=False).encode("ascii")
