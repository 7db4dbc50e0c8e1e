"""Pictures of every screen from fictional sessions, for documents and for looking at all of them at once."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtQuick import QQuickItem

from kiosk_app.model.basics import Language
from kiosk_app.model.session import Comfort, Session
from ui import camera_samples
from ui.samples import ShownRuntime, in_language, sessions
from ui.starting import gui_application
from ui.window import KioskWindow, Site

ORIENTATIONS: Final = ("portrait", "landscape")
SCENES: Final = {
    "track_camera": camera_samples.near,
    "track_camera_far": camera_samples.far,
    "identify_otherwise_camera": camera_samples.far,
    "identify_camera": camera_samples.near,
    "scan_table": camera_samples.page,
    "scan_table_running": camera_samples.page,
}
"""What the camera sees in which picture."""
_PATIENCE_S: Final = 5.0
# Longer than any motion of the interface.
_STILL_S: Final = 0.45


def turn(gui: QGuiApplication, milliseconds: int) -> None:
    """One turn of the events, and away with what was left: outside an event loop Qt deletes nothing by itself."""
    gui.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, milliseconds)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def settle(gui: QGuiApplication, kiosk: KioskWindow, seconds: float = _STILL_S) -> None:
    """Lets pictures load and motions end."""
    until = time.monotonic() + seconds
    patience = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until or (pictures_loading(kiosk) and time.monotonic() < patience):
        turn(gui, 20)


def pictures_loading(kiosk: KioskWindow) -> bool:
    """Whether a picture that is shown is still on its way."""
    return any(
        item.inherits("QQuickImage")
        and item.isVisible()
        and item.property("source").toString() != ""
        and item.property("progress") < 1
        for item in every_item(kiosk.window.contentItem())
    )


def every_item(root: QQuickItem) -> Iterator[QQuickItem]:
    """All items under one, delegates of repeaters as well."""
    for child in root.childItems():
        yield child
        yield from every_item(child)


def picture(gui: QGuiApplication, kiosk: KioskWindow) -> QImage:
    """What the window shows now."""
    settle(gui, kiosk)
    return kiosk.window.grabWindow()


def render_screens(
    out_dir: Path,
    orientations: Iterable[str] = ORIENTATIONS,
    languages: Iterable[str] = ("vi", "en"),
    *,
    comfort: Comfort | None = None,
    names: Iterable[str] = (),
    scale: float = 1.0,
) -> list[Path]:
    """Writes NAME-ORIENTATION-LANGUAGE.png of every sample (or of `names`) and returns the files.

    `scale` makes the window smaller or larger than 1080 x 1920. Raises WindowError or ThemeError.
    """
    gui = gui_application()
    out_dir.mkdir(parents=True, exist_ok=True)
    wanted = set(names)
    samples = {name: one for name, one in sessions().items() if not wanted or name in wanted}
    written = []
    for orientation in orientations:
        landscape = orientation == "landscape"
        wide, high = (1920, 1080) if landscape else (1080, 1920)
        runtime = ShownRuntime(_looking(next(iter(samples.values())), comfort))
        camera = camera_samples.DrawnCamera()
        size = (round(wide * scale), round(high * scale))
        kiosk = KioskWindow(runtime, landscape=landscape, size=size, site=Site(glance=camera.look))
        kiosk.window.show()
        for language in languages:
            for name, session in samples.items():
                camera.frame = SCENES[name]() if name in SCENES else None
                runtime.show(Session())  # every picture is of a screen that has just been opened
                runtime.show(_looking(in_language(session, Language(language)), comfort))
                path = out_dir / f"{name}-{orientation}-{language}.png"
                picture(gui, kiosk).save(str(path))
                written.append(path)
        kiosk.close()
    return written


def _looking(session: Session, comfort: Comfort | None) -> Session:
    return session if comfort is None else replace(session, comfort=comfort)


def main() -> None:
    """`python -m ui.gallery OUT`: all pictures, without a display."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--orientation", action="append", choices=ORIENTATIONS)
    parser.add_argument("--language", action="append", choices=["vi", "en"])
    parser.add_argument("--text-scale", type=float, default=1.0)
    parser.add_argument("--contrast", action="store_true")
    parser.add_argument("--reach", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    render_screens(
        asked.out,
        asked.orientation or ORIENTATIONS,
        asked.language or ("vi", "en"),
        comfort=Comfort(asked.text_scale, asked.contrast, asked.reach),
        names=asked.only,
        scale=asked.scale,
    )


if __name__ == "__main__":
    main()
