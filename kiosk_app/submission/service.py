"""The ministry service as the kiosk sees it: handing a dossier over, tracking, heartbeat, each with a typed outcome."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from kiosk_app.model.tracking import OwnDossier, PastStatus, TrackingReport, TrackingStep, WantedPaper

from .errors import ServiceRefusal, ServiceTrouble
from .notes import ChosenPin, StaffNote
from .tus import trouble
from .values import Acknowledgement, Kind, Refusal

if TYPE_CHECKING:
    from .transport import Answer, Transport

JSON_HEADERS: Final = {"Content-Type": "application/json", "Accept": "application/json, application/problem+json"}
_UPLOAD_PROBLEMS: Final = frozenset({"UPLOAD-MISSING", "UPLOAD-HASH-MISMATCH"})


class UploadsLost(Exception):
    """The service does not hold the files as the manifest names them: they have to be sent again."""


class MinistryService:
    """The published contract over one `Transport`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def commit(self, uuid: str, body: Mapping[str, Any], kind: Kind = Kind.DOSSIER) -> Acknowledgement | Refusal:
        """`PUT /v1/dossiers/{uuid}`, or `/v1/supplements/{uuid}`; repeating it is safe and gives the same answer.

        A Refusal is the service's considered no. Raises UploadsLost, ServiceTrouble.
        """
        answer = self._send("PUT", f"/v1/{kind}s/{uuid}", body)
        document = answer.document()
        if answer.status in (200, 201):
            return _acknowledgement(document, uuid, str(body["kiosk_reference"]))
        problem = document.get("code")
        if isinstance(problem, str) and answer.status in (400, 409, 413, 415, 422):
            if problem in _UPLOAD_PROBLEMS:
                raise UploadsLost(problem)
            return Refusal(problem, str(document.get("detail_vi", "")), str(document.get("detail_en", "")))
        failure = trouble(answer, "commit")
        raise failure

    def mail_receipt(self, uuid: str, kiosk_id: str, address: str) -> None:
        """`PUT /v1/dossiers/{uuid}/receipt-mail`; repeating it is safe, one mail is sent.

        Raises ServiceRefusal for the service's considered no, ServiceTrouble.
        """
        answer = self._send("PUT", f"/v1/dossiers/{uuid}/receipt-mail", {"kiosk_id": kiosk_id, "address": address})
        if answer.status == 200:
            return
        document = answer.document()
        problem = str(document.get("code", ""))
        if problem and answer.status in (400, 404, 409, 413, 415, 422):
            raise ServiceRefusal(problem, str(document.get("detail_vi", "")), str(document.get("detail_en", "")))
        raise trouble(answer, "mailing a receipt")

    def track(self, dossier_code: str, lookup_code: str) -> TrackingReport:
        """Where a dossier stands, by its two codes. Raises ServiceRefusal NET-NOT-FOUND, ServiceTrouble NET-LIMITED."""
        return self._track({"dossier_code": dossier_code, "lookup_code": lookup_code})

    def track_reference(self, kiosk_reference: str) -> TrackingReport:
        """The same by the reference that a kiosk gave; the report then holds the look-up code. Raises as `track`."""
        return self._track({"kiosk_reference": kiosk_reference})

    def _track(self, question: Mapping[str, str]) -> TrackingReport:
        answer = self._send("POST", "/v1/tracking", question)
        document = answer.document()
        if answer.status == 200:
            return _report(document)
        words = str(document.get("detail_vi", "")), str(document.get("detail_en", ""))
        problem = str(document.get("code", ""))
        if problem == "DOSSIER-NOT-FOUND" or (problem and answer.status == 422):
            raise ServiceRefusal(problem, *words, code="NET-NOT-FOUND")
        if answer.status == 429:
            raise ServiceTrouble("too many wrong codes", "NET-LIMITED", answer.retry_after_s)
        raise trouble(answer, "tracking")

    def own_dossiers(self, identity_number: str) -> tuple[OwnDossier, ...]:
        """`POST /v1/people/dossiers`: a person's own, newest first; for somebody whose chip was proven, and nobody else.

        Raises ServiceTrouble NET-LIMITED and others.
        """
        person = person_token(self._transport, identity_number)
        answer = self._send("POST", "/v1/people/dossiers", {"person": person})
        if answer.status == 429:
            raise ServiceTrouble("too many questions", "NET-LIMITED", answer.retry_after_s)
        if answer.status != 200:
            raise trouble(answer, "own dossiers")
        try:
            return tuple(_own_dossier(item) for item in answer.document()["dossiers"])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise ServiceTrouble("the list of dossiers does not follow the contract", "NET-GARBLED") from None

    def heartbeat(self, body: Mapping[str, Any]) -> str:
        """`POST /v1/heartbeat`; returns the server's time (RFC 3339) or an empty string. Raises ServiceTrouble."""
        answer = self._send("POST", "/v1/heartbeat", body)
        if answer.status not in (200, 202, 204):
            raise trouble(answer, "heartbeat")
        return str(answer.document().get("server_time", ""))

    def staff(self, etag: str) -> StaffNote | None:
        """`GET /v1/staff`: the accounts of the staff, None while they are those of `etag`. Raises ServiceTrouble."""
        answer = self._transport.request(
            "GET", "/v1/staff", headers={**JSON_HEADERS, **({"If-None-Match": etag} if etag else {})}
        )
        if answer.status == 304:
            return None
        if answer.status != 200:
            raise trouble(answer, "asking for the accounts")
        return StaffNote(json.dumps(answer.document(), ensure_ascii=False), answer.headers.get("etag", ""))

    def tell_chosen_pin(self, kiosk_id: str, chosen: ChosenPin) -> None:
        """`PUT /v1/staff/{id}/pin`; repeating it is safe. Raises ServiceRefusal for the service's no, ServiceTrouble."""
        body = {"kiosk_id": kiosk_id, "version": chosen.version, "pin_hash": chosen.hash}
        answer = self._send("PUT", f"/v1/staff/{chosen.staff_id}/pin", body)
        if answer.status == 200:
            return
        document = answer.document()
        problem = str(document.get("code", ""))
        if problem and answer.status in (400, 404, 409, 413, 415, 422):
            raise ServiceRefusal(problem, str(document.get("detail_vi", "")), str(document.get("detail_en", "")))
        raise trouble(answer, "telling a chosen PIN")

    def renew(self, csr: str) -> str:
        """`POST /v1/certificates`: a certificate (PEM) for this kiosk's next key. Raises ServiceTrouble, ServiceRefusal."""
        answer = self._send("POST", "/v1/certificates", {"csr": csr})
        if answer.status != 201:
            raise trouble(answer, "renewal")
        return str(answer.document().get("certificate", ""))

    def healthy(self) -> bool:
        """`GET /v1/health`: whether the service answers as it should. Raises ServiceTrouble when it cannot be reached."""
        return self._transport.request("GET", "/v1/health").status == 200

    def _send(self, method: str, path: str, body: Mapping[str, Any]) -> Answer:
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return self._transport.request(method, path, headers=JSON_HEADERS, body=text.encode("utf-8"))


