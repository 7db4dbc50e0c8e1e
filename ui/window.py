"""The kiosk's window: engine, models and pictures joined to a runtime, without any event loop of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from PySide6.QtCore import Property, QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow

from kiosk_app.keypad import Act
from kiosk_app.log import log
from kiosk_app.model.assisting import Tool
from kiosk_app.model.basics import Language, Overlay
from kiosk_app.model.session import Session
from kiosk_app.typing import Method, Placement
from ui import theme
from ui.hearing.guide import Guide, Voice
from ui.keypad.keypad import Keypad
from ui.messages import place
from ui.pictures import PhotoProvider, QrProvider, SessionPictures, neutral_picture
from ui.starting import StartingWindow
from ui.theme import Look
from ui.translations import DEFAULT_ZONE, Texts, table
from ui.viewmodels.assist import AssistModel
from ui.viewmodels.browse import BrowseModel
from ui.viewmodels.camera import CameraModel
from ui.viewmodels.camera import Look as Glance
from ui.viewmodels.device_page import DevicePageModel
from ui.viewmodels.diagnostics import DiagnosticsModel
from ui.viewmodels.drafts import DraftsModel
from ui.viewmodels.form import FormModel
from ui.viewmodels.guided import GuidedModel
from ui.viewmodels.home import HomeModel
from ui.viewmodels.identity import IdentityModel
from ui.viewmodels.measures import MeasuresModel
from ui.viewmodels.papers import PapersModel
from ui.viewmodels.practice import PracticeModel
from ui.viewmodels.review import ReviewModel
from ui.viewmodels.shell import ShellModel
from ui.viewmodels.staff import StaffModel
from ui.viewmodels.submit import SubmitModel
from ui.viewmodels.track import TrackModel
from ui.viewmodels.typing import Typing

_TOUCH_EVERY_S: Final = 3.0
_LET_GO_MS: Final = (700, 5_000)
"""After the end of a session, each a moment before the runtime overwrites what is free; the second for what went late."""


class Runtime(Protocol):
    """What the screens need of the runtime."""

    @property
    def session(self) -> Session:
        """The session as it is now."""

    def subscribe(self, listener: Callable[[Session], None]) -> object:
        """Calls `listener` on the loop's thread after each transition."""

    def intent(self, name: str, payload: Mapping[str, object]) -> None:
        """What the citizen did; names and keys are those of kiosk_app.flow.events.INTENTS."""


@dataclass(frozen=True)
class Site:
    """What differs between machines: the number on the housing, the card reader, the zone, the look, the voice.

    `reader` is tray, for one that the card is laid on, or slot; `typing` and `tone_placement` are how accents are typed;
    `glance` gives what a camera sees; `help_place` is where staff is to be found, in Vietnamese and English; `keys` are
    those of the keypad.
    """

    machine: str = ""
    reader: str = "tray"
    zone: str = DEFAULT_ZONE
    look: Look | None = None
    voice: Voice | None = None
    typing: Method = Method.TELEX
    tone_placement: Placement = Placement.OLD
    glance: Glance | None = None
    keys: Mapping[Act, tuple[str, ...]] | None = None
    help_place: tuple[str, str] = ("quầy hỗ trợ", "the support desk")


