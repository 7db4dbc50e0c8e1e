"""A whole kiosk that takes dossier after dossier: scans a stack, reads it, submits it; the one before is uploaded meanwhile.

Its scanner has the speed of a real one, the service is the reference one in a process of its own behind the agent, and the
agent sends as fast as the site's setting lets it, so that a dossier is under way for as long as the next stack. What it has
done is asked of the simulated scanner (sheets in its tray), the runtime (pages read), the kernel (bytes that the agent's
process has written) and the service's disk (bytes that lie there).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from drivers.simulators.dock import DockClient
from drivers.simulators.papers import DRAWINGS
from kiosk_app.flow.events import Event, PageRead
from kiosk_app.model.basics import Screen
from kiosk_app.model.session import SendStage, Session
from kiosk_app.model.stack import questions
from tests.bench.overlap import LOOK_S, Entry, note
from tests.bench.traces_of_life import below, part_of
from tests.faults.machine import Machine
from tests.sites import NO_READER

PATIENCE_S: Final = 240.0
SITE: Final = """
[service]
upload_kilobytes_per_second = {pace}

[imaging]
recognise_text = true
"""
PERSON: Final = {"number": "001099000042", "name": "NGUYỄN VĂN THỬ NGHIỆM", "birth": "17051999"}
ANSWERS: Final = {"address": "Số 1, phố Thí Dụ, Hà Nội", "phone": "0912345678"}
NEEDED: Final = ("scanner0", "barcode0", "printer0")
PROCEDURE, PAPER = "CA-01", "c1"


class Neighbour:
    """The kiosk and who stands at it."""

    def __init__(self, folder: Path, journal: Path, sheets: int, pace: int) -> None:
        site = folder / "site.toml"
        simulated = NO_READER.replace("[simulation]", "[simulation]\nrealistic = true")
        site.write_text(simulated + SITE.format(pace=pace), "utf-8")
        labels = [f"{name}:{page}" for name, drawn in DRAWINGS.items() for page in range(1, len(drawn) + 1)]
        labels = [label for label in labels if not label.startswith("blank")]
        self._stack = ",".join(labels[number % len(labels)] for number in range(sheets))
        self._journal = journal
        self._sheets = sheets
        self._read = self._submitted = self._begun = 0
        self._sizes: dict[int, int] = {}
        self.machine = Machine(folder / "data", site, direct=True)
        self.machine.kiosk.runtime.observe(self._observe)

    async def serve(self) -> None:
        """One dossier after the other, until cancelled."""
        bench = self.machine.kiosk.bench
        assert bench is not None
        hand, other = await DockClient.connect(bench.dock), await DockClient.connect(bench.dock)
        writing = asyncio.create_task(self._write(other, bench.service_data))
        try:
            await self._until(self._ready)
            while not writing.done():
                await self._dossier(hand)
            writing.result()
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            await hand.close()
            await other.close()

    async def _dossier(self, hand: DockClient) -> None:
        self._do("choose_goal", goal="submit")
        await self._on(Screen.SEARCH)
        self._do("choose_procedure", local_id=PROCEDURE)
        await self._on(Screen.PROCEDURE)
        await self._next(Screen.CHECKLIST)
        self._do("toggle_component", component=PAPER)
        await self._next(Screen.CONSENT)
        self._do("give_consent", notices=False)
        await self._on(Screen.IDENTIFY)
        self._do("identify_otherwise")
        await self._on(Screen.IDENTIFY_OTHERWISE)
        self._do("enter_person", **PERSON)
        await self._next(Screen.CONFIRM_IDENTITY)
        await self._next(Screen.SCAN)
        await hand.act("scanner0", "load", self._stack)
        await self._until(lambda: self._session.scan.paper_loaded)
        self._do("choose_component", component=PAPER)
        self._begun += 1
        self._do("start_scan")
        await self._until(lambda: len(self._session.pages) == self._sheets and not self._session.scan.running)
        await self._until(lambda: all(page.read for page in self._session.pages))
        self._do("take_originals")
        # The same drawings more than once: that they look alike is no mistake of this citizen.
        await self._next(Screen.PAGE_REVIEW)
        while asked := questions(self._session):
            self._do("keep_page", page=asked[0].page)
        await self._next(Screen.FORM)
        for name, value in ANSWERS.items():
            self._do("set_answer", field_id=name, value=value)
        await self._next(Screen.CHECK_ANSWERS)
        await self._next(Screen.DECLARE)
        self._do("declare")
        await self._until(lambda: self._session.submission.stage not in (SendStage.NONE, SendStage.SEALING))
        self._submitted += 1
        # Nobody waits for the line here: the citizen leaves with the kiosk's reference, and the agent goes on.
        self.machine.kiosk.runtime.expire("acknowledge")
        await self._next(Screen.GOODBYE)
        self.machine.kiosk.runtime.expire("goodbye")
        await self._on(Screen.HOME)

    def _ready(self) -> bool:
        """Whether the devices stand as they will stay: only the card reader is missing."""
        devices = self._session.devices
        well = [name for name in NEEDED if name in devices and devices[name].usable]
        return len(well) == len(NEEDED) and "card0" in devices and devices["card0"].code is not None

    @property
    def _session(self) -> Session:
        return self.machine.session

    def _do(self, name: str, /, **payload: object) -> None:
        self.machine.kiosk.intent(name, payload)

    async def _next(self, screen: Screen) -> None:
        self._do("continue")
        await self._on(screen)

    async def _on(self, screen: Screen) -> None:
        await self._until(lambda: self._session.screen is screen)

    async def _until(self, holds: Callable[[], bool]) -> None:
        if not await self.machine.until(holds, PATIENCE_S):
            shown = self._session
            raise RuntimeError(f"stuck on {shown.screen} with {shown.notice}, {len(shown.pages)} pages")

    def _observe(self, event: Event, _: Session) -> None:
        self._read += isinstance(event, PageRead)

    async def _write(self, hand: DockClient, service: Path) -> None:
        """The journal, several lines a second."""
        while True:
            (scanner,) = (item for item in await hand.devices() if item["id"] == "scanner0")
            scanned = len(scanner["state"]["output"])
            stored = await asyncio.to_thread(self._at_the_service, service)
            left = self._begun * self._sheets - scanned
            entry = Entry(time.monotonic(), scanned, self._read, _written_by_agent(), stored, left, self._submitted)
            note(self._journal, entry)
            await asyncio.sleep(LOOK_S)

    def _at_the_service(self, folder: Path) -> int:
        """Bytes of dossiers that ever lay there: of each file its most, by its inode, since a file gets another name."""
        for path in [*(folder / "uploads").rglob("*"), *(folder / "files").rglob("*")]:
            try:
                found = path.stat()
            except OSError:
                continue  # moved or removed meanwhile
            if path.is_file():
                self._sizes[found.st_ino] = max(self._sizes.get(found.st_ino, 0), found.st_size)
        return sum(self._sizes.values())


def _written_by_agent() -> int:
    """Bytes that the agent's process has written, to its line above all; 0 while there is none."""
    for pid in below(os.getpid()):
        if part_of(pid) == "agent":
            lines = Path(f"/proc/{pid}/io").read_text("ascii").splitlines()
            return next(int(line.split()[1]) for line in lines if line.startswith("wchar:"))
    return 0


def main() -> None:
    """Serves until it is ended by SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.neighbour", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--sheets", type=int, default=30)
    parser.add_argument("--pace", type=int, default=100, help="kilobytes a second that the agent sends")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    neighbour = Neighbour(asked.folder, asked.journal, asked.sheets, asked.pace)
    loop = neighbour.machine.app.loop

    async def serve() -> None:
        task = asyncio.current_task()
        assert task is not None
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
        await neighbour.serve()

    try:
        neighbour.machine.run(serve())
    except asyncio.CancelledError:
        sys.stderr.write("ended\n")
    finally:
        neighbour.machine.close()


if __name__ == "__main__":
    main()
