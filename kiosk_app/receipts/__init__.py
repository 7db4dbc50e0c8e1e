"""Receipts: the slip a citizen takes home, drawn for the receipt printer."""

from kiosk_app.receipts.render import WIDTHS, render
from kiosk_app.receipts.slip import DeskComponent, SlipComponent, SlipLanguage, SubmissionSlip

__all__ = ["WIDTHS", "DeskComponent", "SlipComponent", "SlipLanguage", "SubmissionSlip", "render"]
