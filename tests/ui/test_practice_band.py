"""Promises of the practice band: on every screen, beside the page and never over it, reachable, spoken, with an end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kiosk_bench import KioskBench
from screen_judge import Look, judge

from kiosk_app.model.basics import SERVICING, Language, Overlay, Screen
from kiosk_app.model.practice import Practice
from kiosk_app.model.session import Comfort, Session
from ui.hearing.saying import Sayer
from ui.keypad.stops import scope
from ui.samples import sessions
from ui.translations import Texts

PRACTISE = Practice(None)
NEVER = (Screen.GOODBYE, Screen.OUT_OF_SERVICE, Screen.SENDING, Screen.TRACK, Screen.MY_DOSSIERS, *SERVICING)
SAMPLES = {
    name: replace(session, practice=PRACTISE)
    for name, session in sessions().items()
    if session.screen not in (*NEVER, Screen.SAVE_DRAFT, Screen.SAVED_DRAFT)
    and session.assist.now is None
    and session.overlay in (Overlay.NONE, Overlay.STEPS, Overlay.IDLE_WARNING, Overlay.CONFIRM_END)
}
LOOKS = [Comfort(), Comfort(1.6, True), Comfort(1.35, reach=True)]


def test_every_screen_of_a_practice_is_tried() -> None:
    wanted = set(Screen) - {*NEVER, Screen.SAVE_DRAFT, Screen.SAVED_DRAFT}
    assert {session.screen for session in SAMPLES.values()} == wanted


@pytest.mark.parametrize("look", LOOKS, ids=["usual", "large", "reach"])
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_band_and_page_share_the_window_and_every_screen_stays_as_good_as_without_it(
    bench: KioskBench, name: str, look: Comfort
) -> None:
    session: Session = SAMPLES[name]
    language = Language.EN if look.high_contrast else Language.VI
    shown = Look(bench.window.width() > bench.window.height(), language, look)
    bench.show(shown.of(session))
    bench.laid_out()
    page, band = bench.rect(bench.find("screen")), bench.rect(bench.find("practice.band"))
    assert not page.intersects(band.adjusted(1, 1, -1, -1))
    assert page.height() + band.height() == pytest.approx(bench.window.height(), abs=1)
    assert band.width() == bench.window.width()
    words = bench.find("practice.words")
    assert words.property("text") == Texts(language).t("practice.band")
    assert band.contains(bench.rect(words))
    assert band.contains(bench.rect(bench.find("practice.end")))
    if look.reach:
        assert band.top() > page.top(), "its controls are within reach"
    assert judge(bench, shown) == []


@pytest.mark.parametrize("name", ["practice_home", "practice_form", "practice_steps", "practice_done"])
def test_the_end_is_one_touch_away_and_the_steps_too(bench: KioskBench, name: str) -> None:
    bench.show(SAMPLES[name])
    bench.tap("practice.end")
    assert bench.runtime.intents[-1][0] == "end_practice"
    bench.tap("practice.steps")
    assert bench.runtime.intents[-1][0] == "show_steps"


def test_what_the_screen_waits_for_is_presented_by_one_touch_and_not_offered_elsewhere(bench: KioskBench) -> None:
    words = Texts(Language.VI)
    for name, what in (("practice_identify", "card"), ("practice_number", "code"), ("practice_scan", "papers")):
        bench.show(SAMPLES[name])
        assert bench.find("practice.specimen").property("text") == words.t(f"practice.specimen.{what}")
        bench.tap("practice.specimen")
        assert bench.runtime.intents[-1][0] == "present_specimen"
    bench.show(SAMPLES["practice_form"])
    assert "practice.specimen" not in bench.names()


def test_the_keypad_comes_to_the_band_and_the_voice_begins_each_screen_with_it(bench: KioskBench) -> None:
    bench.show(SAMPLES["practice_home"])
    here = scope(bench.window)
    assert {"practice.words", "practice.steps", "practice.end"} <= {stop.item.objectName() for stop in here.stops}
    texts = Texts(Language.VI)
    sayer = Sayer(texts)
    sayer.practised = True
    said = [part.words for part in sayer.entry(here, None, "screen")]
    assert said[0] == texts.t("practice.band")


def test_without_practice_there_is_no_band(bench: KioskBench) -> None:
    bench.show(sessions()["home"])
    assert "practice.band" not in bench.names()
    assert bench.rect(bench.find("screen")).height() == pytest.approx(bench.window.height(), abs=1)
