"""The sealed file: how a page crosses from a device host to the kiosk without touching the disk in plain.

Layout: magic `KSF1`, 12 bytes of nonce, AES-256-GCM ciphertext with its 16-byte tag. The associated data names what the
file is (session and page), so that one page cannot be put in another's place.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from drivers.durable import fsync_folder, write_durably

MAGIC: Final = b"KSF1"
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
_TAG_BYTES: Final = 16
_BLOCK: Final = 1024 * 1024
# NIST SP 800-38D 7.1: with 12 bytes of nonce the counter of the first block of the text is 2, and each block has 16 bytes.
_FIRST_COUNTER: Final = 2
_CIPHER_BLOCK: Final = 16


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


class SealedWriter:
    """A sealed file written piece by piece, in memory that does not grow with the file.

    As a context: at its end the file is whole and durable, after an exception it is not there. Raises OSError.
    """

    def __init__(self, path: Path, key: bytes, associated: bytes = b"") -> None:
        self._path = path
        # as every file beside its place: a name of its own, which who cleans up after a killed process knows
        self._fresh = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
        nonce = os.urandom(NONCE_BYTES)
        self._encryptor = Cipher(algorithms.AES(key), modes.GCM(nonce)).encryptor()
        self._encryptor.authenticate_additional_data(associated)
        descriptor = os.open(self._fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._stream = os.fdopen(descriptor, "wb")
        self._stream.write(MAGIC + nonce)

    def __enter__(self) -> Self:
        return self

    def write(self, plain: bytes) -> int:
        """Appends; returns how many plain bytes it took: all."""
        self._stream.write(self._encryptor.update(plain))
        return len(plain)

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        try:
            if kind is None:
                self._stream.write(self._encryptor.finalize() + self._encryptor.tag)
                self._stream.flush()
                os.fsync(self._stream.fileno())
                self._fresh.rename(self._path)
        finally:
            self._stream.close()
            # gone already where all went well
            self._fresh.unlink(missing_ok=True)
        fsync_folder(self._path.parent)


class SealedReader:
    """A sealed file read piece by piece, in memory that does not grow with the file.

    Opening reads it once to the end and proves the seal; pieces are then decrypted where they lie. Who may write the file
    between the two could change it: that is for a reader whose other side compares a hash, as the ministry does.
    """

    def __init__(self, path: Path, key: bytes, associated: bytes = b"") -> None:
        """Raises SealBroken or OSError."""
        self._key = key
        self._stream = path.open("rb")
        try:
            self.size = os.fstat(self._stream.fileno()).st_size - len(MAGIC) - NONCE_BYTES - _TAG_BYTES
            if self.size < 0 or self._stream.read(len(MAGIC)) != MAGIC:
                raise SealBroken("no sealed file")
            self._nonce = self._stream.read(NONCE_BYTES)
            self._prove(associated)
        except BaseException:
            self._stream.close()
            raise

    def __enter__(self) -> SealedReader:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._stream.close()

    def read(self, offset: int, length: int) -> bytes:
        """At most `length` plain bytes from `offset` on; fewer at the end. Raises SealBroken for one cut since, OSError."""
        length = max(0, min(length, self.size - offset))
        counter, skipped = divmod(offset, _CIPHER_BLOCK)
        start = self._nonce + (counter + _FIRST_COUNTER).to_bytes(_CIPHER_BLOCK - NONCE_BYTES, "big")
        self._stream.seek(len(MAGIC) + NONCE_BYTES + offset - skipped)
        decryptor = Cipher(algorithms.AES(self._key), modes.CTR(start)).decryptor()
        plain = decryptor.update(self._stream.read(skipped + length))[skipped:]
        if len(plain) != length:
            raise SealBroken("the file has become shorter")
        return plain

    def _prove(self, associated: bytes) -> None:
        decryptor = Cipher(algorithms.AES(self._key), modes.GCM(self._nonce)).decryptor()
        decryptor.authenticate_additional_data(associated)
        left = self.size
        while left and (block := self._stream.read(min(_BLOCK, left))):
            decryptor.update(block)
            left -= len(block)
        try:
            decryptor.finalize_with_tag(self._stream.read(_TAG_BYTES))
        except (InvalidTag, ValueError) as error:
            raise SealBroken("the seal does not hold") from error
