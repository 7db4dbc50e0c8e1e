"""Whether a page begins a paper or goes on with the one before: cues, each with its weight of evidence."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kiosk_app.matching.kinds import Phrase
from kiosk_app.matching.naming import Named
from kiosk_app.matching.reading import Understood

# Natural logarithms of odds: 2.2 is nine to one.
FIRST = 12.0


@dataclass(frozen=True)
class Before:
    """The page before, and whether a blank side lies between."""

    page: Understood
    names: Named
    blank_between: bool = False


def log_odds(behind: Before | None, page: Understood, names: Named) -> float:
    """How much more likely the page begins a paper than that it goes on with the one it lies behind."""
    if behind is None:
        return FIRST
    before = behind.page
    odds = -0.6
    odds += _of_heading(page, names)
    odds += _of_numbers(before, page)
    odds += _of_running_on(before, page)
    odds += _of_look(before, page)
    if _cover(behind) and _same_title(behind.names, names):
        odds -= 6.0
    return odds + (0.5 if behind.blank_between else 0.0)


def _cover(behind: Before) -> bool:
    """Whether the page before bears little but its title, well below the top: a report's cover."""
    title = behind.names.title
    lines = behind.page.page.lines
    if title is None or not lines or len(behind.page.words) > 60 or behind.page.signed:
        return False
    return title.top > 0.22 * (behind.page.page.height_mm or 297.0)


def _same_title(one: Named, other: Named) -> bool:
    if one.title is None or other.title is None:
        return False
    here, there = set(one.title.words), set(other.title.words)
    return len(here & there) >= 0.75 * max(1, min(len(here), len(there)))


def _of_heading(page: Understood, names: Named) -> float:
    odds = 0.0
    strength = names.title.strength if names.title is not None else 0.0
    if page.national:
        odds += 3.2
    if names.best > 0:
        odds += min(3.2, 1.1 * names.best)
    elif strength > 0.55:
        odds += 1.2
    if page.form_number and not page.annex:
        odds += 1.0
    if page.annex and not page.national:
        odds -= 1.5
    return odds


def _of_numbers(before: Understood, page: Understood) -> float:
    odds = 0.0
    if page.number is not None:
        if page.number == 1:
            odds += 2.0
        elif before.number is not None and page.number == before.number + 1:
            odds -= 4.0
        elif before.number is None and page.number == 2:
            # The first page of a paper often bears no number.
            odds -= 3.0
        else:
            odds -= 1.0
        if page.of is not None and before.of is not None and page.of != before.of:
            odds += 2.0
    elif before.number is not None:
        odds += 0.8
    if before.of is not None and before.number == before.of:
        odds += 2.5
    elif before.of is not None and before.number is not None and before.number < before.of and page.number is None:
        odds -= 0.8
    return odds


def _of_running_on(before: Understood, page: Understood) -> float:
    odds = 0.0
    if page.runs_on:
        odds -= 2.0
    if before.breaks_off:
        odds -= 1.6
    if before.signed:
        odds += 1.2
    if page.articles and before.articles and page.articles[0] == before.articles[-1] + 1:
        odds -= 1.8
    elif page.articles and page.articles[0] > 2:
        odds -= 1.2
    if _same(page.first, before.first):
        odds -= 2.2
    if _same(page.last, before.last):
        odds -= 1.2
    return odds


def _of_look(before: Understood, page: Understood) -> float:
    odds = 0.0
    here, there = page.page, before.page
    if abs(here.width_mm - there.width_mm) > 15 or abs(here.height_mm - there.height_mm) > 15:
        odds += 1.5
    if page.pictorial or before.pictorial:
        return odds + (0.4 if page.pictorial != before.pictorial else 0.0)
    if before.letter_height > 0 and page.letter_height > 0:
        ratio = page.letter_height / before.letter_height
        odds += 0.7 if not 0.85 < ratio < 1.18 else -0.3
    odds += 0.4 if abs(page.left - before.left) > 6 else -0.2
    shared = _likeness(before.words, page.words)
    return odds + (0.9 if shared < 0.08 else -1.0 if shared > 0.3 else 0.0)


def _same(one: Phrase, other: Phrase) -> bool:
    """Whether a header or footer is the same, as far as reading goes; the national heading is none."""
    if len(one) < 2 or len(other) < 2 or {"cong", "hoa", "xa"} <= set(one):
        return False
    shared = len(set(one) & set(other))
    return shared >= 0.75 * max(len(set(one)), len(set(other)))


def _likeness(one: Phrase, other: Phrase) -> float:
    """The share of longer words that two pages have in common."""
    here = {f"{a} {b}" for a, b in pairwise(one)}
    there = {f"{a} {b}" for a, b in pairwise(other)}
    return len(here & there) / max(1, min(len(here), len(there)))
