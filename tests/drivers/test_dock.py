"""The dock: handling and breaking simulated devices over its wire, and the bench that carries it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest

from drivers.ports import DeviceKind
from drivers.simulators.bench import DOCK_FILE, Bench
from drivers.simulators.dock import DockClient, DockError, DockServer

ROOT = Path(__file__).parents[2]


class Lamp:
    """A device of the smallest kind: a lamp that can be lit, and broken."""

    id = "lamp0"
    kind = DeviceKind.BARCODE
    actions: ClassVar[dict[str, str]] = {"light": "lights it", "missing-file": "looks for a file in vain"}
    faults: ClassVar[dict[str, str]] = {"break": "breaks it", "clear": "mends it"}

    def __init__(self) -> None:
        self.lit = False
        self.done: list[tuple[str, str | None]] = []

    @property
    def address(self) -> str:
        return "nowhere"

    async def start(self) -> None:
        """Nothing to bind."""

    async def stop(self) -> None:
        """Nothing to free."""

    def state(self) -> dict[str, object]:
        return {"lit": self.lit}

    async def act(self, action: str, argument: str | None = None) -> None:
        if action == "missing-file":
            raise FileNotFoundError(2, "No such file or directory", argument)
        if action != "light":
            raise ValueError(f"no action {action}")
        self.lit = True
        self.done.append((action, argument))

    async def fault(self, fault: str, argument: str | None = None) -> None:
        if fault not in self.faults:
            raise ValueError(f"no fault {fault}")
        self.done.append((fault, argument))


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 20))


@asynccontextmanager
async def dock() -> AsyncIterator[tuple[Lamp, DockServer, DockClient]]:
    lamp = Lamp()
    server = DockServer({lamp.id: lamp})
    await server.start()
    hand = await DockClient.connect(server.address)
    try:
        yield lamp, server, hand
    finally:
        await hand.close()
        await server.stop()


def test_a_hand_sees_acts_and_breaks() -> None:
    async def scene() -> None:
        async with dock() as (lamp, server, hand):
            (seen,) = await hand.devices()
            assert seen == {
                "id": "lamp0",
                "kind": "barcode",
                "address": "nowhere",
                "state": {"lit": False},
                "actions": lamp.actions,
                "faults": lamp.faults,
            }
            await hand.act("lamp0", "light", "bright")
            await hand.fault("lamp0", "break")
            assert lamp.done == [("light", "bright"), ("break", None)]
            assert (await hand.devices())[0]["state"] == {"lit": True}
            assert server.address.startswith("127.0.0.1:")

    run(scene())


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda hand: hand.act("no-such", "light"), "no device no-such; there are lamp0"),
        (lambda hand: hand.act("lamp0", "dance"), "no action dance"),
        (lambda hand: hand.act("lamp0", "missing-file", "/x.png"), "No such file"),
        (lambda hand: hand.fault("lamp0", "explode"), "no fault explode"),
        (lambda hand: hand._ask({"op": "sing", "device": "lamp0"}), "no op sing"),
        (lambda hand: hand._ask({"op": "act", "device": "lamp0"}), "expected 'action'"),
        (lambda hand: hand._ask({"device": "lamp0"}), "expected 'op'"),
        (lambda hand: hand._ask(["op"]), "list"),
        (lambda hand: hand._ask({"op": "act", "device": [], "action": "x"}), "unhashable"),
    ],
    ids=range(9),
)
def test_what_cannot_be_done_is_answered_and_the_line_stays_open(ask: Any, words: str) -> None:
    async def scene() -> None:
        async with dock() as (lamp, _, hand):
            with pytest.raises(DockError, match=words):
                await ask(hand)
            await hand.act("lamp0", "light")
            assert lamp.lit

    run(scene())


def test_a_line_that_is_no_json_is_answered() -> None:
    async def scene() -> None:
        async with dock() as (_, server, _hand):
            host, _, port = server.address.partition(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"light the lamp\n")
            assert "error" in json.loads(await reader.readline())
            writer.write(b"x" * 200_000 + b"\n")
            with contextlib.suppress(ConnectionError):  # closed with unread bytes, the line is reset
                assert await reader.read() == b""
            writer.close()

    run(scene())


def test_watching_tells_now_and_on_each_change_and_ends_with_its_watcher() -> None:
    async def scene() -> None:
        async with dock() as (_, server, hand):
            watcher = await DockClient.connect(server.address)
            states = watcher.watch()
            assert (await anext(states))[0]["state"] == {"lit": False}
            await hand.act("lamp0", "light")
            assert (await anext(states))[0]["state"] == {"lit": True}
            assert len(server._tasks) == 2
            await watcher.close()
            while len(server._tasks) > 1:
                await asyncio.sleep(0.02)

    run(scene())


def test_several_requests_at_once_get_their_own_answers() -> None:
    async def scene() -> None:
        async with dock() as (lamp, _, hand):
            await asyncio.gather(*(hand.act("lamp0", "light", str(number)) for number in range(20)))
            assert [argument for _, argument in lamp.done] == [str(number) for number in range(20)]

    run(scene())


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nowhere", "127.0.0.1:x", ""])
def test_a_dock_that_is_not_there_is_told(address: str) -> None:
    async def scene() -> None:
        with pytest.raises(DockError, match="no dock at"):
            await DockClient.connect(address)

    run(scene())


def test_a_dock_that_goes_is_told() -> None:
    async def scene() -> None:
        async with dock() as (_, server, hand):
            await server.stop()
            with pytest.raises(DockError, match="the dock is gone"):
                await hand.devices()

    run(scene())


def test_something_else_on_the_port_is_told() -> None:
    async def scene() -> None:
        async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readline()
            writer.write(b"220 mail.example ESMTP\n")
            writer.close()

        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()[:2]
        hand = await DockClient.connect(f"{host}:{port}")
        with pytest.raises(DockError, match="another language"):
            await hand.devices()
        await hand.close()
        server.close()

    run(scene())


# --- the bench -------------------------------------------------------------------------------------------------------


def test_the_bench_starts_what_is_asked_for_says_where_and_leaves_nothing(tmp_path: Path) -> None:
    async def scene() -> None:
        bench = Bench(tmp_path, ("barcode", "printer"))
        await bench.start()
        ready = bench.ready()
        assert [(item["id"], item["kind"]) for item in ready["devices"]] == [
            ("barcode0", "barcode"),
            ("printer0", "printer"),
        ]
        assert json.loads((tmp_path / DOCK_FILE).read_text("utf-8")) == {"dock": ready["dock"]}
        assert ready["devices"][1]["settings"] == {"address": ready["devices"][1]["address"]}
        hand = await DockClient.connect(ready["dock"])
        assert [item["id"] for item in await hand.devices()] == ["barcode0", "printer0"]
        await hand.close()
        await bench.stop()
        assert not (tmp_path / DOCK_FILE).exists()
        await bench.stop()
        with pytest.raises(DockError):
            await DockClient.connect(ready["dock"])

    run(scene())


def test_one_device_that_cannot_be_stopped_does_not_keep_the_others_running(tmp_path: Path) -> None:
    async def scene() -> None:
        bench = Bench(tmp_path, ("printer",))
        await bench.start()
        address = bench.ready()["devices"][0]["address"]

        class Stuck(Lamp):
            async def stop(self) -> None:
                raise OSError("stuck")

        bench._simulators["lamp0"] = Stuck()
        with pytest.raises(OSError, match="stuck"):
            await bench.stop()
        host, _, port = address.partition(":")
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection(host, int(port))

    run(scene())


def test_an_unknown_kind_is_told() -> None:
    with pytest.raises(ValueError, match="no simulator of kind fax; there are card, scanner"):
        Bench(Path("x"), ("fax",))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_benchs_process_says_where_it_is_and_ends_when_told(tmp_path: Path, how: signal.Signals) -> None:
    bench = subprocess.Popen(
        [sys.executable, "-m", "drivers.simulators", "barcode", "printer", "--folder", str(tmp_path), "--json"],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ,
    )
    try:
        assert bench.stdout is not None
        ready = json.loads(bench.stdout.readline())
        assert {"dock", "devices"} == set(ready)
        bench.send_signal(how)
        assert bench.wait(10) == 0
        assert not (tmp_path / DOCK_FILE).exists()
    finally:
        bench.kill()
        bench.wait()
        bench.stdout.close()  # type: ignore[union-attr]
