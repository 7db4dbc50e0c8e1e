"""Promises of the screens: each renders clean in every look, nothing is cut off, and every target fits a finger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from kiosk_bench import KioskBench
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickItem
from screen_judge import Look, judge

from kiosk_app.model.basics import Language, Screen
from kiosk_app.model.session import Comfort, ScanView, Session
from ui.samples import in_language, sessions

SAMPLES = sessions()
NAMES = sorted(SAMPLES)
# Any two values of any two axes meet in one of these; with the bench's two orientations. `make screens` has all 48.
LOOKS = [
    (Language.VI, Comfort()),
    (Language.EN, Comfort(high_contrast=True, reach=True)),
    (Language.VI, Comfort(1.35, high_contrast=True, reach=True)),
    (Language.EN, Comfort(1.35)),
    (Language.VI, Comfort(1.6, reach=True)),
    (Language.EN, Comfort(1.6, high_contrast=True)),
]


def tones(image: QImage) -> int:
    """How many different colours a coarse grid of the picture has."""
    return len({image.pixel(x, y) for x in range(4, image.width(), 9) for y in range(4, image.height(), 9)})


def texts(bench: KioskBench) -> Iterator[QQuickItem]:
    for item in bench.items():
        if item.inherits("QQuickText") and item.isVisible() and item.property("text"):
            yield item


def test_every_screen_has_a_sample() -> None:
    assert {session.screen for session in SAMPLES.values()} == set(Screen)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", NAMES)
def test_a_screen_is_shown_without_a_warning_and_is_not_blank(bench: KioskBench, name: str, language: Language) -> None:
    bench.show(in_language(SAMPLES[name], language))

    assert tones(bench.window.grabWindow()) > 12
    assert not [item.property("text") for item in texts(bench) if item.property("text").startswith("[")]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: Look(False, *look).name.removeprefix("portrait-"))
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_off_faint_small_or_without_a_name(
    bench: KioskBench, name: str, look: tuple[Language, Comfort]
) -> None:
    shown = Look(bench.window.width() > bench.window.height(), *look)
    bench.show(shown.of(SAMPLES[name]))

    assert judge(bench, shown) == []


@pytest.mark.parametrize("language", list(Language))
def test_no_button_moves_under_a_finger_when_the_scanner_draws_in_the_first_sheet(
    bench: KioskBench, language: Language
) -> None:
    lying = in_language(SAMPLES["scan_stack"], language)
    bench.show(lying)
    bench.laid_out()
    kept = ("page.back", "page.primary", "page.help", "scan.save")
    places = {name: bench.rect(bench.find(name)) for name in kept}
    start = bench.rect(bench.find("scan.start"))

    for scan in (
        ScanView(waiting=True),
        ScanView(running=True, paper_loaded=True),
        ScanView(running=True, stopping=True),
    ):
        bench.runtime.show(replace(lying, scan=scan))
        bench.laid_out()
        assert {name: bench.rect(bench.find(name)) for name in kept} == places
        assert bench.rect(bench.find("scan.stop" if scan.running else "scan.start")).topLeft() == start.topLeft()
    assert not bench.find("scan.save").isEnabled()


@pytest.mark.parametrize("name", NAMES)
def test_every_screen_has_words_to_read_aloud_and_none_of_them_personal(bench: KioskBench, name: str) -> None:
    bench.show(SAMPLES[name])

    words = next(item for item in bench.items() if item.objectName() == "screen").property("item").property("spoken")

    assert len(words) > 10
    assert not any(secret in words for secret in ("NGUYỄN", "001099", "0900", "K7Q2", "G06-", "thunghiem"))


@pytest.mark.parametrize("name", NAMES)
def test_help_and_language_are_one_touch_away(bench: KioskBench, name: str) -> None:
    session: Session = SAMPLES[name]
    bench.show(session)

    names = bench.names()
    assert "page.help" in names
    # While a field is typed in on a low screen the header makes room; the keyboard's last key brings it back.
    if "key.done" not in names:
        assert "header.language" in names
