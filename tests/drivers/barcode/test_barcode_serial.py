"""The serial driver against the simulated gun on a real pseudo terminal."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.barcode.serial import DRIVER, SerialBarcodeReader
from drivers.errors import DeviceError
from drivers.ports import DeviceState
from drivers.simulators.barcode_gun import BarcodeGunSimulator

CODE = "G09.20-20260609-0092637"


class Gun:
    """A gun in a loop of its own, and a reader that is polled as the host does."""

    def __init__(self, path: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.gun = BarcodeGunSimulator("gun", path)
        self.run(self.gun.start())
        self.reader = self.make()
        self.reader.open()
        self.codes: list[dict[str, str]] = []

    def make(self, **settings: Any) -> SerialBarcodeReader:
        reader = DRIVER.create({"port": self.gun.address, **settings})
        assert isinstance(reader, SerialBarcodeReader)
        return reader

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def scan(self, text: str) -> None:
        asyncio.run_coroutine_threadsafe(self.gun.act("scan", text), self._loop)

    def fault(self, fault: str, argument: str | None = None) -> None:
        self.run(self.gun.fault(fault, argument))

    def emit(self, event: str, /, **data: Any) -> None:
        assert event == "code"
        self.codes.append(data)

    def poll(self, seconds: float, until: int = 10**9) -> list[str]:
        end = time.monotonic() + seconds
        while time.monotonic() < end and len(self.codes) < until:
            self.reader.poll(self.emit)
            time.sleep(self.reader.poll_interval_s / 3)
        return [code["text"] for code in self.codes]

    def close(self) -> None:
        self.reader.close()
        self.run(self.gun.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


@pytest.fixture
def gun(tmp_path: Path) -> Iterator[Gun]:
    gun = Gun(tmp_path / "dev" / "gun")
    yield gun
    gun.close()


def test_a_scan_is_one_code_with_its_symbology_and_bytes(gun: Gun) -> None:
    gun.scan(CODE)
    gun.poll(2, until=1)
    assert gun.codes == [{"text": CODE, "symbology": "QRCode", "bytes_hex": CODE.encode().hex()}]


def test_vietnamese_arrives_letter_for_letter(gun: Gun) -> None:
    text = "001099000001||NGUYỄN VĂN THỬ NGHIỆM|01011990|Nam|Số 1, Phố Thử, Hà Nội|01012022"
    gun.scan(text)
    assert gun.poll(2, until=1) == [text]


@pytest.mark.parametrize("milliseconds", [1, 20, 40])
def test_a_code_that_dribbles_in_is_still_one_code(gun: Gun, milliseconds: int) -> None:
    gun.fault("split", str(milliseconds))
    gun.scan("]C1" + CODE)
    assert gun.poll(3, until=1) == [CODE]
    assert gun.poll(0.2) == [CODE]


def test_a_gun_that_sends_no_line_end_is_understood_after_a_silence(gun: Gun) -> None:
    gun.fault("no_suffix")
    gun.scan(CODE)
    assert gun.poll(2, until=1) == [CODE]


def test_a_flood_loses_nothing(gun: Gun) -> None:
    gun.fault("flood", "500")
    gun.scan(CODE)
    assert gun.poll(8, until=500) == [CODE] * 500


def test_bytes_that_are_no_text_are_given_as_bytes(gun: Gun) -> None:
    gun.scan("hex:d2ffe0")
    gun.poll(2, until=1)
    assert gun.codes == [{"text": "", "symbology": "QRCode", "bytes_hex": "d2ffe0"}]


@pytest.mark.parametrize("text", ["'; DROP TABLE dossiers; --", "$(reboot)", "\x1b[2J\x07\x00", "x" * 5000])
def test_hostile_texts_are_texts(gun: Gun, text: str) -> None:
    gun.scan(text)
    assert gun.poll(2, until=1) == [text]


def test_unplugging_is_told_and_the_same_path_works_after_plugging_in(gun: Gun) -> None:
    for _ in range(3):
        gun.fault("absent")
        with pytest.raises(DeviceError, match="BAR-ABSENT"):
            gun.poll(1)
        with pytest.raises(DeviceError, match="BAR-ABSENT"):
            gun.reader.open()
        gun.fault("clear")
        gun.reader.open()
        gun.codes.clear()
        gun.scan(CODE)
        assert gun.poll(2, until=1) == [CODE]
        assert gun.reader.health().state is DeviceState.READY


def test_a_quick_replug_between_two_polls_is_seen(gun: Gun) -> None:
    gun.fault("absent")
    gun.fault("clear")
    with pytest.raises(DeviceError, match="BAR-ABSENT"):
        gun.poll(1)


def test_pulling_the_cable_inside_a_code_gives_no_code(gun: Gun) -> None:
    gun.fault("drop_after", "12")
    gun.scan(CODE)
    with pytest.raises(DeviceError, match="BAR-ABSENT"):
        gun.poll(2)
    gun.fault("clear")
    gun.reader.open()
    assert gun.poll(0.3) == []


def test_what_was_scanned_before_anyone_listened_is_not_reported(gun: Gun) -> None:
    gun.scan("OLD")
    time.sleep(0.1)
    gun.reader.open()
    gun.scan(CODE)
    assert gun.poll(2, until=1) == [CODE]


def heard(gun: Gun, wanted: str) -> str:
    """What the gun was told, once that has come through."""
    end = time.monotonic() + 20
    while (told := str(gun.gun.state()["told"])) != wanted and time.monotonic() < end:
        time.sleep(0.01)
    return told


@pytest.mark.parametrize(
    ("family", "opened", "again", "closed"),
    [("datalogic", "4554", "54", "5844"), ("honeywell", "16540d", "16540d", "16550d")],
)
def test_a_triggered_reader_is_told_when_to_look_in_its_own_words(
    gun: Gun, family: str, opened: str, again: str, closed: str
) -> None:
    gun.reader.close()
    gun.reader = gun.make(family=family, triggered=True)
    gun.reader.open()
    assert heard(gun, opened) == opened
    gun.scan(CODE)
    assert gun.poll(20, until=1) == [CODE]
    assert heard(gun, opened + again) == opened + again
    gun.reader.close()
    assert heard(gun, opened + again + closed) == opened + again + closed


def test_a_reader_beeps_when_it_is_tested_and_says_nothing_without_a_family(gun: Gun) -> None:
    assert [step.name for step in gun.reader.self_test()] == ["port"]
    gun.reader.close()
    assert gun.gun.state()["told"] == ""
    gun.reader = gun.make(family="datalogic")
    gun.reader.open()
    assert [(step.name, step.passed) for step in gun.reader.self_test()] == [("port", True), ("beep", True)]
    assert heard(gun, "4542") == "4542"
    assert "beep" in gun.reader.describe().capabilities


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({}, "port"),
        ({"port": "/dev/x", "baud": 7}, "baud"),
        ({"port": "/dev/x", "inter_byte_ms": 1}, "inter_byte_ms"),
        ({"port": "/dev/x", "speed": 9600}, "speed"),
        ({"port": "/dev/x", "family": "nobody"}, "family"),
        ({"port": "/dev/x", "triggered": True}, "triggered"),
    ],
)
def test_bad_settings_are_refused_naming_the_key(table: dict[str, Any], key: str) -> None:
    with pytest.raises(ValueError, match=key):
        DRIVER.create(table)
