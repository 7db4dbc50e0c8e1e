"""The pytest plugin for real hardware: `--device ID` takes driver and settings from the kiosk's configuration."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from drivers.conformance.hands import PersonHand
from drivers.conformance.subject import Subject, standing
from drivers.ports import DeviceKind

DEVICE_TESTS: Final = "drivers.conformance.test_device"
PROFILES: Final = ("production", "demo", "test")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options."""
    group = parser.getgroup("kiosk", "conformance of a kiosk's device")
    group.addoption("--device", metavar="ID", help="the device of the kiosk's configuration to be tested")
    group.addoption(
        "--profile", choices=PROFILES, help="profile under the site's configuration, default: the site's own"
    )
    group.addoption(
        "--kiosk-config", type=Path, metavar="FILE", help="the site's configuration, default config/kiosk.toml"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps the suite of the device's kind, with the device as its subject."""
    ours = [item for item in items if _module_of(item) == DEVICE_TESTS]
    if not ours:
        return
    kind, subject = configured(
        config.getoption("device"), config.getoption("profile"), config.getoption("kiosk_config")
    )
    chosen = [item for item in ours if isinstance(item, pytest.Function) and getattr(item.cls, "kind", None) is kind]
    for item in chosen:
        item.cls.subject = subject
    dropped = [item for item in ours if item not in chosen]
    config.hook.pytest_deselected(items=dropped)
    items[:] = [item for item in items if item not in dropped]


def configured(device: str | None, profile: str | None, file: Path | None) -> tuple[DeviceKind, Subject]:
    """The device of the configuration. Raises pytest.UsageError saying what is missing."""
    if device is None:
        raise pytest.UsageError("name a device of the configuration: --device ID")
    home = Path(os.environ.get("KIOSK_HOME") or Path(__file__).resolve().parents[2])
    site_file = file or home / "config" / "kiosk.toml"
    if file is not None and not file.is_file():
        raise pytest.UsageError(f"{file}: no such file")
    site = _read(site_file) if site_file.is_file() else {}
    name = profile or str(site.get("profile", "demo"))
    below = home / "config" / "profiles" / f"{name}.toml"
    devices: list[dict[str, Any]] = site.get("devices") or (_read(below) if below.is_file() else {}).get("devices", [])
    for table in devices:
        if table.get("id") == device:
            place = standing(dict(table.get("settings", {})), PersonHand())
            return DeviceKind(table["kind"]), Subject(str(table["driver"]), place)
    known = ", ".join(str(table.get("id")) for table in devices) or "none"
    raise pytest.UsageError(f"no device {device} in {site_file} (profile {name}); there are: {known}")


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"{file}: {error}") from error


def _module_of(item: pytest.Item) -> str:
    return str(getattr(getattr(item, "module", None), "__name__", ""))
