"""The support bundle: logs and states without personal data, in one ZIP file."""

from __future__ import annotations

import json
import platform
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk_app.config import Config

LOG_TAIL_BYTES: Final = 2_000_000
KEPT: Final = 5
"""Bundles that stay in the machine's own folder."""
_SECRETS: Final = {"service": ("key", "certificate", "ca"), "diagnostics": ("test_cards",)}
_LEFT_OUT: Final = "left out"


def folder(config: Config) -> Path:
    """Where the screen puts bundles: the site's folder, else one of the machine's own."""
    named = config.diagnostics.bundle_dir
    return Path(named) if named else config.data_dir / "support"


def write(out: Path, config: Config, progress: Callable[[int], None] = lambda percent: None) -> list[str]:
    """Writes the bundle whole or not at all and returns the names in it; `progress` gets percents. Raises OSError.

    The store, the spool and the ledger are never touched; logs are free of personal data by their own rule.
    """
    logs = sorted((config.data_dir / "logs").glob("*.log"))
    fresh = out.with_name(f"{out.name}.part")
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr("config.json", json.dumps(without_secrets(config), indent=2, ensure_ascii=False))
            progress(10)
            bundle.writestr("versions.json", json.dumps(_versions(), indent=2))
            progress(20)
            bundle.writestr("machine.json", json.dumps(_machine(config), indent=2))
            for at, file in enumerate(logs, start=1):
                with file.open("rb") as stream:
                    stream.seek(max(file.stat().st_size - LOG_TAIL_BYTES, 0))
                    bundle.writestr(f"logs/{file.name}", stream.read())
                progress(20 + 80 * at // len(logs))
            names = bundle.namelist()
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)
    return names


def write_for_screen(name: str, config: Config, progress: Callable[[int], None]) -> Path:
    """Writes a bundle of that name where the screen puts them; of its own folder the oldest go. Raises OSError."""
    place = folder(config)
    if not config.diagnostics.bundle_dir:  # a stick that is not there must not become a folder of the same name
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = place / name
    write(file, config, progress)
    if not config.diagnostics.bundle_dir:
        for old in sorted(place.glob("support-*.zip"))[:-KEPT]:
            old.unlink(missing_ok=True)
    return file


def without_secrets(config: Config) -> dict[str, object]:
    """The configuration without the places of keys and the numbers of cards."""
    document = config.as_json()
    for part, names in _SECRETS.items():
        for name in names:
            document[part][name] = _LEFT_OUT if document[part][name] else ""
    return document


def _versions() -> dict[str, str]:
    from importlib.metadata import distributions

    from drivers import registry

    found = {item.metadata["Name"]: item.version for item in distributions() if item.metadata["Name"]}
    drivers = {f"driver {item.name}": "available" if item.info else item.reason for item in registry.registered()}
    return {"python": platform.python_version(), **dict(sorted(found.items())), **drivers}


def _machine(config: Config) -> dict[str, object]:
    place = config.data_dir if config.data_dir.is_dir() else Path("/")
    usage = shutil.disk_usage(place)
    return {"system": platform.platform(), "disk_free_mb": usage.free // 2**20, "disk_total_mb": usage.total // 2**20}
