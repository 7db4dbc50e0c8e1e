"""Mutual TLS 1.3: the development certificate authority, the server context, the peer's name."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import h11
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol

from backend.contract import KIOSK_ID
from backend.handshake import TellingHandshake
from backend.log import Event, emit
from backend.problems import Problem
from backend.storage.files import write_private

DEMO_KIOSK = "demo-kiosk"
#: Where a request's scope has the kiosk id and the serial number of the certificate that the connection showed.
PEER = "kiosk.peer"
SERIAL = "kiosk.serial"
_CA_DAYS = 3650
_SERVER_DAYS = 825
_FAREWELL_S = 0.3
_RENEW_BEFORE = timedelta(days=30)


class PkiError(Exception):
    """The key store cannot be used. `code` is PKI-INVALID."""

    code = "PKI-INVALID"


class Pki:
    """The development certificate authority in one folder; every file has mode 0600.

    A production site replaces ca.pem, server.pem and server.key by its own authority's files and
    leaves ca.key out; then no certificate is issued here.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def ca(self) -> Path:
        """The authority's certificate, which both sides trust."""
        return self.folder / "ca.pem"

    def prepare(self, days: int) -> None:
        """Make what is missing: authority, server certificate, the demonstration kiosk's."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.ca.exists():
            self._create_authority()
            emit(Event.PKI_CREATED)
        server = self.folder / "server.pem"
        if (self.folder / "ca.key").exists():
            if not server.exists() or _expires_soon(server):
                self._create_server()
            if not (self.folder / "kiosk.pem").exists():
                self.issue(DEMO_KIOSK, days, name="kiosk")
        elif not server.exists():
            raise PkiError(f"{server} is missing and there is no ca.key to make it")

    def issue(self, kiosk_id: str, days: int, name: str | None = None) -> tuple[Path, Path]:
        """Issue a client certificate whose common name is the kiosk's id.

        Returns the paths of certificate and key. Raises PkiError for an unfit id or without ca.key.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.sign_for_kiosk(kiosk_id, key.public_key(), days)
        return self._write(name or f"kiosk-{kiosk_id}", certificate, key)

    def sign_for_kiosk(self, kiosk_id: str, public: ec.EllipticCurvePublicKey, days: int) -> x509.Certificate:
        """A client certificate for a key that is the kiosk's own. Raises PkiError as `issue`."""
        if not re.fullmatch(KIOSK_ID, kiosk_id):
            raise PkiError("a kiosk id has 1 to 64 letters, digits, dots, hyphens or underscores")
        alternative = x509.SubjectAlternativeName([x509.DNSName(f"{kiosk_id.lower()}.kiosk")])
        certificate = self._sign(kiosk_id, public, days, ExtendedKeyUsageOID.CLIENT_AUTH, alternative)
        emit(Event.CERTIFICATE_ISSUED, kiosk_id=kiosk_id, days=days)
        return certificate

    def _create_authority(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Kiosk development CA")
        public = key.public_key()
        certificate = (
            _builder(name, name, public, _CA_DAYS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        self._write("ca", certificate, key)

    def _create_server(self) -> None:
        alternative = x509.SubjectAlternativeName(
            [
                x509.DNSName("localhost"),
                x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
                x509.IPAddress(ipaddress.ip_address("::1")),
            ]
        )
        usage = ExtendedKeyUsageOID.SERVER_AUTH
        self._issue("localhost", "server", _SERVER_DAYS, usage, alternative)

    def _issue(
        self,
        common_name: str,
        file_name: str,
        days: int,
        usage: x509.ObjectIdentifier,
        alternative: x509.SubjectAlternativeName,
    ) -> tuple[Path, Path]:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(common_name, key.public_key(), days, usage, alternative)
        return self._write(file_name, certificate, key)

    def _sign(
        self,
        common_name: str,
        public: ec.EllipticCurvePublicKey,
        days: int,
        usage: x509.ObjectIdentifier,
        alternative: x509.SubjectAlternativeName,
    ) -> x509.Certificate:
        try:
            authority = x509.load_pem_x509_certificate(self.ca.read_bytes())
            signer = serialization.load_pem_private_key((self.folder / "ca.key").read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            raise PkiError(f"{self.folder}: no usable certificate authority") from error
        if not isinstance(signer, ec.EllipticCurvePrivateKey):
            raise PkiError(f"{self.folder / 'ca.key'} is not an elliptic-curve key")
        return (
            _builder(_name(common_name), authority.subject, public, days)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(alternative, critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                critical=False,
            )
            .sign(signer, hashes.SHA256())
        )

    def _write(self, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> tuple[Path, Path]:
        # Key first: a certificate without its key would look complete to the next start.
        key_path, path = self.folder / f"{name}.key", self.folder / f"{name}.pem"
        write_private(
            key_path,
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
        write_private(path, certificate.public_bytes(serialization.Encoding.PEM))
        return path, key_path

    def server_context(self, *, enrolment: bool = False) -> ssl.SSLContext:
        """TLS 1.3 only, and a client certificate of this authority is required but for `enrolment`.

        Raises PkiError.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.verify_mode = ssl.CERT_NONE if enrolment else ssl.CERT_REQUIRED
        context.sslobject_class = TellingHandshake
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        # A resumed session would skip the check of the client's certificate dates.
        context.num_tickets = 0
        try:
            context.load_verify_locations(self.ca)
            context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        except (OSError, ssl.SSLError) as error:
            raise PkiError(f"{self.folder}: {error}") from error
        return context


class PeerProtocol(H11Protocol):
    """HTTP/1.1 that tells the application whose client certificate the connection carries."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        (peer, serial), inner = _named(transport), self.app

        async def with_peer(scope: Any, receive: Any, send: Any) -> None:
            scope[PEER], scope[SERIAL] = peer, serial
            await inner(scope, receive, send)

        self.app = with_peer

    def send_400_response(self, msg: str) -> None:
        """What cannot be read as HTTP at all, such as headers without end, is a problem document too; never its words."""
        answer = Problem("REQUEST-MALFORMED").response()
        headers = [*answer.raw_headers, (b"connection", b"close")]
        for event in (
            h11.Response(status_code=answer.status_code, headers=headers),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def shutdown(self) -> None:
        """End the connection; an idle kiosk that does not answer the farewell is not waited for."""
        super().shutdown()
        self.loop.call_later(_FAREWELL_S, self._abort_when_idle)

    def _abort_when_idle(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()


def peer(request: Request) -> str:
    """The kiosk id of the client certificate.

    Raises Problem CERTIFICATE-MISSING.
    """
    name = request.scope.get(PEER)
    if not isinstance(name, str) or not re.fullmatch(KIOSK_ID, name):
        raise Problem("CERTIFICATE-MISSING")
    return name


def _named(transport: asyncio.BaseTransport) -> tuple[str | None, str | None]:
    tls = transport.get_extra_info("ssl_object")
    certificate = tls.getpeercert() if tls is not None else None
    if not certificate:
        return None, None
    names = [value for rdn in certificate["subject"] for key, value in rdn if key == "commonName"]
    # Two common names would be ambiguous, and ambiguity here is somebody else's dossier.
    return (names[0] if len(names) == 1 else None), certificate["serialNumber"]


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        # An hour back: the clock of a kiosk may be a little behind.
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _expires_soon(path: Path) -> bool:
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    return certificate.not_valid_after_utc - datetime.now(UTC) < _RENEW_BEFORE
