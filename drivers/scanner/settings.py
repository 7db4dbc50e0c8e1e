"""The scanner's table of the configuration, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from drivers.pages import FORMATS

SETTINGS: Final = {
    "device": "SANE device name, e.g. test:0; empty: the eSCL scanner of escl_url",
    "escl_url": "root of the scanner's eSCL service, e.g. http://127.0.0.1:8080/eSCL; its status is asked there",
    "shared": "true when other computers use the scanner, too: a job that runs at start is then left alone",
    "config_dir": "SANE configuration folder for `device`; empty: the system's",
    "width_mm": "widest area scanned, in mm",
    "height_mm": "longest area scanned, in mm",
    "page_format": "picture format in the spool: jpeg (quality 95) or png (lossless, ten times slower)",
}


@dataclass(frozen=True)
class Settings:
    """Where the scanner is and how its pages are kept; `area_mm` is width and height."""

    device: str
    escl_url: str
    shared: bool
    config_dir: str
    area_mm: tuple[float, float]
    page_format: str

    @property
    def name(self) -> str:
        """The SANE device name. An eSCL address is part of it, so that libsane need not begin anew for a new address."""
        return self.device or f"airscan:escl:Kiosk scanner:{self.escl_url}"


def read_settings(table: dict[str, Any]) -> Settings:
    """The settings of a device's table. Raises ValueError naming the key."""
    for key in table:
        if key not in SETTINGS:
            raise ValueError(f"{key}: unknown setting")
    device, escl_url = str(table.get("device", "")), str(table.get("escl_url", ""))
    if not device and not escl_url:
        raise ValueError("device: neither device nor escl_url is set")
    page_format = str(table.get("page_format", "jpeg"))
    if page_format not in FORMATS:
        raise ValueError(f"page_format: not one of {', '.join(FORMATS)}")
    shared = table.get("shared", False)
    if not isinstance(shared, bool):
        raise ValueError("shared: not true or false")
    area: list[float] = []
    for key, default in (("width_mm", 222.0), ("height_mm", 312.0)):
        try:
            area.append(float(table.get(key, default)))
        except (TypeError, ValueError) as error:
            raise ValueError(f"{key}: not a number") from error
        if not 50.0 <= area[-1] <= 1000.0:
            raise ValueError(f"{key}: not between 50 and 1000 mm")
    config_dir = str(table.get("config_dir", ""))
    return Settings(device, escl_url, shared, config_dir, (area[0], area[1]), page_format)
