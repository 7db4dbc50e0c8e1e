"""`python -m drivers.simulators`: the bench as a process of its own, until SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from drivers.simulators.bench import Bench


async def _serve(bench: Bench) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    try:
        await bench.start()
        print(json.dumps(bench.ready()), flush=True)
        await ended.wait()
    finally:
        await bench.stop()


def main() -> int:
    """Starts the bench, prints where everything is as one line of JSON, and waits."""
    parser = argparse.ArgumentParser(prog="python -m drivers.simulators", description=__doc__)
    parser.add_argument(
        "kinds", nargs="*", help="card, scanner, barcode, printer, camera; all but the camera when left out"
    )
    parser.add_argument("--folder", type=Path, required=True, help="for receipts, certificates and the gun's port")
    parser.add_argument("--realistic", action="store_true", help="speed of real devices")
    parser.add_argument("--direct", action="store_true", help="the card's driver takes the chip itself, without pcscd")
    parser.add_argument("--camera", action="store_true", help="codes are read by a camera instead of a gun")
    parser.add_argument("--json", action="store_true", help="accepted for symmetry; the ready line is JSON anyway")
    options = parser.parse_args()
    try:
        folder, kinds = options.folder.resolve(), tuple(options.kinds)
        bench = Bench(folder, kinds, options.realistic, direct=options.direct, camera=options.camera)
    except ValueError as error:
        parser.error(str(error))
    asyncio.run(_serve(bench))
    return 0


if __name__ == "__main__":
    sys.exit(main())
