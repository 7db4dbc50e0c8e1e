"""Spoken guidance: fixed texts of the screens, never personal data."""

from kiosk_app.speech.speaker import Speaker

__all__ = ["Speaker"]
