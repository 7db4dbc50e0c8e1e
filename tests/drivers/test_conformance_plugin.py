"""Promises of the pytest plugin that is installed with the kiosk: a desk for vendors, and nothing in anybody's way."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAME = "drivers.conformance.plugin"
HEAVY = ("PIL", "numpy", "asyncio", "drivers.registry", "drivers.supervisor", "drivers.simulators", "drivers.ports")

VENDOR = """
from contextlib import asynccontextmanager

from drivers.conformance import Placed, SimulatorHand, Step, Subject
from drivers.simulators.barcode_gun import BarcodeGunSimulator


@asynccontextmanager
async def gun(folder):
    simulator = BarcodeGunSimulator("gun", folder / "gun")
    await simulator.start()
    yield Placed({"port": simulator.address}, SimulatorHand(simulator))
    await simulator.stop()


SUBJECT = Subject("serial-barcode", gun)


def test_a_code_is_heard(kiosk_desk):
    desk = kiosk_desk(SUBJECT)
    desk.do(Step.SCAN, "H01.2-260101-0007")
    desk.wait_heard("code")


def test_the_same_subject_has_the_same_desk_tidy_again(kiosk_desk):
    assert kiosk_desk(SUBJECT).heard("code") == []
    assert kiosk_desk(SUBJECT) is kiosk_desk(SUBJECT)
"""

FOREIGN = """
def pytest_addoption(parser):
    parser.addoption("--device")
    parser.addoption("--profile", action="store_true")
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The kiosk's entry points as an installer writes them."""
    folder = tmp_path / "site"
    about = folder / "kiosk_plugin-1.0.0.dist-info"
    about.mkdir(parents=True)
    points = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["pytest11"]
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: kiosk-plugin\nVersion: 1.0.0\n", "utf-8")
    lines = ["[pytest11]", *(f"{name} = {value}" for name, value in points.items())]
    (about / "entry_points.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def run(folder: Path, site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(site), str(ROOT)))}
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(folder), *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=150)


def test_it_is_registered_under_the_name_of_its_module() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {NAME: NAME}


def test_loading_it_imports_nothing_that_is_not_used() -> None:
    code = f"import pytest, sys; before = set(sys.modules); import {NAME}; print(*(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert NAME in loaded
    assert not [name for name in loaded if name.startswith(HEAVY)]


def test_a_vendors_test_gets_a_desk_by_installing_the_kiosk(tmp_path: Path, site: Path) -> None:
    (tmp_path / "test_vendor.py").write_text(VENDOR, "utf-8")
    done = run(tmp_path, site, "-p", "no:randomly", "test_vendor.py")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "2 passed" in done.stdout


def test_options_of_others_with_short_names_are_not_taken(tmp_path: Path, site: Path) -> None:
    (tmp_path / "conftest.py").write_text(FOREIGN, "utf-8")
    (tmp_path / "test_foreign.py").write_text(
        'def test_it(pytestconfig):\n    assert pytestconfig.getoption("device") == "cuda"\n'
    )
    done = run(tmp_path, site, "--device", "cuda", "--profile", "test_foreign.py")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "1 passed" in done.stdout


def test_it_may_be_named_on_the_command_line_as_well(tmp_path: Path, site: Path) -> None:
    (tmp_path / "test_plain.py").write_text("def test_it():\n    pass\n", "utf-8")
    done = run(tmp_path, site, "-p", NAME, "test_plain.py")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_an_unknown_device_is_a_mistake_of_usage(tmp_path: Path, site: Path) -> None:
    (tmp_path / "test_plain.py").write_text("def test_it():\n    pass\n", "utf-8")
    file = tmp_path / "kiosk.toml"
    file.write_text('[[devices]]\nid = "gun"\nkind = "barcode"\ndriver = "serial-barcode"\n', "utf-8")
    done = run(tmp_path, site, "--kiosk-device", "printer9", "--kiosk-config", str(file), "test_plain.py")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "there are: gun" in done.stderr
