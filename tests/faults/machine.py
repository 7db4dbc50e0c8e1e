"""One running kiosk with its bench in this process, for scripts and cells that share it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
import tomllib
from collections.abc import Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("QT_QUICK_BACKEND", "software")


from drivers.simulators.dock import DockClient
from drivers.simulators.pcscd import PcscDaemon, PcscUnavailable
from kiosk_app import config
from kiosk_app.log import set_up
from kiosk_app.model.basics import Screen
from kiosk_app.model.session import Session
from kiosk_app.runtime.kiosk import Kiosk
from ui.app import build
from ui.journey.player import Player, Report
from ui.journey.script import read
from ui.theme import singleton
from ui.window import Site

T = TypeVar("T")
JOURNEYS = Path(__file__).parents[1] / "journeys"
PROFILE = Path(__file__).parents[2] / "config" / "profiles" / "test.toml"
DEVICES = ("card0", "scanner0", "barcode0", "printer0")
FAILURES = ("kiosk.effect_failed", "kiosk.intent_refused", "ui.exception", "intent_failed", "snapshot_failed")


async def reader_is_free(seconds: float = 90.0) -> None:
    """Waits until no other simulation on this computer holds the virtual reader."""
    daemon = PcscDaemon(wait_s=seconds)
    with contextlib.suppress(PcscUnavailable):
        await daemon.start()
        await daemon.stop()


def _without_reader(folder: Path, codes: str) -> Path:
    """A site's file whose card reader takes the chip itself, so that several machines run beside each other.

    `codes` is the driver that reads codes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    site = folder / "site.toml"
    devices = tomllib.loads(PROFILE.read_text("utf-8"))["devices"]
    drivers = {item["id"]: codes if item["kind"] == "barcode" else item["driver"] for item in devices}
    # The coarsest resolution: what breaks does not depend on it, and pages are prepared in half the time.
    site.write_text(
        "[imaging]\nscan_dpi = 200\nrecognise_text = false\n\n"
        + "\n".join(
            f'[[devices]]\nid = "{item["id"]}"\nkind = "{item["kind"]}"\ndriver = "{drivers[item["id"]]}"\n'
            + ('settings = { transport = "direct" }\n' if item["kind"] == "card" else "")
            for item in devices
        ),
        "utf-8",
    )
    return site


class Machine:
    """`play` and `run` let time pass; between them the machine stands still.

    A `direct` one leaves the computer's one virtual reader alone: many of them may run at the same time. A `site` given with
    it has to.
    """

    def __init__(
        self, folder: Path, site: Path | None = None, *, direct: bool = False, codes: str = "serial-barcode"
    ) -> None:
        if direct:
            site = site or _without_reader(folder, codes)
        else:
            asyncio.run(reader_is_free())
        self.folder = folder
        self.log = folder / "logs" / "kiosk.log"
        set_up(self.log)
        self.kiosk = Kiosk(config.load("test", site, folder))
        self.app = build(self.kiosk, windowed=True, site=Site(glance=self.kiosk.look))
        # Nothing on the screen moves by itself, so a hand need not wait until it stands still.
        singleton(self.app.kiosk.engine, "Theme").setProperty("reducedMotion", True)
        self.player = Player(self.kiosk, self.app.window, still_looks=1)
        self._raised: list[str] = []
        self._read = 0
        self._hook = sys.excepthook
        sys.excepthook = self._take_exception
        asyncio.set_event_loop(self.app.loop)
        self.app.loop.set_exception_handler(lambda _, what: self._raised.append(str(what.get("message"))))
        self.app.show()
        self.run(self.kiosk.start())

    @property
    def session(self) -> Session:
        return self.kiosk.session

    @property
    def virtual_reader(self) -> bool:
        """Whether a pcscd with a virtual reader is ours; without one a reader cannot be unplugged."""
        card = next(item for item in self.kiosk.config.devices if item.id == "card0")
        return "transport" not in card.settings

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        self.app.messages.install()  # the test tools put their own handler in its place
        # Not run_until_complete: it handles Qt's events once more after the loop has ended, and what then wakes up, a host
        # being replaced for example, finds no running loop.
        loop = self.app.loop
        future = asyncio.ensure_future(work, loop=loop)
        future.add_done_callback(lambda _: loop.stop())
        loop.run_forever()
        return future.result()

    def play(self, name: str) -> Report:
        return self.run(self.player.play(read(JOURNEYS / f"{name}.toml")))

    def troubles(self) -> list[str]:
        """What nobody should ever see, since the last look: Qt's warnings, exceptions, failed effects."""
        lines = self.log.read_text("utf-8").splitlines()
        logged = [line for line in lines[self._read :] if json.loads(line).get("event") in FAILURES]
        self._read = len(lines)
        found = [*self.app.messages.warnings, *self._raised, *logged]
        self.app.messages.warnings.clear()
        self._raised.clear()
        return found

    async def until(self, holds: Any, seconds: float = 60.0) -> bool:
        """Waits until `holds()`; False when it does not come."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                return False
            await asyncio.sleep(0.02)
        return True

    async def end_session(self) -> None:
        """The citizen says goodbye, whatever is on the screen, and the home screen comes."""
        if self.session.screen not in (Screen.HOME, Screen.GOODBYE):
            self.kiosk.intent("close_overlay", {})
            self.kiosk.intent("ask_end", {})
            self.kiosk.intent("confirm_end", {})
        if self.session.screen is Screen.GOODBYE:
            self.kiosk.runtime.expire("goodbye")
        assert await self.until(lambda: self.session.screen is Screen.HOME), self.session.screen

    async def mend(self) -> None:
        """Everything as it stands in the morning: service up, devices well, no paper and no card about."""
        bench = self.kiosk.bench
        assert bench is not None
        if bench.service is None:
            await bench.start_service()
        hand = await DockClient.connect(bench.dock)
        try:
            for device in DEVICES:
                await hand.fault(device, "clear")
            await hand.act("card0", "remove")
            for act in ("clear_feeder", "take_output"):
                await hand.act("scanner0", act)
            for act in ("close_cover", "tear"):
                await hand.act("printer0", act)
        finally:
            await hand.close()
        well = await self.until(lambda: all(status.usable for status in self.session.devices.values()), 90.0)
        states = {name: (status.state.value, status.code) for name, status in self.session.devices.items()}
        assert well, f"devices do not come back: {states}"
        gone = await self.until(lambda: not self.session.card.present and not self.session.scan.paper_loaded)
        assert gone, "card or paper is still told to be there"

    async def active_faults(self) -> dict[str, list[str]]:
        """What the simulators say is broken in them."""
        bench = self.kiosk.bench
        assert bench is not None
        hand = await DockClient.connect(bench.dock)
        try:
            told = {item["id"]: [fault["name"] for fault in item["state"]["faults"]] for item in await hand.devices()}
        finally:
            await hand.close()
        return {device: faults for device, faults in told.items() if faults}

    def reset(self) -> None:
        async def _reset() -> None:
            await self.end_session()
            await self.mend()

        self.run(_reset())

    def close(self) -> None:
        try:
            self.run(self.kiosk.stop())
        finally:
            self.app.kiosk.close()
            self.app.loop.close()
            asyncio.set_event_loop(None)
            sys.excepthook = self._hook
            set_up()

    def _take_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._raised.append(f"{kind.__name__}: {error}")
        self._hook(kind, error, trace)
