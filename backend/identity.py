"""Who may call itself which kiosk: one-time codes, certificates for keys that kiosks made, and their revocation."""

from __future__ import annotations

import hashlib
import math
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import delete, select, update
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.contract import KIOSK_ID, EnrolmentRequest, RenewalRequest, parse, read_json
from backend.limits import Allowance, Guard
from backend.log import Event, emit
from backend.problems import Problem
from backend.service import Service
from backend.storage.models import Certificate, Enrolment, Revocation
from backend.tls import PEER, SERIAL, Pki, PkiError, peer

CODE_BITS: Final = 80
"""As many again of the authority's SHA-256 follow, so that a kiosk knows whom it talks to before it says the secret."""
CODE_LIFETIME_S: Final = 3600
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP: Final = 4
_WRONG_CODES: Final = (Allowance("enrolment", 10, 600.0),)
_MAX_BODY: Final = 16 * 1024


@dataclass(frozen=True)
class Issued:
    """A certificate (PEM) and whose it is."""

    kiosk_id: str
    certificate: str
    authority: str

    def document(self) -> dict[str, str]:
        """The body of the answer."""
        return {"kiosk_id": self.kiosk_id, "certificate": self.certificate, "ca": self.authority}


class Registry:
    """The rows of codes, certificates and revocations. All methods block."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._pki = Pki(service.data / "pki")
        self._guard = Guard(service)

    def authority(self) -> str:
        """The authority's certificate. Raises PkiError."""
        try:
            return self._pki.ca.read_text("ascii")
        except (OSError, ValueError) as error:
            raise PkiError(f"{self._pki.ca}: {type(error).__name__}") from error

    def new_code(self, kiosk_id: str, lifetime_s: int = CODE_LIFETIME_S) -> str:
        """A code for one kiosk, good once and for so long; only its hash is kept. Earlier ones of it end.

        Raises PkiError for an unfit id.
        """
        if not re.fullmatch(KIOSK_ID, kiosk_id):
            raise PkiError("a kiosk id has 1 to 64 letters, digits, dots, hyphens or underscores")
        secret = _base32(secrets.randbits(CODE_BITS))
        now = self._service.now()
        with self._service.database.write() as session:
            unused = Enrolment.kiosk_id == kiosk_id, Enrolment.used_at.is_(None)
            session.execute(delete(Enrolment).where(*unused))
            expires = now + timedelta(seconds=lifetime_s)
            session.add(Enrolment(digest=_digest(secret), kiosk_id=kiosk_id, expires_at=expires))
        emit(Event.ENROLMENT_OFFERED, kiosk_id=kiosk_id, seconds=lifetime_s)
        whole = secret + pin(self.authority())
        return "-".join(whole[at : at + _GROUP] for at in range(0, len(whole), _GROUP))

    def enrol(self, secret: str, csr: str) -> Issued:
        """The certificate of the kiosk whose code this is. The same key may ask again until the code expires, since the
        answer may have been lost; another may not. Raises Problem."""
        public, now, digest = public_key(csr), self._service.now(), _digest(secret)
        wait_s, entered = self._guard.enter(_WRONG_CODES)
        if wait_s > 0:
            raise Problem("ENROLMENT-LIMITED", headers={"Retry-After": str(math.ceil(wait_s))})
        mark = hashlib.sha256(_der(public)).hexdigest()
        with self._service.database.write() as session:
            # One statement decides whose the code is, so that two kiosks at once cannot both have it.
            free = Enrolment.digest == digest, Enrolment.used_at.is_(None), Enrolment.expires_at > now
            session.execute(update(Enrolment).where(*free).values(used_at=now, key_digest=mark))
            row = session.scalar(select(Enrolment).where(Enrolment.digest == digest))
            kiosk_id = row.kiosk_id if row and row.key_digest == mark and row.expires_at > now else None
        if kiosk_id is None:
            emit(Event.ENROLMENT_REFUSED)
            raise Problem("ENROLMENT-REFUSED")
        self._guard.forgive(_WRONG_CODES, entered)
        emit(Event.ENROLMENT_USED, kiosk_id=kiosk_id)
        return self.issue(kiosk_id, public)

    def issue(self, kiosk_id: str, public: ec.EllipticCurvePublicKey) -> Issued:
        """A certificate for a key that the kiosk made and keeps. Raises Problem ISSUING-UNAVAILABLE."""
        days = self._service.settings.kiosk_certificate_days
        try:
            certificate = self._pki.sign_for_kiosk(kiosk_id, public, days)
            authority = self.authority()
        except PkiError:
            raise Problem("ISSUING-UNAVAILABLE", headers={"Retry-After": "3600"}) from None
        self.note(kiosk_id, certificate)
        return Issued(kiosk_id, certificate.public_bytes(serialization.Encoding.PEM).decode("ascii"), authority)

    def note(self, kiosk_id: str, certificate: x509.Certificate) -> None:
        """Remembers that a certificate was issued, so that it is good after an earlier revocation."""
        with self._service.database.write() as session:
            session.add(
                Certificate(
                    serial=serial_of(certificate),
                    kiosk_id=kiosk_id,
                    issued_at=self._service.now(),
                    not_after=certificate.not_valid_after_utc,
                )
            )

    def revoke(self, kiosk_id: str) -> None:
        """Every certificate of the kiosk that exists now is refused from now on, and its unused codes are void."""
        with self._service.database.write() as session:
            session.execute(delete(Revocation).where(Revocation.kiosk_id == kiosk_id))
            session.add(Revocation(kiosk_id=kiosk_id, revoked_at=self._service.now()))
            session.execute(delete(Enrolment).where(Enrolment.kiosk_id == kiosk_id))
        emit(Event.KIOSK_REVOKED, kiosk_id=kiosk_id)

    def revoked(self) -> dict[str, frozenset[str]]:
        """The kiosks that were revoked, each with the serials of the certificates it has got since."""
        with self._service.database.read() as session:
            since = {row.kiosk_id: row.revoked_at for row in session.scalars(select(Revocation))}
            issued = session.scalars(select(Certificate).where(Certificate.kiosk_id.in_(since)))
            good: dict[str, set[str]] = {kiosk_id: set() for kiosk_id in since}
            for row in issued:
                if row.issued_at > since[row.kiosk_id]:
                    good[row.kiosk_id].add(row.serial)
        return {kiosk_id: frozenset(serials) for kiosk_id, serials in good.items()}


