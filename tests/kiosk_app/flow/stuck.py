"""Twelve citizens who are stuck, each through the real flow, and the touches of an officer until they can go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from citizen import OTHER, PRINTER, Citizen, reading, status
from officer import Officer

from drivers.ports import DeviceState
from kiosk_app.flow import events as ev
from kiosk_app.model.assisting import Acceptable, Pane, Tool
from kiosk_app.model.basics import Language, Overlay, Screen
from kiosk_app.model.papers import Placed
from kiosk_app.model.session import ReceiptStage, SendStage


@dataclass(frozen=True)
class Rescued:
    """How it ended: the officer's touches from the open panel on, what stopped the citizen before, whether they went on."""

    touches: int
    stuck: bool
    went_on: bool


def _on(officer: Officer, *events: ev.Event) -> Citizen:
    """The citizen goes on by touches of their own."""
    officer.see(*events)
    return officer.citizen


def wrong_paper() -> Rescued:
    """All pages lie under the first paper; the third belongs to another, which is said to be missing."""
    citizen = Citizen().to_scan().scan(1, 2, 3).do(ev.Continue(), ev.Continue())
    stuck = (citizen.screen, citizen.session.notice) == (Screen.PAGE_REVIEW, "APP-MISSING-PAPERS")
    officer = Officer(citizen).come()
    # Open the page, «another paper», its name: the middle touch is the screen's own.
    officer.touch(ev.LookAtPage(3), ev.Touched(), ev.MovePage(3, "c3"))
    return Rescued(officer.touches, stuck, _on(officer, ev.ClosePage(), ev.Continue()).screen is Screen.FORM)


def blurred_page() -> Rescued:
    """The paper is old: however often it is scanned, the page is blurred, and the citizen does not dare to go on."""
    citizen = Citizen().to_review()
    for _ in range(2):
        citizen.answer(ev.PageReady, 3, b"png", False, ("blurred",), 2480, 3508, True)
    stuck = citizen.session.pages[2].warnings == ("blurred",)
    officer = Officer(citizen).come().open(Pane.ACCEPT).use(Tool.ACCEPT, Acceptable.PAGE.value, "old_paper", 3)
    clear = citizen.session.pages[2].warnings == () and citizen.session.pages[2].kept
    return Rescued(officer.touches, stuck, clear and _on(officer, ev.Continue()).screen is Screen.FORM)


def card_not_read() -> Rescued:
    """The chip is broken; the officer has seen the card, the citizen types."""
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber("123456"))
    citizen.answer(ev.CardFailed, "CRD-READ-FAILED")
    stuck = citizen.do(ev.IdentifyOtherwise()).screen is Screen.IDENTIFY
    officer = Officer(citizen).come().open(Pane.ACCEPT).use(Tool.ACCEPT, Acceptable.NO_CARD.value, "card_seen")
    _on(officer, ev.EnterPerson("001099000001", "Nguyễn Văn Thử Nghiệm", "17051999"), ev.Continue())
    return Rescued(officer.touches, stuck, _on(officer, ev.Continue()).screen is Screen.SCAN)


def name_mismatch() -> Rescued:
    """The card says the name twice and differently."""
    citizen = Citizen().to_identify().do(ev.CardInserted(), ev.EnterAccessNumber("123456"))
    citizen.answer(ev.CardRead, replace(reading(), mismatches=("name",)))
    stuck = citizen.do(ev.Continue()).screen is Screen.CONFIRM_IDENTITY
    officer = Officer(citizen).come().open(Pane.ACCEPT).use(Tool.ACCEPT, Acceptable.NAME.value, "spelling")
    return Rescued(officer.touches, stuck, _on(officer, ev.Continue()).screen is Screen.SCAN)


def no_card() -> Rescued:
    """The card is being issued: there is only the appointment slip for it."""
    citizen = Citizen().to_identify()
    stuck = citizen.do(ev.IdentifyOtherwise()).screen is Screen.IDENTIFY
    officer = Officer(citizen).come().open(Pane.ACCEPT).use(Tool.ACCEPT, Acceptable.NO_CARD.value, "card_being_issued")
    _on(officer, ev.EnterPerson("001099000001", "Nguyễn Văn Thử Nghiệm", "17051999"), ev.Continue())
    return Rescued(officer.touches, stuck, _on(officer, ev.Continue()).screen is Screen.SCAN)


def lost_language() -> Rescued:
    """The screen is in English, and the citizen reads Vietnamese in large letters."""
    citizen = Citizen().to_form().do(ev.ChangeLanguage(Language.EN))
    stuck = citizen.session.language is Language.EN
    officer = Officer(citizen).come().touch(ev.ChangeLanguage(Language.VI)).use(Tool.ENLARGE)
    reads = citizen.session.language is Language.VI and citizen.session.comfort.text_scale == 1.6
    _on(officer, ev.SetAnswer("phone", "0912 345 678"))
    return Rescued(officer.touches, stuck, reads and _on(officer, ev.Continue()).screen is Screen.CHECK_ANSWERS)


