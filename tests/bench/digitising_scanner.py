"""The scanner of the digitising bench in a process of its own: prints its address, loads what it is told line by line."""

from __future__ import annotations

import asyncio
import sys

from drivers.simulators.escl_server import EsclScanner


async def _serve() -> None:
    scanner = EsclScanner(pages_per_minute=0, skew=3.0)
    await scanner.start()
    print(scanner.address, flush=True)
    try:
        while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
            await scanner.act("load", line)
            print("loaded", flush=True)
    finally:
        await scanner.stop()


if __name__ == "__main__":
    asyncio.run(_serve())