class Door(QObject):
    """What QML sees of Python (`App.vm`): the models, and the one way for what the citizen does."""

    def __init__(self, runtime: Runtime, texts: Texts, site: Site, parent: QObject | None = None) -> None:
        super().__init__(parent)
        session = runtime.session
        self._runtime = runtime
        self._site = site
        self._touched = 0.0
        self._shell = ShellModel(texts, session, site.machine, self, site.help_place)
        self._home = HomeModel(texts, session, self)
        self._browse = BrowseModel(texts, session, self)
        self._identity = IdentityModel(texts, session, site.reader, self)
        self._papers = PapersModel(texts, session, self)
        self._review = ReviewModel(texts, session, self)
        self._form = FormModel(texts, session, self)
        self._submit = SubmitModel(texts, session, self)
        self._track = TrackModel(texts, session, self)
        self._drafts = DraftsModel(texts, session, self)
        self._diagnostics = DiagnosticsModel(texts, session, self)
        self._appliance = DevicePageModel(texts, session, self)
        self._measures = MeasuresModel(texts, session, self)
        self._guided = GuidedModel(texts, session, self)
        self._staff = StaffModel(texts, session, self)
        self._assist = AssistModel(texts, session, site.voice is not None, self)
        self._practice = PracticeModel(texts, session, self)
        self._camera = CameraModel(texts, session, site.glance, self)
        self.teller = Guide(texts, session, site.voice, self)

    @Property(bool, constant=True)
    def canListen(self) -> bool:  # as QML writes it
        """Whether somebody reads aloud here."""
        return self._site.voice is not None

    guide = Property(QObject, fget=lambda self: self.teller, constant=True)
    shell = Property(QObject, fget=lambda self: self._shell, constant=True)
    home = Property(QObject, fget=lambda self: self._home, constant=True)
    browse = Property(QObject, fget=lambda self: self._browse, constant=True)
    identity = Property(QObject, fget=lambda self: self._identity, constant=True)
    papers = Property(QObject, fget=lambda self: self._papers, constant=True)
    review = Property(QObject, fget=lambda self: self._review, constant=True)
    form = Property(QObject, fget=lambda self: self._form, constant=True)
    submit = Property(QObject, fget=lambda self: self._submit, constant=True)
    track = Property(QObject, fget=lambda self: self._track, constant=True)
    drafts = Property(QObject, fget=lambda self: self._drafts, constant=True)
    diagnostics = Property(QObject, fget=lambda self: self._diagnostics, constant=True)
    appliance = Property(QObject, fget=lambda self: self._appliance, constant=True)
    measures = Property(QObject, fget=lambda self: self._measures, constant=True)
    guided = Property(QObject, fget=lambda self: self._guided, constant=True)
    staff = Property(QObject, fget=lambda self: self._staff, constant=True)
    assist = Property(QObject, fget=lambda self: self._assist, constant=True)
    practice = Property(QObject, fget=lambda self: self._practice, constant=True)
    camera = Property(QObject, fget=lambda self: self._camera, constant=True)

    def update(self, session: Session) -> None:
        """Shows the session. The frame comes last: a new screen finds its model ready.

        A screen that goes is let go of first: it would make anew what nobody sees any more.
        """
        turning = session.screen.value != self._shell.held["screen"]
        if turning:
            self._shell.leaving.emit()
        try:
            self._update(session)
        finally:
            if turning:
                self._shell.arrived.emit()

    def _update(self, session: Session) -> None:
        for model in (
            self._camera,
            self._home,
            self._browse,
            self._identity,
            self._papers,
            self._review,
            self._form,
            self._submit,
            self._track,
            self._drafts,
            self._diagnostics,
            self._appliance,
            self._measures,
            self._guided,
            self._staff,
            self._assist,
            self._practice,
            self._shell,
        ):
            model.update(session)

    @Slot(str, "QVariantMap")
    def intent(self, name: str, payload: dict[str, Any]) -> None:
        """Sends what the citizen did. Never raises into QML; only the name is logged, since payloads are personal."""
        try:
            self._send(name, payload)
        except Exception as error:
            log("ui.exception", doing="intent", name=name, error=type(error).__name__, at=place(error))

    def _send(self, name: str, payload: dict[str, Any]) -> None:
        session = self._runtime.session
        comfort = session.comfort
        looks = {
            "text_scale": comfort.text_scale,
            "high_contrast": comfort.high_contrast,
            "reach": comfort.reach,
        }
        match name:
            case "touched":
                now = time.monotonic()
                # A finger that scrolls touches often; an overlay is answered by its buttons alone.
                if now - self._touched < _TOUCH_EVERY_S or session.overlay is not Overlay.NONE:
                    return
                self._touched = now
                self._runtime.intent("touched", {})
            case "help":
                self._runtime.intent("call_help", {})
            case "language":
                other = Language.VI if session.language is Language.EN else Language.EN
                self._runtime.intent("change_language", {"language": other.value})
            case "text-size":
                self._runtime.intent("set_comfort", looks | {"text_scale": float(payload["scale"])})
            case "contrast":
                self._runtime.intent("set_comfort", looks | {"high_contrast": payload["mode"] == "high"})
            case "reach":
                self._runtime.intent("set_comfort", looks | {"reach": bool(payload["on"])})
            case "listen":
                self.teller.toggle()
                self._runtime.intent("touched", {})
            case "use_tool":
                if payload.get("tool") == Tool.READ.value:
                    self.teller.read(self._assist.steps(session))
                self._runtime.intent(name, payload)
            case _:
                self._runtime.intent(name, payload)


