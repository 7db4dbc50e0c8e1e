"""The receipt printer's table of the configuration, checked, over what its profile says of its kind."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Final

from drivers.printer.encode import CUTS, WIDTHS
from drivers.printer.transport import LineSettings

WINDOW: Final = 4
"""Bands on their way at once; together they fit the printer's buffer."""
LONGEST_S: Final = 80.0
"""No job takes longer, however slow its line: the host's own deadline lies behind it."""
_FRAME: Final = 40  # bytes around a band's rows: header, mark, a status question
_ON_THE_WAY_S: Final = 0.5  # a slow line carries no more than this at once, or a question would wait behind it
_LOOK_S: Final = 0.1
_STATUS: Final = ("asked", "automatic")
_MARKS: Final = ("buffered", "numbered")
_GENERIC: Final = "generic-80mm"


@dataclass(frozen=True)
class Profile:
    """What a kind of printer can do; see profiles.toml."""

    title: str
    dots: int
    cut: str
    buffer_bytes: int
    status: str
    marks: str


@cache
def profiles() -> dict[str, Profile]:
    """All kinds by name."""
    tables = tomllib.loads(Path(__file__).with_name("profiles.toml").read_text("utf-8"))
    return {name: Profile(**table) for name, table in tables.items()}


@dataclass(frozen=True)
class Settings:
    """One printer: its line, and what it can do."""

    line: LineSettings
    profile: str = _GENERIC
    dots: int = 576
    dpi: int = 203
    cut: str = "partial"
    buffer_bytes: int = 4096
    status: str = "asked"
    marks: str = "buffered"
    silence_s: float = 6.0
    deadline_s: float = 25.0

    @property
    def window_bytes(self) -> int:
        """What may be on its way at once, in the line and in the printer's buffer."""
        return int(
            min(self.buffer_bytes, max(_ON_THE_WAY_S * self.line.bytes_per_s, WINDOW * (self.dots // 8 + _FRAME)))
        )

    @property
    def band_rows(self) -> int:
        """Rows a band: no more is on its way than the printer takes, or a stop could not be asked about any more."""
        return max(1, (self.window_bytes // WINDOW - _FRAME) // (self.dots // 8))

    @property
    def answer_s(self) -> float:
        """How long a printer may take to answer a question that lies behind the window on the line."""
        return 1.0 + self.window_bytes / self.line.bytes_per_s

    @property
    def look_s(self) -> float:
        """How long no paper may move before the printer is asked why: nobody changes a roll or shuts a cover so fast."""
        return _LOOK_S + self.window_bytes / self.line.bytes_per_s

    def job_s(self, total_bytes: int) -> float:
        """How long a job of so many bytes may take."""
        return min(LONGEST_S, self.deadline_s + 1.2 * total_bytes / self.line.bytes_per_s)

    @classmethod
    def of(cls, table: dict[str, Any]) -> Settings:
        """Reads the table. Raises ValueError naming the key."""
        unknown = set(table) - set(SETTINGS)
        if unknown:
            raise ValueError(f"{min(unknown)}: not a setting of this driver")
        line = LineSettings(
            **{key: str(table.get(key, "")) for key in ("address", "serial", "device", "usb")},
            baud=int(table.get("baud", 115200)),
        )
        name = str(table.get("profile", _GENERIC))
        profile = profiles().get(name)
        if profile is None:
            raise ValueError(f"profile: {name!r} is none of {', '.join(profiles())}")
        of_kind = {item.name: getattr(profile, item.name) for item in fields(Profile) if item.name != "title"}
        values = {key: table.get(key, of_kind[key]) for key in of_kind}
        cut = values["cut"]
        settings = cls(
            line,
            profile=name,
            dots=int(values["dots"]),
            dpi=int(table.get("dpi", 203)),
            cut={True: "partial", False: "none"}[cut] if isinstance(cut, bool) else str(cut),
            buffer_bytes=int(values["buffer_bytes"]),
            status=str(values["status"]),
            marks=str(values["marks"]),
            silence_s=float(table.get("silence_s", 6.0)),
            deadline_s=float(table.get("deadline_s", 25.0)),
        )
        settings._check()
        return settings

    def _check(self) -> None:
        if self.dots not in WIDTHS:
            raise ValueError(f"dots: {self.dots} is none of {', '.join(map(str, WIDTHS))}")
        for key, value, known in (
            ("cut", self.cut, CUTS),
            ("status", self.status, _STATUS),
            ("marks", self.marks, _MARKS),
        ):
            if value not in known:
                raise ValueError(f"{key}: {value!r} is none of {', '.join(known)}")
        if self.status == "automatic" and self.marks != "numbered":
            # The last three bytes of automatic status look like the answer to GS r: one byte lost, and paper is made up.
            raise ValueError("status: automatic needs marks = numbered")
        if not 1024 <= self.buffer_bytes <= 1_048_576:
            raise ValueError("buffer_bytes: must lie between 1024 and 1048576")
        if self.dpi <= 0:
            raise ValueError("dpi: must be above 0")
        if not 0.1 <= self.silence_s <= self.deadline_s <= 30.0:
            raise ValueError("silence_s: must lie between 0.1 and deadline_s, which is at most 30")


SETTINGS: Final = {
    "address": "host:port of a network printer",
    "serial": "path of a serial port; it is given bytes no faster than `baud` carries them",
    "baud": "speed of a serial port, default 115200",
    "device": "path of a device file of its own speed: /dev/usb/lp0, or /dev/usb/lp* for whichever number it has today",
    "usb": "vendor:product or vendor:product:serial of a printer without a device file, by libusb: 04b8:0e28",
    "profile": f"the kind of printer, default {_GENERIC}; the others: "
    + ", ".join(sorted(set(profiles()) - {_GENERIC})),
    "dots": "printable width: 576 (80 mm paper), 512 or 384 (58 mm); default of the profile",
    "dpi": "dots per inch, default 203",
    "cut": "partial, full or none; true and false mean partial and none; default of the profile",
    "status": "asked (DLE EOT 1-4), or automatic: changes are told at once as well; default of the profile",
    "marks": "buffered (GS r) or numbered (GS ( H): how the printer tells what is on paper; default of the profile",
    "buffer_bytes": "the printer's receive buffer: no more than this is sent ahead of the paper; default of the profile",
    "silence_s": "seconds without any paper moving before a job is given up as unknown, default 6",
    "deadline_s": "seconds for a whole job, default 25, at most 30; a serial line gets the time that its bytes take on top",
}
