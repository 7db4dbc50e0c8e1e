"""The host process of one device: runs a driver on one thread and speaks drivers.wire on stdin and stdout.

    python -m drivers.host DRIVER

The first line on stdin is the device's settings; until it comes the host has imported its driver and does nothing more, a
spare for the one that runs. All calls into the driver's library happen on the main thread, since C libraries such as SANE
hang with two; a second thread only reads stdin, so that a cancel arrives while a verb runs and the death of the kiosk (end
of stdin) ends the host even in the middle of a C call.
"""

from __future__ import annotations

import contextlib
import ctypes
import inspect
import os
import queue
import signal
import sys
import threading
import time
import traceback
import typing
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

from drivers import memory, registry, wire
from drivers.errors import DeviceError
from drivers.ports import (
    BarcodeReader,
    CardReader,
    Device,
    DeviceState,
    DocumentCamera,
    DocumentScanner,
    DriverInfo,
    Health,
    OfficePrinter,
    PreviewingReader,
    ReceiptPrinter,
)

REOPEN_SECONDS: Final = 1.0
ALIVE_SECONDS: Final = 1.0
BUSY_SECONDS: Final = 0.3
_CHUNK: Final = 1 << 16
PR_SET_PDEATHSIG: Final = 1
COMMON_VERBS: Final = ("describe", "health", "self_test")
VERBS: Final = {
    "card": ("read",),
    "scanner": ("scan", "paper_loaded"),
    "barcode": (),
    "printer": ("print",),
    "office": ("print",),
    "camera": ("capture",),
}
PORTS: Final = {
    "card": CardReader,
    "scanner": DocumentScanner,
    "barcode": BarcodeReader,
    "printer": ReceiptPrinter,
    "office": OfficePrinter,
    "camera": DocumentCamera,
}
OPTIONAL: Final = {"preview": PreviewingReader}
"""Verbs that a driver may have, as its capabilities say, and the port that describes them."""
FORGOTTEN: Final = {"printer": ("print",)}
"""Verbs of hosts that outlive the session, after which their memory is overwritten: a new host would cut paper off first."""


