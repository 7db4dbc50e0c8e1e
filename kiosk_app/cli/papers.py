"""`kiosk scan`, `kiosk digitise` and `kiosk decode`: paper and pictures into files and codes."""

from __future__ import annotations

import asyncio
import base64
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drivers.errors import DeviceError
from drivers.ports import DeviceKind, ScannedPage, ScanOptions, ScanReport, Spool
from kiosk_app.cli.common import bench, fail, fail_usage, print_json, run_async, say, state, taken_back, tell
from kiosk_app.cli.options import JsonOption, ProfileOption
from kiosk_app.cli.page_words import PageWords
from kiosk_app.model.basics import Language
from kiosk_app.model.scanning import RESOLUTIONS, Colour, PaperScan, Sides

if TYPE_CHECKING:
    from kiosk_app.config import Config


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(scan)
    app.command()(digitise)
    app.command()(decode)


OutOption = Annotated[Path, typer.Option("--out", help="The PDF to write.")]
LanguageOption = Annotated[Language, typer.Option("--language", help="Of what is said about the pages: vi or en.")]


def scan(
    context: typer.Context,
    out: OutOption,
    colour: Annotated[
        Colour, typer.Option(help="What is kept of the colours; black-white is coded as fax pages are.")
    ] = Colour.COLOUR,
    dpi: Annotated[
        int | None,
        typer.Option(
            help="Dots per inch scanned and kept: 200, 300, 400 or 600. Not given: scanned as configured, kept at 200.",
            show_default=False,
        ),
    ] = None,
    sides: Annotated[
        Sides | None, typer.Option(help="Sides of each sheet. Not given: as configured.", show_default=False)
    ] = None,
    language: LanguageOption = Language.VI,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Scan what lies in the feeder into one searchable PDF/A. On the demo profile a stack is put there.

    A stack that is broken off becomes no file: all of it is to be put in again, so that no sheet is missing or there twice.
    """
    from kiosk_app.imaging.errors import ImagingError

    words = PageWords.of(language)
    if dpi is not None and dpi not in RESOLUTIONS:
        fail_usage(f"--dpi {dpi}: expected one of {', '.join(str(value) for value in RESOLUTIONS)}")
    if not out.absolute().parent.is_dir():
        fail_usage(f"{out}: no such folder; expected a file in a folder that exists")
    try:
        config = state(context).load(profile)
        usual = config.imaging.paper_scan
        how = PaperScan(colour, dpi or usual.dpi, dpi or usual.kept_dpi, sides or usual.sides)
        with taken_back():
            report = run_async(_scan(config, out, how))
    except (DeviceError, ImagingError) as error:
        if not as_json:
            tell(words.say("stack"))
        fail(error.code, error.detail, as_json)
    if as_json:
        print_json(report)
        return
    warnings = [(item["page"], item["warning"]) for item in report["warnings"]]
    _tell_pages(words, report["pages"], report["blank"], warnings)
    tell(words.say("done", pages=report["pages"], seconds=f"{report['seconds']:.2f}", file=out))


def _tell_pages(words: PageWords, pages: int, blank: Sequence[int], warnings: Sequence[tuple[int, str]]) -> None:
    for line in words.pages(pages, blank, warnings):
        tell(line)


async def _scan(config: Config, out: Path, how: PaperScan) -> dict[str, Any]:
    from rich.progress import Progress

    from drivers import wire
    from drivers.sealed import new_key
    from kiosk_app.cli.common import errors
    from kiosk_app.cli.hosts import running
    from kiosk_app.imaging.digitise import write_out
    from kiosk_app.imaging.pool import ImagingPool
    from kiosk_app.imaging.values import PageResult, PageSource, PdfFacts

    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kiosk-scan-") as folder, Progress(console=errors) as progress:
        spool = Spool(folder, base64.b64encode(key := new_key()).decode(), "scan")
        bar = progress.add_task("pages", total=None)
        work: list[asyncio.Future[PageResult]] = []
        async with bench(config) as (ready, dock), ImagingPool(config.imaging.workers) as pool:
            if dock:
                await _load_stack(dock)

            def arrived(event: str, data: dict[str, Any]) -> None:
                if event == "page":
                    page = wire.from_json(ScannedPage, data)
                    source = PageSource(Path(page.path), key, page.associated.encode(), page.dpi)
                    made = pool.process_page(source, ocr=config.imaging.recognise_text, kept_dpi=how.kept_dpi)
                    work.append(asyncio.create_task(made))
                    progress.update(bar, advance=1, description=f"page {len(work)}")

            try:
                async with running(ready, DeviceKind.SCANNER) as supervisor:
                    client = supervisor.by_kind(DeviceKind.SCANNER)
                    if client is None:
                        raise DeviceError("SYS-NO-DRIVER", "no scanner is configured")
                    duplex = how.duplex(client.description.capabilities)
                    options = ScanOptions(dpi=how.dpi, colour=how.in_colour, duplex=duplex)
                    await client.call("scan", ScanReport, arrived, options=options, spool=spool)
            except BaseException:
                # no file is made of a part of the stack: every sheet is asked for again, and none comes twice
                for page in work:
                    page.cancel()
                await asyncio.gather(*work, return_exceptions=True)
                raise
            pages = await asyncio.gather(*work)
            kept = [page for page in pages if not page.verdict.blank] or list(pages)
            facts = PdfFacts(title=out.stem, created=datetime.now().astimezone(), kiosk_id=config.kiosk.id)
            await write_out(pool, kept, facts, out.absolute(), how)
    warnings = [
        {"page": place, "warning": item.value} for place, page in enumerate(pages, 1) for item in page.verdict.warnings
    ]
    return {
        "pages": len(pages),
        "blank": [place for place, page in enumerate(pages, 1) if page.verdict.blank],
        "warnings": warnings,
        "seconds": round(time.monotonic() - started, 3),
        "out": str(out),
    }


async def _load_stack(dock: str) -> None:
    from drivers.simulators.dock import DockClient

    hand = await DockClient.connect(dock)
    try:
        (scanner,) = [item for item in await hand.devices() if item["kind"] == DeviceKind.SCANNER.value]
        await hand.act(scanner["id"], "load")
    finally:
        await hand.close()


def digitise(
    images: Annotated[list[Path], typer.Argument(help="Pages, in order: JPEG, PNG, TIFF, BMP, WebP or PDF files.")],
    out: OutOption,
    no_ocr: Annotated[bool, typer.Option("--no-ocr", help="Leave the text layer out.")] = False,
    language: LanguageOption = Language.VI,
    as_json: JsonOption = False,
) -> None:
    """Straighten, crop and read pictures of pages, or PDF files, into one searchable PDF/A; 1000 pages at most."""
    from kiosk_app.imaging.digitise import digitise as run
    from kiosk_app.imaging.errors import ImagingError

    for image in images:
        if image.is_dir():
            fail_usage(f"{image}: a folder; expected files")
        if not image.exists():
            fail_usage(f"{image}: no such file")
        if not image.is_file():
            # a pipe may never end, and a device gives bytes for ever
            fail_usage(f"{image}: a device or a pipe; expected files")
    if not out.absolute().parent.is_dir():
        fail_usage(f"{out}: no such folder; expected a file in a folder that exists")
    try:
        with taken_back():
            report = run(images, out, ocr=not no_ocr)
    except ImagingError as error:
        fail(error.code, error.detail, as_json)
    if as_json:
        print_json(asdict(report))
        return
    words = PageWords.of(language)
    _tell_pages(words, report.pages_in, report.blank, [(item.page, item.warning.value) for item in report.warnings])
    tell(words.say("done", pages=report.pages_out, seconds=f"{report.seconds:.2f}", file=out))


def decode(
    images: Annotated[list[Path], typer.Argument(help="Pictures that hold codes.")], as_json: JsonOption = False
) -> None:
    """Read the barcodes of pictures, a line an image.

    A hard one is tried for up to 1.5 s; one of 1280 x 720 is taken for a camera's frame, which has a tenth of a second.
    """
    from drivers.barcode.decode import UnreadablePicture, decode_file

    rows = []
    for image in images:
        try:
            found = decode_file(image)
        except UnreadablePicture as error:
            fail(error.code, f"{image}: {error}", as_json)
        rows.append(found.as_json())
        if not as_json:
            texts = "  ".join(f"{code.symbology}: {code.text}" for code in found.codes) or "no code"
            say(f"{image}  {texts}  ({found.ms} ms)", markup=False, highlight=False)
    if as_json:
        print_json(rows)
