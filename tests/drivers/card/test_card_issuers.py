"""Signed files that are not quite as they must be: whose signature, over what, and by whose leave."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from card_bench import ISSUER
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from drivers.card.emrtd import curves, public_keys, tlv
from drivers.card.emrtd.authenticity import passive
from drivers.card.emrtd.certificates import TrustStore, issuer_problem
from drivers.card.emrtd.sod import SodError, parse_card_security, parse_sod
from drivers.ports import Verdict
from drivers.simulators.chip import der
from drivers.simulators.chip.making import StaticKey, subject_key
from drivers.simulators.chip.people import PEOPLE

FILES = ISSUER.card(PEOPLE["adult"]).files
SOD = FILES[0x011D]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def changed(change: Any, sod: bytes = SOD) -> bytes:
    """EF.SOD with something about its signed data changed."""
    info = cms.ContentInfo.load(tlv.require(sod, 0x77))
    change(info["content"])
    return tlv.encode(0x77, info.dump(force=True))


def test_the_sod_itself_is_as_it_must_be() -> None:
    assert passive(SOD, {1: FILES[0x0101]}, TrustStore()).check.verdict is Verdict.ISSUER_NOT_TRUSTED
    assert changed(lambda signed: None) == SOD


def _two_signers(signed: Any) -> None:
    signed["signer_infos"] = cms.SignerInfos([signed["signer_infos"][0], signed["signer_infos"][0]])


def _no_attributes(signed: Any) -> None:
    signed["signer_infos"][0]["signed_attrs"] = None


def _other_type(signed: Any) -> None:
    attributes = signed["signer_infos"][0]["signed_attrs"]
    for attribute in attributes:
        if attribute["type"].native == "content_type":
            attribute["values"] = cms.SetOfContentType(["data"])


def _unannounced_digest(signed: Any) -> None:
    signed["digest_algorithms"] = cms.DigestAlgorithms([{"algorithm": "sha512"}])


def _no_certificate(signed: Any) -> None:
    signed["certificates"] = None


@pytest.mark.parametrize(
    ("change", "verdict", "word"),
    [
        (_two_signers, Verdict.FAILED, "one signer"),
        (_no_attributes, Verdict.FAILED, "attributes"),
        (_other_type, Verdict.FAILED, "type"),
        (_unannounced_digest, Verdict.FAILED, "digest algorithm"),
        (_no_certificate, Verdict.NOT_CHECKED, "certificate"),
    ],
)
def test_what_is_wrong_with_the_signed_data_is_said(change: Any, verdict: Verdict, word: str) -> None:
    check = passive(changed(change), {1: FILES[0x0101]}, TrustStore()).check
    assert (check.verdict, word in check.reason) == (verdict, True), check.reason


def test_bytes_behind_the_file_and_groups_listed_twice_are_refused() -> None:
    with pytest.raises(SodError):
        parse_sod(SOD + b"\x00")
    entry = der.sequence(der.integer(1), der.octets(hashlib.sha256(b"").digest()))
    sha256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
    for entries in ((entry, entry), (der.sequence(der.integer(17), der.octets(b"")),), ()):
        listed = der.sequence(der.integer(0), sha256, der.sequence(*entries))

        def swap(signed: Any, listed: bytes = listed) -> None:
            signed["encap_content_info"]["content"] = cms.ParsableOctetString(listed)

        with pytest.raises(SodError):
            parse_sod(changed(swap))


def test_a_sod_is_no_card_security_and_the_other_way_round() -> None:
    with pytest.raises(SodError, match="type of content"):
        parse_card_security(tlv.require(SOD, 0x77))
    security = ISSUER.card(PEOPLE["adult"], mapping="cam").files[0x1011D]
    with pytest.raises(SodError, match="type of content"):
        parse_sod(tlv.encode(0x77, security))
    assert parse_card_security(security).content[:1] == b"\x31"


# --- issuers


def pair(
    *, authority: bool | None = True, cert_sign: bool = True, signing: bool = True, key: Any = None
) -> tuple[Any, Any]:
    """A CSCA and a document signer under it, as asn1crypto reads them."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    csca, signer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("CSCA test", "Signer test"))

    def usage(sign: bool, certify: bool) -> x509.KeyUsage:
        return x509.KeyUsage(sign, False, False, False, False, certify, not sign, False, False)

    def build(subject: x509.Name, public: Any) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(csca).public_key(public)
        builder = builder.serial_number(9).not_valid_before(NOW - timedelta(days=9))
        return builder.not_valid_after(NOW + timedelta(days=9))

    top = build(csca, key.public_key()).add_extension(usage(not cert_sign, cert_sign), critical=True)
    if authority is not None:
        top = top.add_extension(x509.BasicConstraints(authority, None), critical=True)
    below = build(signer, ec.generate_private_key(ec.SECP256R1()).public_key())
    below = below.add_extension(usage(signing, not signing), critical=True)
    made = (builder.sign(key, hashes.SHA256()) for builder in (top, below))
    loaded = [asn1_x509.Certificate.load(each.public_bytes(serialization.Encoding.DER)) for each in made]
    return loaded[0], loaded[1]