def form_field_unclear() -> Rescued:
    """A number that does not do: the citizen shows the field and both mend it."""
    citizen = Citizen().to_form().do(ev.SetAnswer("phone", "12"), ev.Continue())
    stuck = citizen.screen is Screen.FORM and "phone" in citizen.session.field_errors
    officer = Officer(citizen).come().open(Pane.FIELDS).use(Tool.FIELD, "phone")
    _on(officer, ev.AnswerField(True), ev.SetAnswer("phone", "0912 345 678"))
    return Rescued(officer.touches, stuck, _on(officer, ev.Continue()).screen is Screen.CHECK_ANSWERS)


def idle_about_to_end() -> Rescued:
    """The last seconds run while the citizen looks for glasses."""
    citizen = Citizen().to_form().do(ev.TimerFired("idle"))
    stuck = citizen.session.overlay is Overlay.IDLE_WARNING
    officer = Officer(citizen).come().use(Tool.TIME)
    there = citizen.timer("idle") == 300.0 and _on(officer, ev.TimerFired("idle_end")).screen is Screen.FORM
    _on(officer, ev.SetAnswer("phone", "0912 345 678"))
    return Rescued(officer.touches, stuck, there and _on(officer, ev.Continue()).screen is Screen.CHECK_ANSWERS)


def wrong_procedure() -> Rescued:
    """At the form it turns out to be another matter."""
    citizen = Citizen().to_form()
    stuck = citizen.session.procedure is not OTHER
    officer = Officer(citizen).come().open(Pane.STEPS).use(Tool.STEP, Screen.SEARCH.value)
    _on(officer, ev.ChooseProcedure(OTHER.local_id))
    officer.see(ev.ProcedureLoaded(citizen.session.number, OTHER, ()), ev.Continue())
    return Rescued(officer.touches, stuck, (citizen.screen, citizen.session.procedure) == (Screen.CHECKLIST, OTHER))


def page_doubted() -> Rescued:
    """Of a stack the machine cannot tell where the third page belongs."""
    citizen = Citizen().to_scan().do(ev.ChooseComponent(""), ev.StartScan())
    for number in (1, 2, 3):
        citizen.answer(ev.PageScanned, number, "", number).answer(ev.PageReady, number, b"png", False, (), 10, 10)
    citizen.answer(ev.ScanEnded)
    for number in (1, 2, 3):
        citizen.answer(ev.PageRead, number)
    placed = (Placed(1, "c1", 0.97, True), Placed(2, "c1", 0.97, True), Placed(3, "", 0.3, False, ("c3", "c2")))
    citizen.answer(ev.PagesPlaced, 3, placed).do(ev.Continue(), ev.Continue())
    stuck = (citizen.screen, citizen.session.notice) == (Screen.PAGE_REVIEW, "APP-OPEN-QUESTIONS")
    officer = Officer(citizen).come().touch(ev.MovePage(3, "c3"))
    return Rescued(officer.touches, stuck, _on(officer, ev.Continue()).screen is Screen.FORM)


def printer_out() -> Rescued:
    """No paper for the slip: the officer puts a roll in and shows where to print."""
    citizen = Citizen().to_done().answer(ev.SlipNotPrinted, "PRN-PAPER-OUT")
    citizen.do(status(PRINTER, DeviceState.ATTENTION, "PRN-PAPER-OUT"))
    stuck = citizen.session.receipt is ReceiptStage.NOT_PRINTED
    officer = Officer(citizen).come()
    officer.see(status(PRINTER)).use(Tool.POINT)
    _on(officer, ev.PrintAgain())
    citizen.answer(ev.SlipPrinted)
    printed = citizen.session.receipt is ReceiptStage.PRINTED
    return Rescued(officer.touches, stuck, printed and _on(officer, ev.Continue()).screen is Screen.GOODBYE)


def upload_waiting() -> Rescued:
    """No network from beginning to end: the officer reads aloud that the dossier is safe."""
    citizen = Citizen().do(ev.ServiceChanged(False)).to_sending().sealed().answer(ev.SendDeferred, "NET-UNREACHABLE")
    stuck = citizen.session.submission.stage is SendStage.DEFERRED and citizen.session.notice == "NET-UNREACHABLE"
    officer = Officer(citizen).come().use(Tool.READ).use(Tool.POINT)
    citizen.answer(ev.SlipPrinted)
    return Rescued(officer.touches, stuck, _on(officer, ev.Continue()).screen is Screen.GOODBYE)


CASES: Final[dict[str, Callable[[], Rescued]]] = {
    case.__name__: case
    for case in (
        *(wrong_paper, blurred_page, card_not_read, name_mismatch, no_card, lost_language),
        *(form_field_unclear, idle_about_to_end, wrong_procedure, page_doubted, printer_out, upload_waiting),
    )
}
