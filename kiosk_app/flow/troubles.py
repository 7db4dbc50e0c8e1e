"""What went wrong on the screen so far, as an officer who comes is told it: codes and counts, never a value."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk_app.flow.events import Answered, Continue, Event, PageFailed, PageReady
from kiosk_app.model.assisting import Trouble
from kiosk_app.model.session import Session

MOST: Final = 4
"""Kinds of trouble that are remembered of a screen: the latest ones."""


def remembered(before: Session, after: Session, event: Event) -> Session:
    """The session with what this event brought; another screen begins with nothing."""
    troubles = after.assist.troubles
    if after.screen is not before.screen or after.number < before.number:
        troubles = ()
    for what in dict.fromkeys(_brought(before, after, event)):
        times = next((item.times for item in troubles if item.what == what), 0)
        troubles = (*(item for item in troubles if item.what != what), Trouble(what, times + 1))[-MOST:]
    return (
        after if troubles == after.assist.troubles else replace(after, assist=replace(after.assist, troubles=troubles))
    )


def _brought(before: Session, after: Session, event: Event) -> list[str]:
    found: list[str] = []
    if after.notice is not None:
        again = isinstance(event, Continue) and after.screen is before.screen
        told = isinstance(event, Answered) and getattr(event, "code", None) == after.notice
        if after.notice != before.notice or again or told:
            found.append(after.notice)
    if isinstance(event, PageFailed):
        found.append(event.code)
    if isinstance(event, PageReady) and not event.blank:
        found += [f"page.{warning}" for warning in event.warnings]
    if after.receipt_code is not None and after.receipt_code != before.receipt_code:
        found.append(after.receipt_code)
    if after.drafts.code is not None and after.drafts.code != before.drafts.code:
        found.append(after.drafts.code)
    mistakes = len(after.field_errors) + len(after.typed.errors)
    if isinstance(event, Continue) and mistakes and after.screen is before.screen:
        found.append("field")
    return found
