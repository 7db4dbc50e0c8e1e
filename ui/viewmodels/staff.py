"""The login of the staff and who is signed in: words for every state of the gate, and how old the accounts are."""

from __future__ import annotations

from typing import Final

from kiosk_app.model.servicing import GateStage
from kiosk_app.model.session import Session
from kiosk_app.model.staff import Role, StaffMember
from ui.viewmodels.base import Row, SnapshotModel, shown

GATES: Final = {
    GateStage.READY: "technician.ready",
    GateStage.CHECKING: "technician.checking",
    GateStage.WRONG: "technician.wrong",
    GateStage.LOCKED: "technician.locked",
    GateStage.NOT_SET: "technician.not_set",
    GateStage.BROKEN: "technician.broken",
    GateStage.UNKNOWN: "technician.unknown",
    GateStage.STALE: "technician.stale",
    GateStage.NOT_ALLOWED: "technician.not_allowed",
    GateStage.NOT_WRITTEN: "technician.broken",
    GateStage.CHOOSE: "technician.choose",
    GateStage.AGAIN: "technician.again",
    GateStage.WEAK: "technician.weak",
    GateStage.DIFFERENT: "technician.different",
}
ROLES: Final = {
    Role.OFFICER: "staff.role.officer",
    Role.POST: "staff.role.post",
    Role.TECHNICIAN: "staff.role.technician",
    Role.ADMINISTRATOR: "staff.role.administrator",
}
_CALM: Final = (GateStage.READY, GateStage.CHECKING, GateStage.CHOOSE, GateStage.AGAIN)
_CLOSED: Final = (GateStage.CHECKING, GateStage.LOCKED, GateStage.NOT_SET)


class StaffModel(SnapshotModel):
    """What QML reads of the gate and of who was let in."""

    parts = ("servicing",)

    @shown(dict)
    def gate(self, session: Session) -> Row:
        """The login's words and tone, whose badge was shown, and whether a PIN can be entered now."""
        view = session.servicing.gate
        minutes = max(1, -(-view.locked_s // 60))
        return {
            "text": self.texts.t(GATES[view.stage], n=minutes if view.stage is GateStage.LOCKED else view.tries_left),
            "stage": view.stage.value,
            "tone": "info" if view.stage in _CALM else "warn",
            "open": view.stage not in _CLOSED,
            "who": f"{self._member(view.member)}." if view.member is not None else "",
            "choosing": view.stage.choosing,
        }

    @shown(dict)
    def roll(self, session: Session) -> Row:
        """Who is signed in, how many accounts are known here and since when; too old ones are a warning."""
        view, member = session.servicing.machine.staff, session.servicing.member
        accounts, tone = self.texts.t("staff.never"), "info"
        if view.age_s is not None:
            hours = int(view.age_s // 3600)
            key = "staff.stale" if view.stale else "staff.synchronised" if hours else "staff.synchronised_now"
            accounts, tone = self.texts.t(key, n=view.accounts, h=hours), "warn" if view.stale else "ok"
        signed_in = self.texts.t("staff.signed_in", who=self._member(member)) if member is not None else ""
        return {"who": signed_in, "accounts": accounts, "tone": tone}

    def _member(self, member: StaffMember) -> str:
        role = self.texts.t(ROLES[member.role])
        return f"{member.name} · {role}" if member.name else role
