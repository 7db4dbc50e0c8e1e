"""Active authentication by published numbers and by hand: what a signature must be, and what is only like one."""

from __future__ import annotations

import hashlib

import pytest
from card_bench import ISSUER, unhex
from cryptography.hazmat.primitives.asymmetric import rsa

from drivers.card.emrtd import active_authentication as active
from drivers.card.emrtd import curves
from drivers.card.emrtd.apdu import Command, Response
from drivers.card.emrtd.public_keys import BadSignatureError, EcKey, UnsupportedError
from drivers.ports import Verdict
from drivers.simulators.chip.people import PEOPLE

# The worked example of active authentication in ICAO 9303-11 (1024 bits, SHA-1): challenge, recovered part, its hash,
# and the message representative. It publishes no key, so the representative is signed with one of our own.
CHALLENGE = unhex("F173589974BF40C6")
RECOVERED = unhex(
    "9D2784A67F8E7C659973EA1AEA25D95B6C8F91E5002F369F0FBDCE8A3CEC1991B543F1696546C5524CF23A5303CD6C98599F40B79F377B5F"
    "3A1406B3B4D8F96784D23AA88DB7E1032A405E69325FA91A6E86F5C71AEA978264C4A207446DAD4E7292E2DCDA3024B47DA8"
)
HASH = unhex("C063AA1E6D22FBD976AB0FE73D94D2D9C6D88127")
REPRESENTATIVE = b"\x6a" + RECOVERED + HASH + b"\xbc"


def key_above(representative: bytes, bits: int = 1024) -> rsa.RSAPrivateKey:
    while True:
        key = rsa.generate_private_key(65537, bits)
        if key.public_key().public_numbers().n > int.from_bytes(representative, "big"):
            return key


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return key_above(REPRESENTATIVE)


