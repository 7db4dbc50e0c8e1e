"""`kiosk audit`: proves the log of what the staff did at this machine, and shows its end."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk_app.cli.common import device_key, fail, fail_usage, new_table, print_json, say, state, tell
from kiosk_app.cli.options import JsonOption, ProfileOption

if TYPE_CHECKING:
    from kiosk_app.audit import Entry, Head, Verdict
    from kiosk_app.config import Config

audit = typer.Typer(no_args_is_help=True, help="The log of what the staff did at this machine.")
_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(audit, name="audit")


@audit.command()
def verify(
    context: typer.Context,
    through: Annotated[
        list[str] | None,
        typer.Option("--through", metavar="N:HASH", help="As `kiosk-backend audit KIOSK` prints it; may be repeated."),
    ] = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read the whole log: exit 1 where anything was changed, left out, moved or cut off.

    What the store remembers of the end is compared as well.
    """
    from kiosk_app.audit import public_key
    from kiosk_app.audit import verify as prove

    config = state(context).load(profile)
    witnesses = [_head(text) for text in through or ()]
    if (remembered := _remembered(config)) is not None:
        witnesses.append(remembered)
    key = public_key(device_key(config).audit_seed)
    try:
        found = prove(config.data_dir, key, witnesses)
    except OSError as error:
        fail("STO-IO", type(error).__name__, as_json)
    if as_json:
        head = {"entries": found.head.n, "hash": found.head.hash}
        faults = [asdict(fault) for fault in found.faults]
        print_json({"whole": found.whole, "first": found.first, **head, "key": key, "faults": faults})
        raise typer.Exit(0 if found.whole else 1)
    _tell(found, len(witnesses))


def _tell(found: Verdict, witnesses: int) -> None:
    if not found.whole:
        for fault in found.faults:
            tell(f"{fault.file}{f', line {fault.line}' if fault.line else ''}: {fault.words}")
        fail("SYS-AUDIT-BROKEN", f"{len(found.faults)} faults")
    if not found.head.n:
        say("The log is empty: nobody of the staff has done anything at this machine yet.")
        return
    tell(
        f"Whole: entries {found.first} to {found.head.n}, {found.checkpoints} checkpoints, {witnesses} remembered ends."
    )
    tell(f"Last: {found.head.n}:{found.head.hash}")


@audit.command()
def show(
    context: typer.Context,
    last: Annotated[int, typer.Option(min=1, max=1000, help="How many entries.")] = _SHOWN,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """The last entries of the log, oldest first; lines that are no entries are left out."""
    config = state(context).load(profile)
    entries = _last(config, last)
    if as_json:
        print_json([asdict(entry) for entry in entries])
        return
    table = new_table("n", "at", "who", "role", "what", "about")
    for entry in entries:
        about = ", ".join(f"{name} {value}" for name, value in entry.about.items())
        at = entry.at if entry.clock == "kept" else f"{entry.at}?"
        table.add_row(str(entry.n), at, entry.who, entry.role, entry.what, about)
    say(table)


def _last(config: Config, count: int) -> list[Entry]:
    from kiosk_app.audit.entry import read_entry
    from kiosk_app.audit.trail import segments

    found: list[Entry] = []
    for _, file in reversed(segments(config.data_dir / "audit")):
        here = []
        for line in file.read_bytes().splitlines(keepends=True):
            try:
                here.append(read_entry(line))
            except ValueError:
                continue
        found = here + found
        if len(found) >= count:
            break
    return found[-count:]


def _head(text: str) -> Head:
    from kiosk_app.audit import Head

    number, _, hashed = text.partition(":")
    if not number.isdigit() or len(hashed) != 64:
        fail_usage(f"--through {text}: expected N:HASH")
    return Head(int(number), hashed.lower())


def _remembered(config: Config) -> Head | None:
    """What the store says was last told to the service; None where there is no store yet."""
    from kiosk_app.audit import Head
    from kiosk_app.runtime.kiosk import submission_settings
    from kiosk_app.submission import Role, SubmissionError, SubmissionService

    settings = submission_settings(config)
    if not (settings.data_folder / "store.db").exists():
        return None
    try:
        with closing(SubmissionService(settings, Role.READER)) as store:
            said = store.reported_audit()
    except SubmissionError:
        return None  # the log is proved without it
    return None if said is None else Head(*said)
