"""`make screens`: every screen in every look, judged and drawn; a contact sheet for each axis of the looks.

Pictures go to a folder of the working copy, sheets to docs/screens. What is found wrong is printed, and the command fails.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from kiosk_bench import KioskBench
from PIL import Image, ImageDraw, ImageFont
from PySide6.QtCore import Qt
from screen_judge import Look, judge, looks

from kiosk_app.model.basics import Language
from kiosk_app.model.session import Comfort
from ui.samples import sessions

ROOT: Final = Path(__file__).parents[2]
_SHRUNK: Final = 0.25
"""Of a picture's sides: 270 x 480 pixels."""
_ON_SHEET: Final = 0.7
_ROW: Final = 9
"""Screens in a row of a sheet, each in all values of the sheet's axis."""
_GAP: Final = 10
_LABEL: Final = 22
_PLAIN: Final = Look(landscape=False, language=Language.VI, comfort=Comfort())


@dataclass(frozen=True)
class Sheet:
    """One axis: all else is as the kiosk starts."""

    axis: str
    shown: tuple[Look, ...]


def _with(of: Callable[[Comfort], Comfort]) -> Look:
    return Look(_PLAIN.landscape, _PLAIN.language, of(_PLAIN.comfort))


SHEETS: Final = (
    Sheet("orientation", (_PLAIN, Look(landscape=True, language=Language.VI, comfort=Comfort()))),
    Sheet("language", (_PLAIN, Look(landscape=False, language=Language.EN, comfort=Comfort()))),
    Sheet("text", (_PLAIN, _with(lambda _: Comfort(1.35)), _with(lambda _: Comfort(1.6)))),
    Sheet("contrast", (_PLAIN, _with(lambda _: Comfort(high_contrast=True)))),
    Sheet("reach", (_PLAIN, _with(lambda _: Comfort(reach=True)))),
)


def look_at(pictures: Path, landscape: bool, names: Sequence[str]) -> int:
    """Draws and judges the screens of one orientation; says what is wrong. Returns how many views were judged wrong."""
    pictures.mkdir(parents=True, exist_ok=True)
    bench, samples, wrong = KioskBench(landscape=landscape), sessions(), 0
    for look in (one for one in looks() if one.landscape == landscape):
        for name in names or samples:
            bench.messages.warnings.clear()
            bench.show(look.of(samples[name]))
            found = [*judge(bench, look), *(f"Qt says: {words}" for words in bench.messages.warnings)]
            image = bench.window.grabWindow()
            small = image.scaledToWidth(round(image.width() * _SHRUNK), Qt.TransformationMode.SmoothTransformation)
            small.save(str(pictures / f"{name}-{look.name}.png"))
            wrong += bool(found)
            for words in found:
                print(f"{name} {look.name}: {words}", flush=True)
    bench.close()
    return wrong


def _small(file: Path) -> Image.Image:
    """A picture as it is on a sheet, where five hundred stand."""
    picture = Image.open(file)
    return picture.resize(
        (round(picture.width * _ON_SHEET), round(picture.height * _ON_SHEET)), Image.Resampling.LANCZOS
    )


def draw(sheet: Sheet, pictures: Path, out: Path, names: Sequence[str]) -> None:
    """Puts one axis together: a cell is a screen, with its looks side by side."""
    cells = [[_small(pictures / f"{name}-{look.name}.png") for look in sheet.shown] for name in names]
    wide = sum(one.width for one in cells[0]) + _GAP * len(sheet.shown)
    high = max(one.height for one in cells[0]) + _LABEL + _GAP
    in_row = max(1, _ROW * 2 // len(sheet.shown))
    rows = -(-len(cells) // in_row)
    paper = Image.new("RGB", (in_row * (wide + _GAP) + _GAP, rows * high + _GAP), "#8A939B")
    pen = ImageDraw.Draw(paper)
    font = ImageFont.truetype(str(next((ROOT / "assets/fonts").rglob("*Regular.ttf"))), 15)
    for number, (name, looked) in enumerate(zip(names, cells, strict=True)):
        left, top = _GAP + number % in_row * (wide + _GAP), _GAP + number // in_row * high
        pen.text((left, top), name, fill="white", font=font)
        for one in looked:
            paper.paste(one, (left, top + _LABEL))
            left += one.width + _GAP
    out.mkdir(parents=True, exist_ok=True)
    paper.save(out / f"{sheet.axis}.webp", quality=45, method=4)


def in_two_processes(pictures: Path, names: Sequence[str]) -> Iterator[int]:
    """One for each orientation; yields how each ended."""
    command = [sys.executable, __file__, "--pictures", str(pictures)]
    command += [part for name in names for part in ("--only", name)]
    running = [subprocess.Popen([*command, "--orientation", turned]) for turned in ("portrait", "landscape")]
    for process in running:
        yield process.wait()


def main() -> int:
    """Everything, or what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, default=ROOT / "var/screens")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/screens")
    parser.add_argument("--orientation", choices=("portrait", "landscape"), help="judge these only, and make no sheet")
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    asked = parser.parse_args()
    if asked.orientation:
        return 1 if look_at(asked.pictures, asked.orientation == "landscape", asked.only) else 0
    ended = list(in_two_processes(asked.pictures, asked.only))
    names = asked.only or list(sessions())
    for sheet in SHEETS:
        draw(sheet, asked.pictures, asked.out, names)
    print(f"{len(names)} screens in {len(looks())} looks: {'something is wrong' if any(ended) else 'nothing is wrong'}")
    return 1 if any(ended) else 0


if __name__ == "__main__":
    sys.exit(main())
