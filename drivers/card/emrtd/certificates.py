"""Certificates of issuers: keys out of them (explicit curves named again), signatures checked, a folder of CSCAs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from asn1crypto import algos, keys, pem, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from drivers.card.emrtd import curves

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
# What asn1crypto raises, here and there, on bytes that are not what they claim to be.
MALFORMED: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)
_HASHES: Final[dict[str, type[hashes.HashAlgorithm]]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_MAX_FILE: Final = 4 * 1024 * 1024
# 2.23.136.1.1.3: signs lists of CSCAs, never documents (9303-12 7.1.1.3).
_MASTER_LIST_SIGNER: Final = "2.23.136.1.1.3"


class UnsupportedError(Exception):
    """An algorithm or curve that is not checked here; the signature may be good all the same."""


class BadSignatureError(Exception):
    """The signature does not hold."""


@dataclass(frozen=True)
class TrustStore:
    """The configured CSCA certificates, and the files that could not be read (name: reason)."""

    anchors: tuple[Any, ...] = field(default=(), repr=False)
    problems: tuple[str, ...] = ()

    @staticmethod
    def load(folder: Path) -> TrustStore:
        """Every .pem, .crt, .cer and .der below `folder`; one broken file never hides the others."""
        anchors: list[Any] = []
        problems: list[str] = []
        suffixes = {".pem", ".crt", ".cer", ".der"}
        for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in suffixes and p.is_file()):
            try:
                if path.stat().st_size > _MAX_FILE:
                    raise ValueError("too large")
                anchors += _certificates(path.read_bytes())
            except (OSError, *MALFORMED) as error:
                problems.append(f"{path.name}: {error}")
        return TrustStore(tuple(anchors), tuple(problems))


def _certificates(content: bytes) -> list[Any]:
    blocks = [b for _, _, b in pem.unarmor(content, multiple=True)] if pem.detect(content) else [content]
    found = [x509.Certificate.load(block, strict=True) for block in blocks]
    for certificate in found:
        # Parsing is lazy: touch what will be needed, so that a broken file is named here and not at a card.
        _ = certificate.subject.hashable, certificate.public_key.algorithm
    return found


def public_key(certificate: Any) -> PublicKey:
    """A certificate's key. Raises UnsupportedError."""
    info = certificate["tbs_certificate"]["subject_public_key_info"]
    algorithm = info["algorithm"]["algorithm"].native
    if algorithm == "ec":
        info = _named_curve(info)
    elif algorithm == "rsassa_pss":
        info = keys.PublicKeyInfo({"algorithm": {"algorithm": "rsa"}, "public_key": info["public_key"].parsed})
    try:
        key = load_der_public_key(info.dump())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnsupportedError(f"key of kind {algorithm}") from error
    if not isinstance(key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)):
        raise UnsupportedError(f"key of kind {algorithm}")
    return key


def _named_curve(info: Any) -> Any:
    """The same key with its explicit curve parameters replaced by the curve's name.

    Many CSCAs, Viet Nam's among them, spell their curve out, and `cryptography` refuses that. Only parameters that
    are a standard curve to the last number are taken: a made-up generator would let anybody forge (CVE-2020-0601).
    """
    parameters = info["algorithm"]["parameters"]
    if parameters.name != "specified":
        return info
    domain = parameters.chosen
    prime = domain["field_id"]["parameters"].native
    size = (int(prime).bit_length() + 7) // 8
    base = bytes(domain["base"].native)
    x = int.from_bytes(base[1 : 1 + size], "big")
    for curve in curves.CURVES:
        # The base point may be compressed: then x and the parity of y name it.
        whole = len(base) == 1 + 2 * size and base == curve.encode(curve.g)
        short = len(base) == 1 + size and base[0] == 2 + (curve.g[1] & 1) and x == curve.g[0]
        same = (
            curve.p == prime
            and curve.n == domain["order"].native
            and curve.a == int.from_bytes(domain["curve"]["a"].native, "big")
            and curve.b == int.from_bytes(domain["curve"]["b"].native, "big")
        )
        if same and (whole or short):
            break
    else:
        raise UnsupportedError("an explicit curve that is no standard one")
    return keys.PublicKeyInfo(
        {
            "algorithm": {"algorithm": "ec", "parameters": keys.ECDomainParameters("named", curve.oid)},
            "public_key": keys.ECPointBitString(info["public_key"].native),
        }
    )


