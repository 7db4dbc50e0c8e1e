"""The simulated printer behind a configuration, and the person in front of it: a thread at the other end of a terminal."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import re
import select
import termios
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.simulators.escpos_printer import EscposPrinterSimulator
from tests.conformance.runs import Run

ASKED = re.compile(r">>> (.+?)(?:Then press Enter\.|Only whole ones count\.)", re.DOTALL)


class Printer:
    """The simulator on a loop of its own thread, and the configuration that names it."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.simulator = EscposPrinterSimulator("printer", folder / "receipts", speed_mm_s=0)
        self.run(self.simulator.start())
        self.config = folder / "kiosk.toml"
        self.config.write_text(
            'profile = "production"\n[[devices]]\nid = "printer0"\nkind = "printer"\ndriver = "escpos-network"\n'
            f'[devices.settings]\naddress = "{self.simulator.address}"\nsilence_s = 1.5\n',
            "utf-8",
        )

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    @property
    def receipts(self) -> int:
        return len(self.simulator.state()["receipts"])  # type: ignore[arg-type]

    def stop(self) -> None:
        self.run(self.simulator.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


class Person:
    """Reads what the terminal asks, does it at the printer, and presses Enter."""

    def __init__(self, printer: Printer) -> None:
        self.asked: list[str] = []
        self._printer = printer
        self._counted = 0
        self._master, self.terminal = pty.openpty()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def sit_down(self) -> None:
        """In the child, before it becomes pytest: this is your terminal."""
        fcntl.ioctl(self.terminal, termios.TIOCSCTTY, 0)

    def leave(self) -> None:
        self._over.set()
        self._thread.join(5)
        os.close(self._master)
        os.close(self.terminal)

    def _watch(self) -> None:
        text = ""
        while not self._over.is_set():
            if not select.select([self._master], [], [], 0.1)[0]:
                continue
            text += os.read(self._master, 4096).decode(errors="replace")
            while match := ASKED.search(text):
                text = text[match.end() :]
                self.asked.append(match[1].strip())
                os.write(self._master, self._obey(match[1]).encode() + b"\n")

    def _obey(self, request: str) -> str:
        simulator, run = self._printer.simulator, self._printer.run
        if request.startswith("How many slips"):
            new, self._counted = self._printer.receipts - self._counted, self._printer.receipts
            return str(new)
        if request.startswith("Pull the device's cable"):
            run(simulator.fault("absent"))
        elif request.startswith("Take the paper roll out"):
            run(simulator.fault("paper_out"))
        elif request.startswith("Open the cover"):
            run(simulator.act("open_cover"))
        elif request.startswith(("Put everything right", "Put the paper roll in", "Close the cover")):
            run(simulator.fault("clear"))
        else:
            raise AssertionError(request)
        return ""


@dataclass(frozen=True)
class Attended:
    """A run on the configured printer."""

    run: Run
    printer: Printer
    person: Person | None = None
