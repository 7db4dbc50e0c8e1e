"""Sums of measured sessions: what an administrator sees of a day, a week or a month. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from kiosk_app.model.basics import STEPS
from kiosk_app.model.measures import RATINGS, Ending, MeasureSum, SessionMeasure, Span

DAYS: Final = {Span.DAY: 1, Span.WEEK: 7, Span.MONTH: 30}
"""How many days a span has, today among them."""
SHOWN_FAULTS: Final = 5


def first_day(now: datetime, span: Span) -> date:
    """The first day of a span that ends now."""
    return now.date() - timedelta(days=DAYS[span] - 1)


def slots(now: datetime, span: Span) -> tuple[str, ...]:
    """The beginnings of a span's hours or days, oldest first: «2026-03-02T09», or «2026-03-02»."""
    if span is Span.DAY:
        return tuple(f"{now.date().isoformat()}T{hour:02d}" for hour in range(now.hour + 1))
    first = first_day(now, span)
    return tuple((first + timedelta(days=day)).isoformat() for day in range(DAYS[span]))


def summed(measures: Iterable[SessionMeasure], now: datetime, span: Span) -> MeasureSum:
    """The sum of those sessions that are in the span."""
    begin = slots(now, span)
    width = len(begin[0])
    counted = [one for one in measures if one.hour[:width] in set(begin)]
    by_slot = Counter(one.hour[:width] for one in counted)
    submitted = Counter(one.hour[:width] for one in counted if one.ending is Ending.SUBMITTED)
    ratings = Counter(one.rating for one in counted)
    return MeasureSum(
        span=span,
        slots=begin,
        sessions=tuple(by_slot[slot] for slot in begin),
        submitted=tuple(submitted[slot] for slot in begin),
        begun=sum(one.began_dossier for one in counted),
        saved=sum(one.ending is Ending.SAVED for one in counted),
        medians=_medians(counted),
        given_up=tuple(Counter(one.step for one in counted if one.given_up).most_common()),
        help_calls=sum(one.help_calls for one in counted),
        assisted=sum(one.assisted for one in counted),
        cut=sum(one.ending is Ending.CUT for one in counted),
        faults=tuple(Counter(code for one in counted for code in one.faults).most_common(SHOWN_FAULTS)),
        ratings=tuple(ratings[mark] for mark in range(1, RATINGS + 1)),
    )


def _medians(measures: Iterable[SessionMeasure]) -> tuple[tuple[int, int], ...]:
    """Seconds at each step of the step line, of those who came to hand in and came to that step."""
    from statistics import median  # with fractions and decimals, for whoever looks at measures

    times: dict[int, list[int]] = defaultdict(list)
    for one in measures:
        if not one.began_dossier:
            continue
        spent: Counter[int] = Counter()
        for screen, seconds in one.steps:
            if screen in STEPS:
                spent[STEPS[screen]] += seconds
        for step, seconds in spent.items():
            times[step].append(seconds)
    return tuple((step, round(median(times[step]))) for step in sorted(times))