def hash_of(name: str) -> hashes.HashAlgorithm:
    """A hash by asn1crypto's name. Raises UnsupportedError."""
    kind = _HASHES.get(name)
    if kind is None:
        raise UnsupportedError(f"hash {name}")
    return kind()


def digest(name: str, data: bytes) -> bytes:
    """The digest of `data`. Raises UnsupportedError."""
    worker = hashes.Hash(hash_of(name))
    worker.update(data)
    return worker.finalize()


def verify(key: PublicKey, algorithm: Any, signature: bytes, message: bytes, default_hash: str) -> None:
    """Checks one signature made with a SignedDigestAlgorithm. Raises BadSignatureError, UnsupportedError."""
    try:
        kind = algorithm.signature_algo
        # A bare rsaEncryption leaves the hash to the signer's digest algorithm (RFC 3370 3.2).
        name = default_hash if algorithm["algorithm"].native == "rsassa_pkcs1v15" else algorithm.hash_algo
    except ValueError as error:
        raise UnsupportedError(f"signature algorithm {algorithm['algorithm'].dotted}") from error
    try:
        if kind == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(hash_of(name)))
        elif kind == "rsassa_pkcs1v15" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), hash_of(name))
        elif kind == "rsassa_pss" and isinstance(key, rsa.RSAPublicKey):
            parameters = algorithm["parameters"]
            mask = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
            salt = int(parameters["salt_length"].native)
            key.verify(signature, message, padding.PSS(padding.MGF1(hash_of(mask)), salt), hash_of(name))
        else:
            raise UnsupportedError(f"signature {kind} with this key")
    except InvalidSignature as error:
        raise BadSignatureError from error
    except UnsupportedAlgorithm as error:
        raise UnsupportedError(str(error)) from error


def issuer_problem(certificate: Any, trust: TrustStore, moment: datetime) -> str | None:
    """Why a document signer is not trusted, None when it is: issued by a configured CSCA, valid then, for signing.

    `moment` is when the document was signed, as far as is known. Raises UnsupportedError.
    """
    if not trust.anchors:
        return "no CSCA certificate is configured"
    named = [anchor for anchor in trust.anchors if anchor.subject == certificate.issuer]
    if not named:
        return "the document signer's issuer is not among the configured CSCAs"
    if not any(_issued_by(certificate, anchor) for anchor in named):
        return "no configured CSCA of the issuer's name signed the document signer's certificate"
    validity = certificate["tbs_certificate"]["validity"]
    if not validity["not_before"].native <= moment <= validity["not_after"].native:
        return "the document signer's certificate was not valid when the card was issued"
    usage = certificate.extended_key_usage_value
    if usage is not None and _MASTER_LIST_SIGNER in {purpose.dotted for purpose in usage}:
        return "the signer's certificate is for lists, not for documents"
    return None


def _issued_by(certificate: Any, anchor: Any) -> bool:
    algorithm: algos.SignedDigestAlgorithm = certificate["signature_algorithm"]
    try:
        verify(
            public_key(anchor),
            algorithm,
            certificate["signature_value"].native,
            certificate["tbs_certificate"].dump(),
            "",
        )
    except BadSignatureError:
        return False
    return True


def noon(iso: str) -> datetime | None:
    """Noon UTC of an ISO day, which is that day in every inhabited zone but the farthest; None when it is none."""
    try:
        return datetime.fromisoformat(iso).replace(hour=12, tzinfo=UTC)
    except ValueError:
        return None
