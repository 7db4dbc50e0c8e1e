"""Nobody gets from the kiosk's screen to the computer, nor to the technician's screens without the technician's PIN."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from kiosk_app.model.basics import SERVICING, Screen
from tests.escape.attempts import CODES, KEYS
from tests.escape.on_screen import HIGH, WIDE, OnScreen, kiosk_on_screen

pytestmark = pytest.mark.timeout(400)

FIELD = (540, 340)
# A card of the home screen, the end of a question, the way back, and home beside either language's name.
LEADING = ((300, 900), (372, 1790), (140, 1810), (732, 72), (650, 72))
CORNERS = ((2, 2), (WIDE - 3, 2), (2, HIGH - 3), (WIDE - 3, HIGH - 3))
BEHIND_THE_PIN = {screen.value for screen in SERVICING} - {Screen.TECHNICIAN_LOGIN.value}


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[OnScreen]:
    with kiosk_on_screen(tmp_path) as running:
        running.until(lambda: len(running.windows()) == 1, "its window")
        yield running


@contextmanager
def nobody_gets_out(kiosk: OnScreen) -> Iterator[None]:
    """What is done in the block leaves the kiosk as it was: its one window whole, nothing started, no door open."""
    windows, programs = kiosk.windows(), kiosk.below()
    yield
    assert kiosk.kiosk.poll() is None
    assert kiosk.windows() == windows
    assert kiosk.below() <= programs
    assert not BEHIND_THE_PIN & set(kiosk.screens())
    assert not [line for event in ("ui.exception", "qt.message", "technician.let_in") for line in kiosk.told(event)]


def press(kiosk: OnScreen, keys: Sequence[str]) -> None:
    for first in range(0, len(keys), 12):
        kiosk.hand("key", "--clearmodifiers", *keys[first : first + 12])


def it_serves(kiosk: OnScreen) -> None:
    """A touch leads on, from whatever screen or question it is at now."""
    seen = len(kiosk.screens())

    def led_on() -> bool:
        for place in LEADING:
            kiosk.touch(*place)
            time.sleep(0.3)
        return len(kiosk.screens()) > seen

    kiosk.until(led_on, "another screen")


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
    assert len(set(KEYS)) >= 60
    with nobody_gets_out(kiosk):
        press(kiosk, KEYS)
        it_serves(kiosk)
    with nobody_gets_out(kiosk):
        kiosk.touch(*FIELD)
        press(kiosk, KEYS)
        for key in ("Escape", "super", "shift", "ctrl", "alt"):
            kiosk.hand("keydown", key, "sleep", "0.5", "keyup", key)
            kiosk.hand("key", "--repeat", "12", "--delay", "20", key)
        it_serves(kiosk)


def test_a_window_that_is_told_to_close_stays(kiosk: OnScreen) -> None:
    (window,) = kiosk.windows()
    with nobody_gets_out(kiosk):
        for _ in range(3):
            kiosk.hand("windowquit", str(window.number))
        it_serves(kiosk)


def test_no_corner_edge_or_long_press_is_a_door(kiosk: OnScreen) -> None:
    with nobody_gets_out(kiosk):
        for x, y in (*CORNERS, (WIDE // 2, 2), (80, 72), (WIDE // 2, 72)):
            at = ("mousemove", str(x), str(y))
            kiosk.hand(*at, "mousedown", "1", "sleep", "1.5", "mouseup", "1")
            kiosk.hand(*at, "click", "--repeat", "10", "--delay", "40", "1")
            kiosk.hand(*at, "click", "2", "click", "3", "click", "8", "click", "9")
        for x, y in CORNERS:
            kiosk.hand("mousemove", str(x), str(y), "mousedown", "1", "mousemove", "540", "960", "mouseup", "1")
            kiosk.hand("keydown", "ctrl", "mousemove", "540", "960", "click", "4", "click", "5", "keyup", "ctrl")
        it_serves(kiosk)


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
    dice = random.Random(seed)
    with nobody_gets_out(kiosk):
        it_serves(kiosk)
        for _ in range(150):
            x, y = dice.randrange(WIDE), dice.randrange(HIGH)
            if dice.random() < 0.2:
                other = (str(dice.randrange(WIDE)), str(dice.randrange(HIGH)))
                kiosk.hand("mousemove", str(x), str(y), "mousedown", "1", "mousemove", *other, "mouseup", "1")
            else:
                kiosk.touch(x, y)
            if dice.random() < 0.3:
                kiosk.hand("key", dice.choice(("Tab", "Return", "Escape", "Down", "space", "BackSpace")))
