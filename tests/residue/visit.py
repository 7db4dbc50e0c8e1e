"""What a citizen does at the kiosk up to the filled-in form, and the ways in which they leave it."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.residue.canaries import Canary
from tests.residue.stand import Stand

PIN: Final = "20260602"
"""The demonstration's."""
LOOK_AGAIN_S: Final = 1.5
"""How long a technician looks at the page before the button that has changed its meaning is touched again."""


def come(stand: Stand) -> None:
    """From the home screen to the card reader."""
    stand.do("touch home.submit", "screen search", "choose CA-01", "screen procedure", "touch page.primary")
    stand.do("screen checklist", "touch checklist.component.c1", "touch page.primary", "screen consent")
    stand.do("touch page.primary", "screen identify")


def identify(stand: Stand, canary: Canary) -> None:
    """Stays on the screen that shows whose card it is."""
    come(stand)
    stand.present(canary)


def scan(stand: Stand, canary: Canary) -> None:
    """Takes the card and puts the paper through the scanner; stays on the pages."""
    stand.card.remove()
    stand.do("touch page.primary", "screen scan")
    stand.hand("scanner0", "load", str(canary.paper(stand.own)))
    stand.do("until paper=yes", "touch scan.start", "until pages=1", "until scanning=no")
    stand.hand("scanner0", "take_output")
    stand.do("touch page.primary", "screen page_review")


def fill_in(stand: Stand, canary: Canary) -> None:
    """Types the answers, key by key; stays on the form."""
    stand.do("touch page.primary", "screen form")
    for field, text in (("address", canary.typed), ("phone", canary.phone), ("email", canary.email)):
        stand.do(f"touch form.{field}", *(f"touch key.{letter}" for letter in text))
        if field == "email":
            stand.do("touch key.@", *(f"touch key.{letter}" for letter in "vidu"), "touch key..vn")
        stand.do("touch key.done")


# --- ways out --------------------------------------------------------------------------------------------------------


def finish(stand: Stand, canary: Canary) -> None:
    """Submits, takes the slip, says goodbye."""
    stand.do("touch page.primary", "screen check_answers", "touch page.primary", "screen declare")
    stand.do("touch declare.agree", "touch page.primary", "screen done", "until receipt=printed", seconds=90)
    stand.hand("printer0", "tear")
    stand.printed()
    stand.do("touch page.primary", "screen goodbye", "expire goodbye", "screen home")


def leave(stand: Stand, canary: Canary) -> None:
    """Touches the house and says yes to erasing everything."""
    stand.do("touch header.home", "touch overlay.end", "screen goodbye", "expire goodbye", "screen home")


def walk_away(stand: Stand, canary: Canary) -> None:
    """Stands there no more; the time runs out."""
    stand.do("expire idle", "until overlay=idle_warning", "expire idle_end", "screen goodbye", "expire goodbye")
    stand.do("screen home")


def servicing(stand: Stand, canary: Canary) -> None:
    """A technician comes, ends the session, signs in, takes the scanner out of service and puts it back."""
    stand.do("touch page.help", "touch technician.open", "touch overlay.end", "screen technician_login")
    stand.do("until gate=ready", *(f"touch tech.key.{digit}" for digit in PIN), "touch tech.ok", "screen diagnostics")
    stand.do("touch diagnostics.device.scanner0", "screen diagnostics_device", "touch diagnostics.disable.scanner0")
    stand.do("until device:scanner0=disabled")
    time.sleep(LOOK_AGAIN_S)
    stand.do("touch diagnostics.disable.scanner0", "until device:scanner0=ready")
    stand.do("touch page.back", "screen diagnostics", "touch diagnostics.leave", "screen home")


def save(stand: Stand, canary: Canary) -> None:
    """Saves for later and goes."""
    stand.do("touch header.home", "touch overlay.save", "screen save_draft", "until draft=ready", "touch page.primary")
    stand.do("until draft=saved", "until handout=printed", seconds=90)
    stand.hand("printer0", "tear")
    stand.printed()
    stand.do("touch page.primary", "screen goodbye", "expire goodbye", "screen home")


def discard(stand: Stand, canary: Canary) -> None:
    """Saves for later, comes back with the card and has the draft deleted."""
    save(stand, canary)
    come(stand)
    stand.present(canary)
    stand.card.remove()
    stand.do("touch page.primary", "screen saved_draft", "touch draft.delete", "touch draft.delete_now", "screen scan")
    leave(stand, canary)


def host_killed(stand: Stand, canary: Canary) -> None:
    """All device hosts die at once; then the citizen leaves."""
    _kill(stand.of_kind("drivers.host"))
    leave(stand, canary)
    stand.ready()


def worker_killed(stand: Stand, canary: Canary) -> None:
    """The workers that make pages die; then the citizen leaves."""
    _kill(stand.of_kind("kiosk_app.imaging.worker"))
    leave(stand, canary)


def kiosk_killed(stand: Stand, canary: Canary) -> None:
    """kill -9 of the kiosk's own process, in the middle of the form."""
    _kill([stand.kiosk.pid])
    stand.kiosk.wait(30)


def all_killed(stand: Stand, canary: Canary) -> None:
    """Every process of the kiosk at once, as when the power fails: nobody tidies up."""
    _kill(list(stand.processes()))
    stand.kiosk.wait(30)


def _kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # with its parent, a moment ago
            os.kill(pid, signal.SIGKILL)


@dataclass(frozen=True)
class Way:
    """A way out: its name in the report, what happens, and whether the kiosk has to be started again."""

    name: str
    go: Callable[[Stand, Canary], None]
    kills: bool = False


WAYS: Final = (
    Way("submitted, goodbye", finish),
    Way("left by the house", leave),
    Way("walked away, time out", walk_away),
    Way("technician, out of service", servicing),
    Way("draft saved", save),
    Way("draft saved, then deleted", discard),
    Way("device hosts killed", host_killed),
    Way("imaging workers killed", worker_killed),
    Way("kill -9 of the kiosk", kiosk_killed, kills=True),
    Way("kill -9 of all processes", all_killed, kills=True),
)
