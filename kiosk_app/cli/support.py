"""`kiosk support-bundle`: what a technician sends in, without personal data."""

from __future__ import annotations

import json
import platform
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk_app.cli.common import JsonOption, ProfileOption, fail_usage, print_json, say, state

if TYPE_CHECKING:
    from kiosk_app.config import Config

LOG_TAIL_BYTES = 2_000_000
SECRETS = ("key", "certificate", "ca")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("support-bundle")(support_bundle)


def support_bundle(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="The ZIP file to write.")],
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Collect logs, configuration without secrets, versions and disk state."""
    config = state(context).load(profile)
    try:
        files = _write(out, config)
    except OSError as error:
        fail_usage(f"{out}: {error.strerror}; expected a file that may be written")
    if as_json:
        print_json({"out": str(out), "files": files})
    else:
        say(f"{out}: {', '.join(files)}", markup=False)


def _write(out: Path, config: Config) -> list[str]:
    import zipfile

    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("config.json", json.dumps(_without_secrets(config), indent=2, ensure_ascii=False))
        bundle.writestr("versions.json", json.dumps(_versions(), indent=2))
        bundle.writestr("machine.json", json.dumps(_machine(config), indent=2))
        # Logs are free of personal data by their own rule; the store and the spool are never touched.
        for file in sorted((config.data_dir / "logs").glob("*.log")):
            with file.open("rb") as stream:
                stream.seek(max(file.stat().st_size - LOG_TAIL_BYTES, 0))
                bundle.writestr(f"logs/{file.name}", stream.read())
        return bundle.namelist()


def _without_secrets(config: Config) -> dict[str, object]:
    document = config.model_dump(mode="json")
    for name in SECRETS:
        document["service"][name] = "left out" if document["service"][name] else ""
    return document


def _versions() -> dict[str, str]:
    from importlib.metadata import distributions

    from drivers import registry

    found = {item.metadata["Name"]: item.version for item in distributions() if item.metadata["Name"]}
    drivers = {f"driver {item.name}": "available" if item.info else item.reason for item in registry.registered()}
    return {"python": platform.python_version(), **dict(sorted(found.items())), **drivers}


def _machine(config: Config) -> dict[str, object]:
    folder = config.data_dir if config.data_dir.is_dir() else Path("/")
    usage = shutil.disk_usage(folder)
    return {"system": platform.platform(), "disk_free_mb": usage.free // 2**20, "disk_total_mb": usage.total // 2**20}
