"""Nobody gets from the kiosk's screen to the computer, nor to the technician's screens without the technician's PIN."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.escape.attempts import CODES
from tests.escape.trying import a_hand_everywhere, every_corner, every_key, it_serves, nobody_gets_out
from tests.outside.on_screen import HIGH, WIDE, OnScreen, kiosk_on_screen

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[OnScreen]:
    with kiosk_on_screen(tmp_path) as running:
        running.until(lambda: len(running.windows()) == 1, "its window")
        yield running


def test_the_kiosk_fills_its_screen_alone(kiosk: OnScreen) -> None:
    (window,) = kiosk.windows()
    assert (window.x, window.y, window.wide, window.high) == (0, 0, WIDE, HIGH)


def test_keys_arrive_where_no_key_leads_out(kiosk: OnScreen) -> None:
    """Keys that lead nowhere by accident, because nobody hears them, would prove nothing."""
    kiosk.hand("mousemove", "540", "1500")

    def pressed() -> bool:
        kiosk.hand("key", "Tab", "Return")
        return bool(kiosk.screens())

    kiosk.until(pressed, "what a pressed button leads to")


def test_no_key_leads_out(kiosk: OnScreen) -> None:
    """Neither of a screen of buttons nor of a field that is typed into."""
    every_key(kiosk)


def test_a_window_that_is_told_to_close_stays(kiosk: OnScreen) -> None:
    (window,) = kiosk.windows()
    with nobody_gets_out(kiosk):
        for _ in range(3):
            kiosk.hand("windowquit", str(window.number))
        it_serves(kiosk)


def test_no_corner_edge_or_long_press_is_a_door(kiosk: OnScreen) -> None:
    every_corner(kiosk)


def present(kiosk: OnScreen, codes: Sequence[str]) -> None:
    """One after another, to a reader that is there."""
    ready = {"device": "barcode0", "state": "ready"}
    kiosk.until(
        lambda: any(ready.items() <= line.items() for line in kiosk.told("device.state")), "a reader that is ready"
    )
    for code in codes:
        seen = len(kiosk.told("code.presented"))
        kiosk.scan(code)
        kiosk.until(partial(_more, kiosk, seen), f"the code {code[:20]}")


def _more(kiosk: OnScreen, seen: int) -> bool:
    return len(kiosk.told("code.presented")) > seen


def test_codes_are_never_keys_or_commands(kiosk: OnScreen) -> None:
    with nobody_gets_out(kiosk):
        present(kiosk, CODES)
        assert not kiosk.screens()
        it_serves(kiosk)
        present(kiosk, CODES)
        it_serves(kiosk)


@pytest.mark.parametrize("seed", ["corner", "sleeve"])
def test_no_hand_that_touches_everywhere_finds_a_door(kiosk: OnScreen, seed: str) -> None:
    a_hand_everywhere(kiosk, seed)
