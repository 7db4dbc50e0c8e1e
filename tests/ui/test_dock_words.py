"""Promises of the hardware dock's words and tables: nothing that a simulator can do or suffer is left without a name."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from drivers.simulators import papers
from drivers.simulators.barcode_gun import BarcodeGunSimulator
from drivers.simulators.camera_frames import CameraFramesSimulator
from drivers.simulators.chip.people import PEOPLE
from drivers.simulators.chip.simulator import VirtualChip
from drivers.simulators.escl_server import EsclScanner
from drivers.simulators.escpos_printer import EscposPrinterSimulator
from drivers.simulators.overhead_camera import OverheadCameraSimulator
from drivers.simulators.scenario import SHIPPED
from ui import theme
from ui.dock.faults import number_of
from ui.dock.window import Geometry
from ui.dock.words import words

QML = theme.QML_ROOT / "Dock"
SIMULATORS: dict[str, tuple[str, Any]] = {
    "card": ("card", VirtualChip),
    "scanner": ("scanner", EsclScanner),
    "gun": ("barcode", BarcodeGunSimulator),
    "code camera": ("barcode", CameraFramesSimulator),
    "table camera": ("camera", OverheadCameraSimulator),
    "printer": ("printer", EscposPrinterSimulator),
}
"""What stands on a bench, with the kind as which the dock shows it."""


def made(name: str, folder: Path) -> Any:
    """A simulator that nobody is connected to."""
    match name:
        case "card":
            return VirtualChip(folder, port=1)
        case "scanner":
            return EsclScanner()
        case "gun":
            return BarcodeGunSimulator("barcode0", folder / "gun")
        case "code camera":
            return CameraFramesSimulator("barcode0", folder / "frames")
        case "table camera":
            return OverheadCameraSimulator("camera0", folder / "table", size=(486, 648))
        case _:
            return EscposPrinterSimulator("printer0", folder)


def test_both_languages_have_the_same_words() -> None:
    assert set(words("vi")) == set(words("en"))
    assert not [id for language in ("vi", "en") for id, text in words(language).items() if not text]
    for id, text in words("vi").items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", words("en")[id])), id


def test_every_fault_person_stack_and_paper_of_the_simulators_has_words() -> None:
    known = set(words("vi"))
    for kind, simulator in SIMULATORS.values():
        for fault in set(simulator.faults) - {"clear"}:
            assert {f"dock.fault.{kind}.{fault}", f"dock.fault.any.{fault}"} & known, (kind, fault)
    wanted = {f"dock.card.person.{key}" for key in PEOPLE}
    wanted |= {f"dock.scanner.stack.{key}" for key in papers.PROCEDURES}
    wanted |= {f"dock.scanner.paper.{key}" for key in papers.NAMES}
    wanted |= {f"dock.tape.scenario.{file.stem}" for file in SHIPPED.glob("*.toml")}
    assert wanted <= known


def test_every_text_that_the_screens_ask_for_exists() -> None:
    asked = set()
    for file in QML.glob("*.qml"):
        text = file.read_text(encoding="utf-8")
        asked |= set(re.findall(r'Words\.[tfn]\("([\w.]+)"', text))
        asked |= {name for pair in re.findall(r'Words\.t\([^"()]*\? "([\w.]+)" : "([\w.]+)"\)', text) for name in pair}
    assert len(asked) > 25
    assert {f"dock.{id}" for id in asked} <= set(words("vi"))


@pytest.mark.parametrize("name", SIMULATORS)
def test_every_fault_is_understood_by_its_simulator_with_the_number_that_is_offered(name: str, tmp_path: Path) -> None:
    async def scene() -> None:
        kind, simulator = SIMULATORS[name][0], made(name, tmp_path)
        await simulator.start()
        try:
            for fault in set(simulator.faults) - {"clear"}:
                number = number_of(kind, fault)
                await simulator.fault(fault, number.value if number else None)
                await simulator.fault("clear")
        finally:
            await simulator.stop()

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("480x900", Geometry(480, 900)),
        ("420x960+560+0", Geometry(420, 960, 560, 0)),
        ("420x960-20+8", Geometry(420, 960, -20, 8)),
    ],
)
def test_a_geometry_is_read(text: str, place: Geometry) -> None:
    assert Geometry.parse(text) == place


@pytest.mark.parametrize("text", ["", "480", "480x", "480x900+1", "axb", "480x900+1+1x"])
def test_a_geometry_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="WIDTHxHEIGHT"):
        Geometry.parse(text)


def test_qml_is_lint_and_format_clean() -> None:
    tools = Path(sys.executable).parent
    files = sorted(QML.glob("*.qml"))
    done = subprocess.run(
        [tools / "pyside6-qmllint", "-I", theme.QML_ROOT, *files], capture_output=True, text=True, timeout=120
    )
    assert (done.stdout + done.stderr).strip() == ""
    for file in files:
        formatted = subprocess.run([tools / "pyside6-qmlformat", file], capture_output=True, text=True, timeout=60)
        assert formatted.stdout == file.read_text(encoding="utf-8"), file.name