class Gate:
    """Lets no request of a revoked certificate through, also on a connection that was open before it was revoked.

    What it knows is kept in memory and fetched anew by `refresh`, so that no request waits for the database.
    """

    def __init__(self, app: ASGIApp, known: Callable[[], Mapping[str, frozenset[str]]]) -> None:
        self._app = app
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request."""
        good = self._known().get(scope.get(PEER) or "") if scope["type"] == "http" else None
        if good is not None and scope.get(SERIAL) not in good:
            await Problem("CERTIFICATE-REVOKED").response()(scope, receive, send)
            return
        await self._app(scope, receive, send)


def pin(authority: str) -> str:
    """The beginning of the SHA-256 of an authority's certificate, as the end of a code has it."""
    der = x509.load_pem_x509_certificate(authority.encode("ascii")).public_bytes(serialization.Encoding.DER)
    return _base32(int.from_bytes(hashlib.sha256(der).digest()[: CODE_BITS // 8], "big"))


def serial_of(certificate: x509.Certificate) -> str:
    """The serial number as Python's ssl module writes it: upper-case hexadecimal, whole bytes."""
    text = f"{certificate.serial_number:X}"
    return text.zfill(len(text) + len(text) % 2)


def public_key(csr: str) -> ec.EllipticCurvePublicKey:
    """The key of a request that is signed with it. Raises Problem REQUEST-INVALID."""
    try:
        request = x509.load_pem_x509_csr(csr.encode("ascii"))
        key = request.public_key()
        if request.is_signature_valid and isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1":
            return key
    except Exception:  # a parser's many exceptions all say the same of a stranger's bytes
        raise Problem("REQUEST-INVALID", ["csr"]) from None
    raise Problem("REQUEST-INVALID", ["csr"])


def _der(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _digest(secret: str) -> str:
    # 80 random bits need no slow hash: nobody tries them all within the code's hour.
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def _base32(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(CODE_BITS - 5, -1, -5))


def enrolment_router(registry: Registry) -> APIRouter:
    """What a kiosk without a certificate may ask."""
    routes = APIRouter()

    @routes.get("/v1/authority")
    async def authority() -> Response:
        return JSONResponse({"ca": await run_in_threadpool(registry.authority)})

    @routes.post("/v1/enrolments")
    async def enrol(request: Request) -> Response:
        asked = parse(EnrolmentRequest, await read_json(request, _MAX_BODY))
        issued = await run_in_threadpool(registry.enrol, asked.code, asked.csr)
        return JSONResponse(issued.document(), 201)

    return routes


def renewal_router(registry: Registry) -> APIRouter:
    """What a kiosk with a certificate may ask: one for its next key."""
    routes = APIRouter()

    @routes.post("/v1/certificates")
    async def renew(request: Request) -> Response:
        kiosk_id = peer(request)
        asked = parse(RenewalRequest, await read_json(request, _MAX_BODY))
        public = await run_in_threadpool(public_key, asked.csr)
        issued = await run_in_threadpool(registry.issue, kiosk_id, public)
        emit(Event.CERTIFICATE_RENEWED, kiosk_id=kiosk_id)
        return JSONResponse(issued.document(), 201)

    return routes
