"""The kiosk on a screen of its own, an X server without a picture, and hands at its keyboard, pointer and window."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from drivers.simulators.bench import DOCK_FILE
from drivers.simulators.dock import DockClient
from tests.sites import NO_READER

BIN: Final = Path(sys.executable).parent
WIDE, HIGH = 1080, 1920
PATIENCE_S: Final = 120.0


@dataclass(frozen=True)
class Window:
    """A window as the X server tells it, in pixels."""

    number: int
    x: int
    y: int
    wide: int
    high: int


class OnScreen:
    """A running kiosk, what can be done to it from outside, and what it tells in its log."""

    def __init__(self, kiosk: subprocess.Popen[bytes], display: str, log: Path) -> None:
        self.kiosk = kiosk
        self._display = display
        self._log = log

    def hand(self, *words: str) -> str:
        """What xdotool did and said; a window that is not there any more is no fault of the hand."""
        environment = {**os.environ, "DISPLAY": self._display}
        done = subprocess.run(
            ["xdotool", *words], capture_output=True, text=True, env=environment, check=False, timeout=60
        )
        return done.stdout

    def windows(self) -> list[Window]:
        """What stands on the screen now, whatever program it belongs to."""
        found, ground = [], self.hand("search", "--maxdepth", "0", "--name", "").split()
        for number in self.hand("search", "--maxdepth", "1", "--onlyvisible", "--name", "").split():
            if number in ground:
                continue
            told = dict(
                line.split("=", 1)
                for line in self.hand("getwindowgeometry", "--shell", number).splitlines()
                if "=" in line
            )
            if told:
                at = (int(told[key]) for key in ("X", "Y", "WIDTH", "HEIGHT"))
                found.append(Window(int(number), *at))
        return found

    def touch(self, x: int, y: int) -> None:
        """A short touch, in pixels of the screen."""
        self.hand("mousemove", str(x), str(y), "click", "1")

    def scan(self, code: str) -> None:
        """A code is held before the barcode reader: text, or hex:... for raw bytes."""
        dock = json.loads((self._log.parents[1] / "bench" / DOCK_FILE).read_text("utf-8"))["dock"]

        async def at_dock() -> None:
            hand = await DockClient.connect(dock)
            try:
                await hand.act("barcode0", "scan", code)
            finally:
                await hand.close()

        asyncio.run(at_dock())

    def told(self, event: str) -> list[dict[str, Any]]:
        """The lines of the kiosk's log with this event, oldest first."""
        lines = self._log.read_text("utf-8", "replace").splitlines() if self._log.exists() else []
        return [line for line in map(json.loads, filter(_whole, lines)) if line["event"] == event]

    def screens(self) -> list[str]:
        """The screens that were shown, in order."""
        return [str(line["screen"]) for line in self.told("flow.transition")]

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Waits until it holds. Raises AssertionError when it never does or the kiosk has ended."""
        end = time.monotonic() + PATIENCE_S
        while not holds():
            assert self.kiosk.poll() is None, f"the kiosk ended with {self.kiosk.returncode} before {what}"
            assert time.monotonic() < end, f"not seen: {what}"
            time.sleep(0.05)

    def below(self) -> set[str]:
        """The programs that run below the kiosk, by the words that started them."""
        return set(_commands(self.kiosk.pid))


def _whole(line: str) -> bool:
    return line.startswith("{") and line.endswith("}")


def _commands(pid: int) -> Iterator[str]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            children = (task / "children").read_text("ascii").split()
        except OSError:
            continue
        for child in children:
            try:
                words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if not words[0]:
                continue  # it has ended, and nobody has asked how yet
            yield b" ".join(words[:3]).decode("utf-8", "replace").strip()
            yield from _commands(int(child))


@contextmanager
def screen(wide: int = WIDE, high: int = HIGH) -> Iterator[str]:
    """An X server with nothing on it; gives its name for DISPLAY."""
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{wide}x{high}x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(words, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as told:
            number = told.readline().strip()
        assert number, "no X server could be started"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(30)


def words_of(folder: Path, site: str = NO_READER, profile: str = "test") -> list[str]:
    """The command of a kiosk whose site and data are in the folder."""
    file = folder / "site.toml"
    file.write_text(site, "utf-8")
    return [str(BIN / "kiosk"), "--config", str(file), "--data", str(folder / "data"), "run", "--profile", profile]


@contextmanager
def kiosk_on_screen(
    folder: Path, site: str = NO_READER, profile: str = "test", more: Mapping[str, str] | None = None
) -> Iterator[OnScreen]:
    """The kiosk as `kiosk run` shows it, full and with nothing beside it; `more` is in its environment. SIGTERM ends it."""
    data = folder / "data"
    with screen() as display, (folder / "output").open("wb") as output:
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "QT_QUICK_BACKEND": "software"}
        environment |= more or {}
        kiosk = subprocess.Popen(words_of(folder, site, profile), env=environment, stdout=output, stderr=output)
        try:
            seen = OnScreen(kiosk, display, data / "logs" / "kiosk.log")
            seen.until(lambda: bool(seen.told("kiosk.started")), "a kiosk that has started")
            yield seen
        finally:
            if kiosk.poll() is None:
                kiosk.send_signal(signal.SIGTERM)
            kiosk.wait(60)


@contextmanager
def kiosk_in_cage(folder: Path) -> Iterator[OnScreen]:
    """The kiosk on Wayland in the compositor of `packaging/systemd/kiosk.service`, whose own screen, keyboard and pointer
    are a window of an X server: what hands do there passes through the compositor. Its process is `kiosk` of what is given.
    """
    # Not below the test's own folder, which is shut to others anyway: this one's mode keeps them out, as in the unit.
    with TemporaryDirectory(prefix="run") as runtime, screen() as display, (folder / "output").open("wb") as output:
        environment = {
            **os.environ,
            "DISPLAY": display,
            "XDG_RUNTIME_DIR": runtime,
            "WLR_BACKENDS": "x11",
            "WLR_RENDERER": "pixman",
            "QT_QPA_PLATFORM": "wayland",
            "QT_QUICK_BACKEND": "software",
        }
        # As in the unit, and never as root, which it refuses: in a namespace where this user has another number, then.
        other = ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.getuid() == 0 else []
        cage = subprocess.Popen(
            [*other, "cage", "-d", "--", *words_of(folder)], env=environment, stdout=output, stderr=output
        )
        try:
            seen = OnScreen(cage, display, folder / "data" / "logs" / "kiosk.log")
            seen.until(lambda: bool(seen.windows()), "the compositor's window")
            (window,) = seen.windows()
            at = ("windowmove", str(window.number), "0", "0", "windowsize", str(window.number), str(WIDE), str(HIGH))
            seen.hand(*at)
            seen.until(lambda: bool(seen.told("kiosk.started")), "a kiosk that has started")
            yield seen
        finally:
            # systemd ends all of the unit at once; the compositor follows the program that it shows.
            for child in Path(f"/proc/{cage.pid}/task/{cage.pid}/children").read_text("ascii").split():
                if b"kiosk" in Path(f"/proc/{child}/cmdline").read_bytes():
                    os.kill(int(child), signal.SIGTERM)
            try:
                cage.wait(60)
            finally:
                if cage.poll() is None:
                    cage.kill()
                    cage.wait(30)


NOBODY: Final = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def as_somebody() -> tuple[str, ...]:
    """The words before a command that may not be root's: those that make it nobody's, where we are root."""
    return NOBODY if os.getuid() == 0 else ()


def nobody_may() -> bool:
    """Whether whoever these words make may run the kiosk from this folder."""
    return not subprocess.run([*as_somebody(), str(BIN / "kiosk"), "--help"], capture_output=True, cwd="/").returncode
