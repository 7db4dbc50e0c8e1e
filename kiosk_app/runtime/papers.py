"""Scans a stack for the flow: each page goes from the scanner's host through the imaging pool while the rest is scanned."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from drivers import wire
from drivers.errors import DeviceError
from drivers.ports import (
    CaptureOptions,
    CaptureReport,
    DeviceKind,
    ScannedPage,
    ScanOptions,
    ScanReport,
    ScanSource,
    Spool,
)
from drivers.supervisor import DeviceClient, Supervisor
from kiosk_app.config import ImagingConfig
from kiosk_app.flow.effects import CancelScan, Effect, ScanPages, ScanSpecimens
from kiosk_app.flow.events import PageFailed, PageRead, PageReady, PagesAlike, PageScanned, ScanEnded
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.imaging.values import PagePreview, PageResult, PageSource
from kiosk_app.log import log
from kiosk_app.model.session import Session
from kiosk_app.runtime import specimens
from kiosk_app.runtime.custody import Custody
from kiosk_app.runtime.runtime import UNEXPECTED, Runtime
from kiosk_app.submission import SubmissionError

NEAR: Final = 60
"""Pages before and after, with which a page is compared: a sheet that goes through twice does so soon again."""


@dataclass(frozen=True)
class _Arrived:
    """A page as the device gave it: whose it is, its number, its sealed file, and the most dots an inch that are kept."""

    number: int
    place: int
    source: PageSource
    kept_dpi: int


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
        self._scans = 0
        self._running: DeviceClient | None = None

    def handles(self) -> tuple[type[Effect], ...]:
        """Scanning and stopping it."""
        return (ScanPages, ScanSpecimens, CancelScan)

    async def carry_out(self, effect: Effect, session: Session) -> None:
        """Scans, or asks the running scan to stop."""
        if isinstance(effect, ScanPages):
            kind = DeviceKind.CAMERA if effect.camera else DeviceKind.SCANNER
            self._running = self._supervisor.by_kind(kind)
            code, half = await self._scan(effect, session, self._running)
            log("scan.ended", code=code)
            self._runtime.dispatch(ScanEnded(session.number, code, half))
        elif isinstance(effect, ScanSpecimens):
            self._running = None  # no device has a part in it
            code, half = await self._scan(effect.asked, session, None)
            self._runtime.dispatch(ScanEnded(session.number, code, half))
        else:
            self._stopping = True  # also for a scan that has not reached the scanner yet
            if self._running is not None:
                self._running.cancel_running()

    async def _scan(self, effect: ScanPages, session: Session, client: DeviceClient | None) -> tuple[str | None, int]:
        """Runs one scan; returns the code it ended with, or None when the feeder ran empty, and a page without its back."""
        self._stopping = False
        number, practised = session.number, session.practice is not None
        if client is None and not practised:
            return "SYS-NO-DRIVER", 0
        try:
            spool = await self._custody.spool(number)
        except SubmissionError as error:
            return error.code, 0
        if self._stopping:
            return "CAM-CANCELLED" if effect.camera else "SCN-CANCELLED", 0
        scanned = 0
        options = ScanOptions() if client is None else self._options(effect, client)
        sides = 2 if options.duplex and not effect.camera else 1

        def page_arrived(event: str, data: dict[str, Any]) -> None:
            nonlocal scanned
            if event != "page":
                return
            page = wire.from_json(ScannedPage, data)
            if effect.camera:
                # A camera's dots are those of the table: how large the sheet is, its own four corners tell better.
                page = replace(page, dpi=0)
            # The citizen has left while the sheet ran through, or one page was asked for and more came.
            if not self._custody.holds(number) or (effect.one and scanned):
                Path(page.path).unlink(missing_ok=True)
                return
            place = effect.first_page + scanned
            again = effect.again and not scanned
            scanned += 1
            source = PageSource(Path(page.path), spool.key, page.associated.encode(), page.dpi)
            arrived = _Arrived(number, place, source, effect.scan.kept_dpi)
            self._runtime.dispatch(PageScanned(number, place, effect.component, (scanned + sides - 1) // sides))
            if again:
                self._runtime.spawn(self._renew(arrived), "process page again")
            else:
                result = self._custody.expect(place)
                self._runtime.spawn(self._finish(arrived, result), "process page")

        # Files are named by the scan, so that a second one never writes over the first one's.
        self._scans += 1
        where = Spool(
            str(spool.folder), base64.b64encode(spool.key).decode(), f"{spool.session_id}-{number}-{self._scans}"
        )
        try:
            if client is None:
                await specimens.feed(effect, session, where, page_arrived, lambda: self._stopping)
            elif effect.camera:
                capture = CaptureOptions(max_pages=1 if effect.one else 0, at_once=effect.at_once)
                await client.call("capture", CaptureReport, page_arrived, options=capture, spool=where)
            else:
                await client.call("scan", ScanReport, page_arrived, options=options, spool=where)
        except DeviceError as error:
            return error.code, effect.first_page + scanned - 1 if scanned % sides else 0
        return (None if scanned else "CAM-NO-PAGE" if effect.camera else "SCN-FEEDER-EMPTY"), 0

    def _options(self, effect: ScanPages, client: DeviceClient) -> ScanOptions:
        # Nobody can see whether something lies on the glass: an empty feeder is told, not passed over to the flatbed.
        feeder = "feeder" in client.description.capabilities
        source = ScanSource.FLATBED if effect.glass else ScanSource.FEEDER if feeder else ScanSource.AUTO
        whole = not (effect.glass or effect.one)
        return ScanOptions(
            source=source,
            dpi=effect.scan.dpi,
            colour=effect.scan.in_colour,
            duplex=whole and effect.scan.duplex(client.description.capabilities),
            max_pages=1 if effect.one else 0,
        )

    async def _finish(self, arrived: _Arrived, result: asyncio.Future[PageResult]) -> None:
        """Shows the page as soon as it is straight and judged; its text is read while the citizen goes on."""
        number, place = arrived.number, arrived.place

        def show(preview: PagePreview) -> None:
            if self._custody.current(place, result):
                self._runtime.dispatch(_ready(number, place, preview))

        try:
            done = await self._process(arrived, show)
        except ImagingError as error:
            self._fail(number, place, error, result)
            return
        except Exception:
            # Nobody waits for ever for a page that failed in a way nobody foresaw.
            self._fail(number, place, ImagingError(UNEXPECTED, "see kiosk.effect_failed"), result)
            raise
        if not result.done():  # cancelled when the citizen has left
            result.set_result(done)
        if self._custody.current(place, result):
            self._runtime.dispatch(PageRead(number, place))
            await self._compare(number, place, done)

    async def _renew(self, arrived: _Arrived) -> None:
        """A new picture of a page that is there already: the old one goes when the new one is finished, and not before."""
        number, place = arrived.number, arrived.place
        try:
            done = await self._process(arrived, None)
        except ImagingError as error:
            log("page.failed", page=place, code=error.code)
            self._runtime.dispatch(PageFailed(number, place, error.code, again=True))
            return
        except Exception:
            self._runtime.dispatch(PageFailed(number, place, UNEXPECTED, again=True))
            raise
        if not self._custody.holds(number):
            await asyncio.to_thread(done.page.path.unlink, missing_ok=True)
            return
        old = self._custody.result(place)
        self._custody.put(place, done)
        preview = PagePreview(done.width, done.height, done.dpi, done.verdict, done.thumbnail)
        self._runtime.dispatch(replace(_ready(number, place, preview), again=True))
        self._runtime.dispatch(PageRead(number, place))
        if old is not None:
            await asyncio.to_thread(old.page.path.unlink, missing_ok=True)
        await self._compare(number, place, done)

    async def _compare(self, number: int, place: int, done: PageResult) -> None:
        """Tells of a page that looks like another one, the later of the two; blank ones all look alike."""
        if done.verdict.blank or not done.likeness:
            return
        others = [(other, page.likeness) for other, page in self._custody.finished() if 0 < abs(other - place) <= NEAR]
        others = sorted((other, likeness) for other, likeness in others if likeness)
        try:
            found = await self._pool.alike(done.likeness, [likeness for _, likeness in others])
        except ImagingError:
            return  # a page that nobody could compare is not told as one scanned twice; its pictures are safe
        twins = [others[at][0] for at in found]
        if self._custody.result(place) is not done:
            return  # a newer picture of it has come, or the citizen has left
        if earlier := [other for other in twins if other < place]:
            self._runtime.dispatch(PagesAlike(number, place, earlier[0]))
        for later in (other for other in twins if other > place):
            self._runtime.dispatch(PagesAlike(number, later, place))

    async def _process(self, arrived: _Arrived, on_preview: Callable[[PagePreview], None] | None) -> PageResult:
        """The finished page; the scanner's file is gone then, whatever came of it. Raises ImagingError."""
        try:
            done = await self._pool.process_page(
                arrived.source,
                ocr=self._imaging.recognise_text,
                on_preview=on_preview,
                kept_dpi=arrived.kept_dpi,
            )
        finally:
            await asyncio.to_thread(arrived.source.path.unlink, missing_ok=True)
        log("page.processed", page=arrived.place, seconds=round(done.seconds, 3), blank=done.verdict.blank)
        return done

    def _fail(self, number: int, place: int, error: ImagingError, result: asyncio.Future[PageResult]) -> None:
        log("page.failed", page=place, code=error.code)
        if self._custody.current(place, result):
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
