"""What a suite is run on: a driver's name, how its device is put in place, and the hand that stands beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol

from PIL import Image


class CannotDo(Exception):
    """This hand cannot do or see that; the test is skipped and the text is the reason."""


class Step(StrEnum):
    """What a suite asks of a hand. The values are the names that our simulators use, so most need no translation."""

    UNPLUG = "absent"
    MEND = "clear"
    GARBLE = "garble"
    REFUSE = "refuse"
    HANG = "hang"
    SLOW = "slow"
    DROP_AFTER = "drop_after"
    # chip card
    INSERT = "insert"
    REMOVE = "remove"
    REMOVED_AT = "removed_at"
    BLOCK = "blocked"
    BAD_MAC = "bad_mac"
    WRONG_HASH = "wrong_hash"
    FOREIGN_SIGNER = "foreign_signer"
    # scanner
    LOAD = "load"
    CLEAR_FEEDER = "clear_feeder"
    PLACE_FLATBED = "place_flatbed"
    CLEAR_FLATBED = "clear_flatbed"
    JAM = "jam"
    DOUBLE_FEED = "double_feed"
    TRUNCATE = "truncated"
    CUT_LINE = "cut_line"
    OCCUPY = "status_busy"
    # document camera
    LAY = "lay"
    TAKE = "take"
    DARK = "dark"
    BLUR = "blurred"
    FAR = "far"
    CUT_OFF = "cut_off"
    TILT = "tilted"
    SHAKE = "shaky"
    # scanner and printer
    OPEN_COVER = "open_cover"
    CLOSE_COVER = "close_cover"
    # barcode reader
    SCAN = "scan"
    SPLIT = "split"
    NO_SUFFIX = "no_suffix"
    FLOOD = "flood"
    # printer
    PAPER_OUT = "paper_out"
    PAPER_OUT_AFTER = "paper_out_after"
    PAPER_LOW = "paper_low"
    REFILL = "refill"
    CUTTER_JAM = "cutter_jam"
    STALL = "stall"
    STALE = "stale"


TIDYING: Final = frozenset(
    {Step.MEND, Step.REMOVE, Step.CLEAR_FEEDER, Step.CLEAR_FLATBED, Step.REFILL, Step.CLOSE_COVER, Step.TAKE}
)
"""Steps that only put right: nothing is to be done when nothing was done since the last one."""

REQUESTS: Final = MappingProxyType(
    {
        Step.UNPLUG: "Pull the device's cable, or switch it off.",
        Step.MEND: "Put everything right: plugged in, switched on, covers closed, nothing stuck.",
        Step.INSERT: "Lay the test card on the reader.",
        Step.REMOVE: "Take the card off the reader, if one lies there.",
        Step.LOAD: "Put {argument} sheets into the feeder.",
        Step.CLEAR_FEEDER: "Take all sheets out of the feeder.",
        Step.PLACE_FLATBED: "Lay one sheet on the glass.",
        Step.CLEAR_FLATBED: "Take the sheet off the glass.",
        Step.LAY: "Lay one sheet under the camera, in place of what lies there.",
        Step.TAKE: "Take away what lies under the camera.",
        Step.OPEN_COVER: "Open the cover.",
        Step.CLOSE_COVER: "Close the cover.",
        Step.SCAN: "Hold this code before the reader, once: {argument}",
        Step.PAPER_OUT: "Take the paper roll out and close the cover.",
        Step.REFILL: "Put the paper roll in and close the cover.",
    }
)
"""What a person is asked for; a step without words here needs a simulator."""


@dataclass(frozen=True)
class TestCard:
    """What is printed on the card that lies on the reader, and what its chip must never spread."""

    __test__ = False

    can: str = field(repr=False)
    mrz: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True)
class Slips:
    """Slips that came out of the printer so far; `pictures` None when only their number is known."""

    count: int
    pictures: tuple[Image.Image, ...] | None = None


class Hand(Protocol):
    """Does to a device what a person does, and tells what a person sees. Every method may raise CannotDo."""

    @property
    def simulated(self) -> bool:
        """Whether what is put in is known exactly: sheets as the suite drew them, codes as it wrote them."""

    async def do(self, step: Step, argument: str | None = None) -> None:
        """Does one step; it is done when this returns."""

    async def slips(self) -> Slips:
        """What the printer has put out since it was put in place."""

    async def chip_commands(self) -> int:
        """How many commands the chips have got since the device was put in place."""

    async def card(self) -> TestCard:
        """The card that is on the reader."""


@dataclass(frozen=True)
class Placed:
    """A device in place: the driver's settings for it, and a hand."""

    settings: dict[str, Any]
    hand: Hand


Place = Callable[[Path], AbstractAsyncContextManager[Placed]]


@dataclass(frozen=True)
class Subject:
    """A driver under test.

    `driver` is the name of its entry point. `place(folder)` puts its device in place for as long as the context lasts: it
    starts a simulator on its wire, or does nothing for a device that stands there. `folder` is empty and for its use.
    """

    driver: str
    place: Place


def standing(settings: dict[str, Any], hand: Hand) -> Place:
    """The place of a device that stands there already."""

    @asynccontextmanager
    async def place(_: Path) -> AsyncIterator[Placed]:
        yield Placed(settings, hand)

    return place
