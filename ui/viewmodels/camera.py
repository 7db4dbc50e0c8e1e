"""What a camera sees, for screens that ask for a code or a page: its last frame, what it found there, what to do better."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from PySide6.QtCore import Property, QObject, QTimer, Signal
from PySide6.QtGui import QImage

from drivers.ports import DeviceKind
from drivers.preview import Frame, Hint, Point
from kiosk_app.model.offers import camera_offered, camera_shown
from kiosk_app.model.session import Session
from ui.translations import Texts
from ui.viewmodels.base import SnapshotModel, shown

LOOK_MS: Final = 33
"""Twice as often as a camera of 15 frames a second has something new; to look and find nothing costs 0.01 ms."""
STEADY: Final = 5
"""Frames that have to say the same before the words change: a hint that flickers helps nobody."""
STALE_MS: Final = 3_000
FOUND: Final = "found"
AIM: Final = "aim"
WAIT: Final = "wait"

SECTIONS: Final = {DeviceKind.BARCODE: "camera", DeviceKind.CAMERA: "table"}
"""Where the words of each camera stand: a code is held before one, a page laid under the other."""

Look = Callable[[], Frame | None]


class CameraModel(SnapshotModel):
    """Looks at the feed while the session's screen shows the camera, and at nothing else."""

    parts: ClassVar[tuple[str, ...]] = ("screen", "overlay", "devices", "card", "track", "scan")
    frame_changed = Signal(name="frameChanged")
    state_changed = Signal(name="stateChanged")
    words_changed = Signal(name="wordsChanged")

    def __init__(self, texts: Texts, session: Session, look: Look | None = None, parent: QObject | None = None) -> None:
        self.picture = QImage()
        self.outline: tuple[Point, ...] = ()
        self.found = False
        self._look = look
        self._state = WAIT
        self._next, self._times = WAIT, 0
        self._said = ""
        self._kind = DeviceKind.BARCODE
        self._number = session.number
        super().__init__(texts, session, parent)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._tick)
        self._stale = QTimer(self, interval=STALE_MS, singleShot=True)
        self._stale.timeout.connect(self._forget)
        self._follow(session)

    def update(self, session: Session) -> None:
        """Begins to look, or stops and wipes, before anything else is told."""
        self._follow(session)
        super().update(session)
        self._say()

    def _follow(self, session: Session) -> None:
        kind = camera_shown(session) if self._look is not None else None
        wanted = kind is not None
        if not wanted or (session.number, kind) != (self._number, self._kind):
            self._number, self._kind = session.number, kind or self._kind
            self._timer.stop()
            self._forget()
        if wanted and not self._timer.isActive():
            self._timer.start()
        self._say()

    @shown(bool)
    def offered(self, session: Session) -> bool:
        """Whether codes are read by a camera here, so that the screens have a place for its picture."""
        return camera_offered(session)

    def _tick(self) -> None:
        frame = self._look() if self._look is not None else None
        if frame is not None:
            self.take(frame)

    def take(self, frame: Frame) -> None:
        """Shows a frame: a copy of it is kept, in the form that is painted fastest."""
        self._stale.start()
        grey = QImage(frame.pixels, frame.width, frame.height, frame.width, QImage.Format.Format_Grayscale8)
        self.picture = grey.convertToFormat(QImage.Format.Format_RGB32)
        self.outline = frame.outline
        self.found = bool(frame.outline) and frame.hint is Hint.NONE
        self._steady(FOUND if self.found else frame.hint.value or AIM)
        self.frame_changed.emit()

    def _steady(self, state: str) -> None:
        if state != self._next:
            self._next, self._times = state, 0
        self._times += 1
        if state != self._state and (state == FOUND or self._state == WAIT or self._times >= STEADY):
            self._enter(state)

    def _enter(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit()
            self._say()

    def _say(self) -> None:
        said = self.texts.t(f"{SECTIONS[self._kind]}.{self._state}")
        if said != self._said:
            self._said = said
            self.words_changed.emit()

    def _forget(self) -> None:
        """Overwrites the last frame: nobody is to be seen any more."""
        self._stale.stop()
        if not self.picture.isNull():
            self.picture.fill(0)
            self.picture = QImage()
            self.outline, self.found = (), False
            self.frame_changed.emit()
        self._next, self._times = WAIT, 0
        self._enter(WAIT)

    state = Property(str, fget=lambda self: self._state, notify=state_changed)
    words = Property(str, fget=lambda self: self._said, notify=words_changed)
    live = Property(bool, fget=lambda self: not self.picture.isNull(), notify=frame_changed)