def signed(key: rsa.RSAPrivateKey, representative: bytes) -> bytes:
    numbers = key.private_numbers()
    value = pow(int.from_bytes(representative, "big"), numbers.d, numbers.public_numbers.n)
    return value.to_bytes((key.key_size + 7) // 8, "big")


def test_the_worked_examples_hash_is_that_of_both_parts() -> None:
    assert hashlib.sha1(RECOVERED + CHALLENGE, usedforsecurity=False).digest() == HASH
    assert len(REPRESENTATIVE) == 128


def test_the_worked_examples_representative_is_recovered_and_holds(key: rsa.RSAPrivateKey) -> None:
    assert active.recover(key.public_key(), signed(key, REPRESENTATIVE), CHALLENGE) == "sha1"


def test_the_smaller_of_a_signature_and_its_complement_holds_as_well(key: rsa.RSAPrivateKey) -> None:
    n = key.public_key().public_numbers().n
    other = (n - int.from_bytes(signed(key, REPRESENTATIVE), "big")).to_bytes(128, "big")
    assert active.recover(key.public_key(), other, CHALLENGE) == "sha1"


@pytest.mark.parametrize(
    ("name", "trailer"), [("sha224", 0x38), ("sha256", 0x34), ("sha384", 0x36), ("sha512", 0x35), ("sha1", 0x33)]
)
def test_trailers_of_two_bytes_name_their_hash(key: rsa.RSAPrivateKey, name: str, trailer: int) -> None:
    part = RECOVERED[: 128 - 3 - hashlib.new(name).digest_size]
    whole = b"\x6a" + part + hashlib.new(name, part + CHALLENGE).digest() + bytes((trailer, 0xCC))
    assert active.recover(key.public_key(), signed(key, whole), CHALLENGE) == name


@pytest.mark.parametrize(
    "wrong",
    [
        b"\x4a" + REPRESENTATIVE[1:],
        REPRESENTATIVE[:-1] + b"\xcc",
        REPRESENTATIVE[:-2] + b"\x00\xbc",
        # Bleichenbacher's way: the hash is right, and what makes the root whole is hidden in front of the header.
        b"\x00" * 20 + b"\x6a" + RECOVERED[:86] + hashlib.sha1(RECOVERED[:86] + CHALLENGE).digest() + b"\xbc",
        b"\x6a" + hashlib.sha1(CHALLENGE).digest() + b"\xbc",
    ],
)
def test_what_only_looks_like_a_signature_is_none(key: rsa.RSAPrivateKey, wrong: bytes) -> None:
    with pytest.raises((BadSignatureError, UnsupportedError)):
        active.recover(key.public_key(), signed(key, wrong), CHALLENGE)


def test_another_challenge_a_number_too_large_and_nothing_at_all_fail(key: rsa.RSAPrivateKey) -> None:
    public = key.public_key()
    good = signed(key, REPRESENTATIVE)
    for signature, challenge in (
        (good, bytes(8)),
        (b"\xff" * 128, CHALLENGE),
        (b"\x00" + good, CHALLENGE),
        (b"", CHALLENGE),
    ):
        with pytest.raises(BadSignatureError):
            active.recover(public, signature, challenge)


def test_an_unknown_hash_is_not_checked_rather_than_failed(key: rsa.RSAPrivateKey) -> None:
    whole = b"\x6a" + RECOVERED + HASH[:-1] + b"\x77\xcc"
    check = active.judge(key.public_key(), signed(key, whole), CHALLENGE)
    assert check.verdict is Verdict.NOT_CHECKED


@pytest.mark.parametrize("kind", ["ecdsa", "ecdsa-p384", "ecdsa-brainpool320"])
def test_ecdsa_signatures_hold_for_their_hash_and_challenge_only(kind: str) -> None:
    signer = ISSUER.card(PEOPLE["adult"], active=kind).signer
    assert signer is not None
    key = active.key_of(signer.dg15())
    signature = signer.sign(CHALLENGE, b"noise", genuine=True)
    name = "sha384" if kind == "ecdsa-p384" else "sha256"
    assert active.judge(key, signature, CHALLENGE, name).verdict is Verdict.PASSED
    # Without DG14's word on the hash each is tried.
    assert active.judge(key, signature, CHALLENGE).verdict is Verdict.PASSED
    for wrong in (
        active.judge(key, signature, CHALLENGE, "sha512"),
        active.judge(key, signature, bytes(8)),
        active.judge(key, signature[:-1], CHALLENGE),
        active.judge(key, bytes(len(signature)), CHALLENGE),
        active.judge(key, signer.sign(CHALLENGE, b"noise", genuine=False), CHALLENGE),
    ):
        assert wrong.verdict is Verdict.FAILED


def test_a_point_of_the_librarys_and_of_our_own_arithmetic_judge_alike() -> None:
    signer = ISSUER.card(PEOPLE["adult"], active="ecdsa").signer
    assert signer is not None
    key = active.key_of(signer.dg15())
    assert isinstance(key, EcKey)
    signature = signer.sign(CHALLENGE, b"noise", genuine=True)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    digest = hashlib.sha256(CHALLENGE).digest()
    n = curves.BY_PARAMETER_ID[12].n
    assert key.curve.verifies(key.point, digest, r, s)
    for wrong_r, wrong_s in ((r, s + 1), (0, s), (r, 0), (n, s), (r + n, s)):
        assert not key.curve.verifies(key.point, digest, wrong_r, wrong_s)


@pytest.mark.parametrize(
    ("dg15", "verdict"),
    [
        ("6F00", Verdict.FAILED),
        ("6F023000", Verdict.FAILED),
        # Ed25519: a key that exists and is not known here.
        ("6F2C302A300506032B6570032100" + "11" * 32, Verdict.NOT_CHECKED),
    ],
)
def test_keys_that_are_none_and_keys_that_are_unknown(dg15: str, verdict: Verdict) -> None:
    class Never:
        extended, short_data = True, 223

        def send(self, _command: Command) -> Response:
            raise AssertionError("the chip was asked for nothing")

    assert active.run(Never(), unhex(dg15)).verdict is verdict


def test_noise_that_ends_like_an_unknown_hash_is_another_keys_signature(key: rsa.RSAPrivateKey) -> None:
    """One copy in sixteen would otherwise pass for a card whose hash we merely do not know."""
    noise = b"\x4b" + RECOVERED + HASH[:-1] + b"\x77\xcc"
    check = active.judge(key.public_key(), signed(key, noise), CHALLENGE)
    assert check.verdict is Verdict.FAILED
