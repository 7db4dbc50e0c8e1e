"""Passive authentication (ICAO 9303-11 5.1): whether what was read is what a trusted issuer signed, and why not."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from drivers.card.emrtd.certificates import TrustStore, issuer_problem
from drivers.card.emrtd.public_keys import MALFORMED, BadSignatureError, UnsupportedError, digest
from drivers.card.emrtd.sod import SecurityObject, SignedFile, SodError, parse_sod
from drivers.ports import Cause, Check, Verdict


@dataclass(frozen=True)
class Passive:
    """The verdict; the data groups EF.SOD lists, and those of the files read that are just as it lists them."""

    check: Check
    listed: frozenset[int] = frozenset()
    as_signed: frozenset[int] = frozenset()


def passive(
    sod: bytes | None, files: Mapping[int, bytes], trust: TrustStore, signed: datetime | None = None
) -> Passive:
    """Compares the files read (by data group number) with the SOD and the SOD with the trusted issuers.

    FAILED means that something is not as signed, ISSUER_NOT_TRUSTED that all is consistent but the signer is unknown,
    NOT_CHECKED that an algorithm is not supported. `signed` is when the card was issued, now when unknown.
    """
    if sod is None:
        return Passive(Check(Verdict.FAILED, "the chip has no EF.SOD", Cause.NO_SIGNATURE))
    try:
        security = parse_sod(sod)
    except SodError as error:
        return Passive(Check(Verdict.FAILED, f"EF.SOD: {error}", Cause.NOT_AS_SIGNED))
    listed = frozenset(security.hashes)
    try:
        good = _as_signed(security, files)
    except UnsupportedError as error:
        return Passive(Check(Verdict.NOT_CHECKED, f"not supported: {error}", Cause.UNSUPPORTED), listed)
    check = _judge(security.signed, "EF.SOD", trust, signed)
    if check.verdict is Verdict.FAILED:
        # Nothing vouches for the list, so nothing vouches for what it lists.
        good = frozenset()
    for number in sorted(files):
        if number not in listed:
            return Passive(_differs(f"DG{number} is not in the signed list"), listed, good)
        if number not in good and check.verdict is not Verdict.FAILED:
            return Passive(_differs(f"DG{number} is not what was signed"), listed, good)
    if check.verdict is Verdict.PASSED:
        names = ", ".join(f"DG{number}" for number in sorted(files))
        check = Check(Verdict.PASSED, f"{names} {check.reason}")
    return Passive(check, listed, good)


def judge_file(signed_file: SignedFile, name: str, trust: TrustStore, signed: datetime | None = None) -> Check:
    """The verdict on a signed file by itself, as EF.CardSecurity is."""
    return _judge(signed_file, name, trust, signed)


def _judge(signed_file: SignedFile, name: str, trust: TrustStore, signed: datetime | None) -> Check:
    if signed_file.certificate is None:
        return Check(Verdict.NOT_CHECKED, f"{name} does not bring its signer's certificate", Cause.NO_CERTIFICATE)
    try:
        signed_file.check_signature()
        problem = issuer_problem(signed_file.certificate, trust, signed or datetime.now(UTC))
        signer = _name(signed_file.certificate)
    except SodError as error:
        return _differs(f"{name}: {error}")
    except BadSignatureError:
        return _differs(f"the signature of {name} does not hold")
    except UnsupportedError as error:
        return Check(Verdict.NOT_CHECKED, f"not supported: {error}", Cause.UNSUPPORTED)
    except MALFORMED as error:
        return _differs(f"{name} is malformed ({type(error).__name__})")
    if problem is not None:
        return Check(Verdict.ISSUER_NOT_TRUSTED, problem, Cause.ISSUER_UNKNOWN)
    return Check(Verdict.PASSED, f"as signed by {signer}")


def _differs(reason: str) -> Check:
    return Check(Verdict.FAILED, reason, Cause.NOT_AS_SIGNED)


def _as_signed(security: SecurityObject, files: Mapping[int, bytes]) -> frozenset[int]:
    return frozenset(
        number
        for number, content in files.items()
        if number in security.hashes
        and hmac.compare_digest(security.hashes[number], digest(security.hash_name, content))
    )


def _name(certificate: Any) -> str:
    """The signer's country and common name: an office, not a person."""
    subject = certificate.subject.native
    return f"{subject.get('country_name', '??')} {subject.get('common_name', 'document signer')}"
