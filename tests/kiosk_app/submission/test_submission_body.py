"""The body of a dossier: what an officer has to know of the ID card goes with it, and what is not known is left out."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from submission_bench import CANARY, CANARY_NUMBER

from kiosk_app.submission.payload import dossier_body
from kiosk_app.submission.values import Applicant, ChipCheck, Consent, DossierDraft, ProcedureRef

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def applicant_of(check: ChipCheck | None) -> dict[str, Any]:
    draft = DossierDraft(
        uuid="00000000-0000-4000-8000-000000000001",
        kiosk_reference="K01-20261120-0001",
        procedure=ProcedureRef("IP-01", None, "Thủ tục đăng ký sáng chế", "Registration of an invention"),
        applicant=Applicant(0, CANARY_NUMBER, CANARY, "1990-01-02", "chip", chip_check=check),
        answers={},
        consent=Consent("2026-01", NOW),
        declared_at=NOW,
        submitted_at=NOW,
        result_delivery="counter",
        language="vi",
        files=(),
    )
    applicant: dict[str, Any] = dossier_body(draft, "kiosk-1")["applicant"]
    return applicant


def test_verdicts_and_names_of_differing_fields_go_with_the_dossier() -> None:
    sent = applicant_of(ChipCheck("passed", "failed", "not_checked", ("name", "sex")))["chip_check"]
    assert sent == {"passive": "passed", "chip": "failed", "active": "not_checked", "mismatches": ["name", "sex"]}
    assert {item.name for item in fields(ChipCheck)} == set(sent)


def test_an_applicant_whose_card_was_not_read_brings_no_verdicts() -> None:
    assert "chip_check" not in applicant_of(None)
