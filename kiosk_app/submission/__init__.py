"""Submission: the sealed store, the outbox, the agent that empties it, and the line to the ministry."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .errors import (
    OutboxFull,
    PrintUndecided,
    SealConflict,
    ServiceRefusal,
    ServiceTrouble,
    SessionEnded,
    StoreBusy,
    StoreCorrupt,
    StoreFailed,
    StoreFull,
    StoreKeyWrong,
    SubmissionError,
)
from .settings import SubmissionSettings, settings_from_json, settings_to_json
from .values import (
    AcceptedDoubt,
    Acknowledgement,
    Applicant,
    Assistance,
    ChipCheck,
    Consent,
    DeskPaper,
    DossierDraft,
    DossierState,
    Incident,
    NotSentYet,
    OutboxRow,
    ProcedureRef,
    Progress,
    Refusal,
    SealedDossier,
    SealedFile,
    SupplementDraft,
    new_kiosk_reference,
)

if TYPE_CHECKING:
    from .api import SubmissionService
    from .draft_seal import DraftHeader, DraftOwner
    from .drafts import DraftToSave, KeptDraft
    from .letters import LetterRow
    from .notes import DeviceReport, Line
    from .opening import Role
    from .print_journal import PrintRow, PrintState
    from .spool import SessionSpool

__all__ = [
    "AcceptedDoubt",
    "Acknowledgement",
    "Applicant",
    "Assistance",
    "ChipCheck",
    "Consent",
    "DeskPaper",
    "DeviceReport",
    "DossierDraft",
    "DossierState",
    "DraftHeader",
    "DraftOwner",
    "DraftToSave",
    "Incident",
    "KeptDraft",
    "LetterRow",
    "Line",
    "NotSentYet",
    "OutboxFull",
    "OutboxRow",
    "PrintRow",
    "PrintState",
    "PrintUndecided",
    "ProcedureRef",
    "Progress",
    "Refusal",
    "Role",
    "SealConflict",
    "SealedDossier",
    "SealedFile",
    "ServiceRefusal",
    "ServiceTrouble",
    "SessionEnded",
    "SessionSpool",
    "StoreBusy",
    "StoreCorrupt",
    "StoreFailed",
    "StoreFull",
    "StoreKeyWrong",
    "SubmissionError",
    "SubmissionService",
    "SubmissionSettings",
    "SupplementDraft",
    "new_kiosk_reference",
    "settings_from_json",
    "settings_to_json",
]

# Database, cryptography and network come with the first use: who only names an error waits for none of them.
_LATER = {
    "SubmissionService": "api",
    "DraftHeader": "draft_seal",
    "DraftOwner": "draft_seal",
    "DraftToSave": "drafts",
    "KeptDraft": "drafts",
    "DeviceReport": "notes",
    "Line": "notes",
    "Role": "opening",
    "PrintRow": "print_journal",
    "PrintState": "print_journal",
    "SessionSpool": "spool",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_LATER[name]}", __name__), name)
    globals()[name] = value
    return value
