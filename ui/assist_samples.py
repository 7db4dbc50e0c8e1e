"""Plainly fictional sessions with an officer beside the citizen, for pictures and tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from drivers.ports import Cause, Check, Verdict
from kiosk_app.model.assisting import Acceptable, Accepted, Assist, Helper, Pane, Record, Trouble
from kiosk_app.model.basics import Overlay, Screen
from kiosk_app.model.servicing import GateStage, GateView
from kiosk_app.model.session import CardStage, CardView, PageView, ScanView, Session
from kiosk_app.model.staff import Role, StaffMember

OFFICER: Final = StaffMember("dang.thi.mau", "Đặng Thị Mẫu", Role.OFFICER)
POST: Final = StaffMember("hoang.van.thu", "Hoàng Văn Thử", Role.POST)
_SINCE: Final = "2026-11-21T10:42:00+07:00"


def assist_sessions(
    identifying: Session, scanning: Session, pages: tuple[PageView, ...], filled: Session
) -> dict[str, Session]:
    """A session for each picture: the login, the panel on several screens, the citizen's dialog, and the folded bar."""

    def helped(session: Session, *troubles: Trouble, member: StaffMember = OFFICER, **now: object) -> Session:
        record = Record(member.role, _SINCE, _SINCE)
        helper = replace(Helper(member, _SINCE), **now)  # type: ignore[arg-type]
        return replace(session, assist=Assist(now=helper, record=record, troubles=troubles))

    def gate(view: GateView) -> Session:
        return replace(filled, screen=Screen.FORM, overlay=Overlay.STAFF_PIN, assist=Assist(gate=view))

    blurred = tuple(replace(page, warnings=("blurred",)) if page.number == 3 else page for page in pages)
    poor = replace(scanning, pages=blurred, scan=ScanView("sample"))
    form = replace(filled, screen=Screen.FORM)
    stuck = replace(identifying, screen=Screen.IDENTIFY, card=CardView(CardStage.FAILED, True, failures=2))
    doubted = replace(filled, screen=Screen.CONFIRM_IDENTITY)
    if doubted.identity is not None:
        known = replace(doubted.identity, mismatches=("name",), active=Check(Verdict.NOT_CHECKED, cause=Cause.NO_KEY))
        doubted = replace(doubted, identity=known)
    noted = helped(form)
    return {
        "assist_badge": gate(GateView()),
        "assist_pin": gate(GateView(GateStage.READY, 5, member=OFFICER)),
        "assist_locked": gate(GateView(GateStage.LOCKED, 0, 290, OFFICER)),
        "assist_scan": helped(poor, Trouble("page.blurred", 2), pointing=True),
        "assist_accept": helped(poor, Trouble("page.blurred", 2), pane=Pane.ACCEPT),
        "assist_identify": helped(stuck, Trouble("CRD-WRONG-CAN", 2)),
        "assist_confirm": helped(doubted, pane=Pane.ACCEPT),
        "assist_form": helped(form, Trouble("field")),
        "assist_fields": helped(form, pane=Pane.FIELDS),
        "assist_consent": replace(helped(form, asked="phone"), overlay=Overlay.FIELD_CONSENT),
        "assist_note": helped(form, pane=Pane.NOTE),
        "assist_steps": helped(replace(filled, screen=Screen.CHECK_ANSWERS), pane=Pane.STEPS),
        "assist_post": helped(form, member=POST),
        "assist_declare": replace(
            noted,
            screen=Screen.DECLARE,
            assist=replace(
                noted.assist, record=Record(Role.OFFICER, _SINCE, _SINCE, (Accepted(Acceptable.PAGE, "compared", 3),))
            ),
        ),
    }
