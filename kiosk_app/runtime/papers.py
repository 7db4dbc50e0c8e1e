"""Scans a stack for the flow: each page goes from the scanner's host through the imaging pool while the rest is scanned."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

from drivers import wire
from drivers.errors import DeviceError
from drivers.ports import DeviceKind, ScannedPage, ScanOptions, ScanReport, ScanSource, Spool
from drivers.supervisor import DeviceClient, Supervisor
from kiosk_app.config import ImagingConfig
from kiosk_app.flow.effects import CancelScan, Effect, ScanPages
from kiosk_app.flow.events import PageFailed, PageReady, PageScanned, ScanEnded
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.imaging.values import PagePreview, PageResult, PageSource
from kiosk_app.log import log
from kiosk_app.model.session import Session
from kiosk_app.runtime.custody import Custody
from kiosk_app.runtime.runtime import UNEXPECTED, Runtime
from kiosk_app.submission import SessionSpool, SubmissionError


class PaperHands:
    """Scanning as effects; a page that fails is told with its code, the others go on."""

    def __init__(
        self, runtime: Runtime, supervisor: Supervisor, pool: ImagingPool, custody: Custody, imaging: ImagingConfig
    ) -> None:
        self._runtime = runtime
        self._supervisor = supervisor
        self._pool = pool
        self._custody = custody
        self._imaging = imaging
        self._stopping = False

    def handles(self) -> tuple[type[Effect], ...]:
        """Scanning and stopping it."""
        return (ScanPages, CancelScan)

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Scans, or asks the running scan to stop."""
        client = self._supervisor.by_kind(DeviceKind.SCANNER)
        if isinstance(effect, ScanPages):
            code = await self._scan(effect, session.number, client)
            log("scan.ended", code=code)
            self._runtime.dispatch(ScanEnded(session.number, code))
        else:
            self._stopping = True  # also for a scan that has not reached the scanner yet
            if client is not None:
                client.cancel_running()

    async def _scan(self, effect: ScanPages, number: int, client: DeviceClient | None) -> str | None:
        """Runs one scan; returns the code it ended with, or None when the feeder ran empty."""
        self._stopping = False
        if client is None:
            return "SYS-NO-DRIVER"
        try:
            spool = await self._custody.spool(number)
        except SubmissionError as error:
            return error.code
        if self._stopping:
            return "SCN-CANCELLED"
        scanned = 0

        def page_arrived(event: str, data: dict[str, Any]) -> None:
            nonlocal scanned
            if event != "page":
                return
            page = wire.from_json(ScannedPage, data)
            if not self._custody.holds(number):  # the citizen has left while the sheet ran through
                Path(page.path).unlink(missing_ok=True)
                return
            place = effect.first_page + scanned
            scanned += 1
            self._runtime.dispatch(PageScanned(number, place, effect.component))
            result = self._custody.expect(place)
            self._runtime.spawn(self._finish(number, place, page, spool, result), "process page")

        # Nobody can see whether something lies on the glass: an empty feeder is told, not passed over to the flatbed.
        feeder = "feeder" in client.description.capabilities
        source = ScanSource.FEEDER if feeder else ScanSource.AUTO
        options = ScanOptions(source=source, dpi=self._imaging.scan_dpi, duplex=self._imaging.duplex)
        # Pages are named by the scan's first number, so that a second scan never writes over the first one's files.
        name = f"{spool.session_id}-{effect.first_page}"
        where = Spool(str(spool.folder), base64.b64encode(spool.key).decode(), name)
        try:
            await client.call("scan", ScanReport, page_arrived, options=options, spool=where)
        except DeviceError as error:
            return error.code
        return None if scanned else "SCN-FEEDER-EMPTY"

    async def _finish(
        self, number: int, place: int, page: ScannedPage, spool: SessionSpool, result: asyncio.Future[PageResult]
    ) -> None:
        """Shows the page as soon as it is straight and judged; its text is read while the citizen goes on."""
        source = PageSource(Path(page.path), spool.key, page.associated.encode(), page.dpi)
        try:
            done = await self._pool.process_page(
                source,
                ocr=self._imaging.recognise_text,
                on_preview=lambda preview: self._runtime.dispatch(_ready(number, place, preview)),
            )
        except ImagingError as error:
            self._fail(number, place, error, result)
            return
        except Exception:
            # Nobody waits for ever for a page that failed in a way nobody foresaw.
            self._fail(number, place, ImagingError(UNEXPECTED, "see kiosk.effect_failed"), result)
            raise
        finally:
            await asyncio.to_thread(Path(page.path).unlink, missing_ok=True)
        log("page.processed", page=place, seconds=round(done.seconds, 3), blank=done.verdict.blank)
        if not result.done():  # cancelled when the citizen has left
            result.set_result(done)

    def _fail(self, number: int, place: int, error: ImagingError, result: asyncio.Future[PageResult]) -> None:
        log("page.failed", page=place, code=error.code)
        self._runtime.dispatch(PageFailed(number, place, error.code))
        if not result.done():
            result.set_exception(error)
            result.exception()  # seen: a page that nobody submits is no unexpected failure


def _ready(number: int, place: int, preview: PagePreview) -> PageReady:
    return PageReady(
        number,
        place,
        preview.thumbnail,
        preview.verdict.blank,
        tuple(item.value for item in preview.verdict.warnings),
        preview.width,
        preview.height,
    )
