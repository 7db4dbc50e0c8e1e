"""`kiosk run`, `kiosk journey`, `kiosk screenshots` and `kiosk dock`: the kiosk, its scripted citizen and its pictures."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk_app.cli.common import JsonOption, ProfileOption, fail, fail_usage, print_json, say, state, terminal

if TYPE_CHECKING:
    from PySide6.QtCore import QRect

    from kiosk_app.config import Config
    from kiosk_app.runtime.child import Child
    from kiosk_app.runtime.kiosk import Kiosk
    from kiosk_app.speech import Speaker
    from ui.app import KioskApp

INTERRUPTED = 130
LandscapeOption = Annotated[bool, typer.Option("--landscape", help="1920 x 1080 instead of 1080 x 1920.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(run)
    app.command()(journey)
    app.command()(screenshots)


def run(
    context: typer.Context,
    profile: ProfileOption = None,
    windowed: Annotated[
        bool, typer.Option("--windowed", help="A window on a desk, with the hardware dock beside it.")
    ] = False,
    landscape: LandscapeOption = False,
    practice: Annotated[
        bool, typer.Option("--practice", help="For a training room: specimens only, nothing is ever sent.")
    ] = False,
) -> None:
    """Run the kiosk until Ctrl-C or SIGTERM. The demo profile starts its simulated devices and service first."""
    from kiosk_app.log import set_up
    from ui.app import desk_places

    config = state(context).load(profile)
    set_up(config.data_dir / "logs" / "kiosk.log")
    with data_folder(config):
        kiosk = _kiosk(config)
        if practice:
            kiosk.practise()
        place, beside = desk_places(landscape)
        size = (place.width(), place.height()) if windowed else None
        app, speaker = _stage(kiosk, landscape=landscape, windowed=windowed, size=size)
        if windowed:
            app.window.setPosition(place.topLeft())
        _end_on_signals(app)

        async def beside_dock() -> None:
            dock = await _open_dock(kiosk, beside) if windowed else None
            try:
                await app.until_quit()
            finally:
                await speaker.stop()
                if dock is not None:
                    await dock.stop()

        with _telling_failures():
            app.run(beside_dock())


def _end_on_signals(app: KioskApp) -> None:
    """Ctrl-C and SIGTERM end the kiosk in good order, whatever it is doing."""
    for number in (signal.SIGINT, signal.SIGTERM):
        app.loop.add_signal_handler(number, app.quit)


def _stage(
    kiosk: Kiosk, *, landscape: bool, windowed: bool, size: tuple[int, int] | None = None
) -> tuple[KioskApp, Speaker]:
    """The screen of this site's kiosk, and the voice that reads it aloud."""
    from kiosk_app.speech import Prompts, Speaker
    from kiosk_app.typing import Method, Placement
    from ui.app import build
    from ui.theme import Look
    from ui.window import Site

    centre, machine, speech = kiosk.config.centre, kiosk.config.kiosk, kiosk.config.speech
    recordings = Path(speech.prompts_dir) if speech.prompts_dir else kiosk.config.data_dir / "prompts"
    speaker = Speaker(prompts=Prompts(recordings))
    site = Site(
        machine=machine.number,
        reader=machine.card_reader,
        zone=machine.timezone,
        look=Look(
            name={"vi": centre.name_vi, "en": centre.name_en}, parent={"vi": centre.agency_vi, "en": centre.agency_en}
        ),
        voice=speaker if speaker.available else None,
        typing=Method(machine.typing),
        tone_placement=Placement(machine.tone_placement),
        glance=kiosk.look,
        keys=kiosk.config.keypad.keys,
        help_place=(machine.help_place_vi, machine.help_place_en),
    )
    app = build(kiosk, landscape=landscape, windowed=windowed, size=size, site=site)
    return app, speaker


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


