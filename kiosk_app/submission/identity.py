"""The kiosk's identity: a key that never leaves it, its certificate, enrolment with a one-time code, and renewal.

Key and certificate lie in one file, so that one rename swaps both. The next pair lies beside it until the service has
answered it: a kiosk that is cut off, killed or refused in the middle still has the old one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import http.client
import json
import re
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from drivers.durable import fsync_folder, write_durably

from .errors import ServiceTrouble, SubmissionError, disk_errors
from .settings import SubmissionSettings
from .transport import MAX_ANSWER_BYTES, trouble_of

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HALF: Final = 16
_PIN_BYTES: Final = 10
_TIMEOUT_S: Final = 20.0
RENEW_AT: Final = 1 / 3
"""A certificate with less than this share of its life left is renewed."""


class EnrolmentFailed(SubmissionError):
    """The kiosk got no certificate; `code` says why (NET-ENROL-CODE, -PIN, -KIOSK, -LIMITED)."""

    default_code = "NET-ENROL-CODE"


class Identity:
    """The files of the identity in the folder of `settings.certificate`."""

    def __init__(self, settings: SubmissionSettings) -> None:
        self._settings = settings
        self._current = settings.certificate
        self._folder = settings.certificate.parent
        self.next = self._folder / "next.pem"
        self._key = self._folder / "next.key"

    @property
    def own(self) -> bool:
        """Whether this kiosk looks after its certificate; false where the site puts files of its own there."""
        return self._settings.certificate == self._settings.private_key

    def due(self, now: datetime) -> bool:
        """Whether it is time for the next certificate; never for one that has expired, which the service refuses."""
        try:
            found = x509.load_pem_x509_certificate(self._current.read_bytes())
        except (OSError, ValueError):
            return False
        life = found.not_valid_after_utc - found.not_valid_before_utc
        return found.not_valid_after_utc - life * RENEW_AT <= now < found.not_valid_after_utc

    def request(self) -> str:
        """A signed request (PEM) for the next key, which is made now or was made before. Raises StoreFull, StoreFailed."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self._settings.kiosk_id)])
        csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(self._next_key(), hashes.SHA256())
        return csr.public_bytes(serialization.Encoding.PEM).decode("ascii")

    def keep_next(self, certificate: str) -> None:
        """Puts key and certificate into `next`, durable. Raises ServiceTrouble NET-GARBLED for one that is not ours."""
        key = self._next_key()
        try:
            found = x509.load_pem_x509_certificate(certificate.encode("ascii"))
            names = [item.value for item in found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
            ours = found.public_key() == key.public_key() and names == [self._settings.kiosk_id]
        except ValueError:
            ours = False
        if not ours:
            raise ServiceTrouble("the certificate is not for this kiosk's key", "NET-GARBLED")
        _write(self.next, certificate.encode("ascii") + _pem(key))

    def adopt(self) -> None:
        """The next pair becomes the current one, at once and durably. Raises StoreFull, StoreFailed."""
        with disk_errors("identity"):
            self.next.replace(self._current)
            self._key.unlink(missing_ok=True)
            fsync_folder(self._folder)

    def drop_next(self) -> None:
        """Forgets the next pair, because the service does not take it."""
        with disk_errors("identity"):
            self.next.unlink(missing_ok=True)
            self._key.unlink(missing_ok=True)

    def with_next(self) -> SubmissionSettings:
        """Settings that show the next certificate."""
        return dataclasses.replace(self._settings, certificate=self.next, private_key=self.next)

    def _next_key(self) -> ec.EllipticCurvePrivateKey:
        with disk_errors("identity"):
            if self._key.exists():
                try:
                    found = serialization.load_pem_private_key(self._key.read_bytes(), None)
                    if isinstance(found, ec.EllipticCurvePrivateKey):
                        return found
                except ValueError:
                    pass  # damaged: nothing was issued for it that we could use
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = ec.generate_private_key(ec.SECP256R1())
        _write(self._key, _pem(made))
        return made


def enrol(settings: SubmissionSettings, url: str, code: str) -> datetime:
    """Gets this kiosk's first certificate (or the next, after it was revoked) at the service's enrolment address.

    The authority is believed only if its hash is the one in the code, and only a service with a certificate of that
    authority is told the secret half. A call that was cut off is repeated with the same code. Returns until when the
    certificate is good. Raises EnrolmentFailed, ServiceTrouble, StoreFull, StoreFailed.
    """
    plain = re.sub(r"[\s-]", "", code).upper()
    if len(plain) != 2 * _HALF or any(letter not in _ALPHABET for letter in plain):
        raise EnrolmentFailed("a code has 8 groups of 4 letters and digits")
    identity = Identity(settings)
    authority = str(_ask(url, _anyone(), "GET", "/v1/authority", None)[1].get("ca", ""))
    if _pin(authority) != plain[_HALF:]:
        raise EnrolmentFailed("the service's authority is not the one of the code", "NET-ENROL-PIN")
    body = {"code": plain[:_HALF], "csr": identity.request()}
    status, answer = _ask(url, _only(authority), "POST", "/v1/enrolments", body)
    if status == 429:
        raise EnrolmentFailed("too many wrong codes", "NET-ENROL-LIMITED")
    if status != 201:
        problem = str(answer.get("code", ""))
        raise EnrolmentFailed(
            f"{status} {problem}", "NET-ENROL-CODE" if problem == "ENROLMENT-REFUSED" else "NET-GARBLED"
        )
    if answer.get("kiosk_id") != settings.kiosk_id:
        raise EnrolmentFailed("the code is for another kiosk", "NET-ENROL-KIOSK")
    identity.keep_next(str(answer.get("certificate", "")))
    _write(settings.ca, authority.encode("ascii"))
    identity.adopt()
    return x509.load_pem_x509_certificate(settings.certificate.read_bytes()).not_valid_after_utc.astimezone(UTC)


def _ask(url: str, context: ssl.SSLContext, method: str, path: str, body: dict[str, str] | None) -> tuple[int, Any]:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise EnrolmentFailed("the service's address must begin with https://", "NET-UNREACHABLE")
    line = http.client.HTTPSConnection(parts.hostname, parts.port or 443, timeout=_TIMEOUT_S, context=context)
    try:
        line.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
        answer = line.getresponse()
        document = json.loads(answer.read(MAX_ANSWER_BYTES))
    except (OSError, http.client.HTTPException) as error:
        raise trouble_of(error) from None
    except ValueError:
        raise ServiceTrouble("no JSON", "NET-GARBLED") from None
    finally:
        line.close()
    if not isinstance(document, dict):
        raise ServiceTrouble("no JSON object", "NET-GARBLED")
    return answer.status, document


def _anyone() -> ssl.SSLContext:
    # Only to be told an authority, whose hash is then compared; nothing is said to whoever this is.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _only(authority: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=authority)
    return context


def _pin(authority: str) -> str:
    try:
        der = x509.load_pem_x509_certificate(authority.encode("ascii")).public_bytes(serialization.Encoding.DER)
    except ValueError:
        return ""
    number = int.from_bytes(hashlib.sha256(der).digest()[:_PIN_BYTES], "big")
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(_PIN_BYTES * 8 - 5, -1, -5))


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    with disk_errors("identity"):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_durably(path, content)
