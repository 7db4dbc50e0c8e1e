"""Promises of home and scan screen in every look: what does not work is seen at once, and nothing is offered in vain."""

from __future__ import annotations

from dataclasses import replace

import pytest
from kiosk_bench import KioskBench
from PySide6.QtQuick import QQuickItem

from kiosk_app.model.basics import Language, Screen
from kiosk_app.model.session import Comfort
from ui.samples import in_language, sessions
from ui.translations import Texts
from ui.viewmodels.home import HomeModel

SAMPLES = sessions()
LOOKS = [Comfort(), Comfort(1.35), Comfort(1.6), Comfort(reach=True), Comfort(1.6, reach=True)]
LIMITED = ("home_paper_out", "home_no_scanner", "home_no_reader")
SCANS = [name for name, session in SAMPLES.items() if session.screen is Screen.SCAN]


def seen(bench: KioskBench, item: QQuickItem) -> bool:
    """Whether the whole item is on the screen as it has just been opened."""
    area, at = bench.rect(item), item.parentItem()
    while at is not None:
        if at.inherits("QQuickFlickable") and not bench.rect(at).adjusted(-1, -1, 1, 1).contains(area):
            return False
        at = at.parentItem()
    return area.top() >= 0 and area.bottom() <= bench.window.height()


def look_id(look: Comfort) -> str:
    return f"{look.text_scale}-{look.reach}"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("look", LOOKS, ids=look_id)
@pytest.mark.parametrize("name", LIMITED)
def test_what_does_not_work_today_is_seen_without_scrolling(
    bench: KioskBench, name: str, look: Comfort, language: Language
) -> None:
    session = in_language(replace(SAMPLES[name], comfort=look), language)
    bench.show(session)
    bench.laid_out()

    shown = {item.objectName() for item in bench.items() if item.isVisible() and seen(bench, item)}
    every = {f"home.announcement.{row['id']}" for row in HomeModel(Texts(language), session).property("announcements")}
    assert every
    assert every <= bench.names()  # whole, however far down
    assert "home.limits" in shown or every <= shown


def test_a_machine_that_is_well_announces_nothing(bench: KioskBench) -> None:
    bench.show(replace(SAMPLES["home"], comfort=Comfort(1.6)))

    assert "home.limits" not in bench.names()


@pytest.mark.parametrize("language", list(Language))
def test_the_line_names_each_thing_that_does_not_work(language: Language) -> None:
    said = HomeModel(Texts(language), in_language(SAMPLES["home_no_scanner"], language)).property("limits")

    short = Texts(language)
    assert all(short.t(f"home.short.{what}") in said["lead"] for what in ("service", "scanner", "printer"))
    assert short.t("home.short.card") not in said["lead"]
    assert said["tone"] == "bad"


@pytest.mark.parametrize("look", LOOKS, ids=look_id)
@pytest.mark.parametrize("name", SCANS)
def test_the_scan_screen_says_once_at_most_that_there_is_more_below(
    bench: KioskBench, name: str, look: Comfort
) -> None:
    bench.show(replace(SAMPLES[name], comfort=look))
    bench.laid_out()

    assert len([item for item in bench.items() if item.objectName() == "moreBelow" and item.isVisible()]) <= 1


@pytest.mark.parametrize("look", LOOKS, ids=look_id)
def test_without_a_scanner_only_the_desk_is_offered_and_scanning_comes_back_with_it(
    bench: KioskBench, look: Comfort
) -> None:
    session = replace(SAMPLES["scan_no_scanner"], comfort=look)
    bench.show(session)
    assert "scan.desk" in bench.names()
    assert "scan.start" not in bench.names()

    bench.show(replace(session, devices=SAMPLES["scan"].devices, notice=None))
    assert "scan.start" in bench.names()
    assert "scan.desk" not in bench.names()


def test_a_paper_that_is_chosen_in_large_text_brings_its_button_into_sight(bench: KioskBench) -> None:
    bench.show(replace(SAMPLES["scan_jam"], comfort=Comfort(1.6)))

    bench.tap("scan.component.fee")
    bench.laid_out()

    assert bench.did == [("choose_component", {"component": "fee"})]
    assert seen(bench, bench.find("scan.start"))