def person_token(transport: Transport, identity_number: str) -> str:
    """How a person is named to the service: the number stays here, the token's key is asked for anew and kept nowhere.

    Raises ServiceTrouble.
    """
    answer = transport.request("GET", "/v1/people/key", headers=JSON_HEADERS)
    try:
        key = bytes.fromhex(str(answer.document()["key"])) if answer.status == 200 else b""
    except (KeyError, ValueError):
        raise ServiceTrouble("the key does not follow the contract", "NET-GARBLED") from None
    if not key:
        raise trouble(answer, "asking for the key")
    return hmac.digest(key, identity_number.encode("ascii"), "sha256").hex()


def _acknowledgement(document: Mapping[str, Any], uuid: str, reference: str) -> Acknowledgement:
    """The codes out of a receipt; an answer that is not for this very dossier is no receipt."""
    codes: Sequence[Any] = [document.get(key) for key in ("dossier_code", "lookup_code", "received_at")]
    if document.get("uuid") != uuid or document.get("kiosk_reference") != reference:
        raise ServiceTrouble("the receipt is not for this dossier", "NET-GARBLED")
    if not all(isinstance(code, str) and code for code in codes):
        raise ServiceTrouble("the receipt lacks its codes", "NET-GARBLED")
    status = document.get("status")
    words: Mapping[str, Any] = status if isinstance(status, dict) else {}
    number = words.get("code", 1)
    return Acknowledgement(
        dossier_code=codes[0],
        lookup_code=codes[1],
        received_at=codes[2],
        status_code=number if isinstance(number, int) else 1,
        status_vi=str(words.get("vi", "")),
        status_en=str(words.get("en", "")),
    )


