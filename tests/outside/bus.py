"""A message bus of one's own, on which a program can be looked at as a screen reader looks at it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from tests.outside.on_screen import OnScreen
from tests.outside.person import EYE, Eye

ASKED_IN_VAIN: Final = ('does not implement "GetApplicationBusAddress"', "Could not find accessible on path")
"""What Qt says of an eye's questions: about a bus between the two alone, which libatspi asks every program for and Qt has
not, and about something that went from the screen while it was looked at."""


def troubles(kiosk: OnScreen) -> list[str]:
    """What went wrong in the kiosk or in Qt, as its log has it."""
    said = [*kiosk.told("ui.exception"), *kiosk.told("qt.message")]
    return [str(line) for line in said if not any(words in str(line.get("text")) for words in ASKED_IN_VAIN)]


@contextmanager
def eye_on_a_bus(environment: Mapping[str, str], user: tuple[str, ...] = ()) -> Iterator[tuple[Eye, dict[str, str]]]:
    """An eye, and what is in the environment of whoever it shall see; `user` are the words that make a program another's."""
    read, write = os.pipe()
    words = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--print-address={write}"]
    bus = subprocess.Popen(
        [*user, *words], env=dict(environment), pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(write)
    try:
        with os.fdopen(read) as told:
            address = told.readline().strip()
        assert address, "no message bus could be started"
        here = {"DBUS_SESSION_BUS_ADDRESS": address}
        eye = Eye((*user, *EYE), {**environment, **here})
        try:
            # As a screen reader that runs has it: programs tell what they show.
            yield eye, {**here, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        finally:
            eye.close()
    finally:
        bus.terminate()
        bus.wait(30)
