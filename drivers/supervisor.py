"""Keeps one host process per device alive: kill and restart with capped back-off, circuit breaker, spare, events.

A host that dies or hangs is an event for whoever subscribed, never an exception in the ui: pending calls end with
DeviceError SYS-HOST-DIED or SYS-DEADLINE, the device is told `fault`, and a new host is started. No driver's library is
imported into the kiosk's own process; the host itself tells what its driver needs.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection
from typing import Any, Final, TypeVar

from drivers import chatter, wire
from drivers.calls import Call, Calls, Line, OnEvent, Witness
from drivers.deaths import Deaths
from drivers.errors import DeviceError
from drivers.limits import DeviceConfig, Limits
from drivers.ports import Description, DeviceKind, DeviceState, Health
from drivers.spare import HostStarter, end_process

__all__ = ["DeviceClient", "DeviceConfig", "EventSink", "Limits", "OnEvent", "Supervisor", "Witness"]

GRACE_S: Final = 0.5
STOP_S: Final = 1.5

T = TypeVar("T")
EventSink = Callable[[str, str, dict[str, Any]], None]
"""Called with the device's id, the event's name and its data, on the loop's thread."""


class DeviceClient:
    """One device: its host process, its state, and calls to its verbs."""

    def __init__(
        self,
        config: DeviceConfig,
        sink: EventSink,
        log: Callable[..., None],
        limits: Limits,
        witnesses: Collection[Witness] = (),
    ) -> None:
        self.config = config
        self.health = Health(DeviceState.STARTING)
        self.description = Description()
        self.restarts = 0
        self._sink = sink
        self._log = log
        self._limits = limits
        self._process: asyncio.subprocess.Process | None = None
        line = Line(self._write, self._missing, lambda: self._kill("SYS-DEADLINE"))
        self._calls = Calls(config, line, log, limits, witnesses)
        self.exchanges = self._calls.exchanges
        self._starter = HostStarter(config.driver)
        self._keeper: asyncio.Task[None] | None = None
        self._deaths = Deaths(limits)
        self._kill_code = "SYS-HOST-DIED"
        self._heard = 0.0
        self._greeted = False
        self._unusable = False
        self._wake = asyncio.Event()
        self._stopping = False
        self._replacing = False
        self._replaced = asyncio.Event()

    async def start(self) -> None:
        """Starts keeping the host alive; returns at once, the device's state follows as events."""
        self._keeper = asyncio.create_task(self._keep(), name=f"keep {self.config.id}")

    async def stop(self) -> None:
        """Ends the host: politely, then by force. No process is left."""
        self._stopping = True
        self._replaced.set()
        process = self._process
        if process is not None and process.returncode is None:
            if process.stdin is not None:
                process.stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), STOP_S)
            self._kill()
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        await self._starter.end()
        self._calls.fail("SYS-HOST-DIED", "the kiosk is closing")
        await self._calls.ended()

    def restart(self) -> None:
        """Kills the host and starts another at once, also out of the breaker's rest. What a technician presses."""
        self._deaths.clear()
        self._wake.set()
        self._kill()
        if not self._stopping and self._keeper is not None and self._keeper.done():
            self._keeper = asyncio.create_task(self._keep(), name=f"keep {self.config.id}")

    @property
    def pid(self) -> int | None:
        """The host's process, None while none runs."""
        return None if self._process is None or self._process.returncode is not None else self._process.pid

    def deadline_s(self, verb: str) -> float:
        """The longest silence of a verb before the host is killed, as the driver asks for it."""
        return self._calls.deadline_s(verb)

    @property
    def silence_s(self) -> float:
        """The longest silence of the host between verbs."""
        if not self._greeted:
            return self._limits.start_s
        asked = self._calls.deadlines
        return max(self._limits.silence_s, asked.get("open", 0.0), asked.get("poll", 0.0))

    @property
    def in_service(self) -> bool:
        """Whether the host is kept alive; False once the device was taken out."""
        return not self._stopping

    async def take_out(self) -> None:
        """Ends the host and starts no other until `put_back`: told as disabled with SYS-TAKEN-OUT."""
        await self.stop()
        self._tell(Health(DeviceState.DISABLED, "SYS-TAKEN-OUT", "taken out of service"))

    async def put_back(self) -> None:
        """Keeps the host alive again, with a clean slate."""
        if self._stopping:
            self._stopping = False
            self._deaths.clear()
            await self.start()

    async def call(self, verb: str, result: type[T], on_event: OnEvent | None = None, **arguments: object) -> T:
        """Calls a verb and waits for its value; `on_event` gets its progress.

        The deadline of the driver for that verb is the longest silence: each event renews it. One verb runs at a time,
        the others wait. A caller that is cancelled leaves a verb that is asked to stop. Raises DeviceError.
        """
        answer = await self._calls.ask(Call(verb, arguments, on_event))
        try:
            return wire.from_json(result, answer)
        except wire.BadFrame as error:
            raise DeviceError("SYS-UNEXPECTED", f"{verb} answered with something else: {error}") from error

    async def call_none(self, verb: str, **arguments: object) -> object:
        """Calls a verb whose plain JSON answer is wanted as it is. Raises DeviceError."""
        return await self._calls.ask(Call(verb, arguments, None))

    def cancel_running(self) -> None:
        """Asks the running verb to stop soon; those that wait for their turn end with a code of cancelling."""
        self._calls.cancel()

    def forget(self) -> None:
        """Replaces a host that was told who somebody is, so that its memory goes with the session; no fault of it.

        What runs is asked to stop; whoever calls from now on waits for the new host. A host that has seen nobody stays.
        """
        if self._calls.personal and not self._stopping:
            self._calls.personal = False
            self.cancel_running()
            self._calls.begin(self._replace(), f"replace {self.config.id}")

    async def _replace(self) -> None:
        async with self._calls.turn:
            if self._stopping or self._process is None or self._process.returncode is not None:
                return  # it has died meanwhile, and all it knew with it
            self._replacing = True
            self._replaced.clear()
            self._kill(None)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._limits.start_s):
                    await self._replaced.wait()

    def _missing(self) -> DeviceError | None:
        if self._stopping or self._process is None or self._process.returncode is not None:
            return DeviceError(self.health.code or "SYS-HOST-DIED", "no host runs")
        return None

    def _write(self, frame: wire.Frame) -> None:
        if self._process is not None and self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(wire.encode(frame))

    # --- keeping the host alive ---------------------------------------------------------------------------------------

    async def _keep(self) -> None:
        while True:
            self._wake.clear()
            self._unusable = False
            self._tell(Health(DeviceState.STARTING))
            started = time.monotonic()
            code = await self._run_host()
            if self._stopping:
                return
            if self._replacing:
                self._replacing = False
                self._log("device.replaced", device=self.config.id, lived_s=round(time.monotonic() - started, 3))
                continue
            if self._unusable or (code == wire.UNUSABLE_EXIT and self.health.state is DeviceState.DISABLED):
                return
            lived = time.monotonic() - started
            self.restarts += 1
            self.exchanges.ended(code)
            self._log("device.host_died", device=self.config.id, exit=code, lived_s=round(lived, 3))
            self._tell(Health(DeviceState.FAULT, self._kill_code, f"host ended with {code}"))
            self._calls.fail(self._kill_code, f"host ended with {code}")
            self._kill_code = "SYS-HOST-DIED"
            if self._wake.is_set():
                continue
            self._deaths.add(time.monotonic())
            if self._deaths.too_many:
                self._log("device.breaker_open", device=self.config.id)
                detail = f"{self._limits.breaker_deaths} deaths in {self._limits.breaker_window_s:g} s"
                self._tell(Health(DeviceState.DISABLED, "SYS-BREAKER", detail))
                await self._rest(self._limits.breaker_rest_s)
                self._deaths.clear()
                continue
            await self._rest(self._deaths.pause_s(time.monotonic()))

    async def _rest(self, seconds: float) -> None:
        # Not wait_for, which takes a cancellation for its own when both come at once, and then the keeping never ends.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _run_host(self) -> int | None:
        self._greeted, self._heard = False, time.monotonic()
        try:
            process = await self._starter.take()
        except OSError as error:  # no memory, no descriptors: tried again like a host that died
            self._log("device.host_failed", device=self.config.id, error=type(error).__name__)
            return None
        self._process, self._calls.personal = process, False
        self._replaced.set()
        self._write(self.config.settings)
        work = (
            asyncio.create_task(self._read_frames(process)),
            asyncio.create_task(self._guard(process)),
        )
        errors = asyncio.create_task(chatter.follow(process.stderr, self._say))
        spare = asyncio.create_task(self._keep_spare())
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            if process.stdout is not None and process.stdout.at_eof():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), GRACE_S)  # it ends by itself, and its exit code tells why
        finally:
            self._kill(None)
            for task in (*work, spare):
                task.cancel()
            await asyncio.wait({errors}, timeout=GRACE_S)  # a traceback's last lines
            errors.cancel()
            await asyncio.gather(*work, spare, errors, return_exceptions=True)
            # A process that the driver left behind may hold the pipes; waiting for their end would be for ever.
            process._transport.close()  # type: ignore[attr-defined]
            await process.wait()
        return process.returncode

    async def _keep_spare(self) -> None:
        """A host that has lived for a while has a successor that only waits for its settings."""
        await asyncio.sleep(self._limits.spare_after_s)
        while not self._greeted:
            await asyncio.sleep(self._limits.spare_after_s)
        try:
            await self._starter.keep(self._limits.spare_after_s)
        except OSError as error:
            self._log("device.host_failed", device=self.config.id, error=type(error).__name__)

    async def _guard(self, process: asyncio.subprocess.Process) -> None:
        """Ends when the host has kept silent for too long: not started, or stuck in a library between two verbs."""
        while True:
            limit = self.silence_s
            left = self._heard + limit - time.monotonic()
            if left <= 0 and not self._calls.running:
                await asyncio.sleep(GRACE_S)  # it may be this loop that was held up, and the word lies in the pipe
                if self._heard + limit <= time.monotonic() and not self._calls.running:
                    name = "device.silent" if self._greeted else "device.start_deadline"
                    self._log(name, device=self.config.id, seconds=limit)
                    self._kill("SYS-DEADLINE")
                    return
            await asyncio.sleep(min(left, self._limits.silence_s) if left > 0 else GRACE_S)

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
            self._heard = time.monotonic()
            try:
                self._take(wire.decode(line))
            except (wire.BadFrame, KeyError, TypeError, ValueError, AttributeError) as error:
                self._log("device.bad_frame", device=self.config.id, reason=type(error).__name__)
                return

    def _say(self, line: str) -> None:
        self._log("device.stderr", device=self.config.id, line=line)

    # --- what the host says -------------------------------------------------------------------------------------------

    def _take(self, frame: wire.Frame) -> None:
        if self._unusable:
            return
        request = frame.get("id")
        if request is None:
            self._take_event(str(frame["event"]), dict(frame.get("data") or {}))
            return
        self._calls.take(int(request), frame)

    def _take_event(self, event: str, data: dict[str, Any]) -> None:
        if event not in ("alive", "hello"):
            self.exchanges.event(event, data)
        if event == "state":
            self._tell(wire.from_json(Health, data))
        elif event == "opened":
            self.description = wire.from_json(Description, data)
        elif event == "hello":
            self._greeted = True
            self._calls.deadlines = {str(verb): float(seconds) for verb, seconds in data["deadlines_s"].items()}
            if data["kind"] != self.config.kind:
                detail = f"{self.config.driver} is a driver for a {data['kind']}, not for a {self.config.kind}"
                self._tell(Health(DeviceState.DISABLED, "SYS-NO-DRIVER", detail))
                self._unusable = True
                self._kill()
        elif event != "alive":
            self._calls.personal = self._calls.personal or event in wire.PERSONAL.get(self.config.kind, ())
            self._calls.deliver(self._sink, self.config.id, event, data)

    def _tell(self, health: Health) -> None:
        if health != self.health or health.state is DeviceState.STARTING:
            self.health = health
            self._calls.deliver(self._sink, self.config.id, "state", wire.to_json(health))

    def _kill(self, code: str | None = "SYS-HOST-DIED") -> None:
        if self._process is not None and self._process.returncode is None:
            if code is not None:
                self._kill_code = code
            end_process(self._process)


