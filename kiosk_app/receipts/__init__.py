"""Receipts: every document that the kiosk prints or shows, from a template and its values."""

from kiosk_app.receipts.checklist import Checklist, render_checklist
from kiosk_app.receipts.draft_slip import DraftSlip, render_draft_slip
from kiosk_app.receipts.render import render
from kiosk_app.receipts.scale import WIDTHS
from kiosk_app.receipts.slip import DeskComponent, SlipComponent, SlipLanguage, SubmissionSlip

__all__ = [
    "WIDTHS",
    "Checklist",
    "DeskComponent",
    "DraftSlip",
    "SlipComponent",
    "SlipLanguage",
    "SubmissionSlip",
    "render",
    "render_checklist",
    "render_draft_slip",
]
