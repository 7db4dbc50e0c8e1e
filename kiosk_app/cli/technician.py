"""`kiosk technician set-pin`: who may open the diagnostics on the screen."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from kiosk_app.cli.common import device_key, fail, fail_usage, print_json, say, state
from kiosk_app.cli.options import JsonOption, ProfileOption

technician = typer.Typer(no_args_is_help=True, help="The technician's access to the diagnostics on the screen.")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.add_typer(technician, name="technician")


@technician.callback()
def _technician() -> None:
    """A group of its own, so that `set-pin` stays a word of the command line."""


@technician.command("set-pin")
def set_pin(
    context: typer.Context,
    pin_file: Annotated[
        Path | None, typer.Option("--pin-file", help="Read the PIN from a file's first line instead of asking.")
    ] = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set or change the PIN (6 to 12 digits, asked twice); a lock-out ends with it. The PIN is never an argument."""
    from kiosk_app.audit import AuditFailed, Trail, shell
    from kiosk_app.staff import Gate, GateBroken, WeakPin

    config = state(context).load(profile)
    pin = _from_file(pin_file) if pin_file is not None else _asked()
    key = device_key(config)
    try:
        Gate(config.data_dir, key.staff_key).set_pin(pin)
        Trail(config.data_dir, key.audit_seed, config.staff.audit_keep_days).write(shell(), "technician.pin_set")
    except WeakPin as error:
        fail_usage(f"PIN: {error}")
    except (GateBroken, AuditFailed) as error:
        fail(error.code, str(error), as_json)
    if as_json:
        print_json({"set": True})
    else:
        say("The technician's PIN is set.")


def _from_file(file: Path) -> str:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        fail_usage(f"{file}: {type(error).__name__}; expected a readable file with the PIN")
    return lines[0].strip() if lines else ""


def _asked() -> str:
    if not sys.stdin.isatty():
        fail_usage("the PIN is asked on a terminal; without one give --pin-file")
    first = getpass.getpass("New PIN: ")
    if getpass.getpass("Once more: ") != first:
        fail_usage("the two PINs differ; nothing was changed")
    return first
