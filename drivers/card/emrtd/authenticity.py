"""Passive authentication (ICAO 9303-11 5.1): whether what was read is what a trusted issuer signed, and why not."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from drivers.card.emrtd.certificates import (
    MALFORMED,
    BadSignatureError,
    TrustStore,
    UnsupportedError,
    digest,
    issuer_problem,
    public_key,
    verify,
)
from drivers.card.emrtd.sod import SecurityObject, SodError, parse_sod
from drivers.ports import Check, Verdict

_MESSAGE_DIGEST: Final = "message_digest"


class _MismatchError(Exception):
    """What was read is not what was signed."""


def passive(sod: bytes | None, files: Mapping[int, bytes], trust: TrustStore, signed: datetime | None = None) -> Check:
    """Compares the files read (by data group number) with the SOD and the SOD with the trusted issuers.

    FAILED means that something is not as signed, ISSUER_NOT_TRUSTED that all is consistent but the signer is unknown,
    NOT_CHECKED that an algorithm is not supported. `signed` is when the card was issued, now when unknown.
    """
    if sod is None:
        return Check(Verdict.FAILED, "the chip has no EF.SOD")
    try:
        security = parse_sod(sod)
        _check_hashes(security, files)
        if security.certificate is None:
            return Check(Verdict.NOT_CHECKED, "EF.SOD does not bring its signer's certificate")
        _check_signature(security)
        problem = issuer_problem(security.certificate, trust, signed or datetime.now(UTC))
    except SodError as error:
        return Check(Verdict.FAILED, f"EF.SOD: {error}")
    except _MismatchError as error:
        return Check(Verdict.FAILED, str(error))
    except BadSignatureError:
        return Check(Verdict.FAILED, "the signature of EF.SOD does not hold")
    except UnsupportedError as error:
        return Check(Verdict.NOT_CHECKED, f"not supported: {error}")
    except MALFORMED as error:
        return Check(Verdict.FAILED, f"EF.SOD is malformed ({type(error).__name__})")
    if problem is not None:
        return Check(Verdict.ISSUER_NOT_TRUSTED, problem)
    names = ", ".join(f"DG{number}" for number in sorted(files))
    return Check(Verdict.PASSED, f"{names} as signed by {_name(security.certificate)}")


def _check_hashes(security: SecurityObject, files: Mapping[int, bytes]) -> None:
    for number, content in sorted(files.items()):
        expected = security.hashes.get(number)
        if expected is None:
            raise _MismatchError(f"DG{number} is not in the signed list")
        if not hmac.compare_digest(expected, digest(security.hash_name, content)):
            raise _MismatchError(f"DG{number} is not what was signed")


def _check_signature(security: SecurityObject) -> None:
    """The signature over the signed attributes, and through them over the list (RFC 5652 5.4)."""
    signer = security.signer
    name = signer["digest_algorithm"]["algorithm"].native
    attributes = signer["signed_attrs"]
    message = security.content
    if len(attributes):
        values = [attribute["values"] for attribute in attributes if attribute["type"].native == _MESSAGE_DIGEST]
        if len(values) != 1 or len(values[0]) != 1:
            raise _MismatchError("EF.SOD's signed attributes lack the digest")
        if not hmac.compare_digest(bytes(values[0][0].native), digest(name, security.content)):
            raise _MismatchError("EF.SOD's digest does not fit its list")
        # Signed as a SET OF, stored under an implicit tag.
        message = attributes.untag().dump()
    verify(public_key(security.certificate), signer["signature_algorithm"], signer["signature"].native, message, name)


def _name(certificate: Any) -> str:
    """The signer's country and common name: an office, not a person."""
    subject = certificate.subject.native
    return f"{subject.get('country_name', '??')} {subject.get('common_name', 'document signer')}"
