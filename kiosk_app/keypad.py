"""What the keys of an accessible keypad do, and which keys of a site's keypad do it; no Qt.

EN 301 549 5.1.2 and Section 508 402 and 407.3 ask that whatever touch does can be done without seeing and by keys that
are told apart by feeling. Such keypads are USB keyboards whose key codes are set by their maker, so that the keys are
settings here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Act(StrEnum):
    """What one key does."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    SELECT = "select"
    BACK = "back"
    HELP = "help"
    REPEAT = "repeat"
    LOUDER = "louder"
    SOFTER = "softer"
    SPEED = "speed"
    PLUGGED = "plugged"
    UNPLUGGED = "unplugged"


KEY_NAMES: Final = frozenset(
    (
        *("Up", "Down", "Left", "Right", "Return", "Enter", "Space", "Tab", "Backtab", "Escape", "Home", "End"),
        *("PageUp", "PageDown", "VolumeUp", "VolumeDown", "VolumeMute", "Menu", "Help", "Select", "Back"),
        *(f"F{number}" for number in range(1, 25)),
    )
)
"""The keys that may be given an act, as Qt names them; none that writes a letter."""

KEYS: Final[dict[Act, tuple[str, ...]]] = {
    Act.UP: ("Up", "Backtab"),
    Act.DOWN: ("Down", "Tab"),
    Act.LEFT: ("Left",),
    Act.RIGHT: ("Right",),
    Act.SELECT: ("Return", "Enter", "Space"),
    Act.BACK: ("Escape",),
    Act.HELP: ("F1",),
    Act.REPEAT: ("F2",),
    Act.LOUDER: ("VolumeUp", "F10"),
    Act.SOFTER: ("VolumeDown", "F9"),
    Act.SPEED: ("F8",),
    Act.PLUGGED: ("F15",),
    Act.UNPLUGGED: ("F16",),
}
"""The keys of a keypad unless the site says otherwise.

PLUGGED and UNPLUGGED are what a keypad with a headset's socket sends when a plug goes in or comes out.
"""


def acts_of_keys(keys: dict[Act, tuple[str, ...]]) -> dict[str, Act]:
    """The act of each key. Raises ValueError for a key that is not in KEY_NAMES or that has two acts."""
    found: dict[str, Act] = {}
    for act, names in keys.items():
        for name in names:
            if name not in KEY_NAMES:
                raise ValueError(f"{name}: expected one of {', '.join(sorted(KEY_NAMES))}")
            if name in found:
                raise ValueError(f"{name} is given to {found[name].value} and to {act.value}; expected one act a key")
            found[name] = act
    return found
