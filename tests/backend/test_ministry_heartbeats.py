"""Heartbeats: noted before they are answered, and many of them in one transaction."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from backend import kiosks
from backend.contract import Heartbeat
from backend.service import Service
from tests.backend.ministry_harness import opened


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = opened(tmp_path / "data")
    yield service
    service.close()


@pytest.fixture
def commits() -> Iterator[list[str]]:
    """One entry for each transaction that is committed anywhere in this process."""
    seen: list[str] = []

    def note(_connection: object) -> None:
        seen.append("commit")

    event.listen(Engine, "commit", note)
    yield seen
    event.remove(Engine, "commit", note)


def of(number: int) -> Heartbeat:
    return Heartbeat.model_validate_json(
        json.dumps(
            {
                "kiosk_id": f"kiosk-{number:02d}",
                "version": "1.0",
                "at": "2026-03-02T09:00:00+07:00",
                "state": "ready",
                "devices": [],
                "outbox": {"waiting": 0, "oldest_s": None},
            }
        )
    )


def test_heartbeats_that_come_within_a_moment_share_a_transaction(service: Service, commits: list[str]) -> None:
    async def beat() -> None:
        register = kiosks.Register(service)
        beats = []
        for number in range(20):  # not at once: each comes while the loop does other things, as from lines of their own
            beats.append(asyncio.create_task(register.note(of(number))))
            await asyncio.sleep(0)
        await asyncio.gather(*beats)

    asyncio.run(beat())
    assert len(kiosks.fleet(service)) == 20
    assert len(commits) == 1


def test_a_heartbeat_that_is_answered_is_kept(service: Service) -> None:
    async def beat() -> int:
        await kiosks.Register(service).note(of(1))
        return len(await asyncio.to_thread(kiosks.fleet, service))

    assert asyncio.run(beat()) == 1
