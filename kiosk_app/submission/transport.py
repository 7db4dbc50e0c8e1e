"""The line to the ministry: mutual TLS 1.3 under a private authority, every wait bounded, every answer bounded."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from .errors import ServiceTrouble
from .pace import Pace
from .settings import SubmissionSettings

MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
_READ_BYTES: Final = 64 * 1024
# What is wrong with the service's certificate, X509_verify_cert_error_string(3): its dates, or its name.
_SERVER_CODES: Final = {9: "NET-SERVER-DATES", 10: "NET-SERVER-DATES", 62: "NET-SERVER-NAME", 64: "NET-SERVER-NAME"}
# What the service finds wrong with ours, RFC 8446 6.2 in OpenSSL's names; one that is not valid yet is called bad.
_ALERT_CODES: Final = {
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "NET-CERT-EXPIRED",
    "SSLV3_ALERT_CERTIFICATE_REVOKED": "NET-CERT-REVOKED",
    "SSLV3_ALERT_BAD_CERTIFICATE": "NET-CERT-REFUSED",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": "NET-CERT-REFUSED",
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": "NET-CERT-REFUSED",
    "TLSV1_ALERT_UNKNOWN_CA": "NET-CERT-UNKNOWN",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "NET-CERT-MISSING",
    "TLSV1_ALERT_PROTOCOL_VERSION": "NET-TLS-VERSION",
    "UNSUPPORTED_PROTOCOL": "NET-TLS-VERSION",
    "WRONG_SSL_VERSION": "NET-TLS-VERSION",
    "WRONG_VERSION_NUMBER": "NET-TLS-VERSION",
}


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def document(self) -> dict[str, Any]:
        """The JSON object in it; empty when there is none."""
        if "json" not in self.headers.get("content-type", ""):
            return {}
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def retry_after_s(self) -> float | None:
        """Seconds that the service asks to wait (RFC 9110 10.2.3); a date is not understood and ignored."""
        text = self.headers.get("retry-after", "")
        return float(text) if text.isdigit() else None


def tls_context(settings: SubmissionSettings) -> ssl.SSLContext:
    """The only context that is ever used: TLS 1.3, our authority alone, names checked, our certificate shown.

    Raises ServiceTrouble NET-TLS when a file cannot be used, NET-CERT-MISSING where there is no certificate yet.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if not settings.certificate.is_file():
        raise ServiceTrouble("this kiosk has no certificate", "NET-CERT-MISSING")
    try:
        context.load_verify_locations(settings.ca)
        if settings.certificate == settings.private_key:
            # Read through one descriptor: by name, the pair could be swapped between certificate and key.
            with settings.certificate.open("rb") as pair:
                context.load_cert_chain(f"/proc/self/fd/{pair.fileno()}")
        else:
            context.load_cert_chain(settings.certificate, settings.private_key)
    except (OSError, ssl.SSLError) as error:
        raise ServiceTrouble(f"certificate files cannot be used: {type(error).__name__}", "NET-TLS") from error
    return context


