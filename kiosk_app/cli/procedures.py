"""`kiosk procedures`: search the catalogue and put another one in its place."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Annotated

import typer

from kiosk_app import paths
from kiosk_app.cli.common import fail_usage, new_table, print_json, say
from kiosk_app.cli.options import JsonOption

group = typer.Typer(no_args_is_help=True, help="The catalogue of procedures.")


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(group, name="procedures")


@group.command()
def search(
    text: Annotated[str, typer.Argument(help="Words as people type them, with or without diacritics.")],
    limit: Annotated[int, typer.Option(help="At most so many results.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Find procedures as the search screen does."""
    from kiosk_app.catalog import Catalog, CatalogError

    try:
        catalog = Catalog.read(paths.assets() / "catalogue" / "procedures.json")
    except CatalogError as error:
        fail_usage(str(error))
    started = time.perf_counter()
    found = catalog.search(text, limit)
    milliseconds = round((time.perf_counter() - started) * 1000, 3)
    if as_json:
        rows = [{"local_id": p.local_id, "code": p.code, "name_vi": p.name_vi} for p in found]
        print_json({"query": text, "ms": milliseconds, "results": rows})
        return
    table = new_table("id", "official code", "procedure", title=f"{len(found)} results in {milliseconds} ms")
    for procedure in found:
        table.add_row(procedure.local_id, procedure.code or "-", procedure.name_vi)
    say(table)


@group.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSON in the form of assets/catalogue/procedures.json.")],
    as_json: JsonOption = False,
) -> None:
    """Check a catalogue and put it in the place of the present one, whole or not at all."""
    from kiosk_app.catalog import Catalog, CatalogError

    try:
        count = len(Catalog.read(file))
    except CatalogError as error:
        fail_usage(str(error))
    target = paths.assets() / "catalogue" / "procedures.json"
    part = target.with_suffix(".part")
    try:
        shutil.copyfile(file, part)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        fail_usage(f"{target}: {error.strerror}; expected a place where the catalogue may be written")
    if as_json:
        print_json({"imported": count, "file": str(target)})
    else:
        say(f"{count} procedures imported")
