"""`kiosk print-sample`: an example of any printed document as a picture or a PDF, marked as worth nothing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from kiosk_app.cli.common import JsonOption, fail_usage, new_table, print_json, say


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("print-sample")(print_sample)


def print_sample(
    document: Annotated[str, typer.Argument(help="Its name; without one all are listed.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="A .png as the printer gets it, or a .pdf.")] = None,
    language: Annotated[str, typer.Option(help="vi, en, or both: English small beneath.")] = "vi",
    dots: Annotated[int, typer.Option(help="Width of the roll: 576, 512 or 384 dots.")] = 576,
    large: Annotated[bool, typer.Option("--large", help="Large print.")] = False,
    roll: Annotated[bool, typer.Option("--roll", help="A PDF as long as the slip, not A4.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write an example of a document, with fictional values and marked as a specimen."""
    if not document:
        _list(as_json)
        return
    from kiosk_app.receipts.document import pdf_a4, pdf_roll, picture
    from kiosk_app.receipts.specimens import specimen
    from kiosk_app.receipts.template import names

    if document not in names():
        fail_usage(f"{document}: no such document; expected one of {', '.join(names())}")
    if out is None or out.suffix not in (".png", ".pdf"):
        fail_usage("--out: expected a file that ends in .png or .pdf")
    try:
        made = specimen(document, language, large)
        started = time.perf_counter()
        as_roll = roll or "a4" not in made.template.papers
        data = picture(made, dots) if out.suffix == ".png" else pdf_roll(made, dots) if as_roll else pdf_a4(made)
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        out.write_bytes(data)
    except ValueError as error:
        fail_usage(str(error))
    except OSError as error:
        fail_usage(f"{out}: {error.strerror}; expected a file in a folder that exists")
    if as_json:
        print_json({"document": document, "version": made.template.version, "out": str(out), "ms": milliseconds})
    else:
        say(f"{made.title}: {out} ({milliseconds} ms)", highlight=False, markup=False)


def _list(as_json: bool) -> None:
    from kiosk_app.receipts.template import load, names

    templates = [load(name) for name in names()]
    if as_json:
        rows = [
            {
                "document": item.id,
                "version": item.version,
                "issuer": item.issuer,
                "papers": list(item.papers),
                "title_vi": item.title.vi,
                "title_en": item.title.en,
                "legal_vi": item.legal.vi,
            }
            for item in templates
        ]
        print_json({"documents": rows})
        return
    table = new_table("document", "version", "issued by", "paper", "title", "form")
    for item in templates:
        table.add_row(item.id, item.version, item.issuer, ", ".join(item.papers), item.title.vi, item.legal.vi or "-")
    say(table)
