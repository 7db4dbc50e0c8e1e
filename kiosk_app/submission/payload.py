"""The body of a dossier as the ministry's contract wants it, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from .values import Applicant, Assistance, DossierDraft, Draft, Kind, SealedFile, SupplementDraft


def dossier_body(draft: DossierDraft, kiosk_id: str) -> dict[str, Any]:
    """The body of `PUT /v1/dossiers/{uuid}` without the places of its files, which change when an upload is redone."""
    body: dict[str, Any] = {
        "kiosk_id": kiosk_id,
        "kiosk_reference": draft.kiosk_reference,
        "procedure": {
            "local_id": draft.procedure.local_id,
            "code": draft.procedure.code,
            "name_vi": draft.procedure.name_vi,
            "name_en": draft.procedure.name_en,
        },
        "channel": draft.channel,
        "assisted": draft.assistance is not None,
        "applicant": _applicant(draft.applicant),
        "answers": dict(draft.answers),
        "consent": {
            "version": draft.consent.version,
            "at": _instant(draft.consent.at),
            "notices": draft.consent.notices,
        },
        "declared_at": _instant(draft.declared_at),
        "submitted_at": _instant(draft.submitted_at),
        "result_delivery": draft.result_delivery,
        "files": [_file(file) for file in draft.files],
    }
    if draft.at_desk:
        body["at_desk"] = [
            {
                "component": paper.component,
                "component_name_vi": paper.component_name_vi,
                "originals": paper.originals,
                "copies": paper.copies,
            }
            for paper in draft.at_desk
        ]
    if draft.assistance is not None:
        body["assistance"] = _assistance(draft.assistance)
    if draft.receipt_mail:
        body["receipt_mail"] = draft.receipt_mail
    if draft.lineage:
        body["draft"] = draft.lineage
    return body


def supplement_body(draft: SupplementDraft, kiosk_id: str) -> dict[str, Any]:
    """The body of `PUT /v1/supplements/{uuid}` without the places of its files."""
    return {
        "kiosk_id": kiosk_id,
        "kiosk_reference": draft.kiosk_reference,
        "dossier_code": draft.dossier_code,
        "lookup_code": draft.lookup_code,
        "declared_at": _instant(draft.declared_at),
        "submitted_at": _instant(draft.submitted_at),
        "files": [_file(file) for file in draft.files],
    }


def body_of(draft: Draft, kiosk_id: str) -> dict[str, Any]:
    """The body of what is handed in, by its kind."""
    return dossier_body(draft, kiosk_id) if isinstance(draft, DossierDraft) else supplement_body(draft, kiosk_id)


def kind_of(draft: Draft) -> Kind:
    """What it is that is handed in."""
    return Kind.DOSSIER if isinstance(draft, DossierDraft) else Kind.SUPPLEMENT


def _assistance(given: Assistance) -> dict[str, Any]:
    accepted = [
        {"what": item.what, "reason": item.reason} | ({"page": item.page} if item.page else {})
        for item in given.accepted
    ]
    return {
        "role": given.role,
        "from": _instant(given.since),
        "to": _instant(given.until),
        "accepted": accepted,
        "phrases": list(given.phrases),
        "note": given.note,
    }


def _file(file: SealedFile) -> dict[str, Any]:
    return {
        "component": file.component,
        "component_name_vi": file.component_name_vi,
        "name": file.name,
        "pages": file.pages,
        "bytes": file.bytes,
        "sha256": file.sha256,
    }


def _applicant(applicant: Applicant) -> dict[str, Any]:
    body: dict[str, Any] = {
        "kind": applicant.kind,
        "identity_number": applicant.identity_number,
        "full_name": applicant.full_name,
        "birth_date": applicant.birth_date,
        "verified_by": applicant.verified_by,
    }
    optional = {
        "assurance": applicant.assurance,
        "phone": applicant.phone,
        "email": applicant.email,
        "organisation": applicant.organisation,
    }
    if (check := applicant.chip_check) is not None:
        verdicts = {"passive": check.passive, "chip": check.chip, "active": check.active}
        body["chip_check"] = {**verdicts, "mismatches": list(check.mismatches)}
    return body | {key: value for key, value in optional.items() if value}


def _instant(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a time without its zone cannot be declared")
    return moment.isoformat(timespec="milliseconds")


def to_text(body: dict[str, Any]) -> str:
    """The one text of a body: what is stored, fingerprinted and sent. Raises ValueError for NaN."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def fingerprint(text: str) -> str:
    """SHA-256 of the stored text: two dossiers with one id and two fingerprints are a conflict."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def with_uploads(text: str, uploads: Sequence[str]) -> dict[str, Any]:
    """The stored body with each file's place at the service, in the same order."""
    body: dict[str, Any] = json.loads(text)
    for file, upload in zip(body["files"], uploads, strict=True):
        file["upload"] = upload
    return body
