"""Picture and PDF files to one PDF: the same workers and the same sealed pages as a scan at the kiosk."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from drivers.durable import fsync_folder
from drivers.sealed import new_key
from kiosk_app.imaging.errors import SETUP, TOO_MANY, WRITE, ImagingError
from kiosk_app.imaging.files import Kind, kind_of, pictures_in
from kiosk_app.imaging.lines import plain_text
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.imaging.values import PageResult, PageSource, PageWarning, PdfFacts
from kiosk_app.model.scanning import USUAL, PaperScan

# All pages of all files. A finished page waits sealed on the disk, so that memory grows by its words alone.
MAX_PAGES: Final = 1000


@dataclass(frozen=True)
class PageNotice:
    """A warning about a page, counted from 1 over all pictures."""

    page: int
    warning: PageWarning


@dataclass(frozen=True)
class DigitiseReport:
    """What became of the pictures. `angles` and `text` have an entry for each picture, blank ones too.

    `blank` lists pictures (from 1) that were left out of the file; were all of them blank, all are kept.
    """

    pages_in: int
    pages_out: int
    blank: tuple[int, ...]
    angles: tuple[float, ...]
    warnings: tuple[PageNotice, ...]
    text: tuple[str, ...] = field(repr=False)
    seconds: float = 0.0


def digitise(
    images: Sequence[Path],
    out: Path,
    *,
    ocr: bool,
    title: str = "",
    created: datetime | None = None,
    kiosk_id: str = "",
    workers: int | None = None,
) -> DigitiseReport:
    """Straightens, judges and (with `ocr`) reads the pictures and writes `out`, whole or not at all.

    TIFF and PDF files give all their pages. Raises ImagingError with the file's name: IMG-UNREADABLE, IMG-FORMAT for what is
    neither picture nor PDF, IMG-LOCKED for a PDF with a password, IMG-TOO-LARGE for what no paper is, IMG-TOO-MANY for more
    than MAX_PAGES; IMG-SETUP when text is asked for and the language data is missing, IMG-WRITE when `out` cannot be
    written; ValueError without images.
    """
    if not images:
        raise ValueError("no picture given")
    return asyncio.run(
        _digitise(images, out, ocr, PdfFacts(title or out.stem, _now(created), kiosk_id=kiosk_id), workers)
    )


def _now(created: datetime | None) -> datetime:
    return created if created is not None else datetime.now().astimezone().replace(microsecond=0)


async def _digitise(
    images: Sequence[Path], out: Path, ocr: bool, facts: PdfFacts, workers: int | None
) -> DigitiseReport:
    started = time.monotonic()
    if not out.parent.is_dir():
        raise ImagingError(WRITE, f"{out.name}: no such folder")
    key = new_key()
    with tempfile.TemporaryDirectory(prefix="kiosk-digitise-") as folder:
        async with ImagingPool(workers) as pool:
            tasks: list[asyncio.Task[PageResult]] = []
            try:
                for path, index in await _listed(images, pool):
                    tasks.append(asyncio.create_task(_one(pool, path, index, Path(folder), len(tasks) + 1, key, ocr)))
                pages = await asyncio.gather(*tasks)
            except BaseException:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                raise
            if ocr and not pool.reads_text:
                raise ImagingError(SETUP, "vie.traineddata not found")
            blank = tuple(index for index, page in enumerate(pages, 1) if page.verdict.blank)
            kept = [page for page in pages if not page.verdict.blank] or pages
            made = await write_out(pool, kept, facts, out)
    return DigitiseReport(
        len(pages),
        made,
        blank,
        tuple(page.verdict.angle_deg for page in pages),
        tuple(PageNotice(index, warning) for index, page in enumerate(pages, 1) for warning in page.verdict.warnings),
        tuple(plain_text(page.words) for page in pages),
        round(time.monotonic() - started, 3),
    )


async def _listed(images: Sequence[Path], pool: ImagingPool) -> list[tuple[Path, int]]:
    """Every page of every file, told by file and place in it; whatever is wrong with a file's head is told now."""
    pages: list[tuple[Path, int]] = []
    for path in images:
        count = await pool.count_pages(path) if kind_of(path) is Kind.PDF else pictures_in(path)
        pages += ((path, index) for index in range(count))
        if len(pages) > MAX_PAGES:
            raise ImagingError(TOO_MANY, f"{path.name}: more than {MAX_PAGES} pages at once")
    return pages


async def _one(
    pool: ImagingPool, path: Path, index: int, folder: Path, number: int, key: bytes, ocr: bool
) -> PageResult:
    """A finished page, without what only a screen needs: many of them wait here for the file to be made."""
    name = f"{number:05d}"
    try:
        page = await pool.process_file(path, index, PageSource(folder / name, key, name.encode("ascii")), ocr=ocr)
    except ImagingError as error:
        if path.name in error.detail:
            raise
        raise ImagingError(error.code, f"{path.name}: {error.detail}") from error
    return replace(page, thumbnail=b"", likeness=b"")


async def write_out(
    pool: ImagingPool, pages: Sequence[PageResult], facts: PdfFacts, out: Path, scan: PaperScan = USUAL
) -> int:
    """The pages as the file `out`, whole or absent, as after a power cut too; how many. Raises ImagingError."""
    temporary = out.with_name(f".{out.name}.{os.getpid()}.part")
    written = await pool.write_pdf(pages, facts, temporary, scan)
    try:
        try:
            temporary.replace(out)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        fsync_folder(out.resolve().parent)
    except OSError as error:
        raise ImagingError(WRITE, f"{out.name}: {type(error).__name__}") from error
    return written
