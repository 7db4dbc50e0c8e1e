"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
ProfileOption = Annotated[
    str | None, typer.Option("--profile", help="demo, camera, production or test.", show_default=False)
]
