"""The kiosk's window and its first picture: whose machine it is, and that it is starting.

Nothing else is imported for it, so that it is on the screen while the rest of the kiosk is still being read from the disk.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, Final

import PySide6.QtQuick  # noqa: F401  # QML's windows arrive as QObjects unless this is known
from PySide6.QtCore import QLoggingCategory, QRect, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow, QSGRendererInterface

from ui import theme
from ui.icons import IconProvider
from ui.theme import Look

MAIN: Final = Path(__file__).resolve().parent / "qml" / "Main.qml"
DOCK_WIDTH: Final = 480
DESK_GAP: Final = 24
PAINT_S: Final = 1.0
"""A screen that is switched off paints nothing, and the kiosk starts all the same."""
_PAUSE_S: Final = 0.001


class WindowError(Exception):
    """The window cannot be shown. `code` is a stable word for the technician."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


def has_gpu(devices: Path = Path("/dev/dri")) -> bool:
    """Whether there is a render node; without one the software renderer beats OpenGL by far."""
    return any(devices.glob("renderD*"))


def gui_application() -> QGuiApplication:
    """The process's Qt application, made when there is none; before it the renderer is chosen."""
    existing = QGuiApplication.instance()
    if isinstance(existing, QGuiApplication):
        return existing
    os.environ.setdefault("QT_ENABLE_HIGHDPI_SCALING", "0")  # design pixels are scaled by Theme
    # Without a GPU Qt waits 5 ms before a frame, for more changes to come; a touch is answered at once instead.
    os.environ.setdefault("QT_QPA_UPDATE_IDLE_TIME", "0")
    # The keyboard on the screen is ours: no input method of the system or the compositor stands between it and the fields.
    os.environ.setdefault("QT_IM_MODULE", "none")
    # QML's scripts are short and most run a few times: compiling them to machine code took a megabyte and gained no time.
    os.environ.setdefault("QV4_FORCE_INTERPRETER", "1")
    if "QT_QUICK_BACKEND" not in os.environ and not has_gpu():
        QQuickWindow.setGraphicsApi(QSGRendererInterface.GraphicsApi.Software)
    gui = QGuiApplication(["kiosk"])
    gui.setApplicationName("kiosk")
    gui.setQuitOnLastWindowClosed(False)
    # Scaling and multi-touch notes of the platform are no news for an operator.
    QLoggingCategory.setFilterRules("qt.qpa.*.debug=false")
    return gui


def desk_places(landscape: bool) -> tuple[QRect, QRect]:
    """Where the kiosk's window and the dock's stand side by side on this desk's screen, in pixels."""
    screen = gui_application().primaryScreen().availableGeometry()
    wide, high = (16, 9) if landscape else (9, 16)
    room = screen.adjusted(DESK_GAP, DESK_GAP, -DESK_GAP, -2 * DESK_GAP)
    height = min(room.height(), (room.width() - DOCK_WIDTH - DESK_GAP) * high // wide, 720 if landscape else 960)
    kiosk = QRect(room.left(), room.top(), height * wide // high, height)
    dock = QRect(kiosk.right() + DESK_GAP, room.top(), DOCK_WIDTH, min(room.height(), 960))
    return kiosk, dock


class StartingWindow:
    """The one window, not yet shown, with the starting picture in it until `open` puts the screens there.

    `size` is in pixels, by default 1080 x 1920 or 1920 x 1080; `language` is the one in which sessions begin.
    Raises ThemeError for a bad look and WindowError UI-QML when the window's QML cannot be loaded.
    """

    def __init__(
        self,
        look: Look | None = None,
        language: str = "vi",
        *,
        landscape: bool = False,
        size: tuple[int, int] | None = None,
    ) -> None:
        self.gui = gui_application()
        self.painted_at: float | None = None
        """When the first frame was on the screen, in Unix time."""
        self.tokens = theme.load_tokens(look)
        theme.load_fonts()
        wide, high = size or ((1920, 1080) if landscape else (1080, 1920))
        self.engine = QQmlApplicationEngine()
        self.engine.addImageProvider("icon", IconProvider())
        picture = _picture(self.tokens, language, landscape)
        self.engine.setInitialProperties(
            {"width": wide, "height": high, "color": self.tokens["colors"]["light"]["ground"], "picture": picture}
        )
        self.engine.load(QUrl.fromLocalFile(str(MAIN)))
        roots = self.engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise WindowError("UI-QML", f"{MAIN.name} cannot be loaded")
        self.window: QQuickWindow = roots[0]
        self.window.frameSwapped.connect(self._painted)

    def _painted(self) -> None:
        # With a GPU this is the renderer's thread.
        if self.painted_at is None:
            self.painted_at = time.time()

    def show(self, *, windowed: bool) -> None:
        """Puts the window on the screen: whole and without a pointer on a kiosk, as a window on a desk."""
        if windowed:
            self.window.show()
        else:
            self.gui.setOverrideCursor(Qt.CursorShape.BlankCursor)
            self.window.showFullScreen()

    def paint(self) -> None:
        """Lets Qt paint the picture, before there is any loop; a second at most."""
        until = time.monotonic() + PAINT_S
        while self.painted_at is None and time.monotonic() < until:
            self.gui.processEvents()
            time.sleep(_PAUSE_S)

    def open(self) -> None:
        """Puts the screens into the window in the picture's place. Raises WindowError UI-QML."""
        self.window.setProperty("opened", True)
        if not self.window.property("ready"):
            raise WindowError("UI-QML", "the screens cannot be loaded")

    def close(self) -> None:
        """Closes for good: the window itself refuses every other way."""
        self.window.setProperty("mayClose", True)
        self.window.close()
        self.engine.deleteLater()


def _picture(tokens: dict[str, Any], language: str, landscape: bool) -> dict[str, Any]:
    """What Starting.qml shows, since the theme is not there yet."""
    site, colors = tokens["site"], tokens["colors"]["light"]
    other = "en" if language == "vi" else "vi"
    return {
        "landscape": landscape,
        "family": tokens["type"]["family"],
        "emblem": site["emblem"],
        "name": site["name"].get(language) or site["name"]["vi"],
        "parentName": site["parent"].get(language) or site["parent"]["vi"],
        "words": theme.control_strings(language)["ui.starting"],
        "otherWords": theme.control_strings(other)["ui.starting"],
        **{name: colors[name] for name in ("brand", "brandInk", "ink", "soft", "line", "gold")},
    }


def process_start() -> float:
    """When this process began, in Unix time, to a hundredth of a second."""
    ticks = int(Path("/proc/self/stat").read_text("ascii").rpartition(")")[2].split()[19])
    boot = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    return boot + ticks / os.sysconf("SC_CLK_TCK")
