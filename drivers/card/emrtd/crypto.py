"""The primitives of ICAO 9303-11 9.7-9.8: key derivation, 3DES and AES in CBC, Retail MAC, CMAC, padding."""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

Key = bytes | bytearray
"""A key; those of a session are bytearrays, which can be wiped."""
MAC_BYTES: Final = 8
COUNTER_ENC: Final = 1
COUNTER_MAC: Final = 2
COUNTER_PASSWORD: Final = 3


class CipherKind(Enum):
    """The cipher of a session: name, key length and block length in bytes."""

    TDES = ("3DES", 16, 8)
    AES128 = ("AES-128", 16, 16)
    AES192 = ("AES-192", 24, 16)
    AES256 = ("AES-256", 32, 16)

    def __init__(self, label: str, key_bytes: int, block_bytes: int) -> None:
        self.label = label
        self.key_bytes = key_bytes
        self.block_bytes = block_bytes


def derive_key(secret: bytes, counter: int, cipher: CipherKind) -> bytearray:
    """KDF(K, c) of 9303-11 9.7.1, to be wiped after use.

    3DES keys come with odd parity, as the worked examples print them.
    """
    material = secret + counter.to_bytes(4, "big")
    if cipher is CipherKind.TDES:
        return bytearray(_odd_parity(byte) for byte in hashlib.sha1(material, usedforsecurity=False).digest()[:16])
    if cipher is CipherKind.AES128:
        return bytearray(hashlib.sha1(material, usedforsecurity=False).digest()[:16])
    return bytearray(hashlib.sha256(material).digest()[: cipher.key_bytes])


def _odd_parity(byte: int) -> int:
    return byte & 0xFE | (bin(byte >> 1).count("1") & 1 ^ 1)


def _algorithm(cipher: CipherKind, key: Key) -> CipherAlgorithm:
    # Two-key 3DES is spelt out: the library wants all three keys.
    return TripleDES(bytes(key + key[:8])) if cipher is CipherKind.TDES else algorithms.AES(key)


def cbc_encrypt(cipher: CipherKind, key: Key, iv: bytes, plain: bytes) -> bytes:
    """CBC without padding; `plain` is whole blocks."""
    encryptor = Cipher(_algorithm(cipher, key), modes.CBC(iv)).encryptor()
    return encryptor.update(plain) + encryptor.finalize()


def cbc_decrypt(cipher: CipherKind, key: Key, iv: bytes, sealed: bytes) -> bytes:
    """CBC without padding. Raises ValueError when `sealed` is not whole blocks."""
    decryptor = Cipher(_algorithm(cipher, key), modes.CBC(iv)).decryptor()
    return decryptor.update(sealed) + decryptor.finalize()


def aes_block(key: Key, block: bytes) -> bytes:
    """One AES block: the IV of secure messaging is the encrypted send sequence counter (9.8.6.1)."""
    # CBC with a zero IV over one block is the bare block cipher.
    encryptor = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
    return encryptor.update(block) + encryptor.finalize()


def pad(data: bytes, block: int) -> bytes:
    """ISO 9797-1 padding method 2."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def unpad(data: bytes) -> bytes:
    """Takes padding method 2 off. Raises ValueError when there is none."""
    stripped = data.rstrip(b"\x00")
    if not stripped.endswith(b"\x80"):
        raise ValueError("padding missing")
    return stripped[:-1]


def retail_mac(key: Key, padded: bytes) -> bytes:
    """ISO 9797-1 MAC algorithm 3 with DES over padded data, 8 bytes."""
    first, second = key[:8], key[8:16]
    chained = _single_des(first, padded, decrypt=False)[-8:]
    return _single_des(first, _single_des(second, chained, decrypt=True), decrypt=False)


def _single_des(key: Key, data: bytes, *, decrypt: bool) -> bytes:
    # 3DES with three equal keys is single DES.
    cipher = Cipher(TripleDES(bytes(key * 3)), modes.CBC(bytes(8)))
    worker = cipher.decryptor() if decrypt else cipher.encryptor()
    return worker.update(data) + worker.finalize()


def mac(cipher: CipherKind, key: Key, data: bytes) -> bytes:
    """The 8-byte MAC; for 3DES `data` is whole padded blocks, CMAC takes any length."""
    if cipher is CipherKind.TDES:
        return retail_mac(key, data)
    worker = CMAC(algorithms.AES(key))
    worker.update(data)
    return worker.finalize()[:MAC_BYTES]
