"""The sealed file: how a page crosses from a device host to the kiosk without touching the disk in plain.

Layout: magic `KSF1`, 12 bytes of nonce, AES-256-GCM ciphertext with its 16-byte tag. The associated data names what the
file is (session and page), so that one page cannot be put in another's place.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from drivers.durable import write_durably

MAGIC: Final = b"KSF1"
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32


class SealBroken(Exception):
    """The file is not what was sealed: cut short, altered, or under another key or name."""

    code = "STO-SEAL"


def new_key() -> bytes:
    """A fresh 256-bit key from the system's random source."""
    return AESGCM.generate_key(bit_length=256)


def seal(key: bytes, plain: bytes, associated: bytes = b"") -> bytes:
    """Encrypts `plain`; the same call twice never gives the same bytes."""
    nonce = os.urandom(NONCE_BYTES)
    return MAGIC + nonce + AESGCM(key).encrypt(nonce, plain, associated)


def unseal(key: bytes, sealed: bytes, associated: bytes = b"") -> bytes:
    """Decrypts what `seal` made. Raises SealBroken."""
    if sealed[: len(MAGIC)] != MAGIC:
        raise SealBroken("no sealed file")
    nonce = sealed[len(MAGIC) : len(MAGIC) + NONCE_BYTES]
    try:
        return AESGCM(key).decrypt(nonce, sealed[len(MAGIC) + NONCE_BYTES :], associated)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("the seal does not hold") from error


def write_sealed(path: Path, key: bytes, plain: bytes, associated: bytes = b"") -> int:
    """Writes the sealed file so that it is whole or absent after a power cut. Returns its size in bytes."""
    data = seal(key, plain, associated)
    write_durably(path, data)
    return len(data)


def read_sealed(path: Path, key: bytes, associated: bytes = b"") -> bytes:
    """Reads and opens a sealed file. Raises SealBroken or OSError."""
    return unseal(key, path.read_bytes(), associated)
