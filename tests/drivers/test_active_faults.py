"""Promises of every simulator: it tells the faults in effect, forgets those that are over, and clears one or all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from drivers.simulators.barcode_gun import BarcodeGunSimulator
from drivers.simulators.chip.simulator import VirtualChip
from drivers.simulators.escl_server import EsclScanner
from drivers.simulators.escpos_printer import EscposPrinterSimulator
from ui.dock.faults import number_of

KINDS = ("card", "scanner", "barcode", "printer")
EXCLUDING = {"drop_after": "removed_at", "removed_at": "drop_after", "paper_out": "paper_out_after"}
"""Faults that take each other's place: there is one card and one roll."""


def made(kind: str, folder: Path) -> Any:
    match kind:
        case "card":
            return VirtualChip(folder, port=1)
        case "scanner":
            return EsclScanner()
        case "barcode":
            return BarcodeGunSimulator("barcode0", folder / "gun")
        case _:
            return EscposPrinterSimulator("printer0", folder, speed_mm_s=0.0)


@asynccontextmanager
async def running(kind: str, folder: Path) -> AsyncIterator[Any]:
    simulator = made(kind, folder)
    await simulator.start()
    try:
        yield simulator
    finally:
        await simulator.stop()


def names(simulator: Any) -> list[str]:
    return [fault["name"] for fault in simulator.state()["faults"]]


def number(kind: str, fault: str) -> str | None:
    found = number_of(kind, fault)
    return found.value if found else None


@pytest.mark.parametrize("kind", KINDS)
def test_each_fault_is_told_with_its_argument_and_is_cleared_by_its_name(kind: str, tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(kind, tmp_path) as simulator:
            assert simulator.state()["faults"] == []
            for fault in set(simulator.faults) - {"clear"}:
                await simulator.fault(fault, number(kind, fault))
                assert simulator.state()["faults"] == [{"name": fault, "argument": number(kind, fault)}]
                await simulator.fault("clear", fault)
                assert simulator.state()["faults"] == []

    asyncio.run(scene())


@pytest.mark.parametrize("kind", KINDS)
def test_clearing_one_fault_leaves_every_other_in_effect(kind: str, tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(kind, tmp_path) as simulator:
            wanted = [fault for fault in simulator.faults if fault not in ("clear", *EXCLUDING)]
            for fault in wanted:
                await simulator.fault(fault, number(kind, fault))
            assert names(simulator) == wanted
            for fault in list(wanted):
                await simulator.fault("clear", fault)
                wanted.remove(fault)
                assert names(simulator) == wanted

    asyncio.run(scene())


@pytest.mark.parametrize("kind", KINDS)
def test_clear_ends_all_and_refuses_what_is_no_fault(kind: str, tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(kind, tmp_path) as simulator:
            for fault in set(simulator.faults) - {"clear"}:
                await simulator.fault(fault, number(kind, fault))
            with pytest.raises(ValueError, match="no fault melted to clear; there are "):
                await simulator.fault("clear", "melted")
            assert names(simulator)
            await simulator.fault("clear")
            assert names(simulator) == []

    asyncio.run(scene())


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_that_was_refused_is_not_told(kind: str, tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(kind, tmp_path) as simulator:
            for fault, argument in (("explode", None), ("slow", "soon")):
                with pytest.raises(ValueError, match=r"."):
                    await simulator.fault(fault, argument)
            assert names(simulator) == []

    asyncio.run(scene())


@pytest.mark.parametrize("kind", ["scanner", "barcode", "printer"])
def test_a_hang_is_over_when_its_seconds_have_passed(kind: str, tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(kind, tmp_path) as simulator:
            await simulator.fault("hang", "0.05")
            async with asyncio.timeout(20):
                while names(simulator):
                    await asyncio.sleep(0.02)

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("kind", "fault", "argument", "acts"),
    [
        ("scanner", "cover_open", None, ["close_cover"]),
        ("printer", "cover_open", None, ["close_cover"]),
        ("printer", "paper_out", None, ["refill"]),
        ("printer", "paper_out_after", "40", ["refill"]),
        ("printer", "paper_low", None, ["refill"]),
        ("printer", "cutter_jam", None, ["open_cover", "close_cover"]),
        ("barcode", "absent", None, ["plug"]),
    ],
)
def test_what_hands_put_right_is_no_longer_told(
    kind: str, fault: str, argument: str | None, acts: list[str], tmp_path: Path
) -> None:
    async def scene() -> None:
        async with running(kind, tmp_path) as simulator:
            await simulator.fault(fault, argument)
            await simulator.fault("garble")
            for act in acts:
                assert names(simulator) == [fault, "garble"]
                await simulator.act(act)
            assert names(simulator) == ["garble"]

    asyncio.run(scene())


def test_a_cutter_that_is_going_to_jam_is_not_freed_before_it_does(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running("printer", tmp_path) as printer:
            await printer.fault("cutter_jam", "next")
            await printer.act("close_cover")
            assert names(printer) == ["cutter_jam"]

    asyncio.run(scene())


def test_a_cover_that_hands_opened_later_is_no_fault(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running("printer", tmp_path) as printer:
            await printer.fault("cover_open")
            for act in ("close_cover", "open_cover"):
                await printer.act(act)
            assert names(printer) == []
            assert printer.state()["cover_open"]

    asyncio.run(scene())


def test_a_gun_whose_cable_broke_is_absent_until_it_is_plugged_in(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running("barcode", tmp_path) as gun:
            await gun.fault("drop_after", "4")
            await gun.act("scan", "ABCDEFG")
            assert names(gun) == ["absent"]
            await gun.act("plug")
            assert names(gun) == []

    asyncio.run(scene())


def test_a_flood_is_over_with_the_scan_that_it_multiplies(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running("barcode", tmp_path) as gun:
            await gun.fault("flood", "3")
            assert gun.state()["faults"] == [{"name": "flood", "argument": "3"}]
            await gun.act("scan", "A")
            assert names(gun) == []

    asyncio.run(scene())
