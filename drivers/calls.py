"""The calls to one device's verbs: one at a time, each with a deadline, whatever host answers them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass
from typing import Any

from drivers import wire
from drivers.errors import DeviceError
from drivers.exchanges import ExchangeLog
from drivers.limits import DeviceConfig, Limits

OnEvent = Callable[[str, dict[str, Any]], None]
Witness = Callable[[str, str, dict[str, object], Any], None]
"""Called with the device's id, a verb, its arguments and its plain JSON answer, after the verb ended with one."""


@dataclass
class Call:
    """A verb that is asked for, and how it stands."""

    verb: str
    arguments: dict[str, object]
    on_event: OnEvent | None
    cancelled: bool = False
    quiet_since: float = 0.0
    future: asyncio.Future[Any] | None = None


@dataclass(frozen=True)
class Line:
    """What calls need of the host that runs now: to write to it, to know why there is none, to end one that hangs."""

    write: Callable[[wire.Frame], None]
    missing: Callable[[], DeviceError | None]
    give_up: Callable[[], None]


class Calls:
    """The verbs of one device under way and waiting. They outlive hosts: who waits is answered by the next one.

    `deadlines` are the longest silences in seconds as the driver asks for them; `personal` is whether this host was told
    who somebody is; `turn` is held while a verb runs.
    """

    def __init__(
        self,
        config: DeviceConfig,
        line: Line,
        log: Callable[..., None],
        limits: Limits,
        witnesses: Collection[Witness],
    ) -> None:
        self._config = config
        self._line = line
        self._log = log
        self._limits = limits
        self._witnesses = witnesses
        self.exchanges = ExchangeLog()
        self.deadlines: dict[str, float] = {}
        self.personal = False
        self.turn = asyncio.Lock()
        self._waiting: list[Call] = []
        self._running: dict[int, Call] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._next = 1

    @property
    def running(self) -> bool:
        """Whether a verb is under way."""
        return bool(self._running)

    def deadline_s(self, verb: str) -> float:
        """The longest silence of a verb before the host is killed."""
        return self.deadlines.get(verb, self._limits.call_s)

    async def ask(self, call: Call) -> Any:
        """Calls a verb and waits for its plain JSON answer. Raises DeviceError.

        The exchange outlives a cancelled caller: the host runs the verb to its end, and only then the next may begin.
        """
        task = self.begin(self._in_turn(call), f"{self._config.id} {call.verb}")
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            call.cancelled, call.on_event = True, None
            for request, running in self._running.items():
                if running is call:
                    self._stop_verb(request)
            raise

    def begin(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Work that `ended` waits for."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._exchanged)
        return task

    async def ended(self) -> None:
        """Returns once nothing of it runs any more."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cancel(self) -> None:
        """Asks the running verb to stop soon; those that wait for their turn end with a code of cancelling."""
        for call in self._waiting:
            call.cancelled = True
        for request in self._running:
            self._stop_verb(request)

    def fail(self, code: str, detail: str) -> None:
        """The host is gone: what ran on it ends with a code."""
        for call in self._running.values():
            if call.future is not None and not call.future.done():
                call.future.set_exception(DeviceError(code, detail))

    def take(self, request: int, frame: wire.Frame) -> None:
        """What the host says to a call: progress, its end with a code, or with a value."""
        call = self._running.get(request)
        if call is None or call.future is None or call.future.done():
            return
        if "event" in frame:
            call.quiet_since = time.monotonic()
            self.exchanges.event(str(frame["event"]), dict(frame.get("data") or {}), call.verb)
            if call.on_event is not None:
                self.deliver(call.on_event, str(frame["event"]), dict(frame.get("data") or {}))
        elif "error" in frame:
            error = frame["error"]
            call.future.set_exception(DeviceError(str(error["code"]), str(error.get("detail", ""))))
        else:
            call.future.set_result(frame.get("result"))

    def deliver(self, listener: Callable[..., None], *arguments: object) -> None:
        """A listener's mistake is the listener's: the host is not killed for it and goes on being kept."""
        try:
            listener(*arguments)
        except Exception as error:
            self._log("device.listener_failed", device=self._config.id, error=type(error).__name__)

    def _stop_verb(self, request: int) -> None:
        self.exchanges.asked_to_stop(self._running[request].verb)
        self._line.write({"id": request, "cancel": True})

    def _exchanged(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # seen, also where nobody waits for it any more

    async def _in_turn(self, call: Call) -> Any:
        self._waiting.append(call)
        try:
            await self.turn.acquire()
        finally:
            self._waiting.remove(call)
        try:
            if call.cancelled:
                raise DeviceError(wire.CANCELLED[self._config.kind], "cancelled before it began")
            answer = await self._exchange(call)
        finally:
            self.turn.release()
        for witness in self._witnesses:
            self.deliver(witness, self._config.id, call.verb, call.arguments, answer)
        return answer

    async def _exchange(self, call: Call) -> Any:
        if (missing := self._line.missing()) is not None:
            raise missing
        request, self._next = self._next, self._next + 1
        call.future = asyncio.get_running_loop().create_future()
        started = call.quiet_since = time.monotonic()
        deadline = self.deadline_s(call.verb)
        self._running[request] = call
        self.personal = self.personal or call.verb in wire.PERSONAL.get(self._config.kind, ())
        try:
            arguments = wire.to_json(call.arguments)
            self.exchanges.sent(call.verb, arguments)
            self._line.write({"id": request, "call": call.verb, "args": arguments})
            while True:
                left = call.quiet_since + deadline - time.monotonic()
                done, _ = await asyncio.wait({call.future}, timeout=max(left, 0.0))
                if done:
                    answer = call.future.result()
                    self.exchanges.answered(call.verb, answer, time.monotonic() - started)
                    return answer
                if time.monotonic() - call.quiet_since >= deadline:
                    self._log("device.deadline", device=self._config.id, verb=call.verb, seconds=deadline)
                    self._line.give_up()
                    raise DeviceError("SYS-DEADLINE", f"{call.verb} gave no sign for {deadline:g} s")
        except wire.BadFrame as error:
            raise DeviceError("SYS-UNEXPECTED", f"{call.verb}: {error}") from error
        except DeviceError as error:
            self.exchanges.failed(call.verb, error, time.monotonic() - started)
            raise
        finally:
            del self._running[request]
