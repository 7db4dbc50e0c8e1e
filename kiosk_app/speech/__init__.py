"""Spoken guidance: lines of a transcript and the voice that says them; what is personal only into a headset."""

from kiosk_app.speech.lines import Line, Part, Why
from kiosk_app.speech.prompts import Prompts
from kiosk_app.speech.speaker import Loudness, Speaker

__all__ = ["Line", "Loudness", "Part", "Prompts", "Speaker", "Why"]
