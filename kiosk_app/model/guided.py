"""Tests that a technician does with the machine, step by step: what is tested, how far it is, what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from drivers.ports import DeviceKind


class Guide(StrEnum):
    """The guided tests."""

    PRINT = "print"
    SCAN = "scan"
    CARD = "card"
    CODE = "code"
    TOUCH = "touch"
    SOUND = "sound"


class GuideStage(StrEnum):
    """Where a guided test stands; ASK waits for the technician's yes or no."""

    PREPARE = "prepare"
    RUNNING = "running"
    ASK = "ask"
    DONE = "done"


GUIDE_OF: Final = {
    DeviceKind.PRINTER: Guide.PRINT,
    DeviceKind.SCANNER: Guide.SCAN,
    DeviceKind.CARD: Guide.CARD,
    DeviceKind.BARCODE: Guide.CODE,
}
"""The guided test of each kind of device."""
CELLS: Final = 60
"""Of the touch grid: 6 by 10 upright, 10 by 6 lying; a fingertip's size on a screen of 24 inches."""
SIDES: Final = ("left", "right")
"""The steps of the sound test."""


@dataclass(frozen=True)
class Found:
    """What a guided test found. `passed` None asks the technician; `picture` is a data URL, `facts` are plain words.

    `facts` may show a test card's masked data: they are for the screen only.
    """

    passed: bool | None
    code: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    picture: str = field(default="", repr=False)


@dataclass(frozen=True)
class GuidedRun:
    """The guided test on the screen; `device` empty where the screen itself or the sound is tested."""

    guide: Guide
    device: str = ""
    stage: GuideStage = GuideStage.PREPARE
    step: str = ""
    percent: int = 0
    found: Found = Found(None)
    touched: frozenset[int] = frozenset()


@dataclass(frozen=True)
class GuidedResult:
    """How a guided test ended the last time: when (RFC 3339), passed or not, and the code that says why."""

    guide: Guide
    at: str
    passed: bool
    code: str | None = None
