"""Plainly fictional practice sessions, for pictures and tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk_app.model.basics import Overlay, Screen
from kiosk_app.model.practice import Practice
from kiosk_app.model.session import CardStage, CardView, ReceiptStage, ScanView, SendStage, Session, Submission
from kiosk_app.model.staff import Role, StaffMember

_TRAINER: Final = StaffMember("dang.thi.mau", "Đặng Thị Mẫu", Role.OFFICER)


def practice_sessions(start: Session, identifying: Session, scanning: Session, filled: Session) -> dict[str, Session]:
    """A session for each picture: from the home screen to the last one."""

    def practised(session: Session) -> Session:
        return replace(session, practice=Practice(_TRAINER))

    form = replace(filled, screen=Screen.FORM)
    done = replace(
        filled,
        screen=Screen.DONE,
        submission=Submission(SendStage.PRACTISED),
        receipt=ReceiptStage.NONE,
        scan=ScanView(),
    )
    return {
        "practice_home": practised(start),
        "practice_search": practised(replace(filled, screen=Screen.SEARCH, query="nhan hieu")),
        "practice_identify": practised(replace(identifying, screen=Screen.IDENTIFY)),
        "practice_number": practised(
            replace(identifying, screen=Screen.IDENTIFY, card=CardView(CardStage.NEEDS_NUMBER, True))
        ),
        "practice_scan": practised(replace(scanning, scan=ScanView("form"))),
        "practice_review": practised(replace(filled, screen=Screen.PAGE_REVIEW)),
        "practice_form": practised(form),
        "practice_steps": practised(replace(form, overlay=Overlay.STEPS)),
        "practice_check": practised(replace(filled, screen=Screen.CHECK_ANSWERS)),
        "practice_declare": practised(replace(filled, screen=Screen.DECLARE)),
        "practice_done": practised(done),
    }
