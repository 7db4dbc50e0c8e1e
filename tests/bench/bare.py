"""The peer: a bare QML window with one word; prints when its first frame was on the screen, and its memory in MB."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import PySide6.QtQuick  # noqa: F401
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine

WINDOW = b"""
import QtQuick
Window { width: 1080; height: 1920; visible: true; color: "#EEF1F4"; Text { anchors.centerIn: parent; text: "Kiosk" } }
"""


def main() -> None:
    """Shows it once."""
    gui = QGuiApplication([])
    engine = QQmlApplicationEngine()
    engine.loadData(WINDOW)

    def swapped() -> None:
        painted = time.time()
        rows = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
        pss = next(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024
        sys.stdout.write(f"{painted:.4f} {pss:.1f}\n")
        gui.quit()

    engine.rootObjects()[0].frameSwapped.connect(swapped)  # type: ignore[attr-defined]
    gui.exec()


if __name__ == "__main__":
    main()
