"""`kiosk simulate`: simulated devices on their wires."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer

from kiosk_app.cli.common import fail_usage, new_table, print_json, run_async, say, state
from kiosk_app.cli.options import JsonOption


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(simulate)


def simulate(
    context: typer.Context,
    kinds: Annotated[
        list[str] | None, typer.Argument(help="card, scanner, barcode, printer; all when left out.")
    ] = None,
    realistic: Annotated[bool, typer.Option(help="Speed of real devices instead of as fast as possible.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Put simulated devices on their wires until Ctrl-C; prints where each is.

    They are what `kiosk run` starts by itself in the demo profile: a card reader with fictional cards, a scanner, a code
    reader and a receipt printer, reached by the production drivers. For example:

    - `kiosk simulate`: all four
    - `kiosk simulate printer scanner --realistic`: two of them, as slow as real ones

    `kiosk fault --list` in another terminal shows what can be broken in them; slips lie in `bench/receipts` of the data
    folder, recorded scenarios in `bench/scenarios`.
    """
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
