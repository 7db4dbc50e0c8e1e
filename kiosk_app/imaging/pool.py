"""Pages, files and slips made in worker processes: the screen never waits, and a fatal picture kills only its worker."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import queue
import secrets
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from kiosk_app.imaging import frames
from kiosk_app.imaging.channel import Died, Late, Reply, Worker
from kiosk_app.imaging.errors import TIMEOUT, WORKER, ImagingError
from kiosk_app.imaging.values import PagePreview, PageResult, PageSource, PdfFacts, SealedPdf
from kiosk_app.model.scanning import USUAL, PaperScan

if TYPE_CHECKING:
    from kiosk_app.receipts import Document

ATTEMPTS: Final = 2
MAX_WORKERS: Final = 4
# Opening a file takes milliseconds; one that takes longer is made to.
COUNT_DEADLINE_S: Final = 5.0
# So are a slip and a code.
DRAW_DEADLINE_S: Final = 10.0
RESULT_SUFFIX: Final = ".page"
RESULT_ASSOCIATED: Final = b"/page"


class _Job:
    """What a thread carries to a worker; cancelling it ends the worker that holds the page.

    `outlives` its session: what was asked to be printed comes out though its visitor has gone.
    """

    def __init__(
        self,
        message: dict[str, Any],
        deadline_s: float,
        on_preview: Callable[[Reply], None] | None = None,
        *,
        outlives: bool = False,
    ) -> None:
        self.message = message
        self.deadline_s = deadline_s
        self.on_preview = on_preview
        self.outlives = outlives
        self.cancelled = False
        self._forgotten = False
        self._worker: Worker | None = None
        self._lock = threading.Lock()

    def run_on(self, worker: Worker) -> Reply:
        with self._lock:
            if self.cancelled:
                raise Died
            self._worker = worker
        try:
            return worker.ask(self.message, self.deadline_s, self.on_preview)
        finally:
            with self._lock:
                self._worker = None
                if self._forgotten:
                    worker.kill()

    def forget(self) -> Worker | None:
        """Its session is over: it is cancelled, or, where it outlives that, its worker ends with it, and is returned."""
        if not self.outlives:
            self.cancel()
            return None
        with self._lock:
            self._forgotten = True
            return self._worker

    def cancel(self) -> None:
        with self._lock:
            self.cancelled = True
            if self._worker is not None:
                self._worker.kill()


class ImagingPool:
    """Worker processes behind an async interface, for one event loop.

    At most `backlog` jobs are with the pool, the callers of more wait at its door. A worker that dies is started again
    and its page tried once more. Cancelling a call ends the worker with the page in its memory.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        backlog: int = 16,
        page_deadline_s: float = 60.0,
        pdf_deadline_s: float = 120.0,
        start_deadline_s: float = 60.0,
    ) -> None:
        count = workers or min(MAX_WORKERS, os.cpu_count() or 1)
        self._page_deadline_s = page_deadline_s
        self._pdf_deadline_s = pdf_deadline_s
        self._workers = [Worker(start_deadline_s) for _ in range(count)]
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="imaging")
        self._places = asyncio.Semaphore(max(count, backlog))
        self._closed = False
        self._running: set[_Job] = set()
        self._forgotten = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pids(self) -> tuple[int, ...]:
        """The living workers' process ids, for diagnostics."""
        return tuple(pid for worker in self._workers if (pid := worker.pid) is not None)

    @property
    def reads_text(self) -> bool:
        """Whether the started workers found their language data."""
        return any(worker.reads for worker in self._workers)

    async def warm_up(self) -> None:
        """Starts all workers now, so that the first page does not wait for it. Raises ImagingError IMG-WORKER."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._threads, self._start_one) for _ in self._workers))

    def forget(self) -> None:
        """Ends the workers that were given a page, so that its memory goes with the session; on the loop's thread.

        Calls under way get IMG-WORKER, also those that wait; a slip alone is drawn to its end. The next page, or `warm_up`,
        starts others.
        """
        self._forgotten += 1
        drawing = [job.forget() for job in self._running]
        for worker in self._workers:
            if worker.knows and worker not in drawing:
                worker.kill()

    async def process_page(
        self,
        source: PageSource,
        *,
        ocr: bool = True,
        on_preview: Callable[[PagePreview], None] | None = None,
        kept_dpi: int = USUAL.kept_dpi,
    ) -> PageResult:
        """The finished page, its JPEG of at most `kept_dpi` dots an inch sealed beside the source under the same key.

        `on_preview` is called on the loop as soon as the page can be shown, before it is read. Raises ImagingError
        IMG-UNREADABLE, IMG-TIMEOUT, IMG-WORKER, STO-SEAL, STO-FULL.
        """
        target = PageSource(
            source.path.with_name(source.path.name + RESULT_SUFFIX), source.key, source.associated + RESULT_ASSOCIATED
        )
        message = {
            "job": "page",
            "source": frames.source_to_json(source),
            "target": frames.source_to_json(target),
            "ocr": ocr,
            "kept_dpi": kept_dpi,
        }
        return await self._page(message, target, on_preview)

    async def count_pages(self, path: Path) -> int:
        """How many pages a PDF file has, looked up in a worker: the file may be hostile.

        Raises ImagingError IMG-UNREADABLE, IMG-LOCKED, IMG-TIMEOUT, IMG-WORKER.
        """
        done, _ = await self._run(_Job({"job": "count", "path": str(path)}, COUNT_DEADLINE_S))
        return int(done["pages"])

    async def process_file(self, path: Path, index: int, target: PageSource, *, ocr: bool = True) -> PageResult:
        """Page `index` (from 0) of a picture or PDF file that lies in plain; the finished page is sealed at `target`.

        Raises ImagingError as `process_page`, and IMG-FORMAT, IMG-LOCKED, IMG-TOO-LARGE.
        """
        message = {
            "job": "file",
            "path": str(path),
            "index": index,
            "target": frames.source_to_json(target),
            "ocr": ocr,
        }
        return await self._page(message, target, None)

    async def turn_page(self, page: PageResult, quarters: int, *, ocr: bool) -> PageResult:
        """The finished page turned clockwise by `quarters` and (with `ocr`) read again; its verdict tells the turn.

        The turned page lies sealed in a file of its own; the old one is removed once it is safe there, and stays as it was
        when this raises or is cancelled. Not for two turns of one page at a time: take the first one's result for the
        second. No turn at all gives the page itself. Raises ImagingError as `process_page`.
        """
        if quarters % 4 == 0:
            return page
        old = page.page
        base = old.path.name.partition(RESULT_SUFFIX)[0]
        target = PageSource(
            old.path.with_name(f"{base}{RESULT_SUFFIX}.{secrets.token_hex(4)}"), old.key, old.associated, page.dpi
        )
        message = {
            "job": "turn",
            "source": frames.source_to_json(old),
            "target": frames.source_to_json(target),
            "verdict": frames.verdict_to_json(page.verdict),
            "quarters": quarters % 4,
            "ocr": ocr,
        }
        turned = await self._page(message, target, None)
        with contextlib.suppress(OSError):
            old.path.unlink(missing_ok=True)
        return turned

    async def view_page(self, page: PageResult, width: int) -> bytes:
        """The finished page as JPEG, at most `width` pixels wide, in memory only. Raises ImagingError as `process_page`."""
        message = {"job": "view", "source": frames.source_to_json(page.page), "width": width}
        _, picture = await self._run(_Job(message, self._page_deadline_s))
        return picture

    async def _page(
        self, message: dict[str, Any], target: PageSource, on_preview: Callable[[PagePreview], None] | None
    ) -> PageResult:
        """Runs a job that makes a page at `target`; nothing is left there when it fails."""
        try:
            done, thumbnail = await self._read_or_not(message, _on_loop(on_preview))
        except BaseException:
            _remove_unfinished(target.path)
            raise
        return PageResult(
            PageSource(target.path, target.key, target.associated, int(done["dpi"])),
            int(done["width"]),
            int(done["height"]),
            int(done["dpi"]),
            frames.verdict_from_json(done["verdict"]),
            thumbnail,
            frames.words_from_json(done["words"]),
            bool(done["recognised"]),
            float(done["seconds"]),
            base64.b64decode(done["likeness"]),
            tuple(str(code) for code in done["codes"]),
        )

    async def _read_or_not(self, message: dict[str, Any], on_preview: Callable[[Reply], None] | None) -> Reply:
        """A page over which the workers die or hang is made once more without reading: better no words than no page."""
        session = self._forgotten
        try:
            return await self._run(_Job(message, self._page_deadline_s, on_preview))
        except ImagingError as error:
            over = self._closed or session != self._forgotten
            if over or not message["ocr"] or error.code not in (WORKER, TIMEOUT):
                raise
        return await self._run(_Job({**message, "ocr": False, "reader": False}, self._page_deadline_s, on_preview))

    async def alike(self, likeness: bytes, others: Sequence[bytes]) -> list[int]:
        """At which places of `others` a fingerprint of the same sheet stands; tens of milliseconds for each that is.

        Raises ImagingError IMG-TIMEOUT, IMG-WORKER.
        """
        if not others:
            return []
        first, *rest = (base64.b64encode(data).decode("ascii") for data in (likeness, *others))
        done, _ = await self._run(_Job({"job": "alike", "page": first, "others": rest}, self._page_deadline_s))
        return [int(place) for place in done["alike"]]

    async def seal_pdf(
        self, pages: Sequence[PageResult], facts: PdfFacts, target: PageSource, scan: PaperScan = USUAL
    ) -> SealedPdf:
        """One component as one file, sealed at `target`, its pages in the colour and with the dots that `scan` keeps.

        It is made and sealed page by page, whatever their number in the memory of one. Raises ImagingError as
        `process_page` and IMG-SETUP; ValueError without pages. Nothing is left at `target` then.
        """
        message = {**_binding(pages, facts, scan), "target": frames.source_to_json(target)}
        try:
            done, _ = await self._run(_Job(message, self._pdf_deadline_s))
        except BaseException:
            _remove_unfinished(target.path)
            raise
        return SealedPdf(int(done["pages"]), int(done["size"]), str(done["sha256"]))

    async def write_pdf(self, pages: Sequence[PageResult], facts: PdfFacts, out: Path, scan: PaperScan = USUAL) -> int:
        """As `seal_pdf`, but into the new file `out`, in plain.

        Returns the number of pages. Raises as `seal_pdf`, IMG-WRITE too; nothing is left of `out` then.
        """
        message = {**_binding(pages, facts, scan), "out": str(out)}
        try:
            done, _ = await self._run(_Job(message, self._pdf_deadline_s))
        except BaseException:
            out.unlink(missing_ok=True)
            raise
        return int(done["pages"])

    async def draw(self, document: Document, dots: int) -> bytes:
        """A slip as a 1-bit PNG `dots` wide (576, 512 or 384), also when its session ends meanwhile.

        Raises ImagingError IMG-TIMEOUT, IMG-WORKER, and SYS-UNEXPECTED for what no template takes.
        """
        message = {"job": "draw", "document": document.to_json(), "dots": dots}
        _, picture = await self._run(_Job(message, DRAW_DEADLINE_S, outlives=True))
        return picture

    async def draw_code(self, text: str) -> bytes:
        """A QR code for the screen as PNG, a pixel a module. Raises ImagingError IMG-TIMEOUT, IMG-WORKER."""
        _, picture = await self._run(_Job({"job": "code", "text": text}, DRAW_DEADLINE_S))
        return picture

    def close(self) -> None:
        """Ends all workers at once; calls under way get IMG-WORKER. No process is left when this returns."""
        self._closed = True
        for worker in self._workers:
            worker.retire()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            worker.reap()

    async def _run(self, job: _Job) -> Reply:
        session = self._forgotten
        async with self._places:
            if self._closed:
                raise ImagingError(WORKER, "the pool is closed")
            over = session != self._forgotten
            if over and not job.outlives:
                raise ImagingError(WORKER, "the session is over")
            if over:
                job.forget()
            self._running.add(job)
            try:
                reply, blob = await asyncio.wrap_future(self._threads.submit(self._serve, job))
            except asyncio.CancelledError:
                job.cancel()
                task = asyncio.current_task()
                if self._closed and (task is None or not task.cancelling()):
                    raise ImagingError(WORKER, "the pool is closed") from None
                raise
            finally:
                self._running.discard(job)
        if "error" in reply:
            raise ImagingError(str(reply["error"]), str(reply.get("detail", "")))
        done: dict[str, Any] = reply["done"]
        return done, blob

    def _start_one(self) -> None:
        worker = self._idle.get()
        try:
            worker.start()
        except (Died, Late) as error:
            raise ImagingError(WORKER, "a worker does not start") from error
        finally:
            self._idle.put(worker)

    def _serve(self, job: _Job) -> Reply:
        """Runs in a thread: there are as many as workers, so an idle one is always there."""
        worker = self._idle.get()
        try:
            for _ in range(ATTEMPTS):
                try:
                    return job.run_on(worker)
                except Late as error:
                    raise ImagingError(TIMEOUT, f"over {job.deadline_s:g} s") from error
                except Died:
                    if job.cancelled or self._closed:
                        break
            if self._closed or job.cancelled:
                raise ImagingError(WORKER, "the pool is closed" if self._closed else "the session is over")
            raise ImagingError(WORKER, "the worker died twice")
        finally:
            self._idle.put(worker)


def _binding(pages: Sequence[PageResult], facts: PdfFacts, scan: PaperScan) -> dict[str, Any]:
    """The job of making one file of these pages."""
    if not pages:
        raise ValueError("a file needs a page")
    if facts.created.utcoffset() is None:
        raise ValueError("the time of creation has no zone")
    listed = [
        {
            "page": frames.source_to_json(page.page),
            "width": page.width,
            "height": page.height,
            "verdict": frames.verdict_to_json(page.verdict),
            "words": frames.words_to_json(page.words),
        }
        for page in pages
    ]
    return {"job": "pdf", "facts": frames.facts_to_json(facts), "pages": listed, "scan": asdict(scan)}


def _on_loop(on_preview: Callable[[PagePreview], None] | None) -> Callable[[Reply], None] | None:
    """Carries a preview from the worker's thread to the loop."""
    if on_preview is None:
        return None
    loop = asyncio.get_running_loop()

    def pass_on(reply: Reply) -> None:
        seen, thumbnail = reply[0]["preview"], reply[1]
        preview = PagePreview(
            int(seen["width"]),
            int(seen["height"]),
            int(seen["dpi"]),
            frames.verdict_from_json(seen["verdict"]),
            thumbnail,
        )
        # a loop that has ended shows nothing any more
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(on_preview, preview)

    return pass_on


def _remove_unfinished(target: Path) -> None:
    """What a killed worker left of its sealed result."""
    for leftover in (target, *target.parent.glob(f".{target.name}.*.part")):
        with contextlib.suppress(OSError):
            leftover.unlink(missing_ok=True)
