"""The command `kiosk`: every verb of the machine for operators, technicians and scripts."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Annotated

import typer

from kiosk_app.cli import devices, dossiers, papers, procedures, run, simulation, support
from kiosk_app.cli.common import State, fail_usage
from kiosk_app.config import ConfigError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="""Self-service kiosk of a one-stop service centre.

Without a site's configuration every command works on the **demo** profile: it starts simulated devices and the
reference ministry service on this computer, uses them over their real wires, and stops them at the end.

First steps: `kiosk run --windowed` shows the kiosk beside its hardware dock; `kiosk journey FILE` plays a scripted
citizen; `kiosk devices` and `kiosk check` look at the hardware. Every command has `--json`.

Exit codes: 0 done, 1 failed with a code of the error catalogue, 2 wrong usage or configuration.""",
)


@app.callback()
def _options(
    context: typer.Context,
    profile: Annotated[
        str | None, typer.Option(help="demo, production or test; default: the site's, or demo.", show_default=False)
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="The site's TOML file instead of config/kiosk.toml.", show_default=False)
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Data folder instead of the configured one.", show_default=False)
    ] = None,
) -> None:
    context.obj = State(profile, config, data)


run.register(app)
devices.register(app)
papers.register(app)
procedures.register(app)
dossiers.register(app)
simulation.register(app)
support.register(app)


# Start-up makes objects that stay; looking for garbage among them every 700 objects cost a tenth of the time to the
# first frame.
GC_THRESHOLD = 50_000


def main() -> None:
    """Entry point: a mistake in the configuration ends with exit code 2 and its words, never a traceback."""
    gc.set_threshold(GC_THRESHOLD, 10, 10)
    try:
        app()
    except ConfigError as error:
        fail_usage(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
