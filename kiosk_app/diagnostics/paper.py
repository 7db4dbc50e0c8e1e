"""How long the roll in the printer still lasts, reckoned from what was printed since it was put in."""

from __future__ import annotations

from typing import Final

from kiosk_app.model.servicing import Counter, PaperLeft, Roll

DOTS_PER_MM: Final = 8
"""Receipt printers of 203 dots an inch, which the widths of our profiles are made for."""
CUT_FEED_MM: Final = 18
"""What runs through between the last line and the knife, at every cut."""
LOW_SHARE: Final = 0.1
_PNG_HEIGHT: Final = slice(20, 24)


def length_mm(png: bytes, cut: bool) -> int:
    """Paper that a slip takes, from the height in its picture's header (PNG, 11.2.2) and the feed to the knife."""
    rows = int.from_bytes(png[_PNG_HEIGHT], "big") if png.startswith(b"\x89PNG") else 0
    return -(-rows // DOTS_PER_MM) + (CUT_FEED_MM if cut else 0)


def forecast(roll: Roll | None, roll_mm: int, paper: Counter, cuts: Counter) -> PaperLeft:
    """What is left of a roll of `roll_mm`; slips and days are None until enough was printed to say.

    `paper` (millimetres) and `cuts` are counted by day. A day without any print is a holiday and makes no average; today is
    not over and counts only where there is no other day.
    """
    used = roll.used_mm if roll is not None else 0
    left = max(0, roll_mm - used)
    printed, slips = sum(paper.days), sum(cuts.days)
    full_days = [amount for amount in paper.days[:-1] if amount] or [amount for amount in paper.days[-1:] if amount]
    return PaperLeft(
        left_mm=left,
        roll_mm=roll_mm,
        slips=left * slips // printed if printed and slips else None,
        days=round(left / (sum(full_days) / len(full_days)), 1) if full_days else None,
        since=roll.since if roll is not None else "",
        low=left < roll_mm * LOW_SHARE,
    )
