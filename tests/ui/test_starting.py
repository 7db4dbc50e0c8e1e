"""The start of `kiosk run`: a picture first, then the screens in the same window, and nothing imported that nobody needs."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import typer.main
from kiosk_bench import HOME
from PySide6.QtCore import QPointF
from PySide6.QtQuick import QQuickItem

from kiosk_app import paths
from kiosk_app.cli import window
from kiosk_app.cli.root import command_line
from ui.gallery import every_item
from ui.messages import QtMessages
from ui.samples import ShownRuntime
from ui.starting import StartingWindow, WindowError, gui_application
from ui.theme import Look
from ui.window import KioskWindow

ROOT = paths.root()
PATIENCE_S = 60.0
NOTHING_SIMULATED = 'profile = "test"\ndevices = []\n[simulation]\nenabled = false\n'
# What a kiosk that nobody uses has no need of: the libraries of other commands, of the line to the ministry, of printing, of
# images, Qt's widgets, a second SQLite, and what stands behind the screens that nobody has come to.
LATER = {
    *(
        "typer",
        "click",
        "rich",
        "pygments",
        "pydantic",
        "structlog",
        "requests",
        "urllib3",
        "PIL",
        "segno",
        "fontTools",
    ),
    *(
        "numpy",
        "cv2",
        "pikepdf",
        "pypdfium2",
        "tesserocr",
        "zxingcpp",
        "argon2",
        "smartcard",
        "sane",
        "escpos",
        "serial",
    ),
    *(
        "ssl",
        "sqlite3",
        "csv",
        "difflib",
        "calendar",
        "ui.viewmodels.browse",
        "ui.viewmodels.diagnostics",
        "drivers.host",
    ),
    *("statistics", "importlib.metadata", "cryptography.x509", "PySide6.QtWidgets", "kiosk_app.receipts", "backend"),
    *("kiosk_app.submission.transport", "kiosk_app.matching.matcher", "ui.samples", "ui.journey"),
}
# What the picture alone needs of the libraries.
FOR_THE_PICTURE = {"PySide6", "shiboken6", "shibokensupport", "kiosk_app", "drivers", "ui"}
# Notes every module that is looked for, in order, and writes the names down at the end.
NOTING = """
import atexit, json, os, sys
asked = []
class Noting:
    def find_spec(self, name, path=None, target=None):
        asked.append(name)
sys.meta_path.insert(0, Noting())
def tell():
    with open(os.environ["MODULES"], "w", encoding="utf-8") as file:
        json.dump({"asked": asked, "there": sorted(sys.modules)}, file)
