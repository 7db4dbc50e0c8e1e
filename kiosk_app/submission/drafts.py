"""The person's drafts at the service: what there is, saving, fetching and deleting one; nothing of them stays here."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from drivers.sealed import SealBroken

from .draft_seal import DraftHeader, DraftOwner, open_header, open_pieces, seal_header, seal_pieces, slot
from .errors import ServiceRefusal, ServiceTrouble, SubmissionError
from .service import JSON_HEADERS, person_token
from .settings import SubmissionSettings
from .tus import TusClient, trouble

if TYPE_CHECKING:
    from .transport import Answer, Transport

_MOST_PIECES: Final = 200
_PUT_TRIES: Final = 2
_REFUSED: Final = {
    "DRAFT-EXISTS": "APP-DRAFT-EXISTS",
    "DRAFT-SUBMITTED": "APP-DRAFT-SUBMITTED",
    "DRAFTS-TOO-MANY": "APP-DRAFT-MANY",
    "REQUEST-TOO-LARGE": "APP-DRAFT-LARGE",
    "DRAFT-NOT-FOUND": "APP-DRAFT-GONE",
}


@dataclass(frozen=True)
class KeptDraft:
    """A draft as the service tells of it; `header` is None when this card does not open it. Times RFC 3339, `until` ISO."""

    uuid: str
    lineage: str
    saved_at: str
    until: str
    pieces: tuple[str, ...] = ()
    header: DraftHeader | None = None


@dataclass(frozen=True)
class DraftToSave:
    """What is to be kept. `lineage` "" for a draft of its own; `replaces` the earlier one that is given up, "" for none."""

    header: DraftHeader
    content: bytes
    lineage: str = ""
    replaces: str = ""


class DraftBox:
    """The drafts of one person over one `Transport`. Everything blocks on the network."""

    def __init__(self, transport: Transport, settings: SubmissionSettings, owner: DraftOwner) -> None:
        self._transport = transport
        self._settings = settings
        self._owner = owner

    def find(self) -> tuple[int, tuple[KeptDraft, ...]]:
        """For how many days a draft is kept, and the person's, newest first. Raises ServiceTrouble."""
        answer = self._send("POST", "/v1/people/drafts", {"person": self._person()})
        if answer.status == 429:
            raise ServiceTrouble("too many questions", "NET-LIMITED", answer.retry_after_s)
        if answer.status != 200:
            raise trouble(answer, "drafts")
        try:
            document = answer.document()
            return int(document["keep_days"]), tuple(self._told(item) for item in document["drafts"])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ServiceTrouble("the list of drafts does not follow the contract", "NET-GARBLED") from None

    def save(self, draft: DraftToSave, name: str) -> KeptDraft:
        """Seals a draft under its `name` (a UUID) and brings it to the service.

        Raises ServiceRefusal (APP-DRAFT-EXISTS, -SUBMITTED, -MANY, -LARGE); ServiceTrouble: it may be there all the same.
        """
        pieces = seal_pieces(draft.header.key, name, draft.content)
        if len(pieces) > _MOST_PIECES:
            raise ServiceRefusal("REQUEST-TOO-LARGE", code="APP-DRAFT-LARGE")
        person = self._person()
        client = TusClient(self._transport, self._settings.chunk_bytes)
        if len(pieces) > 1:  # asking is one way there and back, and saves one for every piece
            client.learn()
        files = [
            {
                "upload": _upload(client, piece, name),
                "bytes": len(piece),
                "sha256": hashlib.sha256(piece).hexdigest(),
            }
            for piece in pieces
        ]
        body = {
            "kiosk_id": self._settings.kiosk_id,
            "person": person,
            "slot": slot(self._owner, draft.header.procedure_id),
            "lineage": draft.lineage or name,
            "header": base64.b64encode(seal_header(self._owner, name, draft.header)).decode("ascii"),
            "replaces": draft.replaces or None,
            "files": files,
        }
        answer = self._put(f"/v1/drafts/{name}", body)
        document = answer.document()
        if answer.status not in (200, 201):
            raise self._refusal(answer, "saving a draft")
        hashes = tuple(str(file["sha256"]) for file in files)
        try:
            saved_at, until = str(document["saved_at"]), str(document["until"])
        except KeyError:
            raise ServiceTrouble("the receipt of a draft does not follow the contract", "NET-GARBLED") from None
        return KeptDraft(name, draft.lineage or name, saved_at, until, hashes, draft.header)

    def fetch(self, draft: KeptDraft) -> bytes:
        """The content of a draft. Raises ServiceRefusal APP-DRAFT-GONE, SubmissionError APP-DRAFT-BROKEN, ServiceTrouble."""
        if draft.header is None:
            raise SubmissionError("sealed with another card", "APP-DRAFT-BROKEN")
        headers = {"Kiosk-Person": self._person()}
        pieces = []
        for at, expected in enumerate(draft.pieces):
            answer = self._transport.request("GET", f"/v1/drafts/{draft.uuid}/files/{at}", headers=headers)
            if answer.status != 200:
                raise self._refusal(answer, "fetching a draft")
            if hashlib.sha256(answer.body).hexdigest() != expected:
                raise SubmissionError("a piece is another one", "APP-DRAFT-BROKEN")
            pieces.append(answer.body)
        try:
            return open_pieces(draft.header.key, draft.uuid, pieces)
        except SealBroken:
            raise SubmissionError("a piece does not open", "APP-DRAFT-BROKEN") from None

    def delete(self, draft: str) -> None:
        """Deletes a draft; one that is gone already is gone. Raises ServiceTrouble."""
        answer = self._transport.request("DELETE", f"/v1/drafts/{draft}", headers={"Kiosk-Person": self._person()})
        if answer.status != 204:
            raise trouble(answer, "deleting a draft")

    def _person(self) -> str:
        return person_token(self._transport, self._owner.number)

    def _told(self, item: Mapping[str, Any]) -> KeptDraft:
        name, hashes = str(uuid.UUID(item["uuid"])), tuple(str(file["sha256"]) for file in item["files"])
        try:
            header = open_header(self._owner, name, base64.b64decode(item["header"], validate=True))
        except (SealBroken, binascii.Error):
            header = None
        return KeptDraft(name, str(item["lineage"]), str(item["saved_at"]), str(item["until"]), hashes, header)

    def _put(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Repeated when no answer came: the same body gets the same receipt."""
        for left in reversed(range(_PUT_TRIES)):
            try:
                return self._send("PUT", path, body)
            except ServiceTrouble:
                if not left:
                    raise
        raise AssertionError("unreachable")

    def _send(self, method: str, path: str, body: Mapping[str, Any]) -> Answer:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return self._transport.request(method, path, headers=JSON_HEADERS, body=text.encode("utf-8"))

    @staticmethod
    def _refusal(answer: Answer, doing: str) -> SubmissionError:
        document = answer.document()
        problem = str(document.get("code", ""))
        if problem in _REFUSED:
            words = str(document.get("detail_vi", "")), str(document.get("detail_en", ""))
            return ServiceRefusal(problem, *words, code=_REFUSED[problem])
        return trouble(answer, doing)


def _upload(client: TusClient, piece: bytes, draft: str) -> str:
    """Brings one piece to the service, which keeps those of a draft as long as one of them is in use."""
    return client.upload(
        len(piece),
        lambda at, size: piece[at : at + size],
        {"dossier": draft},
        None,
        lambda _: None,
        lambda _: None,
    )
