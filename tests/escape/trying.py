"""What is tried on a kiosk on whatever screen, and what has to hold while it is tried."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from kiosk_app.model.basics import SERVICING, Screen
from tests.escape.attempts import KEYS
from tests.outside.on_screen import HIGH, WIDE, OnScreen

FIELD: Final = (540, 340)
# A card of the home screen, the end of a question, the way back, and home beside either language's name.
LEADING = ((300, 900), (372, 1790), (140, 1810), (732, 72), (650, 72))
CORNERS = ((2, 2), (WIDE - 3, 2), (2, HIGH - 3), (WIDE - 3, HIGH - 3))
BEHIND_THE_PIN = {screen.value for screen in SERVICING} - {Screen.TECHNICIAN_LOGIN.value}


@contextmanager
def nobody_gets_out(kiosk: OnScreen) -> Iterator[None]:
    """What is done in the block leaves the kiosk as it was: its one window whole, nothing started, no door open."""
    windows, programs = kiosk.windows(), kiosk.below()
    yield
    assert kiosk.kiosk.poll() is None
    assert kiosk.windows() == windows
    assert kiosk.below() - programs == set()
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


def every_key(kiosk: OnScreen) -> None:
    """All keys and their combinations, on a screen of buttons and in a field that is typed into."""
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


def every_corner(kiosk: OnScreen) -> None:
    """Long presses, many touches, other buttons and strokes at corners and edges."""
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


def a_hand_everywhere(kiosk: OnScreen, seed: str) -> None:
    """Touches, strokes and keys at random; a seed does the same again."""
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
