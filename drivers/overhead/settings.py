"""The document camera's table of the configuration, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

SETTINGS: Final = {
    "source": "the camera's device, for example /dev/v4l/by-id/..., a film, or a folder into which frames are moved",
    "width": "pixels a row that the camera is asked for, default 2592",
    "height": "rows that it is asked for, default 1944",
    "fps": "frames a second that are looked at, default 10",
    "dpi": "dots an inch of what lies on the table, measured once when it is mounted; default: of A4 as long as a frame",
    "hold_s": "seconds that a page has to lie still before it is taken, default 0.6",
    "wait_s": "seconds after which nobody is waited for any longer, default 90",
    "preview": "file for what the camera sees while a citizen's screen shows it; on a file system in memory; default none",
    "stream": "of a folder: its pictures follow each other as a camera gives them, instead of one by one, default false",
}
A4_LONG_INCHES: Final = 297 / 25.4


@dataclass(frozen=True)
class Settings:
    """Where the camera is, how it looks, and how long a page must lie still."""

    source: str
    width: int = 2592
    height: int = 1944
    fps: float = 10.0
    dpi: int = 0
    hold_s: float = 0.6
    wait_s: float = 90.0
    preview: str = ""
    stream: bool = False

    @classmethod
    def of(cls, table: dict[str, Any]) -> Settings:
        """Reads the table. Raises ValueError naming the key."""
        unknown = set(table) - set(SETTINGS)
        if unknown:
            raise ValueError(f"{min(unknown)}: not a setting of this driver")
        stream = table.get("stream", False)
        if not isinstance(stream, bool):
            raise ValueError("stream: must be true or false")
        settings = cls(
            source=str(table.get("source", "")),
            width=int(_number(table, "width", 2592, 640, 10_000)),
            height=int(_number(table, "height", 1944, 480, 10_000)),
            fps=_number(table, "fps", 10.0, 1, 60),
            dpi=int(_number(table, "dpi", 0, 0, 1200)),
            hold_s=_number(table, "hold_s", 0.6, 0.1, 10),
            wait_s=_number(table, "wait_s", 90.0, 1, 600),
            preview=str(table.get("preview", "")),
            stream=stream,
        )
        if not settings.source:
            raise ValueError("source: give the camera's device, a film or a folder of frames")
        return settings

    def dpi_of(self, frame_px: int) -> int:
        """The resolution that pages are told with, of a frame whose longer side is `frame_px`."""
        return self.dpi or max(1, round(frame_px / A4_LONG_INCHES))


def _number(table: dict[str, Any], key: str, usual: float, least: float, most: float) -> float:
    value = table.get(key, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"{key}: must lie between {least:g} and {most:g}")
    return float(value)
