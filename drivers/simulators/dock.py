"""The dock protocol: JSON lines over loopback with which a person, a script or a test handles the simulated devices.

Requests: `{"op": "state"}`, `{"op": "act", "device", "action", "argument"}`,
`{"op": "fault", "device", "fault", "argument"}`, `{"op": "watch"}` (a state line now and on each change),
`{"op": "record", "do": "start" | "stop" | "save", "name"}`.
Answers: `{"devices": [...], "recording": {...}, "scenarios": [...]}`, `{"ok": true}` or `{"error": text}`; of stop and save
also the scenario as its file has it, and of save that file.
"""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from drivers.simulators.base import Simulator
from drivers.simulators.recorder import Recorder
from drivers.simulators.scenario import write

WATCH_S: Final = 0.2


class DockError(Exception):
    """The dock refused what was asked, or does not answer; the text says why."""


class DockServer:
    """Serves the simulators' states and handles to anybody on this machine; `folder` gets recorded scenarios."""

    def __init__(self, simulators: Mapping[str, Simulator], folder: Path | None = None) -> None:
        self._simulators = simulators
        self._recorder = Recorder(simulators, folder)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """host:port, once started."""
        assert self._server is not None
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"{host}:{port}"

    async def start(self, port: int = 0) -> None:
        """Listens on loopback only."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)

    async def stop(self) -> None:
        """Closes the port and every connection."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def snapshot(self) -> list[dict[str, Any]]:
        """All devices as the dock shows them."""
        return [
            {
                "id": item.id,
                "kind": item.kind.value,
                "address": item.address,
                "state": item.state(),
                "actions": dict(item.actions),
                "faults": dict(item.faults),
            }
            for item in self._simulators.values()
        ]

    def frame(self) -> dict[str, Any]:
        """All that is told to those who watch."""
        recorder = self._recorder
        return {"devices": self.snapshot(), "recording": recorder.told(), "scenarios": recorder.shelf()}

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            async for line in reader:
                if _wants_watch(line):
                    await self._watch(reader, writer)
                    return
                await self._answer(line, writer)
        except (ConnectionError, asyncio.CancelledError, ValueError):
            pass  # gone, stopped, or a line without an end
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        try:
            request = json.loads(line)
            op = request["op"]
            answer = self.frame() if op == "state" else await self._handle(op, request)
        except KeyError as error:
            answer = {"error": f"expected {error}"}
        except (ValueError, TypeError, OSError) as error:
            answer = {"error": str(error) or type(error).__name__}
        await _send(writer, answer)

    async def _handle(self, op: str, request: dict[str, Any]) -> dict[str, Any]:
        if op == "record":
            return {"ok": True, **self._record(request["do"], request.get("name") or "")}
        simulator = self._simulators.get(request["device"])
        if simulator is None:
            raise ValueError(_unknown("no device", request["device"], self._simulators))
        if op not in ("act", "fault"):
            raise ValueError(f"no op {op}")
        name = request["action" if op == "act" else "fault"]
        known = simulator.actions if op == "act" else simulator.faults
        if name not in known:
            raise ValueError(_unknown(f"{simulator.id} has no {'action' if op == 'act' else 'fault'}", name, known))
        step = self._recorder.begin(op, simulator.id, name, request.get("argument"))
        try:
            await (simulator.act if op == "act" else simulator.fault)(name, request.get("argument"))
        except BaseException:
            self._recorder.forget(step)
            raise
        return {"ok": True}

    def _record(self, do: str, name: str) -> dict[str, Any]:
        if do == "start":
            self._recorder.start()
            return {}
        if do == "stop":
            return {"scenario": write(self._recorder.stop())}
        if do == "save":
            file, scenario = self._recorder.save(name)
            return {"scenario": write(scenario), "file": str(file)}
        raise ValueError(f"record knows start, stop and save, not {do}")

    async def _watch(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told = ""
        while not reader.at_eof():
            now = json.dumps(self.frame())
            if now != told:
                told = now
                await _send(writer, json.loads(now))
            await asyncio.sleep(WATCH_S)


class DockClient:
    """A hand on the simulated devices."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._lock = asyncio.Lock()

    @classmethod
    async def connect(cls, address: str) -> DockClient:
        """Opens the dock at host:port. Raises DockError."""
        host, _, port = address.rpartition(":")
        try:
            reader, writer = await asyncio.open_connection(host, int(port), limit=4_000_000)
        except (OSError, ValueError) as error:
            raise DockError(f"no dock at {address}: {error}") from error
        return cls(reader, writer)

    async def close(self) -> None:
        """Lets the dock go."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def devices(self) -> list[dict[str, Any]]:
        """All devices with state, actions and faults. Raises DockError."""
        return list((await self._ask({"op": "state"}))["devices"])

    async def act(self, device: str, action: str, argument: str | None = None) -> None:
        """Does what a person does. Raises DockError."""
        await self._ask({"op": "act", "device": device, "action": action, "argument": argument})

    async def fault(self, device: str, fault: str, argument: str | None = None) -> None:
        """Breaks a device, or clears its faults. Raises DockError."""
        await self._ask({"op": "fault", "device": device, "fault": fault, "argument": argument})

    async def record(self, do: str, name: str = "") -> dict[str, str]:
        """start, stop or save the recording; of stop and save `scenario`, of save `file`. Raises DockError."""
        answer = await self._ask({"op": "record", "do": do, "name": name})
        return {key: str(value) for key, value in answer.items() if key != "ok"}

    async def watch(self) -> AsyncIterator[list[dict[str, Any]]]:
        """States now and on each change; the connection serves nothing else afterwards. Raises DockError."""
        async for frame in self.frames():
            yield frame["devices"]

    async def frames(self) -> AsyncIterator[dict[str, Any]]:
        """As `watch`, with `recording` and `scenarios` beside the `devices`."""
        try:
            await _send(self._writer, {"op": "watch"})
            async for line in self._reader:
                frame: dict[str, Any] = json.loads(line)
                if "devices" not in frame:
                    raise DockError("the dock speaks another language")
                yield frame
        except (OSError, ValueError) as error:
            raise DockError(f"the dock is gone: {error}") from error

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        async with self._lock:
            try:
                await _send(self._writer, request)
                line = await self._reader.readline()
            except OSError as error:
                raise DockError(f"the dock is gone: {error}") from error
            except ValueError as error:
                raise DockError(f"the dock speaks another language: {error}") from error
        if not line:
            raise DockError("the dock is gone")
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError as error:
            raise DockError(f"the dock speaks another language: {error}") from error
        if "error" in answer:
            raise DockError(str(answer["error"]))
        return answer


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Says what there is instead, the likeliest first."""
    meant = difflib.get_close_matches(str(name), list(known), 1)
    return f"{what} {name}; {f'did you mean {meant[0]}? ' if meant else ''}there are {', '.join(known)}"


def _wants_watch(line: bytes) -> bool:
    try:
        request = json.loads(line)
    except ValueError:
        return False
    return isinstance(request, dict) and request.get("op") == "watch"


async def _send(writer: asyncio.StreamWriter, frame: dict[str, Any]) -> None:
    writer.write(json.dumps(frame, ensure_ascii=False).encode() + b"\n")
    await writer.drain()
