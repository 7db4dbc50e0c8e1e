"""The days `from` to `to` that a request asks for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from starlette.requests import Request

from backend.problems import Problem

MOST_DAYS: Final = 400
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


def asked_days(request: Request) -> tuple[date, date]:
    """First and last day, at most MOST_DAYS of them. Raises Problem REQUEST-INVALID naming what does not fit."""
    first, last = _date(request, "from"), _date(request, "to")
    if not first <= last <= first + timedelta(days=MOST_DAYS - 1):
        raise Problem("REQUEST-INVALID", ["to"])
    return first, last


def _date(request: Request, name: str) -> date:
    values = request.query_params.getlist(name)
    try:
        # Length first: fromisoformat also takes week dates and dates without hyphens.
        day = date.fromisoformat(values[0]) if len(values) == 1 and len(values[0]) == 10 else None
    except ValueError:
        day = None
    if day is None or values[0] != day.isoformat() or not _FIRST_DAY <= day <= _LAST_DAY:
        raise Problem("REQUEST-INVALID", [name])
    return day
