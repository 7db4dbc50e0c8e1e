"""PACE's pseudo-random number of the integrated mapping (ICAO 9303-11 4.4.3.3.2)."""

from __future__ import annotations

from typing import Final

from drivers.card.emrtd.crypto import CipherKind, cbc_encrypt

# c0 and c1 for nonces of 128 and of 256 bits, as published.
_CONSTANTS: Final = {
    16: (
        bytes.fromhex("a668892a7c41e3ca739f40b057d85904"),
        bytes.fromhex("a4e136ac725f738b01c1f60217c188ad"),
    ),
    32: (
        bytes.fromhex("d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676"),
        bytes.fromhex("54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517"),
    ),
}
_EXTRA_BITS: Final = 64


def pseudo_random(cipher: CipherKind, nonce: bytes, own_nonce: bytes, bits: int) -> int:
    """R(s, t) as a number, not yet reduced: at least 64 bits longer than a prime of `bits` bits.

    `nonce` is the chip's s, `own_nonce` the terminal's t, which is a key of the cipher. Raises ValueError for a nonce of
    another length than 128 or 256 bits.
    """
    constants = _CONSTANTS.get(len(nonce))
    if constants is None:
        raise ValueError("a nonce of another length")
    next_key, output = constants
    zero = bytes(cipher.block_bytes)
    key = cbc_encrypt(cipher, own_nonce, zero, nonce)
    blocks = b""
    while 8 * len(blocks) < bits + _EXTRA_BITS:
        short = key[: cipher.key_bytes]
        blocks += cbc_encrypt(cipher, short, zero, output)
        key = cbc_encrypt(cipher, short, zero, next_key)
    return int.from_bytes(blocks, "big")
