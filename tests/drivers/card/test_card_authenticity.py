"""Passive authentication: passed, failed, issuer not trusted, not checked, each for its own reason."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import algos, keys, x509
from card_bench import ISSUER, ChipTransport, chip, read
from cryptography import x509 as crypto_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from drivers.card.emrtd import curves
from drivers.card.emrtd.authenticity import passive
from drivers.card.emrtd.certificates import (
    BadSignatureError,
    TrustStore,
    UnsupportedError,
    issuer_problem,
    noon,
    public_key,
    verify,
)
from drivers.card.emrtd.lds import DATA_GROUPS, SOD
from drivers.ports import CardAccess, Verdict
from drivers.simulators.chip.issuer import Issuer
from drivers.simulators.chip.people import PEOPLE

FILES = ISSUER.card(PEOPLE["adult"]).files
GROUPS = {number: FILES[DATA_GROUPS[number].fid] for number in (1, 2, 13, 14)}


def test_a_genuine_card_passes(trust: TrustStore) -> None:
    assert passive(FILES[SOD.fid], GROUPS, trust).check.verdict is Verdict.PASSED


@pytest.mark.parametrize("number", GROUPS)
def test_one_changed_byte_in_any_group_fails_and_names_it(number: int, trust: TrustStore) -> None:
    changed = GROUPS | {number: GROUPS[number][:-1] + bytes((GROUPS[number][-1] ^ 1,))}
    check = passive(FILES[SOD.fid], changed, trust).check
    assert check.verdict is Verdict.FAILED
    assert f"DG{number}" in check.reason


def test_a_group_that_nobody_signed_fails(trust: TrustStore) -> None:
    check = passive(FILES[SOD.fid], GROUPS | {15: b"\x6f\x00"}, trust).check
    assert (check.verdict, "DG15" in check.reason) == (Verdict.FAILED, True)


def test_a_signature_over_something_else_fails(trust: TrustStore) -> None:
    # The last bytes of EF.SOD are the end of the signature.
    sod = FILES[SOD.fid][:-1] + bytes((FILES[SOD.fid][-1] ^ 1,))
    assert passive(sod, GROUPS, trust).check.verdict is Verdict.FAILED


def test_a_missing_or_meaningless_sod_fails(trust: TrustStore) -> None:
    assert passive(None, GROUPS, trust).check.verdict is Verdict.FAILED
    assert passive(b"\x77\x02\x05\x00", GROUPS, trust).check.verdict is Verdict.FAILED


def test_without_a_configured_issuer_nothing_is_trusted() -> None:
    check = passive(FILES[SOD.fid], GROUPS, TrustStore()).check
    assert (check.verdict, "no CSCA" in check.reason) == (Verdict.ISSUER_NOT_TRUSTED, True)


def test_another_issuer_is_not_trusted_even_under_the_same_name(tmp_path: Path) -> None:
    for label in ("Kiosk Simulation", "Somebody Else"):
        folder = tmp_path / label
        Issuer("another", label).write_csca(folder)
        check = passive(FILES[SOD.fid], GROUPS, TrustStore.load(folder)).check
        assert check.verdict is Verdict.ISSUER_NOT_TRUSTED


def test_a_certificate_outside_its_time_is_not_trusted(trust: TrustStore) -> None:
    check = passive(FILES[SOD.fid], GROUPS, trust, datetime(2014, 6, 1, tzinfo=UTC)).check
    assert (check.verdict, "not valid" in check.reason) == (Verdict.ISSUER_NOT_TRUSTED, True)
    assert passive(FILES[SOD.fid], GROUPS, trust, noon("2022-06-20")).check.verdict is Verdict.PASSED


def test_a_wrong_hash_on_the_chip_shows_in_the_reading(trust: TrustStore) -> None:
    reading = read(ChipTransport(chip(wrong_hash=True)), CardAccess(can=PEOPLE["adult"].can), trust=trust)
    assert reading.passive.verdict is Verdict.FAILED
    assert "DG2" in reading.passive.reason


def test_a_broken_file_in_the_folder_is_named_and_hides_no_other(tmp_path: Path) -> None:
    ISSUER.write_csca(tmp_path)
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "ascii")
    (tmp_path / "empty.der").write_bytes(b"")
    (tmp_path / "readme.txt").write_text("not looked at", "ascii")
    store = TrustStore.load(tmp_path)
    assert len(store.anchors) == 1
    assert sorted(problem.split(":")[0] for problem in store.problems) == ["broken.pem", "empty.der"]


def explicit(curve: curves.Curve, key: ec.EllipticCurvePrivateKey, **wrong: object) -> x509.Certificate:
    """A self-signed certificate whose key spells out its curve, as Viet Nam's CSCA does."""
    size = curve.field_bytes
    numbers = {"p": curve.p, "a": curve.a, "b": curve.b, "g": curve.g, "n": curve.n} | wrong
    domain = keys.SpecifiedECDomain(
        {
            "version": "ecdpVer1",
            "field_id": {"field_type": "prime_field", "parameters": numbers["p"]},
            "curve": {"a": numbers["a"].to_bytes(size, "big"), "b": numbers["b"].to_bytes(size, "big")},
            "base": keys.ECPoint(curve.encode(numbers["g"])),
            "order": numbers["n"],
            "cofactor": 1,
        }
    )
    octets = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    info = keys.PublicKeyInfo(
        {
            "algorithm": {"algorithm": "ec", "parameters": keys.ECDomainParameters("specified", domain)},
            "public_key": keys.ECPointBitString(octets),
        }
    )
    name = x509.Name.build({"country_name": "VN", "common_name": "Explicit CSCA Simulation"})
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": 7,
            "signature": {"algorithm": "sha256_ecdsa"},
            "issuer": name,
            "validity": {
                "not_before": x509.Time("utc_time", datetime(2020, 1, 1, tzinfo=UTC)),
                "not_after": x509.Time("utc_time", datetime(2040, 1, 1, tzinfo=UTC)),
            },
            "subject": name,
            "subject_public_key_info": info,
        }
    )
    signature = key.sign(body.dump(), ec.ECDSA(hashes.SHA256()))
    return x509.Certificate(
        {"tbs_certificate": body, "signature_algorithm": {"algorithm": "sha256_ecdsa"}, "signature_value": signature}
    )


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (12, ec.SECP256R1),
        (15, ec.SECP384R1),
        (13, ec.BrainpoolP256R1),
        (16, ec.BrainpoolP384R1),
        (17, ec.BrainpoolP512R1),
    ],
)
def test_explicit_parameters_of_a_standard_curve_are_understood(number: int, kind, tmp_path: Path) -> None:
    key = ec.generate_private_key(kind())
    certificate = explicit(curves.BY_PARAMETER_ID[number], key)
    (tmp_path / "csca.der").write_bytes(certificate.dump())
    store = TrustStore.load(tmp_path)
    assert store.problems == ()
    numbers = key.public_key().public_numbers()
    assert public_key(store.anchors[0]).point == (numbers.x, numbers.y)


