"""What is the same on every screen: which screen and overlay, language, comfort, step, notice, the idle countdown."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from drivers.errors import Severity, entry
from kiosk_app.model.basics import (
    IDLE_WARNING_S,
    SERVICING,
    STEP_COUNT,
    STEPS,
    SUPPLEMENT_STEP_COUNT,
    SUPPLEMENT_STEPS,
    EndReason,
    Goal,
    Overlay,
    Screen,
)
from kiosk_app.model.calling import CallStage
from kiosk_app.model.session import Session
from ui.translations import Texts
from ui.viewmodels import words
from ui.viewmodels.base import Row, SnapshotModel, shown

_TONES: Final = {Severity.INFO: "info", Severity.WARNING: "warn", Severity.ERROR: "bad"}
_CALLS: Final = {
    CallStage.CALLING: "info",
    CallStage.CALLED: "info",
    CallStage.COMING: "ok",
    CallStage.NOT_SENT: "bad",
}
_WAITING: Final = (CallStage.CALLED, CallStage.COMING)
_RESTING: Final = (Screen.HOME, Screen.GOODBYE, Screen.OUT_OF_SERVICE, *SERVICING)


class ShellModel(SnapshotModel):
    """The frame around the screens. `idle_seconds` is counted here, since time alone is no event of the flow.

    `leaving` goes out before anything of another screen is shown, `arrived` once all of it may be.
    """

    parts = (
        "screen",
        "overlay",
        "comfort",
        "goal",
        "notice",
        "end_reason",
        "service_online",
        "submission",
        "call",
        "practice",
    )

    leaving = Signal()
    arrived = Signal()

    def __init__(
        self,
        texts: Texts,
        session: Session,
        machine: str = "",
        parent: QObject | None = None,
        help_place: tuple[str, str] = ("", ""),
    ) -> None:
        self._machine = machine
        self._help_place = help_place
        self._left = int(IDLE_WARNING_S)
        super().__init__(texts, session, parent)
        self._session = session
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)

    def update(self, session: Session) -> None:
        """As every model; the countdown starts and ends with the idle warning."""
        warned = session.overlay is Overlay.IDLE_WARNING
        if warned and not self._second.isActive():
            self._left = int(IDLE_WARNING_S)
            self._second.start()
        elif not warned:
            self._second.stop()
            self._left = int(IDLE_WARNING_S)
        self._session = session
        super().update(session)

    def _tick(self) -> None:
        self._left = max(0, self._left - 1)
        self.refresh(self._session)

    @shown(str)
    def screen(self, session: Session) -> str:
        """The one screen that is shown."""
        return session.screen.value

    @shown(str)
    def overlay(self, session: Session) -> str:
        """What lies over it."""
        return session.overlay.value

    @shown(int)
    def session_number(self, session: Session) -> int:
        """The session's number: pictures are asked for under it."""
        return session.number

    @shown(int)
    def step(self, session: Session) -> int:
        """The step of a submission, or 0 where there is no step line."""
        if session.goal is Goal.SUPPLEMENT:
            return SUPPLEMENT_STEPS.get(session.screen, 0)
        return STEPS.get(session.screen, 0) if session.goal is Goal.SUBMIT else 0

    @shown(int)
    def step_count(self, session: Session) -> int:
        """How many steps a submission has."""
        return SUPPLEMENT_STEP_COUNT if session.goal is Goal.SUPPLEMENT else STEP_COUNT

    @shown(str)
    def step_name(self, session: Session) -> str:
        """The name of the step."""
        step = STEPS.get(session.screen, 0)
        return self.texts.t(f"step.{step}") if step else ""

    @shown(dict)
    def notice(self, session: Session) -> Row:
        """What the screen has to say of a code: tone, words and the code itself, small, for staff."""
        if session.notice is None:
            return {"text": "", "tone": "info", "code": ""}
        return {
            "text": self.texts.code(session.notice),
            "tone": _TONES[entry(session.notice).severity],
            "code": self.texts.t("notice.code", code=session.notice),
        }

    @shown(bool)
    def can_end(self, session: Session) -> bool:
        """Whether there is a session that the home button can end."""
        return session.screen not in _RESTING and session.screen is not Screen.SENDING

    @shown(bool)
    def servicing(self, session: Session) -> bool:
        """Whether the screen is the technician's."""
        return session.screen in SERVICING

    @shown(bool)
    def is_submission(self, session: Session) -> bool:
        """Whether the citizen came to hand something in, so that ending means erasing."""
        return session.goal in (Goal.SUBMIT, Goal.SUPPLEMENT)

    @shown(int)
    def idle_seconds(self, session: Session) -> int:
        """Seconds until the session ends by itself."""
        return self._left

    @shown(int)
    def idle_total(self, session: Session) -> int:
        """How long the warning stays."""
        return int(IDLE_WARNING_S)

    @shown(str)
    def idle_text(self, session: Session) -> str:
        """The warning in words."""
        return self.texts.t("idle.text", n=self._left)

    @shown(dict)
    def help(self, session: Session) -> Row:
        """How the call for an officer stands, in words that promise no more than the help board said."""
        call = session.call
        stage = call.stage.value if call.stage in _CALLS else CallStage.CALLING.value
        numbered = "_machine" if self._machine and call.stage in _WAITING else ""
        place = self.texts.pick(*self._help_place)
        at = words.clock(self.texts, call.expected_at)
        coming = call.stage is CallStage.COMING and at
        return {
            "title": self.texts.t("help.coming.title_at" if coming else f"help.{stage}.title", time=at),
            "text": self.texts.t(f"help.{stage}.text{numbered}", n=self._machine, place=place),
            "tone": _CALLS.get(call.stage, "info"),
            "open": call.open,
            "failed": call.stage is CallStage.NOT_SENT,
            "button": self._help_button(session, stage),
        }

    def _help_button(self, session: Session, stage: str) -> str:
        if session.practice is not None:
            return self.texts.t("practice.steps")  # nobody is called: whoever can help stands here
        return self.texts.t(f"help.{stage}.button") if session.call.stage in _WAITING else ""

    @shown(dict)
    def goodbye(self, session: Session) -> Row:
        """The last words: why the session ended, and that nothing is left."""
        finished = session.end_reason is EndReason.FINISHED
        saved = session.end_reason is EndReason.SAVED
        return {
            "title": self.texts.t(f"goodbye.{session.end_reason.value}"),
            "text": self.texts.t("goodbye.erased"),
            "kept": self.texts.t("goodbye.kept") if finished else self.texts.t("goodbye.draft_kept") if saved else "",
            "take": self.texts.t("goodbye.take"),
            "icon": "circle-check" if finished or saved else "info",
            "tone": "ok" if finished or saved else "info",
        }