def journey(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The script, e.g. tests/journeys/submit.toml.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for pictures, receipt and report.")] = None,
    profile: ProfileOption = None,
    landscape: LandscapeOption = False,
    realistic: Annotated[
        bool, typer.Option("--realistic", help="Simulated devices at the speed of real ones.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Play a scripted citizen through the real screens and devices; needs no display."""
    from kiosk_app.log import set_up

    config = state(context).load(profile)
    if not config.simulation.enabled:
        fail_usage("a journey handles simulated devices; use a profile that has them")
    if realistic:
        config = config.model_copy(update={"simulation": config.simulation.model_copy(update={"realistic": True})})
    # Played in memory also where a display exists, so that no window and no person is in the way.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from ui.journey.script import ScriptError, read

    try:
        script = read(file)
    except ScriptError as error:
        fail_usage(str(error))
    if out is not None:
        shutil.rmtree(out / "screens", ignore_errors=True)
        out.mkdir(parents=True, exist_ok=True)
        out = out.resolve()
    set_up(config.data_dir / "logs" / "kiosk.log")
    with data_folder(config), _telling_failures(as_json):
        report = _play(config, script, out, landscape, as_json)
    if out is not None:
        (out / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=2), "utf-8")
    if as_json:
        print_json(report)
    else:
        _tell(report, out)


def _play(config: Config, script: Any, out: Path | None, landscape: bool, quiet: bool) -> dict[str, Any]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from ui.journey.player import Player

    kiosk = _kiosk(config)
    app, speaker = _stage(kiosk, landscape=landscape, windowed=True)
    _end_on_signals(app)
    player = Player(kiosk, app.window, out)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=terminal("errors"), transient=True, disable=quiet) as progress:
        bar = progress.add_task("starting", total=len(script.steps))
        player.on_progress(
            lambda done, total, text: progress.update(bar, completed=done, total=total, description=text[:60])
        )

        async def play() -> dict[str, Any]:
            bench = kiosk.bench
            assert bench is not None  # the profile simulates
            try:
                report = asdict(await player.play(script))
            finally:
                await speaker.stop()
            report["receipt_picture"] = await asyncio.to_thread(_copy_receipt, bench.folder, out)
            data = bench.service_data
            report["files"] = await asyncio.to_thread(_copy_files, data, report["dossier_code"], out)
            return report

        played = app.run(play())
    if played is None:
        raise typer.Exit(INTERRUPTED)
    played["qt_messages"] = [str(item) for item in app.messages.warnings]
    return played


def _copy_receipt(bench: Path, out: Path | None) -> str:
    """The last receipt that came out of the simulated printer."""
    receipts = sorted((bench / "receipts").glob("receipt-*.png"))
    if not receipts or out is None:
        return str(receipts[-1]) if receipts else ""
    return str(shutil.copyfile(receipts[-1], out / "receipt.png"))


def _copy_files(data: Path, code: str, out: Path | None) -> list[dict[str, Any]]:
    """What the ministry service holds of the dossier: its files with their hashes."""
    if not code:
        return []
    command = [str(Path(sys.executable).parent / "kiosk-backend"), "files", code, "--data", str(data), "--json"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    files: list[dict[str, Any]] = found["files"] if isinstance(found, dict) else found
    if out is not None:
        (out / "submitted").mkdir(exist_ok=True)
        for item in files:
            item["copy"] = str(shutil.copyfile(item["path"], out / "submitted" / str(item["name"])))
    return files


def _tell(report: dict[str, Any], out: Path | None) -> None:
    say(f"[bold]{report['name']}[/]", highlight=False)
    say(f"  dossier code   [bold]{report['dossier_code'] or '-'}[/]   look-up code {report['lookup_code'] or '-'}")
    say(f"  state          {report['state']}, receipt {report['receipt'] or 'none'}, {report['pages']} pages")
    say(
        f"  effort         {report['touches']} touches, {report['typed_words']} typed words, "
        f"{report['wait_s']:.1f} s of waiting in {report['seconds']:.1f} s"
    )
    say(
        "                 (waiting: from when the citizen would go on until the kiosk lets them; reading takes no time here)"
    )
    for wait in report["waits"]:
        say(f"  waited         {wait['seconds']:.1f} s for {wait['for']} on screen {wait['screen']}", highlight=False)
    if out is not None:
        say(f"  screens        {out / 'screens'}", soft_wrap=True)
        say(f"  receipt        {report['receipt_picture']}", soft_wrap=True)
        say(f"  submitted PDFs {out / 'submitted'}", soft_wrap=True)


def screenshots(
    out: Annotated[Path, typer.Option("--out", help="Folder for the pictures.")] = Path("docs/screenshots"),
    full: Annotated[bool, typer.Option("--full", help="Every pixel instead of half the size in few colours.")] = False,
) -> None:
    """Picture every screen in both orientations and both languages, and the hardware dock."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from ui.dock.gallery import render_dock
    from ui.gallery import render_screens

    files = render_screens(out)
    docks = render_dock(out)
    if not full:
        from PIL import Image

        for file in docks:  # small as they are
            with Image.open(file) as picture:
                few = picture.convert("RGB").quantize(160)
            few.save(file, optimize=True)
        for file in files:
            with Image.open(file) as picture:
                half = picture.convert("RGB").resize(
                    (picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS
                )
            half.quantize(160).save(file, optimize=True)
    say(f"{len(files) + len(docks)} pictures in {out}")


def _kiosk(config: Config) -> Kiosk:
    from kiosk_app.runtime.kiosk import Kiosk

    return Kiosk(config)


@contextmanager
def data_folder(config: Config) -> Iterator[None]:
    """Holds the data folder; a second kiosk on it is told so and changes nothing."""
    from kiosk_app.runtime.kiosk import DataFolderLock, KioskBusy

    try:
        lock = DataFolderLock(config.data_dir)
    except KioskBusy as error:
        fail(error.code, str(error))
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _telling_failures(as_json: bool = False) -> Iterator[None]:
    """Expected failures end with their code and words, never with a traceback."""
    try:
        yield
    except Exception as error:
        from kiosk_app.runtime.child import ChildError
        from kiosk_app.submission import SubmissionError
        from ui.journey.player import JourneyError

        if isinstance(error, SubmissionError):
            fail(error.code, error.detail, as_json)
        if isinstance(error, ChildError):
            fail("SYS-BENCH", str(error), as_json)
        if isinstance(error, JourneyError):
            fail("SYS-JOURNEY", str(error), as_json)
        raise
