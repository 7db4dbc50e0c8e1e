"""The command line as a whole: its options and its commands by the modules that hold them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final

import typer

from drivers import memory
from kiosk_app.cli.common import State

MODULES: Final = {
    "run": ("run", "journey", "screenshots"),
    "devices": ("devices", "check", "read-card"),
    "papers": ("scan", "digitise", "decode"),
    "kinds": ("papers",),
    "procedures": ("procedures",),
    "documents": ("print-sample",),
    "dossiers": ("outbox", "agent"),
    "discarding": ("discard",),
    "enrolment": ("enrol",),
    "key_custody": ("device-key",),
    "simulation": ("simulate",),
    "faults": ("fault",),
    "support": ("support-bundle",),
    "technician": ("technician",),
    "audit": ("audit",),
    "measures": ("measures",),
    "prompts": ("prompts",),
}
"""The commands of each module."""

HELP: Final = """Self-service kiosk of a one-stop service centre.

Without a site's configuration every command works on the **demo** profile: it starts simulated devices and the
reference ministry service on this computer, uses them over their real wires, and stops them at the end.

First steps: `kiosk run --windowed` shows the kiosk beside its hardware dock; `kiosk journey FILE` plays a scripted
citizen; `kiosk devices` and `kiosk check` look at the hardware. Every command has `--json`.

Exit codes: 0 done, 1 failed with a code of the error catalogue, 2 wrong usage or configuration."""


def modules_of(words: Iterable[str]) -> tuple[str, ...]:
    """The modules whose commands are among the words of a command line; all when none is, for help and mistakes."""
    said = set(words)
    return tuple(name for name, commands in MODULES.items() if said.intersection(commands)) or tuple(MODULES)


def command_line(modules: Iterable[str] = tuple(MODULES)) -> typer.Typer:
    """The command `kiosk` with the commands of these modules."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
        help=HELP,
    )
    app.callback()(_options)
    for name in modules:
        import_module(f"kiosk_app.cli.{name}").register(app)
    return app


def _options(
    context: typer.Context,
    profile: Annotated[
        str | None,
        typer.Option(help="demo, camera, production or test; default: the site's, or demo.", show_default=False),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="The site's TOML file instead of config/kiosk.toml.", show_default=False)
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Data folder instead of the configured one.", show_default=False)
    ] = None,
) -> None:
    memory.keep_inside()
    context.obj = State(profile, config, data)
