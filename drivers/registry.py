"""Finds drivers through the entry points of group `kiosk.drivers`, ours and those of vendors' packages."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from drivers.errors import DeviceError
from drivers.ports import DriverInfo

GROUP: Final = "kiosk.drivers"


@dataclass(frozen=True)
class RegisteredDriver:
    """A driver that is installed: its information, or the reason why it cannot be used."""

    name: str
    package: str
    info: DriverInfo | None
    reason: str = ""


def registered() -> tuple[RegisteredDriver, ...]:
    """Every driver, sorted by name; one whose library is missing is listed with the reason and breaks nothing."""
    return tuple(_load(point) for point in sorted(entry_points(group=GROUP), key=lambda point: point.name))


def load(name: str) -> DriverInfo:
    """The driver of that name. Raises DeviceError SYS-NO-DRIVER with the reason."""
    for point in entry_points(group=GROUP, name=name):
        driver = _load(point)
        if driver.info is None:
            raise DeviceError("SYS-NO-DRIVER", f"{name}: {driver.reason}")
        return driver.info
    raise DeviceError("SYS-NO-DRIVER", f"{name}: no installed package registers it")


def _load(point: EntryPoint) -> RegisteredDriver:
    package = point.dist.name if point.dist else ""
    try:
        info = point.load()
    except (Exception, SystemExit) as error:  # a vendor's module may fail in any way while it is imported
        return RegisteredDriver(point.name, package, None, f"{type(error).__name__}: {error}")
    if not isinstance(info, DriverInfo):
        return RegisteredDriver(point.name, package, None, f"{point.value} is no DriverInfo")
    return RegisteredDriver(point.name, package, info)
