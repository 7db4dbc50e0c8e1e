"""The officer's panel in words: who helps, where the citizen is, what went wrong, what to do, and the tools for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from drivers.errors import entry
from kiosk_app.model.assisting import PHRASES, REASONS, Acceptable, Pane, Tool, Trouble
from kiosk_app.model.basics import SERVICING, Screen
from kiosk_app.model.helping import acceptable, doubtful_page, folded, masked, steps_behind, tools
from kiosk_app.model.servicing import GateStage
from kiosk_app.model.session import ReceiptStage, Session
from ui.translations import Texts
from ui.viewmodels import words
from ui.viewmodels.base import Row, SnapshotModel, shown
from ui.viewmodels.pages import WARNINGS
from ui.viewmodels.staff import ROLES

_TOOLS: Final = (
    (Tool.POINT, "pointer"),
    (Tool.ENLARGE, "zoom-in"),
    (Tool.READ, "volume-2"),
    (Tool.TIME, "timer"),
    (Tool.FIELD, "eye"),
    (Tool.ACCEPT, "file-check"),
    (Tool.STEP, "rotate-ccw"),
    (Tool.NOTE, "message-square"),
    (Tool.HAND_OVER, "ticket"),
    (Tool.PRACTISE, "circle-play"),
)
_OPENS: Final = {
    Tool.STEP: Pane.STEPS,
    Tool.FIELD: Pane.FIELDS,
    Tool.ACCEPT: Pane.ACCEPT,
    Tool.NOTE: Pane.NOTE,
}
"""Tools that first ask for a choice."""
_CALM: Final = (GateStage.READY, GateStage.CHECKING, GateStage.CHOOSE, GateStage.AGAIN)
_CLOSED: Final = (GateStage.CHECKING, GateStage.LOCKED, GateStage.NOT_ALLOWED, GateStage.NOT_WRITTEN, GateStage.UNKNOWN)
_TICK_MS: Final = 5_000


class AssistModel(SnapshotModel):
    """What QML reads of an officer's help. How long the citizen has been on a screen is counted here."""

    parts = (
        *("assist", "screen", "overlay", "goal", "procedure", "pages", "scan", "card", "identity", "fields", "answers"),
        *("handout", "drafts", "devices", "comfort"),
    )

    def __init__(
        self,
        texts: Texts,
        session: Session,
        speaks: bool = True,
        parent: QObject | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = now
        self._speaks = speaks
        self._here: tuple[int, Screen] = (session.number, session.screen)
        self._since = now()
        super().__init__(texts, session, parent)
        self._session = session
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(lambda: self.refresh(self._session))

    def update(self, session: Session) -> None:
        """As every model; the count of seconds runs while somebody reads it."""
        here = (session.number, session.screen)
        if here != self._here:
            self._here, self._since = here, self._clock()
        if (session.assist.now is not None) != self._tick.isActive():
            if session.assist.now is not None:
                self._tick.start()
            else:
                self._tick.stop()
        self._session = session
        super().update(session)

    # --- the login over the session -----------------------------------------------------------------------------------

    @shown(dict)
    def gate(self, session: Session) -> Row:
        """The login's words and tone, whose badge was shown, and whether a PIN can be entered now."""
        view = session.assist.gate
        if view is None:
            return {"text": "", "stage": "", "tone": "info", "open": False, "who": "", "busy": False}
        asks = view.member is None and view.stage is GateStage.READY
        key = "badge" if asks else view.stage.value
        minutes = max(1, -(-view.locked_s // 60))
        member = view.member
        return {
            "text": self.texts.t(
                f"assist.gate.{key}", n=minutes if view.stage is GateStage.LOCKED else view.tries_left
            ),
            "stage": view.stage.value,
            "tone": "info" if view.stage in _CALM else "warn",
            "open": member is not None and view.stage not in _CLOSED,
            "who": f"{member.name} · {self.texts.t(ROLES[member.role])}" if member is not None else "",
            "busy": view.stage is GateStage.CHECKING and member is not None,
        }

    # --- the panel ----------------------------------------------------------------------------------------------------

    @shown(bool)
    def open(self, session: Session) -> bool:
        """Whether an officer helps."""
        return session.assist.now is not None and session.screen not in SERVICING

    @shown(bool)
    def folded(self, session: Session) -> bool:
        """Whether the panel stands aside: the next touch is the citizen's own."""
        return folded(session)

    @shown(str)
    def since(self, session: Session) -> str:
        """In which role somebody helps, since when, and that it is recorded."""
        now = session.assist.now
        if now is None:
            return ""
        role = self.texts.t(ROLES[now.member.role])
        return self.texts.t("assist.since", role=role, time=words.clock(self.texts, now.since))

    @shown(str)
    def who(self, session: Session) -> str:
        """The officer's name, as on the badge."""
        return session.assist.now.member.name if session.assist.now is not None else ""

    @shown(str)
    def where(self, session: Session) -> str:
        """Where the citizen is, and for how long."""
        if session.assist.now is None:
            return ""
        seconds = int(self._clock() - self._since)
        minutes, rest = divmod(seconds, 60)
        lasted = self.texts.t("assist.minutes" if minutes else "assist.seconds", m=minutes, s=rest)
        return self.texts.t("assist.stopped_at", screen=self._screen(session.screen), time=lasted)

    @shown(str)
    def met(self, session: Session) -> str:
        """What went wrong on this screen, in the staff's words."""
        if session.assist.now is None:
            return ""
        told = [self._trouble(item) for item in session.assist.troubles]
        return " ".join(told) if told else self.texts.t("assist.nothing_met")

    def steps(self, session: Session) -> list[str]:
        """What to do on this screen, sentence by sentence; empty while nobody helps."""
        if session.assist.now is None:
            return []
        return self.texts.t(f"guide.{session.screen.value}").strip().splitlines()

    @shown(list)
    def guide(self, session: Session) -> list[str]:
        """The steps for this screen."""
        return self.steps(session)

    @shown(list)
    def tools(self, session: Session) -> list[Row]:
        """The tools that help here and that the officer's role has."""
        found, assist = tools(session), session.assist
        if assist.now is None or folded(session):
            return []
        on = {
            Tool.POINT: assist.now.pointing,
            Tool.ENLARGE: bool(assist.text_scale),
            Tool.TIME: assist.patience,
        }
        said = {Tool.POINT: "point_off", Tool.ENLARGE: "enlarge_off", Tool.TIME: "time_given"}
        return [
            {
                "id": tool.value,
                "icon": icon,
                "text": self.texts.t(f"assist.tool.{said[tool] if on.get(tool) else tool.value}"),
                "active": on.get(tool, False),
                "pane": _OPENS[tool].value if tool in _OPENS else "",
            }
            for tool, icon in _TOOLS
            if tool in found and (tool is not Tool.READ or self._speaks)
        ]

    @shown(str)
    def pane(self, session: Session) -> str:
        """What the panel shows; its tools where the choice has nothing to choose from any more."""
        now = session.assist.now
        if now is None or now.pane is Pane.TOOLS:
            return Pane.TOOLS.value
        tool = next(tool for tool, pane in _OPENS.items() if pane is now.pane)
        return now.pane.value if tool in tools(session) else Pane.TOOLS.value

    @shown(str)
    def pane_title(self, session: Session) -> str:
        """What is being chosen."""
        pane = self.pane_of(session)
        return self.texts.t(f"assist.pane.{pane.value}") if pane is not Pane.TOOLS else ""

    @shown(list)
    def choices(self, session: Session) -> list[Row]:
        """What can be chosen: steps, fields, reasons or phrases, each with what the touch sends."""
        match self.pane_of(session):
            case Pane.STEPS:
                return [_choice(Tool.STEP, stop.value, self._screen(stop)) for stop in steps_behind(session)]
            case Pane.FIELDS:
                hidden = masked(session)
                language = self.texts.language
                return [
                    _choice(Tool.FIELD, item.id, item.label(language)) for item in session.fields if item.id in hidden
                ]
            case Pane.ACCEPT:
                return [row for what, page in acceptable(session) for row in self._reasons(what, page)]
            case Pane.NOTE:
                return [_choice(Tool.NOTE, phrase, self.texts.t(f"assist.phrase.{phrase}")) for phrase in PHRASES]
        return []

    @shown(str)
    def asked(self, session: Session) -> str:
        """The masked field that the citizen is asked for, by its name."""
        now = session.assist.now
        asked = now.asked if now is not None else ""
        return next((item.label(self.texts.language) for item in session.fields if item.id == asked), "")

    @shown(bool)
    def pointing(self, session: Session) -> bool:
        """Whether the next control to touch is outlined."""
        return session.assist.now is not None and session.assist.now.pointing

    @shown(int)
    def doubtful(self, session: Session) -> int:
        """The number of the page that is to be scanned again before anything else; 0 when there is none."""
        return doubtful_page(session) if session.assist.now is not None else 0

    @shown(str)
    def handed(self, session: Session) -> str:
        """What became of the list that was printed for the desk; empty while none was."""
        if session.assist.now is None or session.handout.draft or session.screen is Screen.CHECKLIST:
            return ""
        if session.handout.stage is ReceiptStage.PRINTED:
            return self.texts.t("assist.list_printed")
        failed = (ReceiptStage.NOT_PRINTED, ReceiptStage.VOIDED, ReceiptStage.UNKNOWN)
        return self.texts.t("assist.list_failed") if session.handout.stage in failed else ""

    @staticmethod
    def pane_of(session: Session) -> Pane:
        """The pane that is open."""
        now = session.assist.now
        return now.pane if now is not None else Pane.TOOLS

    def _reasons(self, what: Acceptable, page: int) -> list[Row]:
        rows = []
        for reason in REASONS[what]:
            text = self.texts.t(f"assist.reason.{what.value}.{reason}")
            text = self.texts.t("assist.page_number", n=page, reason=text) if page else text
            rows.append(_choice(Tool.ACCEPT, what.value, text, reason, page, self.texts.t(f"assist.what.{what.value}")))
        return rows

    def _screen(self, screen: Screen) -> str:
        return self.texts.t(f"assist.screen.{screen.value}")

    def _trouble(self, item: Trouble) -> str:
        if item.what == "field":
            text = self.texts.t("assist.field_trouble")
        elif item.what.startswith("page."):
            name = item.what.removeprefix("page.")
            text = self.texts.t(f"assist.page.{name if name in WARNINGS else 'other'}")
        else:
            text = entry(item.what).text("staff", self.texts.language.value)
        return self.texts.t("assist.twice", what=text, n=item.times) if item.times > 1 else text


def _choice(tool: Tool, target: str, text: str, reason: str = "", page: int = 0, note: str = "") -> Row:
    """One thing to choose; `send` is the payload of its touch."""
    send = {"tool": tool.value, "target": target, "reason": reason, "page": page}
    return {
        "id": ".".join(str(part) for part in (target, reason, page) if part),
        "text": text,
        "note": note,
        "send": send,
    }