def _report(document: Mapping[str, Any]) -> TrackingReport:
    try:
        status, procedure = document["status"], document.get("procedure") or {}
        supplement = document.get("supplement") or {}
        days = document.get("working_days_left")
        return TrackingReport(
            dossier_code=str(document["dossier_code"]),
            status_code=int(status["code"]),
            status_vi=str(status["vi"]),
            status_en=str(status["en"]),
            plain_vi=_text(status, "plain_vi"),
            plain_en=_text(status, "plain_en"),
            procedure_id=_text(procedure, "local_id"),
            procedure_vi=_text(procedure, "name_vi"),
            procedure_en=_text(procedure, "name_en"),
            steps=tuple(_step(step) for step in document.get("steps") or ()),
            unit_vi=_text(document, "unit_vi"),
            unit_en=_text(document, "unit_en"),
            received_at=_text(document, "received_at"),
            accepted_at=_text(document, "accepted_at"),
            due_date=_text(document, "due_date"),
            working_days_left=int(days) if days is not None else None,
            lookup_code=_text(document, "lookup_code"),
            awaited=tuple(str(name) for name in document.get("awaited_papers") or ()),
            reason=_text(document, "reason"),
            wanted=tuple(_wanted(paper) for paper in supplement.get("papers") or ()),
            until=_text(supplement, "until"),
            history=tuple(_past(entry) for entry in document.get("history") or ()),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ServiceTrouble("the tracking answer does not follow the contract", "NET-GARBLED") from None


def _step(step: Mapping[str, Any]) -> TrackingStep:
    return TrackingStep(
        name_vi=_text(step, "name_vi"),
        name_en=_text(step, "name_en"),
        unit_vi=_text(step, "unit_vi"),
        unit_en=_text(step, "unit_en"),
        state=_text(step, "state"),
        started_at=_text(step, "started_at"),
        finished_at=_text(step, "finished_at"),
        due_at=_text(step, "due_at"),
    )


def _wanted(paper: Mapping[str, Any]) -> WantedPaper:
    return WantedPaper(
        str(paper["component"]), str(paper["name_vi"]), int(paper.get("originals", 0)), int(paper.get("copies", 0))
    )


def _past(entry: Mapping[str, Any]) -> PastStatus:
    status = entry["status"]
    return PastStatus(
        str(status["vi"]), str(status["en"]), _text(entry, "at"), _text(entry, "unit_vi"), _text(entry, "unit_en")
    )


def _own_dossier(item: Mapping[str, Any]) -> OwnDossier:
    status, procedure, days = item["status"], item.get("procedure") or {}, item.get("working_days_left")
    return OwnDossier(
        dossier_code=str(item["dossier_code"]),
        lookup_code=str(item["lookup_code"]),
        status_code=int(status["code"]),
        status_vi=str(status["vi"]),
        status_en=str(status["en"]),
        procedure_vi=_text(procedure, "name_vi"),
        procedure_en=_text(procedure, "name_en"),
        received_at=_text(item, "received_at"),
        due_date=_text(item, "due_date"),
        working_days_left=int(days) if days is not None else None,
    )


def _text(document: Mapping[str, Any], key: str) -> str:
    value = document.get(key)
    return "" if value is None else str(value)
