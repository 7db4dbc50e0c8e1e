"""A small tus 1.0 client: creation, resume by HEAD, chunks by PATCH; what it does not know it asks the server.

A file of one chunk goes with its own creation where the server can do that (`creation-with-upload`), which spares the
citizen one answer's way for every file.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from .errors import ServiceRefusal, ServiceTrouble

if TYPE_CHECKING:
    from .transport import Answer, Transport

log = logging.getLogger(__name__)

_VERSION: Final = {"Tus-Resumable": "1.0.0"}
_OFFSET_TYPE: Final = "application/offset+octet-stream"
# How often one call may ask the server where it stands before it gives up until the next attempt.
_MAX_RESUMES: Final = 5
_WITH_CREATION: Final = "creation-with-upload"

Read = Callable[[int, int], bytes]
"""At most so many bytes (the second) from an offset on (the first)."""
Created = Callable[[str], None]
Progressed = Callable[[int], None]


class _OffsetDiffers(Exception):
    """The server holds another number of bytes than this client thought."""


class TusClient:
    """Uploads bytes to a tus server over a `Transport`; never more than a chunk of them is in memory."""

    def __init__(self, transport: Transport, chunk_bytes: int, endpoint: str = "/files/") -> None:
        self._transport = transport
        self._chunk_bytes = chunk_bytes
        self._endpoint = endpoint
        self._extensions: frozenset[str] | None = None
        self._line_is_rough = False

    @property
    def learnt(self) -> bool:
        """Whether the server has said what it can do."""
        return self._extensions is not None

    def learn(self) -> None:
        """Asks what the server can do besides the core of tus; before that nothing is taken for granted.

        Raises ServiceTrouble.
        """
        answer = self._transport.request("OPTIONS", self._endpoint)
        told = answer.headers.get("tus-extension", "") if answer.status in (200, 204) else ""
        self._extensions = frozenset(name.strip() for name in told.split(","))

    def upload(
        self,
        size: int,
        read: Read,
        metadata: Mapping[str, str],
        known: str | None,
        on_created: Created,
        on_progress: Progressed,
    ) -> str:
        """Brings `size` bytes to the server, each chunk `read` when its turn comes; returns the path of the upload there.

        `known` is the path from an earlier attempt: it is resumed, or begun anew when the server has forgotten it.
        `on_created(path)` comes as soon as there is one, `on_progress(bytes)` after each chunk that the server confirmed.
        Raises ServiceTrouble, ServiceRefusal.
        """
        path, offset = known, 0
        if path is not None:
            offset = self._offset(path, size)
            if offset < 0:
                path = None
        if path is None:
            path, offset = self._create(size, metadata, read(0, size) if self._goes_at_once(size) else b"")
            on_created(path)
        on_progress(offset)
        resumes = 0
        while offset < size:
            try:
                offset = self._append(path, offset, read(offset, min(self._chunk_bytes, size - offset)))
            except _OffsetDiffers:
                resumes += 1
                offset = self._offset(path, size)
                if offset < 0 or resumes > _MAX_RESUMES:
                    raise ServiceTrouble("the upload cannot be resumed now", "NET-GARBLED") from None
            on_progress(offset)
        return path

    def _goes_at_once(self, size: int) -> bool:
        # On a line that cuts, bytes whose place nobody was told would have to be sent from their beginning again.
        able = self._extensions is not None and _WITH_CREATION in self._extensions
        return able and 0 < size <= self._chunk_bytes and not self._line_is_rough

    def _create(self, size: int, metadata: Mapping[str, str], content: bytes) -> tuple[str, int]:
        """The new upload's path, and how much of the content that went with its creation the server holds."""
        headers = {**_VERSION, "Upload-Length": str(size)}
        encoded = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items())
        if encoded:  # servers answer 400 to an empty one
            headers["Upload-Metadata"] = encoded
        if content:
            headers["Content-Type"] = _OFFSET_TYPE
            self._line_is_rough = True  # until the answer is there
        answer = self._transport.request("POST", self._endpoint, headers=headers, body=content)
        if answer.status != 201:
            raise trouble(answer, "creation")
        # Only the path counts: a server behind a proxy may name a host or scheme that is not ours to follow.
        path = urlsplit(answer.headers.get("location", "")).path
        if not path.startswith("/"):
            raise ServiceTrouble("creation without a usable Location", "NET-GARBLED")
        self._line_is_rough = False
        held = _number(answer, "upload-offset") if "upload-offset" in answer.headers else 0
        if held > len(content):
            raise ServiceTrouble("the server's offset makes no sense", "NET-GARBLED")
        return path, held

    def _offset(self, path: str, size: int) -> int:
        """How many bytes the server holds; -1 when it has forgotten the upload or it is another one."""
        answer = self._transport.request("HEAD", path, headers=_VERSION)
        if answer.status in (403, 404, 410):
            return -1
        if answer.status not in (200, 204):
            raise trouble(answer, "resuming")
        offset = _number(answer, "upload-offset")
        length = answer.headers.get("upload-length")
        if (length is not None and length != str(size)) or offset > size:
            return -1
        return offset

    def _append(self, path: str, offset: int, chunk: bytes) -> int:
        headers = {**_VERSION, "Upload-Offset": str(offset), "Content-Type": _OFFSET_TYPE}
        answer = self._transport.request("PATCH", path, headers=headers, body=chunk)
        if answer.status == 409:
            raise _OffsetDiffers
        if answer.status not in (200, 204):
            raise trouble(answer, "sending")
        held = _number(answer, "upload-offset")
        if not offset <= held <= offset + len(chunk):
            raise ServiceTrouble("the server's offset makes no sense", "NET-GARBLED")
        if held == offset:  # took nothing without saying why: not to be repeated in a tight loop
            raise ServiceTrouble("the server takes no bytes", "NET-BUSY")
        return held


def _number(answer: Answer, header: str) -> int:
    text = answer.headers.get(header, "")
    if not (text.isascii() and text.isdigit()):
        raise ServiceTrouble(f"no {header}", "NET-GARBLED")
    return int(text)


def trouble(answer: Answer, doing: str) -> ServiceTrouble | ServiceRefusal:
    """The failure behind an answer that is not the wanted one."""
    problem = str(answer.document().get("code", ""))
    words = f"{doing}: {answer.status} {problem}".strip()
    if answer.status in (413, 415) and problem:
        document = answer.document()
        return ServiceRefusal(problem, str(document.get("detail_vi", "")), str(document.get("detail_en", "")))
    if problem == "CERTIFICATE-REVOKED":
        return ServiceTrouble(words, "NET-CERT-REVOKED")
    if answer.status in (401, 403):
        return ServiceTrouble(words, "NET-FORBIDDEN")
    if answer.status in (423, 429) or answer.status >= 500:
        return ServiceTrouble(words, "NET-BUSY", answer.retry_after_s)
    return ServiceTrouble(words, "NET-GARBLED", answer.retry_after_s)
