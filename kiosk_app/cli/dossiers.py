"""`kiosk outbox` and `kiosk agent`: what is not yet at the ministry, and the process that sends it."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk_app.cli.common import fail, new_table, print_json, say, state
from kiosk_app.cli.options import JsonOption, ProfileOption

if TYPE_CHECKING:
    from rich.table import Table

    from kiosk_app.submission import LetterRow, OutboxRow


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(outbox)
    app.command()(agent)


def outbox(
    context: typer.Context,
    receipts: Annotated[
        bool, typer.Option("--receipts", help="Receipts by e-mail that wait to be asked for, instead of dossiers.")
    ] = False,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Dossiers that the ministry has not acknowledged yet; nothing personal."""
    from kiosk_app.runtime.kiosk import submission_settings
    from kiosk_app.submission import Role, SubmissionError, SubmissionService

    settings = submission_settings(state(context).load(profile))
    dossiers: tuple[OutboxRow, ...] = ()
    letters: tuple[LetterRow, ...] = ()
    if settings.data_folder.is_dir():
        try:
            with closing(SubmissionService(settings, Role.READER)) as service:
                dossiers, letters = service.outbox_report(), service.receipts_to_mail()
        except SubmissionError as error:
            fail(error.code, error.detail, as_json)
    if as_json:
        unsent = [{**asdict(row), "state": row.state.value} for row in dossiers]
        print_json([asdict(row) for row in letters] if receipts else unsent)
    elif receipts:
        say(_letters_table(letters))
    else:
        say(_dossiers_table(dossiers))
        if letters:
            say(f"{len(letters)} receipts by e-mail wait as well: kiosk outbox --receipts")


def _dossiers_table(rows: tuple[OutboxRow, ...]) -> Table:
    table = new_table("dossier", "state", "sent", "attempts", "age", "last code", title=f"{len(rows)} unsent")
    for row in rows:
        sent = f"{row.bytes_sent}/{row.bytes_total}"
        table.add_row(row.id, row.state.value, sent, str(row.attempts), f"{row.oldest_s:.0f} s", row.last_code or "")
    return table


def _letters_table(rows: tuple[LetterRow, ...]) -> Table:
    table = new_table("dossier", "attempts", "age", "last code", title=f"{len(rows)} receipts by e-mail wait")
    for row in rows:
        table.add_row(row.dossier, str(row.attempts), f"{row.oldest_s:.0f} s", row.last_code or "")
    return table


def agent(context: typer.Context, profile: ProfileOption = None) -> None:
    """Send dossiers until stopped; systemd runs this beside the kiosk."""
    from kiosk_app.runtime.kiosk import submission_settings
    from kiosk_app.submission import settings_to_json

    settings = submission_settings(state(context).load(profile))
    read, write = os.pipe()
    os.write(write, settings_to_json(settings).encode() + b"\n")
    os.close(write)
    os.dup2(read, 0)
    command = [sys.executable, "-m", "kiosk_app.submission.agent", "-"]
    sys.stdout.flush()
    os.execv(Path(sys.executable), command)
