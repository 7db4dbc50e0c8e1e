"""The kiosk on its screen, for the commands that show it; and `kiosk run` as it is asked for on a command line.

This is what the window's process is begun with: it imports nothing that only other commands need, and nothing but what
the starting picture needs before that is on the screen.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk_app.cli.common import State, fail
from kiosk_app.cli.sparing import import_asyncio, import_zones

if TYPE_CHECKING:
    from PySide6.QtCore import QRect

    from kiosk_app.config import Config
    from kiosk_app.runtime.child import Child
    from kiosk_app.runtime.kiosk import Kiosk
    from kiosk_app.speech import Speaker
    from ui.app import KioskApp
    from ui.starting import StartingWindow
    from ui.theme import Look

COMMAND: Final = "run"
BEFORE: Final = ("profile", "config", "data")
"""Options before the command, each with a value."""
AFTER: Final = ("profile",)
FLAGS: Final = ("windowed", "landscape", "practice")


@dataclass(frozen=True)
class Asked:
    """What `kiosk run` is asked for."""

    state: State
    windowed: bool = False
    landscape: bool = False
    practice: bool = False


def asked(words: list[str]) -> Asked | None:
    """A plain `kiosk run`; None for every other command, for help, and for what has to be explained to somebody."""
    given = list(words)
    before = _options(given, BEFORE)
    if before is None or not given or given.pop(0) != COMMAND:
        return None
    after = _options(given, AFTER, FLAGS)
    if after is None or given:
        return None
    config, data = before.get("config"), before.get("data")
    state = State(
        after.get("profile") or before.get("profile"), Path(config) if config else None, Path(data) if data else None
    )
    return Asked(state, "windowed" in after, "landscape" in after, "practice" in after)


def _options(given: list[str], names: tuple[str, ...], flags: tuple[str, ...] = ()) -> dict[str, str] | None:
    """Takes the options off the front; None when one is not known or its value is not plain."""
    found: dict[str, str] = {}
    while given and given[0].startswith("-"):
        name, has_value, value = given.pop(0).removeprefix("--").partition("=")
        if name in flags and not has_value:
            found[name] = "yes"
            continue
        if name not in names:
            return None
        if not has_value:
            value = given.pop(0) if given else ""
        if not value or value.startswith("-"):
            return None
        found[name] = value
    return found


def show(asked: Asked) -> None:
    """Shows the starting picture, then the kiosk, until it is told to end. Raises ConfigError before any picture."""
    import_zones()
    config = asked.state.load()
    with data_folder(config):
        start, beside = _begin(config, asked)
        from drivers import memory

        memory.keep_inside()
        import_asyncio()
        kiosk = new_kiosk(config)
        if asked.practice:
            kiosk.practise()
        app, speaker = stage(kiosk, landscape=asked.landscape, windowed=asked.windowed, start=start)
        end_on_signals(app)

        async def beside_dock() -> None:
            dock = await _open_dock(kiosk, beside) if beside is not None else None
            try:
                await app.until_quit()
            finally:
                await speaker.stop()
                if dock is not None:
                    await dock.stop()

        with telling_failures():
            app.run(beside_dock())


def _begin(config: Config, asked: Asked) -> tuple[StartingWindow, QRect | None]:
    """The window with its first picture on the screen, and where the dock goes, if there is one."""
    from ui.starting import StartingWindow, desk_places

    size, beside, corner = None, None, None
    if asked.windowed:
        place, beside = desk_places(asked.landscape)
        size, corner = (place.width(), place.height()), place.topLeft()
    start = StartingWindow(look(config), config.kiosk.language, landscape=asked.landscape, size=size)
    if corner is not None:
        start.window.setPosition(corner)
    start.show(windowed=asked.windowed)
    start.paint()
    return start, beside


def look(config: Config) -> Look:
    """What the site shows as its own."""
    from ui.theme import Look

    centre = config.centre
    return Look(
        name={"vi": centre.name_vi, "en": centre.name_en}, parent={"vi": centre.agency_vi, "en": centre.agency_en}
    )


def stage(
    kiosk: Kiosk, *, landscape: bool, windowed: bool, start: StartingWindow | None = None
) -> tuple[KioskApp, Speaker]:
    """The screen of this site's kiosk, in the window of `start` if there is one, and the voice that reads it aloud."""
    from kiosk_app.speech import Prompts, Speaker
    from kiosk_app.typing import Method, Placement
    from ui.app import build
    from ui.window import Site

    machine, speech = kiosk.config.kiosk, kiosk.config.speech
    recordings = Path(speech.prompts_dir) if speech.prompts_dir else kiosk.config.data_dir / "prompts"
    speaker = Speaker(prompts=Prompts(recordings))
    site = Site(
        machine=machine.number,
        reader=machine.card_reader,
        zone=machine.timezone,
        look=look(kiosk.config),
        voice=speaker if speaker.available else None,
        typing=Method(machine.typing),
        tone_placement=Placement(machine.tone_placement),
        glance=kiosk.look,
        keys=kiosk.config.keypad.keys,
        help_place=(machine.help_place_vi, machine.help_place_en),
    )
    return build(kiosk, landscape=landscape, windowed=windowed, site=site, start=start), speaker


def new_kiosk(config: Config) -> Kiosk:
    """The machine, not yet started."""
    from kiosk_app.runtime.kiosk import Kiosk

    return Kiosk(config)


def end_on_signals(app: KioskApp) -> None:
    """Ctrl-C and SIGTERM end the kiosk in good order, whatever it is doing."""
    import signal

    for number in (signal.SIGINT, signal.SIGTERM):
        app.loop.add_signal_handler(number, app.quit)


async def _open_dock(kiosk: Kiosk, place: QRect) -> Child | None:
    """The hardware dock in a window and process of its own; None where nothing is simulated."""
    if kiosk.bench is None:
        return None
    from kiosk_app.runtime.child import Child

    command = [
        sys.executable,
        "-m",
        "ui.dock",
        "--address",
        kiosk.bench.dock,
        "--language",
        kiosk.session.language.value,
    ]
    command += ["--geometry", f"{place.width()}x{place.height()}+{place.x()}+{place.y()}"]
    dock = Child("the hardware dock", command, kiosk.config.data_dir / "logs" / "dock.log")
    await dock.start()
    return dock


@contextmanager
def data_folder(config: Config) -> Iterator[None]:
    """Holds the data folder; a second kiosk on it is told so and changes nothing."""
    from kiosk_app.runtime.data_folder import DataFolderLock, KioskBusy

    try:
        lock = DataFolderLock(config.data_dir)
    except KioskBusy as error:
        fail(error.code, str(error))
    try:
        yield
    finally:
        lock.release()


@contextmanager
def telling_failures(as_json: bool = False) -> Iterator[None]:
    """Expected failures end with their code and words, never with a traceback."""
    try:
        yield
    except Exception as error:
        from kiosk_app.runtime.child import ChildError
        from kiosk_app.submission import SubmissionError

        if isinstance(error, SubmissionError):
            fail(error.code, error.detail, as_json)
        if isinstance(error, ChildError):
            fail("SYS-BENCH", str(error), as_json)
        raise