class KioskWindow:
    """One window that shows the runtime's session and sends what the citizen does.

    They are put into the window of `start`, in its picture's place; without one a window is made, `size` in pixels.
    Raises WindowError UI-QML when the screens cannot be loaded, and ThemeError for a bad look.
    """

    def __init__(
        self,
        runtime: Runtime,
        *,
        landscape: bool = False,
        size: tuple[int, int] | None = None,
        site: Site | None = None,
        start: StartingWindow | None = None,
    ) -> None:
        site = site or Site()
        session = runtime.session
        start = start or StartingWindow(site.look, session.language.value, landscape=landscape, size=size)
        self.start = start
        self._runtime = runtime
        self._seen: Session | None = None
        self.texts = Texts(session.language, ZoneInfo(site.zone))
        self.pictures = SessionPictures()
        self.engine = start.engine
        theme.dress(self.engine, start.tokens, session.language.value)
        self.engine.addImageProvider("photo", PhotoProvider(self.pictures))
        self.engine.addImageProvider("qr", QrProvider(self.pictures))
        self.reins = theme.Reins(self.engine)
        self.reins.set("Theme", "landscape", landscape)
        self.door = Door(runtime, self.texts, site, self.engine)
        self.reins.set("App", "vm", self.door)
        self._typing = Typing(site.typing, site.tone_placement, self.engine)
        self.reins.set("App", "ime", self._typing)
        self._show(session)
        start.open()
        self.window: QQuickWindow = start.window
        self.guide = self.door.teller
        self.keypad = Keypad(self.window, self.door.intent, self.guide, site.keys)
        self.guide.begin_again = self.keypad.begin_again
        self.guide.look_soon = self.keypad.soon
        self.guide.now_at = self.keypad.cursor.again
        # QML's scripts keep what a screen has shown until somebody looks for garbage.
        self._let_go = [QTimer(self.engine, singleShot=True, interval=pause) for pause in _LET_GO_MS]
        for timer in self._let_go:
            timer.timeout.connect(self._let_go_of_pictures)
            timer.timeout.connect(self.engine.collectGarbage)
        runtime.subscribe(self.take)

    def take(self, session: Session) -> None:
        """Shows a new snapshot; a failure is logged and never reaches the runtime."""
        try:
            self._show(session)
        except Exception as error:
            log("ui.exception", doing="show", name=session.screen.value, error=type(error).__name__, at=place(error))

    def _show(self, session: Session) -> None:
        seen, self._seen = self._seen, session
        if seen is None or seen.language is not session.language or seen.number != session.number:
            self._typing.begin(session.language)
        if seen is None or seen.language is not session.language:
            self.texts.language = session.language
            self.reins.set("Tr", "language", session.language.value)
            self.reins.set("Tr", "table", dict(table(session.language)))
        if seen is None or seen.comfort != session.comfort:
            comfort = session.comfort
            self.reins.set("Theme", "contrast", "high" if comfort.high_contrast else "normal")
            self.reins.set("Theme", "textScale", comfort.text_scale)
            self.reins.set("Theme", "reach", comfort.reach)
        if seen is not None and seen.number != session.number:
            QGuiApplication.clipboard().clear()
            for timer in self._let_go:
                timer.start()
        if (
            seen is None
            or seen.number != session.number
            or seen.identity is not session.identity
            or seen.submission is not session.submission
        ):
            self.pictures.take(session)
        self.door.update(session)
        self.door.teller.take(session)
        if seen is not None and seen.number != session.number:
            self.keypad.leave()
        if seen is not None:
            self.keypad.soon()

    def _let_go_of_pictures(self) -> None:
        """What Qt keeps of pictures goes: those that nothing shows, and what the loading thread read last."""
        self.window.releaseResources()
        self.window.setProperty("neutral", "")
        self.window.setProperty("neutral", neutral_picture())

    def close(self) -> None:
        """Closes for good: the window itself refuses every other way."""
        self.keypad.close()
        self.start.close()
