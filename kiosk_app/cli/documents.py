"""`kiosk print-sample`: an example of any printed document as a picture or a PDF, marked as worth nothing."""

from __future__ import annotations

import base64
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from drivers.errors import DeviceError
from drivers.ports import DeviceKind, OfficeJob, PrintOutcome, PrintReport
from kiosk_app.cli.common import fail, fail_usage, new_table, print_json, run_async, say, state
from kiosk_app.cli.options import JsonOption

if TYPE_CHECKING:
    from kiosk_app.config import Config
    from kiosk_app.receipts.document import Document


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("print-sample")(print_sample)


def print_sample(
    context: typer.Context,
    document: Annotated[str, typer.Argument(help="Its name; without one all are listed.")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="A .png as the printer gets it, or a .pdf.")] = None,
    language: Annotated[str, typer.Option(help="vi, en, or both: English small beneath.")] = "vi",
    dots: Annotated[int, typer.Option(help="Width of the roll: 576, 512 or 384 dots.")] = 576,
    large: Annotated[bool, typer.Option("--large", help="Large print.")] = False,
    roll: Annotated[bool, typer.Option("--roll", help="A PDF as long as the slip, not A4.")] = False,
    on: Annotated[str, typer.Option("--on", help="The A4 printer of the configuration that prints it.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Write an example of a document, with fictional values and marked as a specimen, or print it on the A4 printer."""
    if not document:
        _list(as_json)
        return
    from kiosk_app.receipts.drawing import pdf_a4, pdf_roll, picture, title
    from kiosk_app.receipts.specimens import specimen
    from kiosk_app.receipts.template import checked, names

    if document not in names():
        fail_usage(f"{document}: no such document; expected one of {', '.join(names())}")
    if on:
        try:
            _print_on(on, specimen(document, language, large), state(context).load(), as_json)
        except ValueError as error:
            fail_usage(str(error))
        return
    if out is None or out.suffix not in (".png", ".pdf"):
        fail_usage("--out: expected a file that ends in .png or .pdf")
    try:
        made = specimen(document, language, large)
        template = checked(made)
        started = time.perf_counter()
        as_roll = roll or "a4" not in template.papers
        data = picture(made, dots) if out.suffix == ".png" else pdf_roll(made, dots) if as_roll else pdf_a4(made)
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        out.write_bytes(data)
    except ValueError as error:
        fail_usage(str(error))
    except OSError as error:
        fail_usage(f"{out}: {error.strerror}; expected a file in a folder that exists")
    if as_json:
        print_json({"document": document, "version": template.version, "out": str(out), "ms": milliseconds})
    else:
        say(f"{title(made)}: {out} ({milliseconds} ms)", highlight=False, markup=False)


def _print_on(device: str, document: Document, config: Config, as_json: bool) -> None:
    """Prints it once and says what became of it. Raises ValueError for a document that is not for A4."""
    from kiosk_app.receipts.drawing import a4_pages, pdf_a4, title

    known = [item.id for item in config.device_configs() if item.kind is DeviceKind.OFFICE]
    if device not in known:
        fail_usage(f"--on: no A4 printer {device} in the configuration; there are: {', '.join(known) or 'none'}")
    sheet = base64.b64encode(pdf_a4(document)).decode()
    job = OfficeJob(f"specimen-{secrets.token_hex(4)}", sheet, len(a4_pages(document)))
    try:
        report = run_async(_send(device, job, config))
    except DeviceError as error:
        fail(error.code, error.detail, as_json)
    if report.outcome is not PrintOutcome.PRINTED:
        fail(report.code or "OFP-UNKNOWN-OUTCOME", report.outcome.value, as_json)
    if as_json:
        print_json({"document": document.name, "device": device, "outcome": report.outcome, "seconds": report.seconds})
    else:
        say(f"{title(document)}: {device} ({report.seconds} s)", highlight=False, markup=False)


async def _send(device: str, job: OfficeJob, config: Config) -> PrintReport:
    from kiosk_app.cli.hosts import running

    async with running(config, DeviceKind.OFFICE) as supervisor:
        return await supervisor.clients[device].call("print", PrintReport, job=job)


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
