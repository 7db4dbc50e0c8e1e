"""How a draft is sealed: under keys that only the citizen's card yields, so that the service keeps what it cannot read.

The card's secret is the picture in the chip, byte for byte as it is signed there (ICAO 9303-10, data group 2): it is read
only with the card in the reader, it is part of no dossier, and the service never gets it. From it and a salt comes the key
of the header (HKDF-SHA256); the header holds the random key of the pieces. So a draft opens for whoever has both the
header, which is deleted with the draft, and the chip's picture.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from drivers.sealed import KEY_BYTES, SealBroken, new_key, seal, unseal

_SALT_BYTES: Final = 32
PIECE_BYTES: Final = 2 * 1024 * 1024
"""Of the content in each sealed piece; the service answers a piece whole."""


@dataclass(frozen=True)
class DraftOwner:
    """Whose draft it is: the number names the person to the service by a token, `secret` is what only the card tells."""

    number: str = field(repr=False)
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class DraftHeader:
    """What a draft is of, told before it is opened, and the key of its pieces."""

    procedure_id: str
    procedure_vi: str = field(repr=False)
    procedure_en: str = field(repr=False)
    pages: int
    key: bytes = field(default_factory=new_key, repr=False)


def slot(owner: DraftOwner, procedure_id: str) -> str:
    """The same for one card and procedure; which procedure it is, the service cannot tell (64 hex digits)."""
    return hmac.digest(_derived(owner, b"", b"kiosk draft slot"), procedure_id.encode("utf-8"), "sha256").hex()


def seal_header(owner: DraftOwner, draft: str, header: DraftHeader) -> bytes:
    """The header as the service keeps it: salt, then the sealed text."""
    told = {
        "procedure_id": header.procedure_id,
        "procedure_vi": header.procedure_vi,
        "procedure_en": header.procedure_en,
        "pages": header.pages,
        "key": base64.b64encode(header.key).decode("ascii"),
    }
    salt = os.urandom(_SALT_BYTES)
    key = _derived(owner, salt, b"kiosk draft header")
    return salt + seal(key, json.dumps(told, ensure_ascii=False).encode("utf-8"), _header_name(draft))


def open_header(owner: DraftOwner, draft: str, sealed: bytes) -> DraftHeader:
    """The header again. Raises SealBroken, for another card of the same person, too."""
    salt, rest = sealed[:_SALT_BYTES], sealed[_SALT_BYTES:]
    plain = unseal(_derived(owner, salt, b"kiosk draft header"), rest, _header_name(draft))
    try:
        told = json.loads(plain)
        key = base64.b64decode(told["key"], validate=True)
        if len(key) != KEY_BYTES:
            raise ValueError("no key")
        return DraftHeader(
            str(told["procedure_id"]), str(told["procedure_vi"]), str(told["procedure_en"]), int(told["pages"]), key
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SealBroken("the header is none") from error


def seal_pieces(key: bytes, draft: str, content: bytes) -> list[bytes]:
    """The content in sealed pieces; each names its place and how many there are, so that none can be left out or swapped."""
    parts = [content[at : at + PIECE_BYTES] for at in range(0, max(len(content), 1), PIECE_BYTES)]
    return [seal(key, part, _piece_name(draft, at, len(parts))) for at, part in enumerate(parts)]


def open_pieces(key: bytes, draft: str, pieces: Sequence[bytes]) -> bytes:
    """The content again. Raises SealBroken."""
    if not pieces:
        raise SealBroken("no pieces")
    return b"".join(unseal(key, piece, _piece_name(draft, at, len(pieces))) for at, piece in enumerate(pieces))


def _derived(owner: DraftOwner, salt: bytes, purpose: bytes) -> bytes:
    secret = owner.number.encode("ascii") + b"\0" + owner.secret
    return HKDF(hashes.SHA256(), KEY_BYTES, salt or None, purpose).derive(secret)


def _header_name(draft: str) -> bytes:
    return f"draft header:{draft}".encode("ascii")


def _piece_name(draft: str, at: int, count: int) -> bytes:
    return f"draft:{draft}:{at}:{count}".encode("ascii")
