"""The audit log: who of the staff did what to which session or device, when; what is cut off or changed shows."""

from kiosk_app.audit.entry import ACTS, Actor, Entry, Head, shell
from kiosk_app.audit.proof import Fault, Verdict, verify
from kiosk_app.audit.trail import AuditFailed, Trail, public_key

__all__ = [
    "ACTS",
    "Actor",
    "AuditFailed",
    "Entry",
    "Fault",
    "Head",
    "Trail",
    "Verdict",
    "public_key",
    "shell",
    "verify",
]
