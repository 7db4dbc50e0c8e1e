"""`kiosk device-key`: where the machine's secret lies, moving it into the TPM, and the way back that is kept on paper."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from kiosk_app.cli.common import device_key, fail, fail_usage, print_json, say, state, tell
from kiosk_app.cli.options import JsonOption, ProfileOption

if TYPE_CHECKING:
    from kiosk_app.config import Config
    from kiosk_app.submission import SubmissionSettings
    from kiosk_app.submission.key_custody import KeyPlace
    from kiosk_app.submission.settings import KeySource

T = TypeVar("T")
SOURCES: Final[dict[str, KeySource]] = {"tpm": "tpm", "systemd-creds": "systemd", "file": "file"}

custody = typer.Typer(
    no_args_is_help=True, help="The secret under which everything on this machine's disk is encrypted."
)


class Place(StrEnum):
    """Where it may be put, as `security.device_key` has it."""

    TPM = "tpm"
    SYSTEMD = "systemd-creds"
    FILE = "file"


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(custody, name="device-key")


@custody.command()
def status(context: typer.Context, profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """Say where the key lies and whether it opens; changes nothing. Exit code 1 when it does not open."""
    from kiosk_app.submission import SubmissionError
    from kiosk_app.submission.device_key import known_key, open_device_key
    from kiosk_app.submission.key_custody import place_of

    config, settings = _settled(context, profile)
    place = place_of(settings.data_folder, settings.key_source, settings.tpm_settings)
    if known_key(settings.data_folder) is None:
        fail_usage("no device key yet: it is made when the kiosk starts for the first time")
    try:
        open_device_key(settings.data_folder, settings.key_source, settings.tpm_settings)
    except SubmissionError as error:
        fail(error.code, error.detail, as_json)
    _show(config, place, as_json)


@custody.command("move")
def move_key(
    context: typer.Context,
    to: Annotated[Place, typer.Argument(help="tpm, systemd-creds or file.")],
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Move the key, or seal it anew where it lies (tpm, before and after the machine's firmware changes)."""
    from kiosk_app.submission.key_custody import move

    config, settings = _settled(context, profile)
    _fits(config, to)
    place = _done(lambda: move(settings.data_folder, SOURCES[to], settings.tpm_settings), as_json)
    _note(config, to)
    _show(config, place, as_json)


@custody.command("recovery-key")
def recovery_key(context: typer.Context, profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """Print a new recovery key once, to be kept on paper away from the machine; an earlier one is void."""
    from kiosk_app.submission.key_custody import make_recovery

    config, settings = _settled(context, profile)
    words = _done(lambda: make_recovery(settings.data_folder, settings.tpm_settings), as_json)
    _note(config, None)
    if as_json:
        print_json({"recovery_key": words})
    else:
        tell(words)
        say("It is shown this once. Together with this machine's disk it opens everything on it.", style="dim")


@custody.command("recover")
def recover_key(
    context: typer.Context,
    to: Annotated[Place, typer.Argument(help="Where the key is put: tpm, systemd-creds or file.")],
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take the key from the recovery copy, when the TPM gives it no more. The recovery key is asked, never an argument."""
    from kiosk_app.submission.key_custody import recover

    config, settings = _settled(context, profile)
    _fits(config, to)
    typed = _asked()
    place = _done(lambda: recover(settings.data_folder, typed, SOURCES[to], settings.tpm_settings), as_json)
    _note(config, to)
    _show(config, place, as_json)


def _settled(context: typer.Context, profile: str | None) -> tuple[Config, SubmissionSettings]:
    from kiosk_app.runtime.kiosk import submission_settings

    config = state(context).load(profile)
    return config, submission_settings(config)


def _fits(config: Config, to: Place) -> None:
    """What is moved where the kiosk does not look for it is a kiosk that does not start."""
    if config.security.device_key not in ("auto", to.value):
        said = config.security.device_key
        fail_usage(f'security.device_key is "{said}"; expected "auto" or "{to.value}" before the key is put there')


def _done(act: Callable[[], T], as_json: bool) -> T:
    from kiosk_app.submission import SubmissionError

    try:
        return act()
    except SubmissionError as error:
        fail(error.code, error.detail, as_json)


def _note(config: Config, to: Place | None) -> None:
    from kiosk_app.audit import AuditFailed, Trail, shell

    try:
        trail = Trail(config.data_dir, device_key(config).audit_seed, config.staff.audit_keep_days)
        if to is None:
            trail.write(shell(), "key.recovery_made")
        else:
            trail.write(shell(), "key.moved", place=to.value)
    except AuditFailed as error:
        fail(error.code, str(error))


def _show(config: Config, place: KeyPlace, as_json: bool) -> None:
    if as_json:
        print_json({**asdict(place), "configured": config.security.device_key})
        return
    say(f"The device key lies in: {place.source}.", markup=False)
    if place.beside:
        say(f"It also lies in {', '.join(place.beside)}; take it away from there.", markup=False)
    say("A recovery copy exists." if place.recovery else "There is no recovery copy: `kiosk device-key recovery-key`.")


def _asked() -> str:
    import getpass

    if sys.stdin.isatty():
        return getpass.getpass("Recovery key: ")
    return sys.stdin.readline()