class Host:
    """Carries requests to the driver and everything it says back."""

    def __init__(
        self,
        info: DriverInfo,
        device: Device,
        output: BinaryIO,
        requests: queue.Queue[wire.Frame],
    ) -> None:
        self._info = info
        self._device = device
        self._output = output
        self._lock = threading.RLock()
        self._requests = requests
        self._open = False
        self._retry_at = 0.0
        self._next_poll = 0.0
        self._next_alive = 0.0
        self._told: Health | None = None
        self._running: int | None = None
        self._finished = 0
        self._cancelled: set[int] = set()

    def send(self, frame: wire.Frame) -> None:
        """Writes one frame at once; the kiosk being gone ends the process. Raises wire.BadFrame."""
        line = wire.encode(frame)
        try:
            with self._lock:
                self._output.write(line)
                self._output.flush()
        except BrokenPipeError:
            os._exit(0)

    def cancel(self, request: int) -> None:
        """From the reading thread: asks the running request to stop, or drops one that waits."""
        with self._lock:
            if self._running == request:
                self._device.cancel()
            elif request > self._finished:
                self._cancelled.add(request)

    def run(self) -> None:
        """Serves until a frame with `stop` comes."""
        self.send({"event": "hello", "data": {"kind": self._info.kind.value, "deadlines_s": self._info.deadlines_s}})
        while True:
            self._try_open()
            self._breathe()
            try:
                frame = self._requests.get(timeout=self._pause())
            except queue.Empty:
                pass
            else:
                if frame.get("stop"):
                    self._close()
                    return
                self._serve(frame)
                verb = frame.get("call")
                del frame
                if verb in FORGOTTEN.get(self._info.kind, ()):
                    memory.forget()
            if time.monotonic() >= self._next_poll:
                self._poll()

    def _pause(self) -> float:
        next_act = self._next_poll if self._open else self._retry_at
        return max(min(next_act, self._next_alive) - time.monotonic(), 0.0)

    def _breathe(self) -> None:
        """Tells that the driver's thread is not stuck in a library; the supervisor kills a host that keeps silent."""
        if time.monotonic() >= self._next_alive:
            self._next_alive = time.monotonic() + ALIVE_SECONDS
            self.send({"event": "alive"})

    def _emit(self, event: str, /, **data: Any) -> None:
        if event == "state":
            self._tell(
                Health(
                    DeviceState(data["state"]),
                    data.get("code"),
                    str(data.get("detail", "")),
                )
            )
        else:
            self.send({"event": event, "data": wire.to_json(data)})

    def _tell(self, health: Health) -> None:
        with self._lock:
            if health != self._told:
                self._told = health
                self.send({"event": "state", "data": wire.to_json(health)})

    def _try_open(self) -> None:
        if self._open or time.monotonic() < self._retry_at:
            return
        try:
            self._device.open()
            description, health = self._device.describe(), self._device.health()
        except DeviceError as error:
            self._lose(error)
            return
        self._open = True
        self._next_poll = time.monotonic()
        self.send({"event": "opened", "data": wire.to_json(description)})
        self._tell(health)

    def _lose(self, error: DeviceError) -> None:
        self._close()
        self._retry_at = time.monotonic() + REOPEN_SECONDS
        absent = error.code.endswith(("-ABSENT", "-NO-SERVICE"))
        self._tell(
            Health(
                DeviceState.ABSENT if absent else DeviceState.FAULT,
                error.code,
                error.detail,
            )
        )

    def _close(self) -> None:
        self._open = False
        self._device.close()

    def _poll(self) -> None:
        if not self._open:
            return
        self._next_poll = time.monotonic() + self._device.poll_interval_s
        try:
            self._device.poll(self._emit)
        except DeviceError as error:
            self._lose(error)

    def _serve(self, frame: wire.Frame) -> None:
        request, verb, arguments = frame.get("id"), frame.get("call"), frame.get("args") or {}
        if type(request) is not int or not isinstance(verb, str) or not isinstance(arguments, dict):
            return  # nobody to answer
        if not self._begin(request):
            self._answer_error(request, wire.CANCELLED[self._info.kind], "cancelled before it began")
            return
        with self._lock:
            before = self._told
        busy = threading.Timer(BUSY_SECONDS, self._tell_busy, (request,))
        busy.daemon = True
        busy.start()
        failed: DeviceError | None = None
        try:
            result = self._call(request, verb, arguments)
            self.send({"id": request, "result": wire.to_json(result)})
        except DeviceError as error:
            failed = error
            self._answer_error(request, error.code, error.detail)
        except wire.BadFrame as error:
            self._answer_error(request, "SYS-UNEXPECTED", str(error))
        finally:
            busy.cancel()
            self._end(request)
        if failed is not None:
            self._refresh()
        with self._lock:
            if before is not None and self._told is not None and self._told.state is DeviceState.BUSY:
                self._tell(before)

    def _answer_error(self, request: int, code: str, detail: str) -> None:
        self.send({"id": request, "error": {"code": code, "detail": detail}})

    def _begin(self, request: int) -> bool:
        with self._lock:
            if request in self._cancelled:
                self._end(request)
                return False
            self._running = request
            return True

    def _end(self, request: int) -> None:
        with self._lock:
            self._running = None
            self._finished = max(self._finished, request)
            self._cancelled.discard(request)

    def _tell_busy(self, request: int) -> None:
        """From a timer's thread: the verb takes long enough for somebody to wonder."""
        with self._lock:
            if self._running == request and self._open:
                self._tell(Health(DeviceState.BUSY))

    def _call(self, request: int, verb: str, arguments: dict[str, Any]) -> object:
        chosen = verb in OPTIONAL and hasattr(self._device, verb)
        if not chosen and verb not in (*COMMON_VERBS, *VERBS[self._info.kind]):
            raise wire.BadFrame(f"no verb {verb}")
        if not self._open:
            told = self._told
            raise DeviceError(
                told.code if told and told.code else "SYS-HOST-DIED",
                "the device is not open",
            )
        method: Callable[..., object] = getattr(self._device, verb)
        # What the port promises counts, not what a vendor wrote beside its own arguments.
        port = OPTIONAL[verb] if chosen else PORTS[self._info.kind]
        hints = typing.get_type_hints(getattr(port, verb))
        bound: dict[str, object] = {}
        for name, parameter in inspect.signature(method).parameters.items():
            if name == "emit":
                bound[name] = lambda event, /, **data: self.send(
                    {"id": request, "event": event, "data": wire.to_json(data)}
                )
            elif name in arguments:
                bound[name] = wire.from_json(hints[name], arguments[name])
            elif parameter.default is inspect.Parameter.empty:
                raise wire.BadFrame(f"{verb}: {name} is missing")
        return method(**bound)

    def _refresh(self) -> None:
        """After a failed verb the device is asked how it is; one that cannot be asked is closed and opened anew."""
        if not self._open:
            return
        try:
            self._tell(self._device.health())
        except DeviceError as error:
            self._lose(error)


