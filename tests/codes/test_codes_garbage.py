"""Whatever is presented comes through the real serial driver as data, and nothing of it is carried out or kept."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.barcode.frames import LONGEST
from drivers.barcode.serial import DRIVER
from drivers.ports import DeviceKind, DeviceState
from drivers.simulators.barcode_gun import BarcodeGunSimulator
from drivers.supervisor import DeviceConfig
from kiosk_app import log as logging
from kiosk_app.flow import events as ev
from kiosk_app.model.session import Session
from kiosk_app.runtime.devices import DeviceHands
from kiosk_app.runtime.runtime import Runtime

MARK = "G09.20-20260609-0092637"  # a good code, presented last: when it is there, all before it has been
HOSTILE = (
    "'; DROP TABLE dossiers; --",
    '" OR 1=1 --',
    "$(touch {marker})",
    "`touch {marker}`",
    "| touch {marker}",
    "; touch {marker} #",
    "../../../../etc/passwd",
    "file:///etc/passwd",
    "javascript:alert(document.title)",
    "<img src=x onerror=alert(1)>",
    "%n%n%n%s%s%s",
    "{{7*7}}${{jndi:x}}",
    "\x1b]0;title\x07\x1b[2J",
    "\x00\x01\x02\x7f\x85",
    "\u202egnimaerts\u202c",
    "=cmd|' /C calc'!A0",
    "001099000001|" * 40,
)


class Noting(Runtime):
    """A runtime that keeps what it is told."""

    def __init__(self) -> None:
        super().__init__(Session(), lambda: None)  # type: ignore[arg-type, return-value]
        self.events: list[ev.Event] = []

    def dispatch(self, event: ev.Event) -> None:
        self.events.append(event)


class Line:
    """A gun on a pseudo terminal, the driver at its end, and the kiosk's own handling of what comes."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._gun = BarcodeGunSimulator("gun", folder / "gun")
        self._wait(self._gun.start())
        self.reader = DRIVER.create({"port": self._gun.address, "terminated": True})
        self.reader.open()
        self.log = folder / "kiosk.log"
        logging.set_up(self.log)
        self.runtime = Noting()
        self._hands = DeviceHands(self.runtime, (DeviceConfig("barcode0", DeviceKind.BARCODE, "serial-barcode"),))
        self.raw: list[tuple[str, dict[str, Any]]] = []

    def _wait(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def _emit(self, event: str, /, **data: Any) -> None:
        self.raw.append((event, data))
        self._hands._take("barcode0", event, data)

    def present(self, *scans: str) -> None:
        """Presents all and the good code behind them, and waits until that has come through."""

        async def all_of_them() -> None:
            for scan in (*scans, MARK):
                await self._gun.act("scan", scan)

        sent = asyncio.run_coroutine_threadsafe(all_of_them(), self._loop)
        while not (sent.done() and any(data.get("text") == MARK for _, data in self.raw)):
            self.reader.poll(self._emit)
        sent.result(1)

    def close(self) -> None:
        self.reader.close()
        self._wait(self._gun.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()
        logging.set_up()


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path)
    yield line
    line.close()


def test_hostile_texts_are_unknown_and_nothing_of_them_is_run_or_written_down(line: Line, tmp_path: Path) -> None:
    marker = tmp_path / "was-run"
    texts = [text.replace("{marker}", str(marker)) for text in HOSTILE]
    line.present(*texts)
    assert [data["text"] for event, data in line.raw if event == "code"] == [*texts, MARK]
    *unfit, last = line.runtime.events
    assert all(isinstance(event, ev.UnfitCodeScanned) for event in unfit)
    assert {event.code for event in unfit if isinstance(event, ev.UnfitCodeScanned)} <= {"BAR-UNKNOWN", "BAR-WEB"}
    assert last == ev.TrackingCodeScanned(MARK)
    assert not marker.exists()
    written = line.log.read_text("utf-8")
    assert written.count("code.presented") == len(texts) + 1
    for text in texts:
        assert text.strip() not in written
        assert text[:12] not in written


def test_random_bytes_as_barcodes_are_bytes_and_break_nothing(line: Line) -> None:
    chance = random.Random(6)
    blobs = [
        bytes(chance.choices([n for n in range(256) if n not in b"\r\n]"], k=chance.randint(1, 400)))
        for _ in range(120)
    ]
    line.present(*(f"hex:{blob.hex()}" for blob in blobs))
    assert [data["bytes_hex"] for event, data in line.raw if event == "code"][:-1] == [blob.hex() for blob in blobs]
    assert set(line.runtime.events[:-1]) == {ev.UnfitCodeScanned("BAR-UNKNOWN")}
    assert line.reader.health().state is DeviceState.READY


def test_a_line_of_a_megabyte_is_told_as_unreadable_and_the_next_code_is_read(line: Line) -> None:
    line.present("A" * 1_048_576)
    assert LONGEST < 1_048_576
    # A busy machine sends it with pauses, each of which ends a line: then it is told more than once.
    *before, last = [event for event, _ in line.raw]
    assert (set(before), last) == ({"unreadable"}, "code")
    *unfit, tracked = line.runtime.events
    assert unfit
    assert set(unfit) == {ev.UnfitCodeScanned("BAR-GARBLED")}
    assert tracked == ev.TrackingCodeScanned(MARK)
    assert "AAAA" not in line.log.read_text("utf-8")
