"""Keeps one host process per device alive: deadlines, kill and restart with capped back-off, circuit breaker, events.

A host that dies or hangs is an event for whoever subscribed, never an exception in the ui: pending calls end with
DeviceError SYS-HOST-DIED or SYS-DEADLINE, the device is told `fault`, and a new host is started.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from drivers import registry, wire
from drivers.errors import DeviceError
from drivers.ports import Description, DeviceKind, DeviceState, Health

START_DEADLINE_S: Final = 10.0
DEFAULT_DEADLINE_S: Final = 10.0
BACKOFF_FIRST_S: Final = 0.05
BACKOFF_LAST_S: Final = 15.0
BREAKER_DEATHS: Final = 6
BREAKER_WINDOW_S: Final = 60.0
BREAKER_REST_S: Final = 120.0

T = TypeVar("T")
EventSink = Callable[[str, str, dict[str, Any]], None]
"""Called with the device's id, the event's name and its data, on the loop's thread."""


@dataclass(frozen=True)
class DeviceConfig:
    """A device of the configuration: its id, driver and the driver's settings."""

    id: str
    kind: DeviceKind
    driver: str
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Call:
    future: asyncio.Future[Any]
    on_event: Callable[[str, dict[str, Any]], None] | None
    deadline_s: float
    quiet_since: float


