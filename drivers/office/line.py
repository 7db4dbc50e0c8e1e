"""The line to an IPP printer: one question, one answer, and what is known when it breaks."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import ssl
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from drivers.office.ipp import Answer, Attribute, BadAnswer, Operation, Tag, decode, encode

_SCHEMES: Final = {"ipp": ("http", 631), "ipps": ("https", 631), "http": ("http", 80), "https": ("https", 443)}
_LONGEST_ANSWER: Final = 1_000_000


class NotReached(Exception):
    """Nobody took the connection: nothing at all was sent."""


class Lost(Exception):
    """The line broke, or was silent, after something may have been sent."""


class Refused(Exception):
    """The server itself refuses, before any printer has heard of it: HTTP says so."""


class Line:
    """Asks one printer. `uri` is as its owner names it: ipp://host[:port]/path, ipps, http or https.

    `ca` is the certificate that an ipps printer is recognised by: office printers sign their own, under names of their
    own, so with it the certificate counts and not the name; without it both do, as for any web page.
    """

    def __init__(self, uri: str, silence_s: float, user: str, ca: str = "") -> None:
        parts = urlsplit(uri)
        if parts.scheme not in _SCHEMES or not parts.hostname:
            raise ValueError("uri: ipp://host/path expected, or ipps, http, https")
        scheme, port = _SCHEMES[parts.scheme]
        try:
            self._address = (parts.hostname, parts.port or port)
        except ValueError as error:
            raise ValueError("uri: no such port") from error
        self._tls = scheme == "https"
        self._path = parts.path or "/"
        self._ca = ca
        self._silence_s = silence_s
        self._user = user
        self._numbers = itertools.count(1)
        # Within the protocol the printer is named by an ipp address (RFC 8010 4.1), whatever the connection is.
        self.uri = parts._replace(scheme="ipps" if self._tls else "ipp").geturl()

    def ask(
        self,
        operation: Operation,
        attributes: tuple[Attribute, ...] = (),
        job: tuple[Attribute, ...] = (),
        document: bytes = b"",
    ) -> Answer:
        """Asks once and never again by itself. Raises NotReached, Lost, Refused, BadAnswer."""
        number = next(self._numbers)
        whose = (
            Attribute("printer-uri", Tag.URI, (self.uri,)),
            *(item for item in attributes if item.name == "job-id"),  # the target comes first, RFC 8011 4.1.5
            Attribute("requesting-user-name", Tag.NAME, (self._user,)),
            *(item for item in attributes if item.name != "job-id"),
        )
        return decode(self._post(encode(operation, number, whose, job) + document), number)

    def _post(self, body: bytes) -> bytes:
        with self._connected() as connection:
            try:
                headers = {"Content-Type": "application/ipp", "Connection": "close"}
                connection.request("POST", self._path, body, headers)
                answer = connection.getresponse()
                data = answer.read(_LONGEST_ANSWER + 1)
            except (OSError, http.client.HTTPException) as error:
                raise Lost(type(error).__name__) from error
        if 400 <= answer.status < 500:
            raise Refused(f"HTTP {answer.status}")
        if answer.status != 200 or not answer.headers.get("Content-Type", "").startswith("application/ipp"):
            raise BadAnswer(f"HTTP {answer.status}, no IPP")
        if len(data) > _LONGEST_ANSWER:
            raise BadAnswer("an answer without an end")
        return data

    @contextlib.contextmanager
    def _connected(self) -> Iterator[http.client.HTTPConnection]:
        host, port = self._address
        try:
            if self._tls:
                connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                    host, port, timeout=self._silence_s, context=self._context()
                )
            else:
                connection = http.client.HTTPConnection(host, port, timeout=self._silence_s)
            connection.connect()
        except OSError as error:  # an unknown certificate is one, too
            raise NotReached(type(error).__name__) from error
        try:
            yield connection
        finally:
            connection.close()

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._ca or None)
        context.check_hostname = not self._ca
        return context
