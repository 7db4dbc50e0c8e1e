"""What people try on a kiosk to get at the computer behind it: keys, gestures, and codes that are keys."""

from __future__ import annotations

from typing import Final

_FUNCTION: Final = tuple(f"F{number}" for number in range(1, 13))
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"

TERMINALS: Final = tuple(f"{held}+{key}" for held in ("alt", "ctrl+alt", "ctrl", "shift", "super") for key in _FUNCTION)
"""Another console, a menu, the end of the program."""

DESKTOP: Final = (
    *("alt+Tab", "alt+shift+Tab", "alt+Escape", "alt+space", "alt+Return", "alt+Left", "alt+Right", "alt+Home"),
    *("super", "super+d", "super+l", "super+r", "super+e", "super+x", "super+m", "super+Tab", "super+space"),
    *("Menu", "shift+F10", "ctrl+Escape", "ctrl+shift+Escape", "ctrl+alt+Delete", "ctrl+alt+BackSpace"),
    *("ctrl+alt+Tab", "ctrl+alt+t", "ctrl+alt+l", "ctrl+alt+Up", "ctrl+alt+Down", "ctrl+alt+End"),
    *(
        "Print",
        "alt+Print",
        "ctrl+Print",
        "shift+Print",
        "alt+Sys_Req",
        "alt+Sys_Req+b",
        "Pause",
        "Scroll_Lock",
        "Num_Lock",
    ),
)
"""What a desktop answers to."""

PROGRAM: Final = (
    *(f"ctrl+{letter}" for letter in _LETTERS),
    *(f"ctrl+shift+{letter}" for letter in "cijknptw"),
    *("ctrl+plus", "ctrl+minus", "ctrl+0", "ctrl+Tab", "ctrl+Insert", "shift+Insert", "shift+Delete", "ctrl+backslash"),
    *("Escape", "Insert", "F11", "Help", "Undo", "Redo", "Cancel", "Execute", "Find", "Select"),
)
"""What a browser, an editor or a terminal answers to."""

SPECIAL: Final = tuple(
    f"XF86{name}"
    for name in (
        *("PowerOff", "Sleep", "WakeUp", "Standby", "LogOff", "Reload", "Stop", "Back", "Forward", "HomePage", "WWW"),
        *("Mail", "Calculator", "Explorer", "Search", "Favorites", "MyComputer", "Terminal", "Launch1", "LaunchA"),
        *(
            "AudioRaiseVolume",
            "AudioMute",
            "AudioPlay",
            "Eject",
            "MonBrightnessUp",
            "Display",
            "TouchpadToggle",
            "Tools",
        ),
    )
)
"""The extra keys of a keyboard that somebody plugs in."""

KEYS: Final = TERMINALS + DESKTOP + PROGRAM + SPECIAL

CODES: Final = (
    "hex:1b",  # escape
    "hex:03",  # ctrl-c
    "hex:04",
    "hex:1a",
    "hex:1c",
    "hex:00",
    "hex:1b5b32347e",  # F12 of a terminal
    "hex:1b4f50",
    "hex:7f",
    "hex:0c",
    "hex:1b63",  # resets a terminal
    "hex:18",
    "]Q1\\000026alt F4",
    "; xterm &",
    "$(xterm)",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://localhost:22/",
    "kiosk://technician",
    "open_technician",
    "diagnostics",
    "../../etc/shadow",
    "%s%s%s%n",
    "A" * 4000,
)
"""Codes that would be keys to a reader that types, or commands to a program that believes them."""
