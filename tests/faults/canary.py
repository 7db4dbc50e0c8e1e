"""A virtual card of a person who exists nowhere else, put on the driver's own socket; it tells the keys of its sessions."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import Any

from hunter import Needles, forms, windows

from drivers.simulators.chip.applet import Chip, Defects
from drivers.simulators.chip.issuer import Issuer
from drivers.simulators.chip.making import Making
from drivers.simulators.chip.people import Person
from drivers.simulators.chip.portrait import portrait
from drivers.simulators.chip.secure import Session
from drivers.simulators.chip.simulator import ATR
from drivers.simulators.chip.vpcd import VpcdWire, keep_connected

PERSON = Person(
    "canary",
    "001099604713",
    "ĐOÀN THỊ CHIM YẾN THỬ NGHIỆM",
    date(1990, 8, 14),
    "F",
    "Xã Hư Cấu, Quảng Trị",
    "Số 47 Ngõ Chim Yến, Phường Hư Cấu, Quảng Trị",
    date(2023, 2, 9),
    date(2030, 8, 14),
)
MAKING = Making(photo=20_000)


class CanaryCard:
    """The card, on a loop of its own in a thread; `needles` is everything secret of it, with every session it had."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._issuer = Issuer("canary")
        self.be(PERSON)
        self._sessions: set[Session] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._stay: Future[None] | None = None
        self._waits = threading.Event()
        self._holding = False
        self._going = asyncio.Event()

    def write_csca(self, folder: Path) -> Path:
        """The folder with the certificate to trust."""
        return self._issuer.write_csca(folder).parent

    def be(self, person: Person) -> None:
        """Another person's card, while none is on the reader."""
        self._person = person
        self._chip = Chip(self._issuer.card(person, MAKING), Defects())

    def insert(self) -> None:
        """Puts the card on the reader."""
        self._stay = self._begin(keep_connected("127.0.0.1", self._port, self._wire, lambda _: None))

    def remove(self) -> None:
        """Takes it off."""
        if self._stay is not None:
            self._stay.cancel()
            with contextlib.suppress(BaseException):
                self._stay.result(10)
            self._stay = None

    def close(self) -> None:
        """Ends the loop as well."""
        self.remove()
        self._begin(_end_tasks()).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def hold(self) -> None:
        """The next answer under secure messaging is not given before `release`."""
        self._waits.clear()
        self._holding = True

    def held(self, seconds: float) -> bool:
        """Whether a reading waits in its middle for such an answer; waits for that."""
        return self._waits.wait(seconds)

    def release(self) -> None:
        """Answers again."""
        self._holding = False
        self._loop.call_soon_threadsafe(self._going.set)

    def secrets(self) -> Needles:
        """Keys and portrait: what must not be found anywhere once the session is over."""
        photo = portrait(self._person.key, MAKING.photo)
        keys = [key for session in self._sessions for key in (session._encryption, session._authentication)]
        return {
            "session keys": keys,
            "portrait": windows(photo),
            "portrait in base64": windows(base64.b64encode(photo)),
        }

    def words(self) -> Needles:
        """The person in words."""
        return {
            "name": forms(self._person.name),
            "number": forms(self._person.number),
            "residence": forms(self._person.residence),
        }

    def _wire(self) -> VpcdWire:
        return VpcdWire(ATR, self._answer, self._chip.reset)

    async def _answer(self, apdu: bytes) -> bytes:
        answer = self._chip.process(apdu)
        if self._chip._session is not None:
            self._sessions.add(self._chip._session)
            if self._holding:
                self._going.clear()
                self._waits.set()
                await self._going.wait()
        return answer

    def _begin(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)


async def _end_tasks() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
