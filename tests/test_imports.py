"""Who may import whom, how long a file may be, and that what is logged is on the list."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from kiosk_app.log import EVENTS

ROOT = Path(__file__).parent.parent
PRODUCT = ("kiosk_app", "drivers", "ui", "backend")
MAX_LINES = 500
# A library and the only folders whose code may import it.
HOMES = {
    "smartcard": ("drivers/card",),
    "sane": ("drivers/scanner",),
    "_sane": ("drivers/scanner",),
    "escpos": ("drivers/printer",),
    "serial": ("drivers/barcode", "drivers/printer"),
    "usb": ("drivers/printer",),
    "zxingcpp": ("drivers/barcode",),
    "pyzbar": ("drivers/barcode",),
    "PySide6": ("ui",),
    "qasync": ("ui",),
    "cv2": ("kiosk_app/imaging", "drivers/barcode", "drivers/camera", "drivers/overhead", "drivers/simulators"),
    "tesserocr": ("kiosk_app/imaging",),
    "pikepdf": ("kiosk_app/imaging", "kiosk_app/receipts", "drivers/conformance"),
    "pypdfium2": ("kiosk_app/imaging",),
    "fontTools": ("kiosk_app/receipts",),
    "sqlcipher3": ("kiosk_app/submission",),
    "fastapi": ("backend",),
    "sqlalchemy": ("backend",),
    "obstore": ("backend/storage",),
}
# A simulator stands on the wire: it shares values with its driver, never code.
SIMULATORS_MAY = ("drivers.ports", "drivers.simulators")


@cache
def files() -> tuple[Path, ...]:
    return tuple(sorted(file for top in PRODUCT for file in (ROOT / top).rglob("*.py")))


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def imported(file: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions; what only the type checker sees is no import."""
    unseen = {
        id(inner)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree(file)):
        if id(node) in unseen:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module  # a relative import stays in its own package


def test_the_layers_hold() -> None:
    tool = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([str(tool), "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_in_its_home_only(library: str) -> None:
    strangers = [
        str(file.relative_to(ROOT))
        for file in files()
        if any(name.split(".")[0] == library for name in imported(file))
        and not str(file.relative_to(ROOT)).startswith(HOMES[library])
    ]
    assert strangers == []


def test_a_simulator_shares_no_code_with_the_driver_it_tests() -> None:
    found = {
        f"{file.name}: {name}"
        for file in files()
        if file.is_relative_to(ROOT / "drivers" / "simulators")
        for name in imported(file)
        if name.startswith("drivers.") and not name.startswith(SIMULATORS_MAY)
    }
    assert found == set()


def test_a_driver_knows_no_other_driver_and_no_simulator() -> None:
    kinds = ("card", "scanner", "overhead", "barcode", "printer", "office", "simulators")
    found = {
        f"{file.name}: {name}"
        for kind in kinds[:-1]
        for file in files()
        if file.is_relative_to(ROOT / "drivers" / kind)
        for name in imported(file)
        for other in kinds
        if other != kind and name.startswith(f"drivers.{other}")
    }
    assert found == set()


def test_the_flow_and_the_model_do_no_io_and_read_no_clock() -> None:
    forbidden = {
        "asyncio",
        "os",
        "pathlib",
        "socket",
        "subprocess",
        "time",
        "threading",
        "random",
        "requests",
        "datetime",
    }
    for file in files():
        if file.is_relative_to(ROOT / "kiosk_app" / "flow") or file.is_relative_to(ROOT / "kiosk_app" / "model"):
            assert not {name.split(".")[0] for name in imported(file)} & forbidden, file


def test_the_kiosks_process_imports_no_library_of_a_device_or_a_worker() -> None:
    hands = ("devices", "dossiers", "guiding", "handouts", "kiosk", "library", "papers", "servicing", "wiping")
    code = (
        f"import sys, importlib; [importlib.import_module('kiosk_app.runtime.' + name) for name in {hands}];"
        "foreign = {'smartcard', 'sane', '_sane', 'escpos', 'serial', 'cv2', 'tesserocr', 'pikepdf', 'fontTools'};"
        "foreign |= {'pypdfium2', 'PIL', 'segno'};"
        "print(sorted(foreign & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_kiosks_process_draws_nothing_that_is_printed() -> None:
    found = {
        f"{file.name}: {name}"
        for top in (ROOT / "kiosk_app" / "runtime", ROOT / "ui" / "viewmodels")
        for file in top.rglob("*.py")
        for name in imported(file)
        if name.split(".")[0] in ("segno", "PIL") or name in ("kiosk_app.receipts.drawing", "kiosk_app.receipts.codes")
    }
    # The example pages of a practice are drawn where they are asked for.
    assert found == {"specimens.py: PIL"}


def test_no_file_is_longer_than_a_room() -> None:
    long = {
        str(file.relative_to(ROOT)): count
        for file in files()
        if (count := len(file.read_text().splitlines())) > MAX_LINES
    }
    assert long == {}


def test_every_file_says_what_it_is_for() -> None:
    silent = [
        str(file.relative_to(ROOT)) for file in files() if file.stat().st_size and not ast.get_docstring(tree(file))
    ]
    assert silent == []


# --- what is logged --------------------------------------------------------------------------------------------------


def texts(node: ast.expr) -> list[str]:
    """The texts that an expression may be, where they stand in it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return texts(node.body) + texts(node.orelse)
    return []


def logged() -> set[str]:
    """Events given to log() and to the log a supervisor was handed, and names chosen before the call."""
    found: set[str] = set()
    for file in files():
        if file.is_relative_to(ROOT / "backend") or file.is_relative_to(ROOT / "kiosk_app" / "submission"):
            continue  # processes with logs of their own
        chosen: dict[str, list[str]] = {}
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                chosen.setdefault(node.targets[0].id, []).extend(texts(node.value))
        for node in ast.walk(tree(file)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in ("log", "_log"):
                first = node.args[0]
                found.update(chosen.get(first.id, []) if isinstance(first, ast.Name) else texts(first))
    return found


def test_every_event_that_is_logged_is_on_the_list_and_the_list_has_no_other() -> None:
    assert logged() == set(EVENTS)


def test_events_are_logged_with_names_and_never_with_sentences() -> None:
    assert all(event == event.lower() and event.count(".") == 1 and " " not in event for event in EVENTS)
