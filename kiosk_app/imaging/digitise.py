"""Picture files to one PDF: the same workers and the same sealed pages as a scan at the kiosk."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from drivers.sealed import fsync_folder, new_key, write_sealed
from kiosk_app.imaging.errors import SETUP, STORE_FULL, WRITE, ImagingError
from kiosk_app.imaging.files import pictures
from kiosk_app.imaging.lines import plain_text
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.imaging.values import PageResult, PageSource, PageWarning, PdfFacts


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

    Multi-page TIFF files give all their pages. Raises ImagingError: IMG-UNREADABLE with the file's name, IMG-SETUP when
    text is asked for and the language data is missing, IMG-WRITE when `out` cannot be written; ValueError without images.
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
                for name, source in _seal(images, Path(folder), key):
                    tasks.append(asyncio.create_task(_one(pool, source, name, ocr)))
                    # the workers begin while the next picture is still being sealed
                    await asyncio.sleep(0)
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
            made = await pool.build_pdf(kept, facts)
    _write(out, made.data)
    return DigitiseReport(
        len(pages),
        made.pages,
        blank,
        tuple(page.verdict.angle_deg for page in pages),
        tuple(PageNotice(index, warning) for index, page in enumerate(pages, 1) for warning in page.verdict.warnings),
        tuple(plain_text(page.words) for page in pages),
        round(time.monotonic() - started, 3),
    )


def _seal(images: Sequence[Path], folder: Path, key: bytes) -> Iterator[tuple[str, PageSource]]:
    """Puts every picture into the folder as the scanner's host would: sealed, one file a page."""
    number = 0
    for path in images:
        for data, dpi in pictures(path):
            number += 1
            name = f"{number:04d}"
            source = PageSource(folder / name, key, name.encode("ascii"), dpi)
            try:
                write_sealed(source.path, key, data, source.associated)
            except OSError as error:
                raise ImagingError(STORE_FULL, f"{path.name}: {type(error).__name__}") from error
            yield path.name, source


async def _one(pool: ImagingPool, source: PageSource, name: str, ocr: bool) -> PageResult:
    try:
        return await pool.process_page(source, ocr=ocr)
    except ImagingError as error:
        # the person knows the picture by its own name, not by the spool's
        raise ImagingError(error.code, f"{name}: {error.detail}") from error
    finally:
        source.path.unlink(missing_ok=True)


def _write(out: Path, data: bytes) -> None:
    """The file whole or absent, as after a power cut too."""
    temporary = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        try:
            with temporary.open("xb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(out)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        fsync_folder(out.resolve().parent)
    except OSError as error:
        raise ImagingError(WRITE, f"{out.name}: {type(error).__name__}") from error
