"""What the card's tests share: a chip reached without a wire, scripted chips, and a recorder of events."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from drivers.card.emrtd.access import Passwords
from drivers.card.emrtd.certificates import TrustStore
from drivers.card.emrtd.reader import ChipReading, ChipSettings
from drivers.errors import DeviceError
from drivers.ports import CardAccess, CardReading
from drivers.simulators.chip.applet import Chip, Defects
from drivers.simulators.chip.issuer import Card, Issuer
from drivers.simulators.chip.people import PEOPLE

TODAY = date(2026, 1, 15)
ATR = bytes.fromhex("3B80800101")


def unhex(text: str) -> bytes:
    """Hex with spaces and line breaks."""
    return bytes.fromhex("".join(text.split()))


class Events:
    """Records what is emitted."""

    def __init__(self) -> None:
        self.all: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, event: str, /, **data: Any) -> None:
        self.all.append((event, data))

    def named(self, event: str) -> list[dict[str, Any]]:
        return [data for name, data in self.all if name == event]


class ScriptedTransport:
    """Answers from a list and keeps what was sent."""

    def __init__(self, answers: Iterable[bytes]) -> None:
        self._answers = iter(answers)
        self.sent: list[bytes] = []
        self.resets = 0

    def transmit(self, apdu: bytes) -> bytes:
        self.sent.append(apdu)
        return next(self._answers)

    def reset(self) -> None:
        self.resets += 1


class ChipTransport:
    """The virtual chip's program without its wire."""

    def __init__(self, chip: Chip, *, gone_at: int | None = None) -> None:
        self.chip = chip
        self.sent: list[bytes] = []
        self._gone_at = gone_at

    def transmit(self, apdu: bytes) -> bytes:
        self.sent.append(apdu)
        if self._gone_at is not None and len(self.sent) >= self._gone_at:
            raise DeviceError("CRD-REMOVED", "taken away by the test")
        return self.chip.process(apdu)

    def reset(self) -> None:
        self.chip.reset()


class Background:
    """An event loop of its own thread: simulators live there while a driver, being synchronous, runs in the test."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=150)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


ISSUER = Issuer("card tests")


def chip(person: str = "adult", defects: Defects | None = None, **options: Any) -> Chip:
    """A chip of one of the fictional people, with a card of its own that a test may spoil."""
    return Chip(replace(_card(person, tuple(sorted(options.items())))), defects or Defects())


@cache
def _card(person: str, options: tuple[tuple[str, Any], ...]) -> Card:
    return ISSUER.card(PEOPLE[person], **dict(options))


def read(
    transport: Any,
    access: CardAccess,
    *,
    trust: TrustStore | None = None,
    events: Events | None = None,
    chunks: dict[bytes, int] | None = None,
) -> CardReading:
    """One reading over a transport."""
    settings = ChipSettings(trust or TrustStore(), {} if chunks is None else chunks)
    return ChipReading(transport, ATR, Passwords.of(access), settings, events or Events()).run(TODAY)
