"""The suite on a configured device: without a person it skips what needs one, with a person it asks on the terminal.

The device is a simulated printer that pytest knows nothing of; the person is a thread at the other end of a terminal.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import re
import select
import termios
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from drivers.conformance.plugin import configured
from drivers.ports import DeviceKind
from drivers.simulators.escpos_printer import EscposPrinterSimulator
from tests.conformance.runs import Run

NEEDS_A_PERSON = "needs a person at a terminal"
WITH_A_PERSON = "unplugged or comes_out_once or first_byte or person_must"
MOST_SLIPS = 4
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


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Attended]]:
    """One run without a person and one with, begun together."""
    started: dict[str, Attended] = {}
    for name, chosen in (("alone", ()), ("with a person", ("-k", WITH_A_PERSON))):
        folder = tmp_path_factory.mktemp("real")
        printer = Printer(folder)
        arguments = ["drivers.conformance", "--device", "printer0", "--kiosk-config", str(printer.config), *chosen]
        if not chosen:
            started[name] = Attended(Run(folder / "run", arguments), printer)
            continue
        person = Person(printer)
        terminal: dict[str, Any] = {"preexec_fn": person.sit_down, "pass_fds": (person.terminal,)}
        started[name] = Attended(Run(folder / "run", arguments, **terminal), printer, person)
    yield started
    for attended in started.values():
        attended.run.end()
        if attended.person is not None:
            attended.person.leave()
        attended.printer.stop()


def test_without_a_person_what_needs_none_is_tested_and_the_rest_says_why_not(runs: dict[str, Attended]) -> None:
    results = runs["alone"].run.results()
    assert not results.failed, results.output[-4000:]
    assert {"test_the_description_is_complete", "test_open_and_close_can_be_repeated"} <= results.passed
    assert all(NEEDS_A_PERSON in why or "no person can do that" in why for why in results.skipped.values())
    assert any("[garble]" in name for name in results.skipped)
    assert runs["alone"].printer.receipts <= MOST_SLIPS, "paper wasted while nobody looks"


def test_with_a_person_the_same_suite_asks_for_hands_and_eyes(runs: dict[str, Attended]) -> None:
    results, person = runs["with a person"].run.results(), runs["with a person"].person
    assert not results.failed, results.output[-4000:]
    assert "test_a_slip_comes_out_once_whole_and_is_reported_as_printed" in results.passed
    assert "test_an_unplugged_device_is_absent_and_comes_back_without_a_new_process" in results.passed
    assert "test_what_is_wrong_before_the_first_byte_is_not_printed[paper out]" in results.passed
    assert person is not None
    for request in ("How many slips", "Pull the device's cable", "Take the paper roll out", "Put everything right"):
        assert any(asked.startswith(request) for asked in person.asked), person.asked


def test_a_device_that_is_not_configured_is_said(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text('[[devices]]\nid = "gun"\nkind = "barcode"\ndriver = "serial-barcode"\n', "utf-8")
    kind, subject = configured("gun", None, file)
    assert (kind, subject.driver) == (DeviceKind.BARCODE, "serial-barcode")
    for device, where, words in (
        (None, file, "--device ID"),
        ("card0", file, "gun"),
        ("gun", tmp_path / "x", "no such"),
    ):
        with pytest.raises(pytest.UsageError, match=words):
            configured(device, None, where)
    assert configured("card0", "demo", None)[1].driver == "pcsc"
