"""The list of papers on the screens: a button beside the papers, and words with the printer's code in its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from kiosk_bench import KioskBench

from drivers.ports import DeviceKind, DeviceState
from kiosk_app.model.basics import Language, Screen
from kiosk_app.model.session import DeviceStatus, Handout, ReceiptStage, Session
from ui.samples import devices, sessions
from ui.translations import Texts
from ui.viewmodels.browse import BrowseModel

PROCEDURE = sessions()["procedure"]
CHECKLIST = replace(PROCEDURE, screen=Screen.CHECKLIST)
REASONS = ("PRN-ABSENT", "PRN-PAPER-OUT", "PRN-COVER-OPEN", "PRN-CUTTER", "PRN-HOT", "PRN-OFFLINE")


@pytest.fixture(scope="module")
def bench() -> Iterator[KioskBench]:
    made = KioskBench()
    yield made
    assert made.messages.warnings == []
    made.close()


def stopped(code: str) -> Session:
    printer = DeviceStatus("printer", DeviceKind.PRINTER, DeviceState.ATTENTION, code)
    return replace(CHECKLIST, devices=devices(printer))


def handout(session: Session, language: Language = Language.VI) -> dict[str, Any]:
    return dict(BrowseModel(Texts(language), replace(session, language=language)).property("handout"))


@pytest.mark.parametrize("session", [PROCEDURE, CHECKLIST], ids=["procedure", "checklist"])
def test_a_touch_asks_for_the_list_and_the_page_stays(bench: KioskBench, session: Session) -> None:
    page = session.screen.value
    bench.show(session)
    bench.tap(f"{page}.print")
    assert bench.did == [("print_checklist", {})]
    assert f"{page}.handout" not in bench.names()
    bench.show(replace(session, handout=Handout(ReceiptStage.PRINTING)))
    bench.tap(f"{page}.print")
    assert bench.did == [], "while it prints, the button is not to be touched"
    bench.tap("page.primary")
    assert bench.did == [("continue", {})]


def test_a_doubtful_list_is_asked_about_with_two_answers(bench: KioskBench) -> None:
    bench.show(replace(CHECKLIST, handout=Handout(ReceiptStage.UNKNOWN, "PRN-UNKNOWN-OUTCOME")))
    assert "checklist.print" not in bench.names()
    bench.tap("checklist.came_out")
    bench.tap("checklist.missing")
    assert bench.did == [("checklist_came_out", {}), ("print_checklist", {})]


@pytest.mark.parametrize("code", REASONS)
def test_without_a_working_printer_the_button_is_gone_and_words_say_why(bench: KioskBench, code: str) -> None:
    bench.show(stopped(code))
    shown = bench.names()
    assert "checklist.print" not in shown
    assert "checklist.handout" in shown
    for language in Language:
        told = handout(stopped(code), language)
        assert code in told["code"]
        assert not told["offered"]
        other = handout(stopped("SYS-HOST-DIED"), language)
        assert told["text"] != other["text"], "every code of the printer has words of its own"
        # There is no dossier yet: the words of the last screen would promise one.
        assert "hồ sơ" not in told["text"].lower()
        assert "dossier" not in told["text"].lower()


def test_low_paper_still_prints() -> None:
    assert handout(stopped("PRN-PAPER-LOW"))["offered"]


def test_as_long_as_no_device_is_known_nothing_is_said() -> None:
    told = handout(replace(CHECKLIST, devices=MappingProxyType({})))
    assert (told["offered"], told["told"]) == (False, False)


def test_what_became_of_the_list_stays_told_when_the_printer_fails_afterwards() -> None:
    for stage in (ReceiptStage.PRINTED, ReceiptStage.UNKNOWN):
        told = handout(replace(stopped("PRN-PAPER-OUT"), handout=Handout(stage)))
        assert (told["state"], told["offered"]) == (stage.value, False)


def test_a_failure_is_told_with_its_own_code_and_can_be_tried_again() -> None:
    told = handout(replace(CHECKLIST, handout=Handout(ReceiptStage.NOT_PRINTED, "PRN-HOT")))
    assert (told["state"], told["offered"]) == ("not_printed", True)
    assert "PRN-HOT" in told["code"]