class Supervisor:
    """All devices of the kiosk."""

    def __init__(
        self,
        devices: tuple[DeviceConfig, ...],
        sink: EventSink,
        log: Callable[..., None],
        limits: Limits | None = None,
    ) -> None:
        chosen = limits or Limits()
        self._witnesses: list[Witness] = []
        self.clients = {config.id: DeviceClient(config, sink, log, chosen, self._witnesses) for config in devices}

    def witness(self, witness: Witness) -> None:
        """`witness` is told of each verb that ended with a value, whoever asked for it; for counting, never for acting."""
        self._witnesses.append(witness)

    async def start(self, taken_out: Collection[str] = ()) -> None:
        """Starts every device but those taken out of service; absent ones are told, not waited for."""
        await asyncio.gather(
            *(client.take_out() if id in taken_out else client.start() for id, client in self.clients.items())
        )

    def forget(self) -> None:
        """Replaces the hosts that were told who somebody is, see DeviceClient.forget."""
        for client in self.clients.values():
            client.forget()

    async def stop(self) -> None:
        """Ends every host process."""
        await asyncio.gather(*(client.stop() for client in self.clients.values()))

    def by_kind(self, kind: DeviceKind) -> DeviceClient | None:
        """The kiosk's device of that kind, or None."""
        return next(
            (client for client in self.clients.values() if client.config.kind is kind),
            None,
        )
