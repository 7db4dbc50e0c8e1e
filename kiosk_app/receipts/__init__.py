"""Receipts: every document that the kiosk prints or shows, from a template and its values.

What is imported from here are values; `kiosk_app.receipts.drawing` draws them, in a process of its own.
"""

from kiosk_app.receipts.checklist import Checklist
from kiosk_app.receipts.document import Document
from kiosk_app.receipts.draft_slip import DraftSlip
from kiosk_app.receipts.readiness import ReadinessSlip
from kiosk_app.receipts.slip import DeskComponent, SlipComponent, SlipLanguage, SubmissionSlip
from kiosk_app.receipts.testpage import printer_test

__all__ = [
    "Checklist",
    "DeskComponent",
    "Document",
    "DraftSlip",
    "ReadinessSlip",
    "SlipComponent",
    "SlipLanguage",
    "SubmissionSlip",
    "printer_test",
]