class _Alarm:
    """Ends an exchange that lasts too long: time-outs of sockets start again with every byte that drips in."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._timer: threading.Timer | None = None
        self._connection: HTTPSConnection | None = None
        self._socket: socket.socket | None = None
        self.rang = False

    def __enter__(self) -> _Alarm:
        self.rang = False
        self._socket = None
        self._timer = threading.Timer(self._limit_s, self._ring)
        self._timer.daemon = True
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def watch(self, connection: HTTPSConnection) -> None:
        """The connection now used; its socket is kept apart, as http.client forgets it before the body is read."""
        self._connection = connection
        self._socket = connection.sock

    def _ring(self) -> None:
        self.rang = True
        for one in (self._socket, self._connection.sock if self._connection is not None else None):
            if one is not None:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)


def _watched_by(alarm: _Alarm) -> type[HTTPSConnection]:
    class WatchedConnection(HTTPSConnection):
        def connect(self) -> None:
            alarm.watch(self)  # the handshake may drip as well
            super().connect()
            alarm.watch(self)

        def request(self, *args: Any, **kwargs: Any) -> None:
            alarm.watch(self)
            super().request(*args, **kwargs)

    return WatchedConnection


class _Adapter(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext, alarm: _Alarm) -> None:
        self._context = context
        connection = _watched_by(alarm)

        class Pool(HTTPSConnectionPool):
            ConnectionCls = connection

        self._pool_class = Pool
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **_: Any) -> None:
        self.poolmanager = urllib3.PoolManager(
            num_pools=connections, maxsize=maxsize, block=block, ssl_context=self._context
        )
        self.poolmanager.pool_classes_by_scheme = {"https": self._pool_class}


class Transport:
    """One HTTPS session with the service; not for two threads at once."""

    def __init__(self, settings: SubmissionSettings) -> None:
        """Raises ServiceTrouble as `tls_context`, ValueError for an address that is not https."""
        self._base = settings.service_url.rstrip("/")
        if not self._base.startswith("https://"):
            raise ValueError("the service's address must begin with https://")
        self._timeout = (settings.connect_timeout_s, settings.read_timeout_s)
        self._alarm = _Alarm(settings.request_limit_s)
        self._pace = Pace(settings.upload_bytes_per_s)
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, no other authority, no netrc out of the environment
        # With verify=True requests would add the public authorities to our context.
        self._session.verify = str(settings.ca)
        adapter = _Adapter(tls_context(settings), self._alarm)
        self._session.mount("https://", adapter)
        self._session.mount("http://", _NoPlainHttp())

    def close(self) -> None:
        """Ends the session."""
        self._session.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """One request to a path of the service, redirects not followed.

        Raises ServiceTrouble: NET-UNREACHABLE, NET-SILENT (nothing came in time), NET-GARBLED, or why the one certificate
        or the other was refused: NET-CERT-..., NET-SERVER-..., NET-TLS-VERSION, NET-TLS.
        """
        with self._alarm as alarm:
            try:
                return self._exchange(method, path, headers or {}, body)
            except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                raise trouble_of(error, in_time=not alarm.rang) from None

    def _exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        with self._session.request(
            method,
            self._base + path,
            headers=dict(headers),
            data=body if body is None else self._pace.body(body),
            timeout=self._timeout,
            allow_redirects=False,
            stream=True,
        ) as response:
            content = _read(response)
            if self._alarm.rang:  # what came may have been cut by us
                raise TimeoutError
            lowered = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, lowered, content)


class _NoPlainHttp(HTTPAdapter):
    def send(self, *_: Any, **__: Any) -> requests.Response:
        raise requests.exceptions.SSLError("plain http is not used")


def _read(response: requests.Response) -> bytes:
    content = bytearray()
    for chunk in response.iter_content(_READ_BYTES):
        content += cast(bytes, chunk)
        if len(content) > MAX_ANSWER_BYTES:
            raise ServiceTrouble("the answer is too long", "NET-GARBLED")
    return bytes(content)


def trouble_of(error: Exception, *, in_time: bool = True) -> ServiceTrouble:
    """What went wrong, by the first telling cause; texts of exceptions stay behind, they could quote what was sent."""
    causes = _causes(error)
    if not in_time or any(isinstance(one, (TimeoutError, urllib3.exceptions.TimeoutError)) for one in causes):
        return ServiceTrouble("nothing whole came in time", "NET-SILENT")
    for one in causes:
        if isinstance(one, ssl.SSLCertVerificationError):
            code = _SERVER_CODES.get(one.verify_code, "NET-SERVER-CERT")
            return ServiceTrouble(f"the service's certificate is refused: {one.verify_message}", code)
    for one in causes:
        # Our own certificate is refused by an alert, in TLS 1.3 only after the handshake is done on our side.
        if isinstance(one, ssl.SSLError) and not isinstance(one, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
            return ServiceTrouble(f"TLS: {one.reason}", _ALERT_CODES.get(one.reason or "", "NET-TLS"))
    if any(isinstance(one, (http.client.RemoteDisconnected, ConnectionResetError)) for one in causes):
        # Where a certificate is not accepted the alert may be lost in the reset, or the server sends none.
        return ServiceTrouble("closed without an answer; is our certificate accepted there?", "NET-UNREACHABLE")
    protocol = [one for one in causes if isinstance(one, http.client.HTTPException | urllib3.exceptions.InvalidHeader)]
    if any(not isinstance(one, http.client.IncompleteRead) for one in protocol):
        return ServiceTrouble("no HTTP answer", "NET-GARBLED")
    return ServiceTrouble(type(error).__name__, "NET-UNREACHABLE")


def _causes(error: BaseException) -> list[BaseException]:
    """Everything behind an exception: causes, contexts, and exceptions that travel as arguments."""
    found: list[BaseException] = []
    waiting: list[BaseException] = [error]
    while waiting and len(found) < 20:
        one = waiting.pop()
        if one in found:
            continue
        found.append(one)
        waiting.extend(a for a in one.args if isinstance(a, BaseException))
        waiting.extend(
            c for c in (one.__cause__, one.__context__, getattr(one, "reason", None)) if isinstance(c, BaseException)
        )
    return found