def test_a_made_up_generator_is_never_taken_for_the_standard_one() -> None:
    # CVE-2020-0601: with a generator of one's choice anybody knows a private key for a trusted public key.
    curve = curves.BY_PARAMETER_ID[15]
    key = ec.generate_private_key(ec.SECP384R1())
    point = key.public_key().public_numbers()
    with pytest.raises(UnsupportedError, match="explicit curve"):
        public_key(explicit(curve, key, g=(point.x, point.y)))


def self_signed(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, hash_: hashes.HashAlgorithm, **options: object):
    """A CSCA with a signature of any kind, as asn1crypto reads it."""
    name = crypto_x509.Name([crypto_x509.NameAttribute(NameOID.COMMON_NAME, "CSCA of another kind")])
    certificate = (
        crypto_x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(5)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(key, hash_, **options)
    )
    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.mark.parametrize(
    ("hash_", "pss"),
    [(hashes.SHA256(), False), (hashes.SHA512(), False), (hashes.SHA256(), True), (hashes.SHA384(), True)],
)
def test_rsa_issuers_are_checked_with_either_padding(rsa_key, hash_, pss: bool) -> None:
    options = {"rsa_padding": padding.PSS(padding.MGF1(hash_), 32)} if pss else {}
    certificate = self_signed(rsa_key, hash_, **options)
    store = TrustStore((certificate,))
    assert issuer_problem(certificate, store, datetime(2030, 1, 1, tzinfo=UTC)) is None
    other = self_signed(rsa.generate_private_key(public_exponent=65537, key_size=2048), hash_, **options)
    problem = issuer_problem(other, store, datetime(2030, 1, 1, tzinfo=UTC))
    assert problem is not None
    assert "signed" in problem


@pytest.mark.parametrize("hash_", [hashes.SHA224(), hashes.SHA384(), hashes.SHA512()])
def test_ecdsa_issuers_are_checked_with_every_hash(hash_) -> None:
    certificate = self_signed(ec.generate_private_key(ec.SECP521R1()), hash_)
    assert issuer_problem(certificate, TrustStore((certificate,)), datetime(2030, 1, 1, tzinfo=UTC)) is None


def test_a_bare_rsa_signature_takes_the_digest_of_its_signer(rsa_key) -> None:
    signature = rsa_key.sign(b"list", padding.PKCS1v15(), hashes.SHA256())
    algorithm = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"})
    verify(rsa_key.public_key(), algorithm, signature, b"list", "sha256")
    with pytest.raises(BadSignatureError):
        verify(rsa_key.public_key(), algorithm, signature, b"another list", "sha256")


def test_an_unknown_algorithm_is_not_checked_rather_than_failed(trust: TrustStore) -> None:
    # ecdsa-with-SHA256 becomes an object identifier that nobody knows, in the signer's information at the file's end.
    sod = FILES[SOD.fid]
    known = bytes.fromhex("06082A8648CE3D040302")
    place = sod.rindex(known)
    changed = sod[:place] + bytes.fromhex("06082A8648CE3D04037F") + sod[place + len(known) :]
    check = passive(changed, GROUPS, trust).check
    assert check.verdict is Verdict.NOT_CHECKED
    assert "not supported" in check.reason
