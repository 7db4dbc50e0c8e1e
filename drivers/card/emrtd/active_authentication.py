"""Active authentication (ICAO 9303-11 6.1): the chip signs our challenge with the key whose public half is in DG15."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from drivers.card.emrtd import tlv
from drivers.card.emrtd.apdu import Channel, Command
from drivers.card.emrtd.public_keys import (
    HASHES,
    MALFORMED,
    BadSignatureError,
    EcKey,
    PublicKey,
    UnsupportedError,
    digest,
    hash_of,
    load,
)
from drivers.ports import Cause, Check, Verdict

_CHALLENGE_BYTES: Final = 8
# The hash's number in the trailer of ISO 9796-2; a trailer of one byte, BC, means SHA-1.
_TRAILERS: Final = {0x33: "sha1", 0x38: "sha224", 0x34: "sha256", 0x36: "sha384", 0x35: "sha512"}


def run(
    channel: Channel,
    dg15: bytes,
    hash_name: str | None = None,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Check:
    """The verdict; `hash_name` is what DG14 tells about an ECDSA signature. Raises DeviceError when the line breaks."""
    try:
        key = key_of(dg15)
    except UnsupportedError as error:
        return Check(Verdict.NOT_CHECKED, f"not supported: {error}", Cause.UNSUPPORTED)
    except MALFORMED as error:
        return Check(Verdict.FAILED, f"DG15 is malformed ({type(error).__name__})", Cause.NOT_AS_SIGNED)
    challenge = random(_CHALLENGE_BYTES)
    long = channel.extended is not False and _signature_bytes(key) > channel.short_data
    response = channel.send(Command(0x00, 0x88, 0, 0, challenge, 0x10000 if long else 256))
    if not response.ok:
        return Check(
            Verdict.FAILED, f"DG15 has a key, but INTERNAL AUTHENTICATE answered {response.status}", Cause.NOT_ORIGINAL
        )
    return judge(key, response.data, challenge, hash_name)


def key_of(dg15: bytes) -> PublicKey:
    """The key in DG15 (9303-10 4.7.15). Raises UnsupportedError and MALFORMED errors."""
    return load(tlv.encode(0x30, tlv.require(tlv.require(dg15, 0x6F), 0x30)))


def judge(key: PublicKey, signature: bytes, challenge: bytes, hash_name: str | None = None) -> Check:
    """The verdict on a signature."""
    try:
        if isinstance(key, rsa.RSAPublicKey):
            name = recover(key, signature, challenge)
        elif isinstance(key, EcKey):
            name = _check_ecdsa(key, signature, challenge, hash_name)
        else:
            return Check(Verdict.NOT_CHECKED, "not supported: a key that signs nothing", Cause.UNSUPPORTED)
    except BadSignatureError:
        return Check(Verdict.FAILED, "the chip does not hold the private key that DG15 belongs to", Cause.NOT_ORIGINAL)
    except UnsupportedError as error:
        return Check(Verdict.NOT_CHECKED, f"not supported: {error}", Cause.UNSUPPORTED)
    kind = "RSA" if isinstance(key, rsa.RSAPublicKey) else "ECDSA"
    return Check(Verdict.PASSED, f"the chip holds the private key that DG15 belongs to ({kind}, {name})")


def _signature_bytes(key: PublicKey) -> int:
    return (key.key_size + 7) // 8 if isinstance(key, rsa.RSAPublicKey) else 0


def recover(key: rsa.RSAPublicKey, signature: bytes, challenge: bytes) -> str:
    """ISO 9796-2 digital signature scheme 1 with partial recovery (9303-11 6.1.2.2); gives the hash's name.

    Raises BadSignatureError, UnsupportedError.
    """
    numbers = key.public_numbers()
    value = int.from_bytes(signature, "big")
    if len(signature) > (key.key_size + 7) // 8 or value >= numbers.n:
        raise BadSignatureError
    opened = pow(value, numbers.e, numbers.n)
    # The signer may give the smaller of s and n - s; the right one ends with the nibble C.
    if opened & 0x0F != 0x0C:
        opened = numbers.n - opened
    message = opened.to_bytes((key.key_size + 7) // 8, "big").lstrip(b"\x00")
    return _check_representative(message, challenge, key.key_size)


def _check_representative(message: bytes, challenge: bytes, bits: int) -> str:
    """6A || M1 || hash of (M1 || M2) || trailer, where M2 is the challenge; M1 fills the length of the key."""
    # The header must be the representative's very beginning, or a forger could hide his numbers in front of it. It is
    # looked at first: what another key signed opens to noise, and noise must not read as a hash we merely do not know.
    if message[:1] != b"\x6a" or len(message) != (bits + 7) // 8:
        raise BadSignatureError
    if message[-1:] == b"\xbc":
        name, trailer = "sha1", 1
    elif message[-1:] == b"\xcc" and len(message) > 2:
        known = _TRAILERS.get(message[-2])
        if known is None:
            raise UnsupportedError(f"the hash of trailer {message[-2]:02X}CC")
        name, trailer = known, 2
    else:
        raise BadSignatureError
    size = hash_of(name).digest_size
    recovered = message[1 : len(message) - size - trailer]
    hashed = message[len(message) - size - trailer : len(message) - trailer]
    if not recovered or not hmac.compare_digest(hashed, digest(name, recovered + challenge)):
        raise BadSignatureError
    return name


def _check_ecdsa(key: EcKey, signature: bytes, challenge: bytes, hash_name: str | None) -> str:
    """A plain signature r || s (TR-03111 5.2.1); chips that send DER instead are understood as well."""
    size = (key.curve.n.bit_length() + 7) // 8
    if len(signature) == 2 * size:
        r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    else:
        try:
            r, s = decode_dss_signature(signature)
        except ValueError as error:
            raise BadSignatureError from error
    # DG14 has to name the hash (9303-11 6.1.2.3); where it does not, a signature that holds under any proves the same.
    for name in (hash_name,) if hash_name else tuple(HASHES):
        try:
            key.verify(r, s, digest(name, challenge), hash_of(name))
        except BadSignatureError:
            continue
        return name
    raise BadSignatureError
