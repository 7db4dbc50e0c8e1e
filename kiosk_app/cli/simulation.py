"""`kiosk simulate` and `kiosk fault`: simulated devices on their wires, and breaking one."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path
from typing import Annotated

import typer

from kiosk_app.cli.common import JsonOption, fail_usage, new_table, print_json, run_async, say, state


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(simulate)
    app.command()(fault)


def simulate(
    context: typer.Context,
    kinds: Annotated[
        list[str] | None, typer.Argument(help="card, scanner, barcode, printer; all when left out.")
    ] = None,
    realistic: Annotated[bool, typer.Option(help="Speed of real devices instead of as fast as possible.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Put simulated devices on their wires until Ctrl-C; prints where each is."""
    folder = state(context).load().data_dir / "bench"
    run_async(_simulate(folder, kinds or [], realistic, as_json))


async def _simulate(folder: Path, kinds: list[str], realistic: bool, as_json: bool) -> None:
    from drivers.simulators.bench import Bench

    try:
        bench = Bench(folder, kinds=tuple(kinds), realistic=realistic)
    except ValueError as error:
        fail_usage(str(error))
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    try:
        await bench.start()
        if as_json:
            print_json(bench.ready())
        else:
            table = new_table("id", "kind", "address", title=f"hardware dock at {bench.ready()['dock']}; Ctrl-C ends")
            for item in bench.ready()["devices"]:
                table.add_row(item["id"], item["kind"], item["address"])
            say(table)
        await ended.wait()
    finally:
        await bench.stop()


def fault(
    context: typer.Context,
    device: Annotated[str, typer.Argument(help="The device's id, e.g. printer0.")],
    name: Annotated[str, typer.Argument(help="The fault, e.g. paper_out, jam, absent; `clear` mends.")],
    argument: Annotated[str | None, typer.Argument(help="The fault's number, where it takes one.")] = None,
    dock: Annotated[str | None, typer.Option(help="host:port of the dock; default: the running bench's.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Break a simulated device of the running bench, or mend it."""
    from drivers.simulators.bench import DOCK_FILE
    from drivers.simulators.dock import DockError

    file = state(context).load().data_dir / "bench" / DOCK_FILE
    if dock is None:
        if not file.is_file():
            fail_usage("no bench is running; start `kiosk run` or `kiosk simulate` first")
        dock = str(json.loads(file.read_text("utf-8"))["dock"])
    try:
        run_async(_fault(dock, device, name, argument))
    except DockError as error:
        fail_usage(str(error))
    if as_json:
        print_json({"id": device, "fault": name, "argument": argument})


async def _fault(dock: str, device: str, name: str, argument: str | None) -> None:
    from drivers.simulators.dock import DockClient

    hand = await DockClient.connect(dock)
    try:
        await hand.fault(device, name, argument)
    finally:
        await hand.close()
