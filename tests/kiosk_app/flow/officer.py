"""An officer for the flow's tests: comes to a citizen's session with badge and PIN, uses the panel, and is written down."""

from __future__ import annotations

from citizen import AT, Citizen

from kiosk_app.flow import effects as fx
from kiosk_app.flow import events as ev
from kiosk_app.model.assisting import Pane, Tool
from kiosk_app.model.servicing import GateStage, GateView
from kiosk_app.model.staff import Role, StaffMember

OFFICER = StaffMember("mau.officer", "Cán bộ Mẫu", Role.OFFICER)
SECOND = StaffMember("thu.officer", "Cán bộ Thử", Role.OFFICER)
POST = StaffMember("mau.post", "Bưu chính Mẫu", Role.POST)
PIN = "602948"


class Officer:
    """Beside a citizen. `touches` are those of the panel, or of the citizen's screen in the citizen's stead; `audit` is
    what was written down."""

    def __init__(self, citizen: Citizen, member: StaffMember = OFFICER) -> None:
        self.citizen = citizen
        self.member = member
        self.touches = 0
        self.audit: list[tuple[str, ...]] = []
        self.readable = True

    def show_badge(self) -> Officer:
        self._do(ev.BadgeScanned("CB-1"))
        look = self.citizen.effect(fx.LookAtGate)
        assert look is not None, "nobody looks whose badge it is"
        return self._answer(ev.GateAnswered, GateView(GateStage.READY, 5, member=self.member))

    def come(self) -> Officer:
        """Badge and PIN: the panel is open."""
        self.show_badge()
        self._do(ev.EnterOfficerPin(PIN, AT))
        asked = self.citizen.effect(fx.VerifyPin)
        assert asked is not None
        assert asked.staff_id == self.member.staff_id
        return self._answer(ev.GateAnswered, GateView(), self.member)

    def use(self, tool: Tool, target: str = "", reason: str = "", page: int = 0, text: str = "") -> Officer:
        self.touches += 1
        return self._do(ev.UseTool(tool, target, reason, page, text, AT))

    def open(self, pane: Pane) -> Officer:
        self.touches += 1
        return self._do(ev.OpenPane(pane))

    def touch(self, *events: ev.Event) -> Officer:
        """Touches the citizen's own part of the screen, as anybody who stands there can."""
        self.touches += len(events)
        return self._do(*events)

    def see(self, *events: ev.Event) -> Officer:
        """What somebody else does, or the machine: no touch of the officer."""
        return self._do(*events)

    @property
    def here(self) -> bool:
        now = self.citizen.session.assist.now
        return now is not None and now.member == self.member

    def _do(self, *events: ev.Event) -> Officer:
        for event in events:
            self.citizen.do(event)
            self._write(self.citizen.effects)
        return self

    def _answer(self, kind: type[ev.Answered], *arguments: object) -> Officer:
        return self._do(kind(self.citizen.session.number, *arguments))

    def _write(self, effects: tuple[fx.Effect, ...]) -> None:
        for effect in effects:
            match effect:
                case fx.NoteAct() if self.readable:
                    act = effect.act
                    self.audit.append(("acted", act.tool.value, act.target, act.reason))
                    self._answer(ev.ActNoted, act)
                    self.citizen.effects = (*self.citizen.effects, *effects)
                case fx.NoteAct():
                    self._answer(ev.ActNotNoted)
                case fx.NoteRefusal():
                    self.audit.append(("refused", effect.tool, effect.target))
                case fx.EndAssist():
                    self.audit.append(("ended", effect.member.staff_id, effect.why))
