"""The pytest plugin that comes with the kiosk: a desk for a vendor's own tests, and suites on configured hardware.

Installed with the kiosk it is loaded into every pytest of that environment, so it imports nothing until it is used, and its
names and options begin with kiosk.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from drivers.conformance.desk import Desk
    from drivers.conformance.subject import Subject
    from drivers.ports import DeviceKind

DEVICE_TESTS: Final = "drivers.conformance.test_device"
PROFILES: Final = ("production", "demo", "test")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options."""
    group = parser.getgroup("kiosk", "conformance of a kiosk's device")
    group.addoption("--kiosk-device", metavar="ID", help="run the suites on this device of the kiosk's configuration")
    group.addoption(
        "--kiosk-profile", choices=PROFILES, help="profile under the site's configuration, default: the site's own"
    )
    group.addoption(
        "--kiosk-config", type=Path, metavar="FILE", help="the site's configuration, default config/kiosk.toml"
    )


@pytest.fixture(scope="module")
def kiosk_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Subject], Desk]]:
    """`kiosk_desk(subject)` is that driver's device under a supervisor, as in the kiosk: tidy, ready, with a hand beside it.

    The same subject gets the same desk, and all are stopped after the module's last test.
    """
    from drivers import registry
    from drivers.conformance.desk import Desk

    desks: dict[int, Desk] = {}

    def desk(subject: Subject) -> Desk:
        if id(subject) not in desks:
            kind = registry.load(subject.driver).kind
            made = Desk(subject, kind, tmp_path_factory.mktemp("device"), _suite_of(kind).tidy)
            desks[id(subject)] = made
            made.start()
        desks[id(subject)].fresh()
        return desks[id(subject)]

    yield desk
    for made in desks.values():
        made.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With a device, suites of its driver get it as their subject and other suites are left out."""
    device = config.getoption("kiosk_device")
    if device is None and not any(_module_of(item) == DEVICE_TESTS for item in items):
        return
    kind, subject = configured(device, config.getoption("kiosk_profile"), config.getoption("kiosk_config"))
    dropped = []
    for item in items:
        suite = _suite(item)
        if suite is None:
            continue
        own = suite.subject.driver == subject.driver if hasattr(suite, "subject") else _module_of(item) == DEVICE_TESTS
        if own and suite.kind is kind:
            suite.subject = subject
        else:
            dropped.append(item)
    config.hook.pytest_deselected(items=dropped)
    items[:] = [item for item in items if item not in dropped]


def configured(device: str | None, profile: str | None, file: Path | None) -> tuple[DeviceKind, Subject]:
    """The device of the configuration. Raises pytest.UsageError saying what is missing."""
    from drivers.conformance.hands import PersonHand
    from drivers.conformance.subject import Subject, standing
    from drivers.ports import DeviceKind

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


def _suite(item: pytest.Item) -> Any:
    """The suite that a test belongs to, None when it is of none."""
    from drivers.conformance.device import DeviceSuite

    suite = getattr(item, "cls", None)
    return suite if isinstance(suite, type) and issubclass(suite, DeviceSuite) else None


def _suite_of(kind: DeviceKind) -> Any:
    """The suite of a port."""
    from drivers import conformance

    suites = (
        conformance.CardReaderSuite,
        conformance.DocumentScannerSuite,
        conformance.BarcodeReaderSuite,
        conformance.ReceiptPrinterSuite,
        conformance.OfficePrinterSuite,
    )
    return next(suite for suite in suites if suite.kind is kind)
