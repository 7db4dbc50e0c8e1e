"""`kiosk outbox` and `kiosk agent`: what is not yet at the ministry, and the process that sends it."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import typer

from kiosk_app.cli.common import JsonOption, ProfileOption, fail, new_table, print_json, say, state


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(outbox)
    app.command()(agent)


def outbox(context: typer.Context, profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """Dossiers that the ministry has not acknowledged yet; nothing personal."""
    from kiosk_app.runtime.kiosk import submission_settings
    from kiosk_app.submission import Role, SubmissionError, SubmissionService

    settings = submission_settings(state(context).load(profile))
    if not settings.data_folder.is_dir():
        rows = []
    else:
        try:
            with closing(SubmissionService(settings, Role.READER)) as service:
                rows = [{**asdict(row), "state": row.state.value} for row in service.outbox_report()]
        except SubmissionError as error:
            fail(error.code, error.detail, as_json)
    if as_json:
        print_json(rows)
        return
    table = new_table("dossier", "state", "sent", "attempts", "age", "last code", title=f"{len(rows)} unsent")
    for row in rows:
        sent = f"{row['bytes_sent']}/{row['bytes_total']}"
        table.add_row(
            str(row["id"]),
            str(row["state"]),
            sent,
            str(row["attempts"]),
            f"{row['oldest_s']:.0f} s",
            str(row["last_code"] or ""),
        )
    say(table)


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
