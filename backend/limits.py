"""Guessing codes is slow: wrong ones are counted by who gives them and by code, for all processes together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.codes import tidy
from backend.log import Event, emit
from backend.problems import Problem
from backend.service import Service
from backend.settings import Settings
from backend.storage.database import insert_new
from backend.storage.models import Misses


@dataclass(frozen=True)
class Allowance:
    """How many misses one key may have within a sliding window of seconds."""

    key: str
    limit: int
    window_s: float


def wrong_codes(settings: Settings, kiosk_id: str, code: str) -> list[Allowance]:
    """What bounds the guessing of a dossier's codes, whatever they are asked for."""
    return [
        Allowance(f"kiosk:{kiosk_id}", settings.tracking_misses_per_minute, 60.0),
        Allowance(f"code:{tidy(code)}", settings.tracking_misses_per_code_per_hour, 3600.0),
    ]


def questions_about_people(settings: Settings, kiosk_id: str, of: str) -> list[Allowance]:
    """What bounds how many people a kiosk may ask about; right ones count as well. `of` is what it asks for."""
    return [
        Allowance(f"{of} by minute {kiosk_id}", settings.person_questions_per_minute, 60.0),
        Allowance(f"{of} by hour {kiosk_id}", settings.person_questions_per_hour, 3600.0),
    ]


class Guard:
    """Counts a question as a miss before it is answered, so that questions asked at once cannot slip through."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def enter(self, allowances: Sequence[Allowance]) -> tuple[float, datetime]:
        """Seconds until all keys may ask again; when 0, a miss is noted for each, at the moment returned. Blocking."""
        now = self._service.now()
        with self._service.database.write() as session:
            # In one order everywhere: two questions must not wait for each other's second key.
            rows = [(_locked(session, one, now), one) for one in sorted(allowances, key=lambda one: one.key)]
            waits = [_wait_s(_times(row, one, now), one, now) for row, one in rows]
            if max(waits) > 0:
                return max(waits), now
            for row, one in rows:
                times = [*_times(row, one, now), _milliseconds(now)]
                row.times = ",".join(map(str, times[-one.limit :]))
                row.forget_at = now + timedelta(seconds=one.window_s)
        return 0.0, now

    def admit(self, kiosk_id: str, allowances: Sequence[Allowance]) -> datetime:
        """As `enter`; the moment that `forgive` is given. Blocking. Raises Problem TRACKING-LIMITED."""
        wait_s, entered = self.enter(allowances)
        if wait_s > 0:
            emit(Event.TRACKING_LIMITED, kiosk_id=kiosk_id)
            raise Problem("TRACKING-LIMITED", headers={"Retry-After": str(math.ceil(wait_s))})
        return entered

    def forgive(self, allowances: Sequence[Allowance], entered: datetime) -> None:
        """Take back what `enter` noted: the answer was right. Blocking."""
        with self._service.database.write() as session:
            for one in sorted(allowances, key=lambda one: one.key):
                row = session.get(Misses, _digest(one.key), with_for_update=True)
                if row is not None:
                    times = row.times.split(",") if row.times else []
                    if (mark := str(_milliseconds(entered))) in times:
                        times.remove(mark)
                    row.times = ",".join(times)

    def sweep(self) -> None:
        """Forget the keys whose window has passed. Blocking."""
        with self._service.database.write() as session:
            session.execute(delete(Misses).where(Misses.forget_at <= self._service.now()))


def _locked(session: Session, allowance: Allowance, now: datetime) -> Misses:
    key = _digest(allowance.key)
    insert_new(session, Misses(key=key, times="", forget_at=now + timedelta(seconds=allowance.window_s)))
    return session.scalars(select(Misses).where(Misses.key == key).with_for_update()).one()


def _times(row: Misses, allowance: Allowance, now: datetime) -> list[int]:
    oldest = _milliseconds(now) - allowance.window_s * 1000
    return [int(time) for time in row.times.split(",") if time and int(time) > oldest]


def _wait_s(times: list[int], allowance: Allowance, now: datetime) -> float:
    if len(times) < allowance.limit:
        return 0.0
    return (times[-allowance.limit] - _milliseconds(now)) / 1000 + allowance.window_s


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()