atexit.register(tell)
"""


class Started:
    """A whole run of the real command: the modules it imported, the events it logged, what it said and how it ended."""

    def __init__(self, folder: Path) -> None:
        (folder / "site.toml").write_text(NOTHING_SIMULATED, "utf-8")
        (folder / "noting").mkdir()
        (folder / "noting" / "sitecustomize.py").write_text(NOTING, "utf-8")
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "QT_QUICK_BACKEND": "software",
            "PYTHONPATH": str(folder / "noting"),
            "MODULES": str(folder / "modules.json"),
        }
        command = [str(Path(sys.executable).with_name("kiosk")), "--config", str(folder / "site.toml")]
        command += ["--data", str(folder / "data"), "run"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        try:
            until = time.monotonic() + PATIENCE_S
            log = folder / "data" / "logs" / "kiosk.log"
            while '"kiosk.started"' not in (log.read_text("utf-8") if log.exists() else ""):
                assert process.poll() is None, process.communicate()[1]
                assert time.monotonic() < until, "not started"
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            self.said = process.communicate(timeout=PATIENCE_S)[1]
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()
        self.code = process.returncode
        self.events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
        modules = json.loads((folder / "modules.json").read_text("utf-8"))
        self.asked: list[str] = modules["asked"]
        self.there: set[str] = set(modules["there"])


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Started:
    return Started(tmp_path_factory.mktemp("started"))


def heads(names: set[str]) -> set[str]:
    """The names and all packages above them."""
    return {".".join(parts[:end]) for name in names for parts in [name.split(".")] for end in range(1, len(parts) + 1)}


def test_a_kiosk_that_nobody_uses_has_imported_nothing_that_only_others_need(started: Started) -> None:
    assert heads(started.there) & LATER == set()


def test_the_picture_waits_for_qt_and_the_configuration_alone(started: Started) -> None:
    before = started.asked[
        : started.asked.index("drivers.memory")
    ]  # the first thing that is imported behind the picture
    assert "ui.starting" in before
    installed = {name for name in packages_distributions() if not name.startswith("_")}
    assert {name.split(".")[0] for name in before} & installed <= FOR_THE_PICTURE
    assert {"asyncio", "ssl", "logging.config"} & set(before) == set()
    ours = {name for name in before if name.startswith(("kiosk_app.", "drivers.", "ui."))}
    assert len(ours) < 25, sorted(ours)


def test_the_picture_is_painted_before_the_home_screen_and_nothing_is_complained_of(started: Started) -> None:
    at = {item["event"]: float(item["at"]) for item in started.events if item["event"].startswith("ui.")}
    assert set(at) == {"ui.first_frame", "ui.home_shown"}
    assert at["ui.first_frame"] < at["ui.home_shown"]
    assert started.code == 0
    assert [line for line in started.said.splitlines() if "device key" not in line] == []


def test_pyside_reads_no_source_of_what_is_imported_after_it() -> None:
    program = (
        "import builtins; plain = builtins.__import__; import ui.app, linecache; "
        "print(builtins.__import__ is plain, any('kiosk_app' in name for name in linecache.cache))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split() == ["True", "False"]


def test_a_mistake_in_the_configuration_ends_before_any_picture(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('[centre]\nname_vi = 5\n[kiosk]\ntimezone = "Hanoi"\n', "utf-8")
    program = (
        "import sys; from kiosk_app.cli import main\n"
        "try: main()\n"
        "finally: print('PySide6' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--config", str(file), "--data", str(tmp_path / "data"), "run"],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "300"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert f"{file}: centre.name_vi: expected a valid string" in done.stderr
    assert f"{file}: kiosk.timezone: expected a zone" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1] == "False"


def test_a_second_kiosk_on_the_same_data_is_told_so_before_any_picture(tmp_path: Path) -> None:
    from kiosk_app.runtime.data_folder import DataFolderLock

    lock = DataFolderLock(tmp_path)
    command = [str(Path(sys.executable).with_name("kiosk")), "--profile", "test", "--data", str(tmp_path), "run"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    lock.release()
    assert done.returncode == 1
    assert "STO-BUSY" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "store").exists()


# --- the command line ---------------------------------------------------------------------------------------------------


def test_a_plain_run_is_asked_for_with_the_options_that_help_names() -> None:
    main = typer.main.get_command(command_line(["run"]))
    run = main.commands["run"]  # type: ignore[attr-defined]
    assert {item.name for item in main.params} == set(window.BEFORE)
    assert {item.name for item in run.params if not item.is_flag} == set(window.AFTER)
    assert {item.name for item in run.params if item.is_flag} == set(window.FLAGS)
    assert all(item.opts == [f"--{item.name}"] for item in (*main.params, *run.params))


@pytest.mark.parametrize("flags", [*itertools.chain(*(itertools.combinations(window.FLAGS, n) for n in range(4)))])
def test_a_plain_run_is_read_without_the_library_of_the_other_commands(flags: tuple[str, ...]) -> None:
    words = ["--config", "site.toml", "--data=var/x", "run", *(f"--{name}" for name in flags), "--profile", "test"]
    read = window.asked(words)
    assert read is not None
    assert (read.state.file, read.state.data, read.state.profile) == (Path("site.toml"), Path("var/x"), "test")
    assert {name for name in window.FLAGS if getattr(read, name)} == set(flags)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "journey x.toml",
        "run --help",
        "--help run",
        "run now",
        "run --out x",
        "run --profile",
        "--profile --data run",
        "run --windowed=yes",
        "--profile run",
    ],
)
def test_what_is_no_plain_run_is_left_to_whoever_explains(words: str) -> None:
    assert window.asked(words.split()) is None


# --- the picture --------------------------------------------------------------------------------------------------------


def shown(window: StartingWindow) -> dict[str, QQuickItem]:
    """The words of the picture with their items."""
    items = every_item(window.window.contentItem())
    return {str(item.property("text")): item for item in items if item.inherits("QQuickText") and item.isVisible()}


@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize(("language", "words"), [("vi", "Đang mở máy…"), ("en", "Starting…")])
def test_the_picture_says_whose_machine_starts_and_nothing_is_cut(language: str, words: str, landscape: bool) -> None:
    gui_application()
    messages = QtMessages()
    messages.install()
    long = "Trung tâm Phục vụ hành chính công và Bộ phận Một cửa liên thông của Bộ"
    start = StartingWindow(
        Look(name={"vi": long, "en": "A rather long name of a one-stop service centre"}), language, landscape=landscape
    )
    start.show(windowed=True)
    start.paint()
    found = shown(start)
    size = start.window.size()

    assert words in found
    assert (long in found) is (language == "vi")
    for item in found.values():
        place = item.mapToScene(QPointF(0, 0))
        assert place.x() >= 0
        assert place.x() + item.width() <= size.width()
        assert not item.property("truncated")
        assert item.property("contentWidth") <= item.width()
    assert start.painted_at is not None
    start.close()
    assert messages.warnings == []


def test_the_screens_come_into_the_window_of_the_picture_and_it_is_gone() -> None:
    gui_application()
    start = StartingWindow()
    start.show(windowed=True)
    start.paint()
    first = start.window
    kiosk = KioskWindow(ShownRuntime(HOME), start=start)

    assert kiosk.window is first
    assert "Đang mở máy…" not in shown(start)
    assert any(item.objectName() == "home.submit" for item in every_item(kiosk.window.contentItem()))
    kiosk.close()


def test_screens_that_cannot_be_loaded_end_the_start_and_do_not_leave_the_picture() -> None:
    gui_application()
    messages = QtMessages()
    messages.install()
    start = StartingWindow()

    with pytest.raises(WindowError, match="UI-QML"):
        start.open()  # without a theme and models there is nothing to load

    start.close()
