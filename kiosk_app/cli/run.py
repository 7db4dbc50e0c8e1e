"""`kiosk run`, `kiosk journey` and `kiosk screenshots`: the kiosk itself, and a scripted citizen before it."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Adds the commands."""