class DeviceClient:
    """One device: its host process, its state, and calls to its verbs."""

    def __init__(self, config: DeviceConfig, sink: EventSink, log: Callable[..., None]) -> None:
        self.config = config
        self.health = Health(DeviceState.STARTING)
        self.description = Description()
        self.restarts = 0
        self._sink = sink
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._calls: dict[int, _Call] = {}
        self._next = 1
        self._busy = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None
        self._deaths: deque[float] = deque(maxlen=BREAKER_DEATHS)
        self._deadlines: dict[str, float] = {}
        self._kill_code = "SYS-HOST-DIED"
        self._spoke = asyncio.Event()
        self._stopping = False

    async def start(self) -> None:
        """Starts keeping the host alive; returns at once, the device's state follows as events."""
        try:
            self._deadlines = registry.load(self.config.driver).deadlines_s
        except DeviceError as error:
            self._tell(Health(DeviceState.DISABLED, error.code, error.detail))
            return
        self._keeper = asyncio.create_task(self._keep(), name=f"keep {self.config.id}")

    async def stop(self) -> None:
        """Ends the host: politely, then by force. No process is left."""
        self._stopping = True
        process = self._process
        if process is not None and process.returncode is None:
            if process.stdin is not None:
                process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), 1.5)
            except TimeoutError:
                self._kill()
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        self._fail_calls("SYS-HOST-DIED", "the kiosk is closing")

    def restart(self) -> None:
        """Kills the host; the keeper starts another. What a technician presses."""
        self._deaths.clear()
        self._kill()

    async def call(
        self,
        verb: str,
        result: type[T],
        on_event: Callable[[str, dict[str, Any]], None] | None = None,
        **arguments: object,
    ) -> T:
        """Calls a verb and waits for its value; `on_event` gets its progress.

        The deadline of the driver for that verb is the longest silence: each event renews it. Raises DeviceError.
        """
        async with self._busy:
            return wire.from_json(result, await self._exchange(verb, on_event, arguments))

    async def call_none(self, verb: str, **arguments: object) -> object:
        """Calls a verb whose plain JSON answer is wanted as it is. Raises DeviceError."""
        async with self._busy:
            return await self._exchange(verb, None, arguments)

    def cancel_running(self) -> None:
        """Asks the running verb to stop soon."""
        for request in self._calls:
            self._write({"id": request, "cancel": True})

    async def _exchange(
        self,
        verb: str,
        on_event: Callable[[str, dict[str, Any]], None] | None,
        arguments: dict[str, object],
    ) -> Any:
        if self._process is None or self._process.returncode is not None:
            raise DeviceError(self.health.code or "SYS-HOST-DIED", "no host runs")
        request, self._next = self._next, self._next + 1
        loop = asyncio.get_running_loop()
        deadline = self._deadlines.get(verb, DEFAULT_DEADLINE_S)
        call = _Call(loop.create_future(), on_event, deadline, time.monotonic())
        self._calls[request] = call
        try:
            self._write({"id": request, "call": verb, "args": wire.to_json(arguments)})
            while True:
                left = call.quiet_since + call.deadline_s - time.monotonic()
                done, _ = await asyncio.wait({call.future}, timeout=max(left, 0.0))
                if done:
                    return call.future.result()
                if time.monotonic() - call.quiet_since >= call.deadline_s:
                    self._log(
                        "device.deadline",
                        device=self.config.id,
                        verb=verb,
                        seconds=call.deadline_s,
                    )
                    self._kill("SYS-DEADLINE")
                    raise DeviceError("SYS-DEADLINE", f"{verb} gave no sign for {call.deadline_s:g} s")
        finally:
            self._calls.pop(request, None)

    def _write(self, frame: wire.Frame) -> None:
        if self._process is not None and self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(wire.encode(frame))

    async def _keep(self) -> None:
        backoff = BACKOFF_FIRST_S
        while True:
            self._tell(Health(DeviceState.STARTING))
            started = time.monotonic()
            code = await self._run_host()
            if self._stopping:
                return
            lived = time.monotonic() - started
            if self.health.state is DeviceState.DISABLED:
                return
            self.restarts += 1
            self._log(
                "device.host_died",
                device=self.config.id,
                exit=code,
                lived_s=round(lived, 3),
            )
            self._tell(Health(DeviceState.FAULT, self._kill_code, f"host ended with {code}"))
            self._fail_calls(self._kill_code, f"host ended with {code}")
            self._kill_code = "SYS-HOST-DIED"
            self._deaths.append(time.monotonic())
            if len(self._deaths) == BREAKER_DEATHS and self._deaths[-1] - self._deaths[0] < BREAKER_WINDOW_S:
                self._log("device.breaker_open", device=self.config.id)
                self._tell(
                    Health(
                        DeviceState.DISABLED,
                        "SYS-BREAKER",
                        f"{BREAKER_DEATHS} deaths in a minute",
                    )
                )
                await asyncio.sleep(BREAKER_REST_S)
                self._deaths.clear()
                backoff = BACKOFF_FIRST_S
                continue
            if lived > 30.0:
                backoff = BACKOFF_FIRST_S
            await asyncio.sleep(backoff * random.uniform(0.8, 1.2))
            backoff = min(backoff * 3, BACKOFF_LAST_S)

    async def _run_host(self) -> int:
        self._spoke.clear()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "drivers.host",
            self.config.driver,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=wire.MAX_LINE_BYTES,
        )
        self._write(self.config.settings)
        watch = asyncio.create_task(self._watch_start())
        errors = asyncio.create_task(self._read_errors(self._process))
        try:
            await self._read_frames(self._process)
        finally:
            watch.cancel()
            self._kill(None)
            code = await self._process.wait()
            await asyncio.gather(watch, errors, return_exceptions=True)
        return code

    async def _watch_start(self) -> None:
        try:
            await asyncio.wait_for(self._spoke.wait(), START_DEADLINE_S)
        except TimeoutError:
            self._log("device.start_deadline", device=self.config.id)
            self._kill("SYS-DEADLINE")

    async def _read_frames(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:  # a line over the limit: the host floods its pipe
                self._log("device.flood", device=self.config.id)
                return
            if not line.endswith(b"\n"):
                return  # end of the stream, or half a frame before death
            try:
                self._take(wire.decode(line))
            except (wire.BadFrame, KeyError, TypeError, ValueError) as error:
                self._log(
                    "device.bad_frame",
                    device=self.config.id,
                    reason=type(error).__name__,
                )
                return
            self._spoke.set()

    async def _read_errors(self, process: asyncio.subprocess.Process) -> None:
        """The host's stderr goes to the log by its kind of line only: a library's words may hold personal data."""
        assert process.stderr is not None
        with contextlib.suppress(ValueError):
            async for line in process.stderr:
                text = line.decode(errors="replace").rstrip()
                if text.startswith(("  File ", "drivers.")) or text.endswith("Error"):
                    self._log("device.stderr", device=self.config.id, line=text[:300])

    def _take(self, frame: wire.Frame) -> None:
        request = frame.get("id")
        if request is None:
            self._take_event(str(frame["event"]), dict(frame.get("data") or {}))
            return
        call = self._calls.get(int(request))
        if call is None or call.future.done():
            return
        if "event" in frame:
            call.quiet_since = time.monotonic()
            if call.on_event is not None:
                call.on_event(str(frame["event"]), dict(frame.get("data") or {}))
        elif "error" in frame:
            error = frame["error"]
            call.future.set_exception(DeviceError(str(error["code"]), str(error.get("detail", ""))))
        else:
            call.future.set_result(frame.get("result"))

    def _take_event(self, event: str, data: dict[str, Any]) -> None:
        if event == "state":
            self._tell(wire.from_json(Health, data))
        elif event == "opened":
            self.description = wire.from_json(Description, data)
        else:
            self._sink(self.config.id, event, data)

    def _tell(self, health: Health) -> None:
        if health != self.health or health.state is DeviceState.STARTING:
            self.health = health
            self._sink(self.config.id, "state", wire.to_json(health))

    def _fail_calls(self, code: str, detail: str) -> None:
        for call in list(self._calls.values()):
            if not call.future.done():
                call.future.set_exception(DeviceError(code, detail))

    def _kill(self, code: str | None = "SYS-HOST-DIED") -> None:
        if self._process is not None and self._process.returncode is None:
            if code is not None:
                self._kill_code = code
            # Not Process.kill: it reaps a child that has just died, and asyncio then reports 255 instead of its code.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)


class Supervisor:
    """All devices of the kiosk."""

    def __init__(
        self,
        devices: tuple[DeviceConfig, ...],
        sink: EventSink,
        log: Callable[..., None],
    ) -> None:
        self.clients = {config.id: DeviceClient(config, sink, log) for config in devices}

    async def start(self) -> None:
        """Starts every device; absent ones are told, not waited for."""
        await asyncio.gather(*(client.start() for client in self.clients.values()))

    async def stop(self) -> None:
        """Ends every host process."""
        await asyncio.gather(*(client.stop() for client in self.clients.values()))

    def by_kind(self, kind: DeviceKind) -> DeviceClient | None:
        """The kiosk's device of that kind, or None."""
        return next(
            (client for client in self.clients.values() if client.config.kind is kind),
            None,
        )
