"""The kiosk's window: engine, models and pictures joined to a runtime, without any event loop of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol
from zoneinfo import ZoneInfo

from PySide6.QtCore import Property, QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickWindow

from kiosk_app.keypad import Act
from kiosk_app.log import log
from kiosk_app.model.assisting import Tool
from kiosk_app.model.basics import SERVICING, Language, Overlay
from kiosk_app.model.session import Session
from kiosk_app.typing import Method, Placement
from ui import theme
from ui.hearing.guide import Guide, Voice
from ui.icons import SvgProvider
from ui.keypad.keypad import Keypad
from ui.messages import place
from ui.pictures import PhotoProvider, QrProvider, SessionPictures, neutral_picture
from ui.starting import StartingWindow
from ui.theme import Look
from ui.translations import DEFAULT_ZONE, Texts, table
from ui.viewmodels.assist import AssistModel
from ui.viewmodels.base import SnapshotModel
from ui.viewmodels.home import HomeModel
from ui.viewmodels.practice import PracticeModel
from ui.viewmodels.shell import ShellModel
from ui.viewmodels.typing import Typing

if TYPE_CHECKING:
    from ui.viewmodels.camera import Look as Glance

_TOUCH_EVERY_S: Final = 3.0
LET_GO_MS: Final = (700, 5_000)
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


# The models that come with the first screen that asks for them: a kiosk that nobody uses has none of a technician's, and
# takes half a megabyte less. By the name in QML: the module in ui.viewmodels, and the class.
_LATER: Final = {
    "camera": ("camera", "CameraModel"),
    "browse": ("browse", "BrowseModel"),
    "identity": ("identity", "IdentityModel"),
    "papers": ("papers", "PapersModel"),
    "review": ("review", "ReviewModel"),
    "form": ("form", "FormModel"),
    "submit": ("submit", "SubmitModel"),
    "track": ("track", "TrackModel"),
    "drafts": ("drafts", "DraftsModel"),
    "diagnostics": ("diagnostics", "DiagnosticsModel"),
    "appliance": ("device_page", "DevicePageModel"),
    "measures": ("measures", "MeasuresModel"),
    "guided": ("guided", "GuidedModel"),
    "staff": ("staff", "StaffModel"),
}
MODELS: Final = (*_LATER, "home", "practice", "assist", "shell")
"""All models by their names in QML, in the order in which they are brought up to a new session."""


def _model(name: str) -> Property:
    return Property(QObject, fget=lambda door: door.model(name), constant=True)


class Door(QObject):
    """What QML sees of Python (`App.vm`): the models, and the one way for what the citizen does."""

    def __init__(self, runtime: Runtime, texts: Texts, site: Site, parent: QObject | None = None) -> None:
        super().__init__(parent)
        session = runtime.session
        self._runtime = runtime
        self._site = site
        self._touched = 0.0
        self._texts = texts
        self._shown = session
        self._shell = ShellModel(texts, session, site.machine, self, site.help_place)
        self._assist = AssistModel(texts, session, site.voice is not None, self)
        self._models: dict[str, SnapshotModel] = {
            "home": HomeModel(texts, session, self),
            "practice": PracticeModel(texts, session, self),
            "assist": self._assist,
            "shell": self._shell,
        }
        self.teller = Guide(texts, session, site.voice, self)

    @Property(bool, constant=True)
    def canListen(self) -> bool:  # as QML writes it
        """Whether somebody reads aloud here."""
        return self._site.voice is not None

    guide = Property(QObject, fget=lambda self: self.teller, constant=True)
    camera = _model("camera")
    home = _model("home")
    browse = _model("browse")
    identity = _model("identity")
    papers = _model("papers")
    review = _model("review")
    form = _model("form")
    submit = _model("submit")
    track = _model("track")
    drafts = _model("drafts")
    diagnostics = _model("diagnostics")
    appliance = _model("appliance")
    measures = _model("measures")
    guided = _model("guided")
    staff = _model("staff")
    assist = _model("assist")
    practice = _model("practice")
    shell = _model("shell")

    def model(self, name: str) -> SnapshotModel:
        """The model of this name, made when it is first asked for: most belong to screens that nobody has come to yet."""
        made = self._models.get(name)
        if made is None:
            module, kind = _LATER[name]
            own = {"identity": (self._site.reader,), "camera": (self._site.glance,)}.get(name, ())
            maker = getattr(import_module(f"ui.viewmodels.{module}"), kind)
            made = self._models[name] = maker(self._texts, self._shown, *own, self)
        return made

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
        self._shown = session
        for name in MODELS:
            if name in self._models:
                self._models[name].update(session)

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
        self._serviced = False
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
        self._let_go = [QTimer(self.engine, singleShot=True, interval=pause) for pause in LET_GO_MS]
        self._rests = 0
        for timer in self._let_go:
            timer.timeout.connect(self._rest)
        runtime.subscribe(self.take)

    def take(self, session: Session) -> None:
        """Shows a new snapshot; a failure is logged and never reaches the runtime."""
        try:
            self._show(session)
        except Exception as error:
            log("ui.exception", doing="show", name=session.screen.value, error=type(error).__name__, at=place(error))

    def _show(self, session: Session) -> None:
        seen, self._seen = self._seen, session
        self._serviced = self._serviced or session.screen in SERVICING
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

    def _rest(self) -> None:
        """What only a visitor needed goes: questions and panels that are not open, drawings, and what Qt keeps of pictures,
        those that nothing shows and what the loading thread read last.

        What screens are made from stays for the next citizen, who would wait for it. After a technician, who has seen many
        that no citizen sees, it goes.
        """
        self._rests += 1
        self.reins.set("App", "rests", self._rests)
        for name in ("icon", "device"):
            provider = self.engine.imageProvider(name)
            if isinstance(provider, SvgProvider):
                provider.forget()
        self.window.releaseResources()
        self.window.setProperty("neutral", "")
        self.window.setProperty("neutral", neutral_picture())
        self.engine.collectGarbage()
        if self._serviced:
            self.engine.trimComponentCache()
            self._serviced = any(timer.isActive() for timer in self._let_go)

    def close(self) -> None:
        """Closes for good: the window itself refuses every other way."""
        self.keypad.close()
        self.start.close()
