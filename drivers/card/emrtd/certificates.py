"""Certificates of issuers: their signatures checked, who may sign what, and a folder of trusted CSCAs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from asn1crypto import algos, pem, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from drivers.card.emrtd.public_keys import (
    MALFORMED,
    BadSignatureError,
    EcKey,
    PublicKey,
    UnsupportedError,
    digest,
    hash_of,
    load,
)

__all__ = ["BadSignatureError", "TrustStore", "UnsupportedError", "issuer_problem", "noon", "public_key", "verify"]

_MAX_FILE: Final = 4 * 1024 * 1024
# 2.23.136.1.1.3: signs lists of CSCAs, never documents (9303-12 7.1.1.3).
_MASTER_LIST_SIGNER: Final = "2.23.136.1.1.3"


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
    try:
        return load(info.dump())
    except MALFORMED as error:
        raise UnsupportedError(f"a key that cannot be read ({type(error).__name__})") from error


def verify(key: PublicKey, algorithm: Any, signature: bytes, message: bytes, default_hash: str) -> None:
    """Checks one signature made with a SignedDigestAlgorithm. Raises BadSignatureError, UnsupportedError."""
    try:
        kind = algorithm.signature_algo
        # A bare rsaEncryption leaves the hash to the signer's digest algorithm (RFC 3370 3.2).
        name = default_hash if algorithm["algorithm"].native == "rsassa_pkcs1v15" else algorithm.hash_algo
    except ValueError as error:
        raise UnsupportedError(f"signature algorithm {algorithm['algorithm'].dotted}") from error
    try:
        if kind == "ecdsa" and isinstance(key, EcKey):
            r, s = decode_dss_signature(signature)
            key.verify(r, s, digest(name, message), hash_of(name))
        elif kind == "rsassa_pkcs1v15" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), hash_of(name))
        elif kind == "rsassa_pss" and isinstance(key, rsa.RSAPublicKey):
            parameters = algorithm["parameters"]
            mask = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
            salt = int(parameters["salt_length"].native)
            key.verify(signature, message, padding.PSS(padding.MGF1(hash_of(mask)), salt), hash_of(name))
        else:
            raise UnsupportedError(f"signature {kind} with this key")
    except (InvalidSignature, ValueError) as error:
        # ValueError: an ECDSA signature that is no pair of numbers.
        raise BadSignatureError from error
    except UnsupportedAlgorithm as error:
        raise UnsupportedError(str(error)) from error


def issuer_problem(certificate: Any, trust: TrustStore, moment: datetime) -> str | None:
    """Why a document signer is not trusted, None when it is: issued by a configured CSCA, valid then, for signing.

    `moment` is when the document was signed, as far as is known. Raises UnsupportedError.
    """
    if not trust.anchors:
        return "no CSCA certificate is configured"
    named = [anchor for anchor in trust.anchors if _names(certificate, anchor)]
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
    usage = certificate.key_usage_value
    if usage is not None and "digital_signature" not in usage.native:
        return "the signer's certificate is not for signing"
    return None


def _names(certificate: Any, anchor: Any) -> bool:
    """By name, or by the key's identifier: countries write their names differently in the two certificates."""
    wanted = certificate.authority_key_identifier
    return anchor.subject == certificate.issuer or (wanted is not None and wanted == anchor.key_identifier)


def _issued_by(certificate: Any, anchor: Any) -> bool:
    constraints, usage = anchor.basic_constraints_value, anchor.key_usage_value
    if constraints is not None and not constraints["ca"].native:
        return False
    if usage is not None and "key_cert_sign" not in usage.native:
        return False
    algorithm: algos.SignedDigestAlgorithm = certificate["signature_algorithm"]
    if algorithm["algorithm"].dotted != certificate["tbs_certificate"]["signature"]["algorithm"].dotted:
        return False
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
