"""What a supervisor is told of a device: its place in the configuration, and how long it may take for what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from drivers.ports import DeviceKind


@dataclass(frozen=True)
class Limits:
    """How long is waited for what, in seconds, and how many deaths open the breaker."""

    start_s: float = 10.0
    call_s: float = 10.0
    silence_s: float = 10.0
    backoff_first_s: float = 0.05
    backoff_last_s: float = 15.0
    breaker_deaths: int = 6
    breaker_window_s: float = 60.0
    breaker_rest_s: float = 120.0
    spare_after_s: float = 2.0


@dataclass(frozen=True)
class DeviceConfig:
    """A device of the configuration: its id, driver and the driver's settings."""

    id: str
    kind: DeviceKind
    driver: str
    settings: dict[str, Any] = field(default_factory=dict)
