"""Submission: the sealed store, the outbox, the agent that empties it, and the line to the ministry."""

from __future__ import annotations

from .api import SubmissionService
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
from .notes import DeviceReport, Line
from .opening import Role
from .print_journal import PrintRow, PrintState
from .settings import SubmissionSettings, settings_from_json, settings_to_json
from .spool import SessionSpool
from .values import (
    Acknowledgement,
    Applicant,
    Consent,
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
    new_kiosk_reference,
)

__all__ = [
    "Acknowledgement",
    "Applicant",
    "Consent",
    "DeviceReport",
    "DossierDraft",
    "DossierState",
    "Incident",
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
    "new_kiosk_reference",
    "settings_from_json",
    "settings_to_json",
]
