"""A reader that is gone, whatever its wire: how its driver says so."""

from __future__ import annotations

from typing import Final

from drivers.errors import DeviceError

ABSENT: Final = "BAR-ABSENT"


def absent(error: BaseException) -> DeviceError:
    """BAR-ABSENT with what the system said; raise it from the error."""
    return DeviceError(ABSENT, reason(error))


def reason(error: BaseException) -> str:
    """The error in the system's words."""
    return f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}"