def test_a_proper_pair_is_trusted() -> None:
    csca, signer = pair()
    assert issuer_problem(signer, TrustStore((csca,)), NOW) is None
    csca, signer = pair(authority=None)
    assert issuer_problem(signer, TrustStore((csca,)), NOW) is None


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"authority": False}, "signed the document signer"),
        ({"cert_sign": False}, "signed the document signer"),
        ({"signing": False}, "not for signing"),
    ],
)
def test_certificates_that_may_not_do_what_they_did_are_not_trusted(options: dict[str, bool], word: str) -> None:
    csca, signer = pair(**options)
    problem = issuer_problem(signer, TrustStore((csca,)), NOW)
    assert problem is not None
    assert word in problem


# --- keys


@pytest.mark.parametrize("number", curves.BY_PARAMETER_ID)
@pytest.mark.parametrize("explicit", [False, True])
def test_keys_are_read_however_their_curve_is_named(number: int, explicit: bool) -> None:
    key = StaticKey(number, 12345)
    loaded = public_keys.load(subject_key(key, explicit=explicit))
    assert isinstance(loaded, public_keys.EcKey)
    assert loaded.curve is curves.BY_PARAMETER_ID[number]
    assert loaded.point == loaded.curve.multiply(12345, loaded.curve.g)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_dh_keys_are_read_with_the_order_of_the_group_that_they_spell_out(number: int) -> None:
    loaded = public_keys.load(subject_key(StaticKey(number, 12345), explicit=True))
    assert isinstance(loaded, public_keys.DhKey)
    assert loaded.group.q is not None


@pytest.mark.parametrize(
    ("p", "g"), [(2**64 + 13, 2), (2**2048, 2), (2**8192 + 1, 2), (2**2048 + 981, 1), (2**2048 + 981, 2**2048 + 980)]
)
def test_dh_parameters_that_would_prove_nothing_or_take_for_ever_are_refused(p: int, g: int) -> None:
    algorithm = der.sequence(der.oid("1.2.840.113549.1.3.1"), der.sequence(der.integer(p), der.integer(g)))
    with pytest.raises(ValueError, match="DH"):
        public_keys.load(der.sequence(algorithm, der.tlv("03", b"\x00", der.integer(5))))


def test_a_compressed_point_is_the_same_point() -> None:
    curve = curves.BY_PARAMETER_ID[13]
    point = curve.multiply(99, curve.g)
    octets = bytes((2 + (point[1] & 1),)) + point[0].to_bytes(32, "big")
    algorithm = der.sequence(der.oid("1.2.840.10045.2.1"), der.oid(curve.oid))
    loaded = public_keys.load(der.sequence(algorithm, der.tlv("03", b"\x00", octets)))
    assert isinstance(loaded, public_keys.EcKey)
    assert loaded.point == point
