"""The line to the ministry: mutual TLS 1.3 under a private authority, every wait bounded, every answer bounded."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from .errors import ServiceTrouble
from .settings import SubmissionSettings

MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
_READ_BYTES: Final = 64 * 1024


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

    Raises ServiceTrouble NET-TLS when a file cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        context.load_verify_locations(settings.ca)
        context.load_cert_chain(settings.certificate, settings.private_key)
    except (OSError, ssl.SSLError) as error:
        raise ServiceTrouble(f"certificate files cannot be used: {type(error).__name__}", "NET-TLS") from error
    return context


def _connection_class(limit_s: float) -> type[HTTPSConnection]:
    """A connection whose exchange ends at `limit_s`: time-outs of sockets start again with every byte that drips in."""

    class BoundedConnection(HTTPSConnection):
        _alarm: threading.Timer | None = None

        def _arm(self) -> None:
            self._disarm()
            self._alarm = threading.Timer(limit_s, self._cut)
            self._alarm.daemon = True
            self._alarm.start()

        def _disarm(self) -> None:
            if self._alarm is not None:
                self._alarm.cancel()
                self._alarm = None

        def _cut(self) -> None:
            with contextlib.suppress(OSError, AttributeError):
                self.sock.shutdown(socket.SHUT_RDWR)

        def request(self, *args: Any, **kwargs: Any) -> None:
            self._arm()
            super().request(*args, **kwargs)

        def getresponse(self) -> Any:
            try:
                return super().getresponse()
            finally:
                self._disarm()

        def close(self) -> None:
            self._disarm()
            super().close()

    return BoundedConnection


class _Adapter(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext, limit_s: float) -> None:
        self._context = context
        connection = _connection_class(limit_s)

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
        """Raises ServiceTrouble NET-TLS, ValueError for an address that is not https."""
        self._base = settings.service_url.rstrip("/")
        if not self._base.startswith("https://"):
            raise ValueError("the service's address must begin with https://")
        self._timeout = (settings.connect_timeout_s, settings.read_timeout_s)
        self._limit_s = settings.request_limit_s
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, no other authority, no netrc out of the environment
        # With verify=True requests would add the public authorities to our context.
        self._session.verify = str(settings.ca)
        adapter = _Adapter(tls_context(settings), settings.request_limit_s)
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

        Raises ServiceTrouble: NET-UNREACHABLE, NET-SILENT (nothing came in time), NET-TLS, NET-GARBLED.
        """
        until = time.monotonic() + self._limit_s
        try:
            with self._session.request(
                method,
                self._base + path,
                headers=dict(headers or {}),
                data=body,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                content = _read(response, until)
                lowered = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, lowered, content)
        except requests.exceptions.SSLError as error:
            raise ServiceTrouble(_reason(error), "NET-TLS") from None
        except requests.exceptions.Timeout:
            raise ServiceTrouble("nothing came in time", "NET-SILENT") from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            # A TLS 1.3 server refuses our certificate only after its own handshake is done: it shows as a later alert.
            code = "NET-TLS" if _refused_by_alert(error) else "NET-UNREACHABLE"
            if isinstance(error, (requests.exceptions.InvalidHeader, requests.exceptions.ContentDecodingError)):
                code = "NET-GARBLED"
            raise ServiceTrouble(type(error).__name__, code) from None


class _NoPlainHttp(HTTPAdapter):
    def send(self, *_: Any, **__: Any) -> requests.Response:
        raise requests.exceptions.SSLError("plain http is not used")


def _read(response: requests.Response, until: float) -> bytes:
    content = bytearray()
    for chunk in response.iter_content(_READ_BYTES):
        content += cast(bytes, chunk)
        if len(content) > MAX_ANSWER_BYTES:
            raise ServiceTrouble("the answer is too long", "NET-GARBLED")
        if time.monotonic() > until:
            raise ServiceTrouble("the answer took too long", "NET-SILENT")
    return bytes(content)


def _reason(error: Exception) -> str:
    """OpenSSL's own name of what was wrong, if it is in there; the text around it could quote names."""
    inner = _causes(error)
    for one in inner:
        if isinstance(one, ssl.SSLCertVerificationError):
            return f"certificate refused: {one.verify_message}"
        if isinstance(one, ssl.SSLError) and one.reason:
            return str(one.reason)
    return type(error).__name__


def _refused_by_alert(error: Exception) -> bool:
    return any(isinstance(one, ssl.SSLError) and "ALERT" in str(one.reason or "") for one in _causes(error))


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
