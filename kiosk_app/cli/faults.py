"""`kiosk fault`: breaks simulated devices, records what is done to them, and plays it again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from kiosk_app.cli.common import fail, fail_usage, new_table, print_json, run_async, say, state, terminal
from kiosk_app.cli.options import JsonOption

if TYPE_CHECKING:
    from drivers.simulators.dock import DockClient
    from drivers.simulators.scenario import Scenario, Step

T = TypeVar("T")
RECORD, REPLAY = "record", "replay"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(fault)


def fault(
    context: typer.Context,
    device: Annotated[
        str | None,
        typer.Argument(metavar="[DEVICE|record|replay]", help="The device's id, e.g. printer0; or record, or replay."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[FAULT|FILE]", help="The fault, e.g. paper_out, jam, absent; of record and replay the file."
        ),
    ] = None,
    argument: Annotated[
        str | None,
        typer.Argument(help="The fault's number, where it takes one; of `clear` the one fault that is to end."),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="What can be broken, and what is.")] = False,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=0.1, help="record: end after so long instead of at Ctrl-C.")
    ] = None,
    speed: Annotated[float, typer.Option("--speed", min=0.01, help="replay: so many times as fast as it was.")] = 1.0,
    dock: Annotated[str | None, typer.Option(help="host:port of the dock; default: the running bench's.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Break a simulated device of the running bench, or mend it; record and replay such a session.

    Start `kiosk run --windowed` or `kiosk simulate` first, then in another terminal:

    - `kiosk fault --list`: every device, what can be broken in it, and what is broken now
    - `kiosk fault printer0 paper_out`: the roll is used up
    - `kiosk fault scanner0 jam 2`: the second sheet from now gets stuck
    - `kiosk fault printer0 clear`: all is well again; `kiosk fault printer0 clear slow` ends that one fault only
    - `kiosk fault record trouble.toml`: writes down what is done to the devices, by whomever, until Ctrl-C
    - `kiosk fault replay trouble.toml --speed 4`: does it again, four times as fast
    """
    if listed:
        _list(_dock(context, dock), device, as_json)
    elif device is None or name is None:
        fail_usage("name a device and a fault, e.g. kiosk fault printer0 paper_out; kiosk fault --list shows them")
    elif device == RECORD:
        _record(_dock(context, dock), Path(name), seconds, as_json)
    elif device == REPLAY:
        _replay(lambda: _dock(context, dock), Path(name), speed, as_json)
    else:
        _at(_dock(context, dock), lambda hand: hand.fault(device, name, argument))
        if as_json:
            print_json({"id": device, "fault": name, "argument": argument})


def _dock(context: typer.Context, given: str | None) -> str:
    """host:port of the dock that is meant."""
    from drivers.simulators.bench import DOCK_FILE

    if given is not None:
        return given
    file = state(context).load().data_dir / "bench" / DOCK_FILE
    if not file.is_file():
        fail_usage("no bench is running; start `kiosk run` or `kiosk simulate` first")
    return str(json.loads(file.read_text("utf-8"))["dock"])


def _at(dock: str, work: Callable[[DockClient], Awaitable[T]]) -> T:
    """Does something at the dock; what it refuses is a mistake of the caller."""
    from drivers.simulators.dock import DockClient, DockError

    async def at_dock() -> T:
        hand = await DockClient.connect(dock)
        try:
            return await work(hand)
        finally:
            await hand.close()

    try:
        return run_async(at_dock())
    except DockError as error:
        fail_usage(str(error))


def _list(dock: str, device: str | None, as_json: bool) -> None:
    devices = _at(dock, lambda hand: hand.devices())
    if device is not None:
        if device not in (ids := [str(item["id"]) for item in devices]):
            fail_usage(f"no device {device}; there are {', '.join(ids)}")
        devices = [item for item in devices if item["id"] == device]
    if as_json:
        print_json([_row(item) for item in devices])
        return
    for item in devices:
        now = {str(row["name"]): row["argument"] for row in item["state"].get("faults", [])}
        table = new_table("fault", "what breaks", "now", title=f"{item['id']} ({item['kind']})", title_justify="left")
        for name, words in item["faults"].items():
            on = name in now
            table.add_row(name, words, f"[bold red]on[/] {now[name] or ''}" if on else "")
        say(table)


def _row(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": item["id"],
        "kind": item["kind"],
        "faults": item["faults"],
        "active": item["state"].get("faults", []),
    }


def _record(dock: str, file: Path, seconds: float | None, as_json: bool) -> None:
    from drivers.simulators.scenario import parse

    async def record(hand: DockClient) -> str:
        ended = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        await hand.record("start")
        try:
            end = "Ctrl-C ends" if seconds is None else f"for {seconds:g} s; Ctrl-C ends sooner"
            terminal("errors").print(f"Recording what is done to the devices; {end}.", highlight=False)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), seconds)
        finally:
            text = (await hand.record("stop"))["scenario"]
        return text

    if not file.parent.is_dir():
        fail_usage(f"{file.parent}: no such folder")
    text = _at(dock, record)
    if "[[step]]" not in text:
        fail_usage("nothing was done to the devices; no file was written")
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        fail_usage(f"{file}: {error.strerror}")
    _tell(file, parse(text, str(file)), as_json)


def _replay(dock: Callable[[], str], file: Path, speed: float, as_json: bool) -> None:
    from drivers.simulators.replay import play
    from drivers.simulators.scenario import ScenarioError, read

    try:
        scenario = read(file)
    except ScenarioError as error:
        fail_usage(str(error))

    def told(number: int, step: Step) -> None:
        terminal("errors").print(
            f"{number}/{len(scenario.steps)}  {step.at:7.1f} s  {step}", highlight=False, markup=False
        )

    address = dock()
    _at(address, lambda hand: hand.devices())  # whether it is there at all
    try:
        run_async(play(address, scenario, speed, None if as_json else told))
    except ScenarioError as error:
        fail("SYS-SCENARIO", str(error), as_json)
    _tell(file, scenario, as_json)


def _tell(file: Path, scenario: Scenario, as_json: bool) -> None:
    if as_json:
        row = {"file": str(file), "name": scenario.name, "steps": len(scenario.steps), "seconds": scenario.seconds}
        print_json(row)
    else:
        say(
            f"{file}: {len(scenario.steps)} steps in {scenario.seconds:.1f} s",
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
