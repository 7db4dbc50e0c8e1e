"""The desk: one device under a supervisor, as in the kiosk, with a hand beside it; every method waits for what it does."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest

from drivers import registry
from drivers.conformance.bare import BareDriver
from drivers.conformance.subject import CannotDo, Placed, Slips, Step, Subject, TestCard
from drivers.errors import DeviceError, catalogue
from drivers.ports import DeviceKind, DeviceState, Health
from drivers.supervisor import DeviceClient, DeviceConfig, Supervisor

DEVICE: Final = "subject"
TICK_S: Final = 0.01
READY_S: Final = 20.0
NOTICE_S: Final = 8.0
"""How long a kiosk may take to notice what happened to a device: poll interval, a late answer, and opening it anew."""
PATIENCE_S: Final = 600.0
"""A person at a terminal takes this long at most."""

T = TypeVar("T")


@dataclass(frozen=True)
class Heard:
    """An event of the device by itself."""

    event: str
    data: dict[str, Any]


@dataclass
class Outcome:
    """How a verb ended: its value, or the code of its DeviceError; its progress events in order; seconds it took."""

    value: Any = None
    code: str | None = None
    detail: str = ""
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    seconds: float = 0.0

    def named(self, event: str) -> list[dict[str, Any]]:
        """The data of all events of that name."""
        return [data for name, data in self.events if name == event]


class Running:
    """A verb under way."""

    def __init__(self, desk: Desk, verb: str) -> None:
        self.outcome = Outcome()
        self.future: Future[None] | None = None
        self._desk = desk
        self._verb = verb

    def wait_event(
        self, event: str, seconds: float = 10.0, count: int = 1, matching: dict[str, Any] | None = None
    ) -> None:
        """Until the verb has told `event` so often, or has ended; with `matching` only events with just that data count."""
        until = time.monotonic() + seconds
        while self.future is not None and not self.future.done():
            told = [data for data in self.outcome.named(event) if matching is None or data == matching]
            if len(told) >= count:
                return
            assert time.monotonic() < until, f"{self._verb} told no {event} in {seconds:g} s"
            time.sleep(TICK_S)

    def wait(self) -> Outcome:
        """Until it ends; a verb that outlives its deadline is a broken promise of the machinery itself."""
        assert self.future is not None
        self.future.result(self._desk.deadline(self._verb) * 4 + 30)
        code = self.outcome.code
        assert code is None or code in catalogue(), f"{self._verb} ended with {code}, which errors.toml does not know"
        return self.outcome


class Desk:
    """See the module.

    `tidy` are the steps that bring the device back to rest between two tests; a card may stay on its reader, `card_there`
    tells whether this host has told one that is not gone.
    """

    def __init__(self, subject: Subject, kind: DeviceKind, folder: Path, tidy: tuple[Step, ...]) -> None:
        self.info = registry.load(subject.driver)
        self.kind = kind
        self.folder = folder
        self.log: list[str] = []
        self._subject = subject
        self._tidy = tidy
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="desk", daemon=True)
        self._heard: list[Heard] = []
        self.card_there = False
        self._change = threading.Condition()
        self._supervisor: Supervisor | None = None
        self._placing: Any = None
        self._placed: Placed | None = None

    # --- life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Puts the device in place and starts its host."""
        self._thread.start()
        self._placing = self._subject.place(self.folder)
        self._placed = self._run(self._placing.__aenter__())
        self.connect()

    def stop(self) -> None:
        """Ends the host and takes the device away."""
        try:
            self.disconnect()
            if self._placed is not None:
                self._run(self._placing.__aexit__(None, None, None))
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
            self._loop.close()

    def connect(self) -> None:
        """Starts the device's host, as the kiosk does when it starts."""
        config = DeviceConfig(DEVICE, self.kind, self._subject.driver, dict(self.settings))
        self._supervisor = Supervisor((config,), self._take, self._note)
        self._run(self._supervisor.start())

    def disconnect(self) -> None:
        """Ends the host; the device is free for others."""
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is not None:
            self._run(supervisor.stop())

    def fresh(self) -> None:
        """A tidy, ready device with nothing heard, whatever the test before has left."""
        self.tidy_up()
        if not self._settles(NOTICE_S):
            self.disconnect()
            self.connect()
            assert self._settles(READY_S), f"the device does not get ready: {self.health}"
        with self._change:
            self._heard.clear()
        self.log.clear()

    def tidy_up(self) -> None:
        """Brings the device back to rest, as far as its hand can."""
        for step in self._tidy:
            with contextlib.suppress(CannotDo):
                self._run(self.hand.do(step))

    def _settles(self, seconds: float) -> bool:
        """Whether the device says of itself, asked now, that it is ready."""
        until = time.monotonic() + seconds
        while self._supervisor is not None and time.monotonic() < until:
            if self.health.state is DeviceState.READY:
                asked = self.call("health", Health)
                if asked.code is None and asked.value.state is DeviceState.READY:
                    return self.health.state is DeviceState.READY
            time.sleep(TICK_S * 2)
        return False

    @contextlib.contextmanager
    def bare(self) -> Iterator[BareDriver]:
        """The driver without its host, alone with the device."""
        self.disconnect()
        try:
            with BareDriver(self._subject.driver, self.settings) as driver:
                yield driver
        finally:
            self.connect()

    # --- the hand ---------------------------------------------------------------------------------------------------

    @property
    def settings(self) -> dict[str, Any]:
        """The driver's settings for this device."""
        assert self._placed is not None
        return self._placed.settings

    @property
    def hand(self) -> Any:
        """The hand beside the device; its methods are coroutines of the desk's loop."""
        assert self._placed is not None
        return self._placed.hand

    @property
    def simulated(self) -> bool:
        """Whether what is put into the device is known exactly."""
        return bool(self.hand.simulated)

    def do(self, step: Step, argument: object = None) -> None:
        """A step of the hand; the test is skipped with the reason when it cannot be done."""
        self._by_hand(self.hand.do(step, None if argument is None else str(argument)))

    def slips(self) -> Slips:
        """What came out of the printer so far."""
        slips: Slips = self._by_hand(self.hand.slips())
        return slips

    def chip_commands(self) -> int:
        """Commands that chips have got so far."""
        return int(self._by_hand(self.hand.chip_commands()))

    def card(self) -> TestCard:
        """The card on the reader."""
        card: TestCard = self._by_hand(self.hand.card())
        return card

    def _by_hand(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return self._run(work)
        except CannotDo as error:
            pytest.skip(str(error))

    # --- the device as the kiosk sees it ------------------------------------------------------------------------------

    @property
    def client(self) -> DeviceClient:
        """The supervisor's side of the device."""
        assert self._supervisor is not None
        return self._supervisor.clients[DEVICE]

    @property
    def health(self) -> Health:
        """The device's state as it was told last."""
        return self.client.health

    @property
    def told(self) -> str:
        """Everything that was told in words: log lines and the details of states. No personal data may be in it."""
        states = [str(heard.data) for heard in self.heard() if heard.event == "state"]
        return "\n".join([*self.log, *states])

    def deadline(self, verb: str) -> float:
        """The driver's own deadline for a verb, in seconds."""
        return self.info.deadlines_s.get(verb, 10.0)

    def begin(self, verb: str, result: Any, **arguments: object) -> Running:
        """Begins a verb and returns at once."""
        running = Running(self, verb)
        running.future = asyncio.run_coroutine_threadsafe(self._work(running, verb, result, arguments), self._loop)
        return running

    def call(self, verb: str, result: Any, **arguments: object) -> Outcome:
        """Calls a verb and waits for its end."""
        return self.begin(verb, result, **arguments).wait()

    def cancel(self) -> None:
        """Asks the running verb to stop."""
        self._loop.call_soon_threadsafe(self.client.cancel_running)

    def kill_host(self) -> None:
        """Ends the host process by force; the supervisor starts another."""
        self._loop.call_soon_threadsafe(self.client.restart)

    def heard(self, event: str | None = None) -> list[Heard]:
        """What the device has told by itself since the test began, of one name or all."""
        with self._change:
            return [heard for heard in self._heard if event in (None, heard.event)]

    def wait_heard(self, event: str, count: int = 1, seconds: float = NOTICE_S) -> list[dict[str, Any]]:
        """The data of the events of that name, as soon as there are `count`."""
        until = time.monotonic() + seconds
        with self._change:
            while True:
                found = [heard.data for heard in self._heard if heard.event == event]
                left = until - time.monotonic()
                if len(found) >= count:
                    return found
                if left <= 0:
                    names = [heard.event for heard in self._heard]
                    pytest.fail(f"{len(found)} of {count} {event} in {seconds:g} s; heard {names}; {self.health}")
                self._change.wait(left)

    def wait_state(self, state: DeviceState, code: str | None = None, seconds: float = NOTICE_S) -> Health:
        """Until the device is told to be in `state` (with `code`, if one is given)."""
        until = time.monotonic() + seconds
        while self.health.state is not state or (code is not None and self.health.code != code):
            if time.monotonic() > until:
                pytest.fail(f"not {state.value} {code or ''} in {seconds:g} s, but {self.health}")
            time.sleep(TICK_S)
        return self.health

    def rest(self, seconds: float) -> None:
        """Time for something that must not happen."""
        time.sleep(seconds)

    async def _work(self, running: Running, verb: str, result: Any, arguments: dict[str, object]) -> None:
        outcome, began = running.outcome, time.monotonic()
        try:
            outcome.value = await self.client.call(
                verb, result, lambda event, data: outcome.events.append((event, data)), **arguments
            )
        except DeviceError as error:
            outcome.code, outcome.detail = error.code, error.detail
        finally:
            outcome.seconds = time.monotonic() - began

    def _take(self, _: str, event: str, data: dict[str, Any]) -> None:
        with self._change:
            self._heard.append(Heard(event, data))
            if event in ("card_inserted", "card_removed"):
                self.card_there = event == "card_inserted"
            elif event == "state" and data["state"] == DeviceState.STARTING.value:
                self.card_there = False  # a host that died tells nothing more of its card
            self._change.notify_all()

    def _note(self, event: str, **fields: object) -> None:
        self.log.append(f"{event} {fields}")

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)
