"""The chip's end of secure messaging and key derivation (ICAO 9303-11 9.7, 9.8)."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from drivers.simulators.chip import der


class SecureMessagingError(Exception):
    """The terminal's command is not protected as it must be; the session ends with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:04X}")
        self.status = status


def key(secret: bytes, purpose: int, size: int = 16) -> bytes:
    """A key of 16, 24 or 32 bytes: purpose 1 encrypts, 2 authenticates, 3 is PACE's password key."""
    material = secret + purpose.to_bytes(4, "big")
    digest = hashlib.sha1(material, usedforsecurity=False) if size == 16 else hashlib.sha256(material)
    return digest.digest()[:size]


def filled(data: bytes, block: int) -> bytes:
    """Padding method 2 of ISO 9797-1."""
    data += b"\x80"
    return data.ljust((len(data) + block - 1) // block * block, b"\x00")


def stripped(data: bytes) -> bytes:
    """Without that padding. Raises SecureMessagingError."""
    cut = data.rstrip(b"\x00")
    if cut[-1:] != b"\x80":
        raise SecureMessagingError(0x6988)
    return cut[:-1]


def des3(secret: bytes, data: bytes, *, decrypt: bool = False) -> bytes:
    """Two-key 3DES in CBC from zero."""
    cipher = Cipher(TripleDES(secret + secret[:8]), modes.CBC(bytes(8)))
    worker = cipher.decryptor() if decrypt else cipher.encryptor()
    return worker.update(data) + worker.finalize()


def des_mac(secret: bytes, padded: bytes) -> bytes:
    """Retail MAC: DES in CBC, the last block once more through decryption and encryption."""
    block = bytes(8)
    for start in range(0, len(padded), 8):
        mixed = bytes(a ^ b for a, b in zip(block, padded[start : start + 8], strict=True))
        block = des3(secret[:8] * 2, mixed)
    return des3(secret[:8] * 2, des3(secret[8:] * 2, block, decrypt=True))


def aes(secret: bytes, start: bytes, data: bytes, *, decrypt: bool = False) -> bytes:
    """AES in CBC."""
    cipher = Cipher(algorithms.AES(secret), modes.CBC(start))
    worker = cipher.decryptor() if decrypt else cipher.encryptor()
    return worker.update(data) + worker.finalize()


def cmac(secret: bytes, data: bytes) -> bytes:
    """The first half of an AES-CMAC."""
    worker = CMAC(algorithms.AES(secret))
    worker.update(data)
    return worker.finalize()[:8]


class Session:
    """Keys and counter of one session, AES after PACE, 3DES after BAC."""

    def __init__(self, encryption: bytes, authentication: bytes, counter: bytes) -> None:
        self._encryption = encryption
        self._authentication = authentication
        self._size = len(counter)
        self._counter = int.from_bytes(counter, "big")

    @property
    def plain_limit(self) -> int:
        """Most plain bytes that fit into a short protected answer."""
        return 223 if self._size == 16 else 231

    def _step(self) -> bytes:
        self._counter += 1
        return self._counter.to_bytes(self._size, "big")

    def _crypt(self, counter: bytes, data: bytes, *, decrypt: bool = False) -> bytes:
        if self._size == 8:
            return des3(self._encryption, data, decrypt=decrypt)
        start = aes(self._encryption, bytes(16), counter)
        return aes(self._encryption, start, data, decrypt=decrypt)

    def _sign(self, data: bytes) -> bytes:
        return des_mac(self._authentication, data) if self._size == 8 else cmac(self._authentication, data)

    def open(self, header: bytes, body: bytes) -> tuple[bytes, int | None]:
        """A command's data and expected length. Raises SecureMessagingError."""
        counter = self._step()
        try:
            objects = der.split(body)
        except ValueError as error:
            raise SecureMessagingError(0x6987) from error
        tags = dict(objects)
        if 0x8E not in tags:
            raise SecureMessagingError(0x6987)
        signed = b"".join(der.tlv(f"{tag:02X}", value) for tag, value in objects if tag != 0x8E)
        covered = counter + filled(header, self._size) + (filled(signed, self._size) if signed else b"")
        if self._sign(covered) != tags[0x8E]:
            raise SecureMessagingError(0x6988)
        sealed = tags[0x85] if 0x85 in tags else tags.get(0x87, b"\x01")[1:]
        if len(sealed) % self._size:
            raise SecureMessagingError(0x6988)
        data = stripped(self._crypt(counter, sealed, decrypt=True)) if sealed else b""
        expected = None
        if 0x97 in tags:
            expected = int.from_bytes(tags[0x97], "big") or (65536 if len(tags[0x97]) == 2 else 256)
        return data, expected

    def close(self, data: bytes, status: int, *, odd: bool) -> bytes:
        """The protected answer, status at its end."""
        counter = self._step()
        body = b""
        if data:
            sealed = self._crypt(counter, filled(data, self._size))
            body = der.tlv("85", sealed) if odd else der.tlv("87", b"\x01", sealed)
        body += der.tlv("99", status.to_bytes(2, "big"))
        return body + der.tlv("8E", self._sign(counter + filled(body, self._size))) + status.to_bytes(2, "big")