def _lines(descriptor: int) -> Iterator[bytes]:
    """Lines from a pipe, of which nothing is kept once the next one is waited for, as a buffered reader would."""
    held = bytearray()
    while chunk := os.read(descriptor, _CHUNK):
        held += chunk
        del chunk
        while end := held.find(b"\n") + 1:
            line = bytes(held[:end])
            held = held[end:]
            yield line
            del line


def _read_requests(lines: Iterator[bytes], requests: queue.Queue[wire.Frame], host: Host) -> None:
    for line in lines:
        with contextlib.suppress(wire.BadFrame):
            _pass_on(wire.decode(line), requests, host)
        del line
    requests.put({"stop": True})
    # A C call that hangs never looks at the queue: the kiosk is gone, so nothing is lost by leaving.
    time.sleep(2.0)
    os._exit(0)


def _pass_on(frame: wire.Frame, requests: queue.Queue[wire.Frame], host: Host) -> None:
    if not frame.get("cancel"):
        requests.put(frame)
    elif type(request := frame.get("id")) is int:
        host.cancel(request)


def main(arguments: list[str] | None = None) -> int:
    """Runs the host named on the command line until stdin ends."""
    memory.keep_inside()
    (name,) = sys.argv[1:] if arguments is None else arguments
    # A kiosk killed outright must not leave hosts that hold its devices.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not be taken for frames
    lines = _lines(sys.stdin.fileno())
    info: DriverInfo | DeviceError
    try:
        info = registry.load(name)
    except DeviceError as error:
        info = error
    line = next(lines, b"")
    if not line:
        return 0  # a spare that nobody needed
    try:
        if isinstance(info, DeviceError):
            raise info
        if info.kind in wire.PERSONAL:
            memory.keep_out_of_swap()
        if info.kind in FORGOTTEN:
            memory.overwrite_freed()
        device = info.create(wire.decode(line))
    except (DeviceError, ValueError) as error:
        code = error.code if isinstance(error, DeviceError) else "SYS-NO-DRIVER"
        health = Health(DeviceState.DISABLED, code, str(error))
        output.write(wire.encode({"event": "state", "data": wire.to_json(health)}))
        output.flush()
        return wire.UNUSABLE_EXIT
    requests: queue.Queue[wire.Frame] = queue.Queue()
    host = Host(info, device, output, requests)
    threading.Thread(target=_read_requests, args=(lines, requests, host), daemon=True).start()
    try:
        host.run()
    except Exception:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(70)
    return 0


def leave(code: int) -> typing.NoReturn:
    """Ends the process past every exit handler of a C library.

    The driver has closed its device, so nothing is left for them to do, and one can wait for ever: a SANE backend that
    cancels its reading thread while that thread holds the dynamic loader's lock leaves exit() hanging in _dl_fini.
    """
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    leave(main())
