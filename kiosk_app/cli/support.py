"""`kiosk support-bundle`: what a technician sends in, without personal data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk_app.cli.common import fail_usage, print_json, say, state
from kiosk_app.cli.options import JsonOption, ProfileOption


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
    from kiosk_app.diagnostics import bundle

    config = state(context).load(profile)
    try:
        files = bundle.write(out, config)
    except OSError as error:
        fail_usage(f"{out}: {error.strerror}; expected a file that may be written")
    if as_json:
        print_json({"out": str(out), "files": files})
    else:
        say(f"{out}: {', '.join(files)}", markup=False)
