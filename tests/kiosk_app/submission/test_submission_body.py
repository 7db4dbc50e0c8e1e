"""The body of a dossier: what an officer has to know of the ID card goes with it, and what is not known is left out."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from submission_bench import CANARY, CANARY_NUMBER

from backend import contract
from kiosk_app.model.assisting import PHRASES, REASONS
from kiosk_app.submission.payload import dossier_body
from kiosk_app.submission.values import (
    AcceptedDoubt,
    Applicant,
    Assistance,
    ChipCheck,
    Consent,
    DossierDraft,
    ProcedureRef,
)

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def draft_of(check: ChipCheck | None = None, assistance: Assistance | None = None) -> DossierDraft:
    return DossierDraft(
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
        assistance=assistance,
    )


def applicant_of(check: ChipCheck | None) -> dict[str, Any]:
    applicant: dict[str, Any] = dossier_body(draft_of(check), "kiosk-1")["applicant"]
    return applicant


def test_verdicts_and_names_of_differing_fields_go_with_the_dossier() -> None:
    sent = applicant_of(ChipCheck("passed", "failed", "not_checked", ("name", "sex")))["chip_check"]
    assert sent == {"passive": "passed", "chip": "failed", "active": "not_checked", "mismatches": ["name", "sex"]}
    assert {item.name for item in fields(ChipCheck)} == set(sent)


def test_an_applicant_whose_card_was_not_read_brings_no_verdicts() -> None:
    assert "chip_check" not in applicant_of(None)


HELP = Assistance("officer", NOW, NOW, (AcceptedDoubt("page", "old_paper", 3), AcceptedDoubt("name", "spelling")))


def test_an_officers_help_goes_with_the_dossier_as_the_contract_has_it() -> None:
    body = dossier_body(draft_of(assistance=replace(HELP, phrases=("explained",), note="Bản gốc đã cũ.")), "kiosk-1")
    assert body["assisted"] is True
    received = contract.Assistance.model_validate_json(json.dumps(body["assistance"]))
    assert (received.role, received.note) == ("officer", "Bản gốc đã cũ.")
    assert [(item.what, item.page) for item in received.accepted] == [("page", 3), ("name", None)]
    assert "Bản gốc" not in repr(draft_of(assistance=replace(HELP, note="Bản gốc đã cũ.")))


def test_a_dossier_without_help_says_so_and_brings_nothing_of_it() -> None:
    body = dossier_body(draft_of(), "kiosk-1")
    assert body["assisted"] is False
    assert "assistance" not in body


def test_help_in_a_role_that_may_not_help_is_refused_by_the_service() -> None:
    sent = dossier_body(draft_of(assistance=replace(HELP, role="technician")), "kiosk-1")["assistance"]
    with pytest.raises(ValidationError):
        contract.Assistance.model_validate_json(json.dumps(sent))


def test_every_reason_and_phrase_of_a_panel_fits_the_contract() -> None:
    for what, reasons in REASONS.items():
        for reason in reasons:
            one = Assistance("post", NOW, NOW, (AcceptedDoubt(what.value, reason, 1),), PHRASES)
            sent = dossier_body(draft_of(assistance=one), "kiosk-1")["assistance"]
            assert contract.Assistance.model_validate_json(json.dumps(sent)).phrases == list(PHRASES)
