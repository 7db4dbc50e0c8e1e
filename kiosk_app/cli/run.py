"""`kiosk run`, `kiosk journey` and `kiosk screenshots`: the kiosk, its scripted citizen and its pictures."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kiosk_app.cli.common import fail, fail_usage, print_json, say, state, terminal
from kiosk_app.cli.options import JsonOption, ProfileOption
from kiosk_app.cli.window import Asked, data_folder, end_on_signals, new_kiosk, show, stage, telling_failures

if TYPE_CHECKING:
    from kiosk_app.config import Config

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
    before = state(context)
    asked = replace(before, profile=profile or before.profile)
    show(Asked(asked, windowed=windowed, landscape=landscape, practice=practice))


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
        config = replace(config, simulation=replace(config.simulation, realistic=True))
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
    with data_folder(config), _telling_journeys(as_json):
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

    kiosk = new_kiosk(config)
    app, speaker = stage(kiosk, landscape=landscape, windowed=True)
    end_on_signals(app)
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


@contextmanager
def _telling_journeys(as_json: bool) -> Iterator[None]:
    """A script that cannot go on ends the command with its code and words; what else is expected, with its own."""
    with telling_failures(as_json):
        try:
            yield
        except Exception as error:
            from ui.journey.player import JourneyError

            if isinstance(error, JourneyError):
                fail("SYS-JOURNEY", str(error), as_json)
            raise
