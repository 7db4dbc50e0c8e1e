"""The hands of the guided tests: each step is a verb of the real device, and what it gave is judged here."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from drivers import wire
from drivers.errors import DeviceError
from drivers.ports import (
    CardAccess,
    CardReading,
    PrintJob,
    PrintOutcome,
    PrintReport,
    ScannedPage,
    ScanOptions,
    ScanReport,
    ScanSource,
    Spool,
    Verdict,
)
from drivers.supervisor import DeviceClient, Supervisor
from kiosk_app.config import Config
from kiosk_app.diagnostics import sound
from kiosk_app.diagnostics.ledger import Ledger
from kiosk_app.flow import effects as fx
from kiosk_app.flow.events import GuideEnded, GuideProgressed
from kiosk_app.imaging.errors import ImagingError
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.imaging.values import PageResult, PageSource, PageWarning
from kiosk_app.log import log
from kiosk_app.model.guided import Found, Guide, GuidedResult
from kiosk_app.model.session import Session
from kiosk_app.runtime.devices import DeviceHands
from kiosk_app.runtime.printing import drawn_for
from kiosk_app.runtime.runtime import Runtime
from kiosk_app.runtime.staffing import StaffRoom
from kiosk_app.submission import SessionSpool, SubmissionError, SubmissionService

if TYPE_CHECKING:
    from kiosk_app.receipts import Document

WAIT_S: Final = 30.0
"""For a card to be laid or a code to be held before the reader."""
STRAIGHT_DEG: Final = 3.0
MASK: Final = "•••"
_NO_CARD: Final = ("CRD-NO-CARD", "CRD-REMOVED")


class GuideHands:
    """One guided test at a time; leaving it stops the device and forgets what was read."""

    def __init__(
        self,
        runtime: Runtime,
        devices: DeviceHands,
        submission: SubmissionService,
        pool: ImagingPool,
        config: Config,
        room: StaffRoom,
        ledger: Ledger,
    ) -> None:
        self._runtime = runtime
        self._devices = devices
        self._supervisor: Supervisor = devices.supervisor
        self._submission = submission
        self._pool = pool
        self._config = config
        self._room = room
        self._ledger = ledger
        self._task: asyncio.Task[Found] | None = None
        self._steps: dict[Guide, Callable[[fx.RunGuide, Session], Awaitable[Found]]] = {
            Guide.PRINT: self._print,
            Guide.SCAN: self._scan,
            Guide.CARD: self._card,
            Guide.CODE: self._code,
            Guide.SOUND: self._sound,
        }

    def handles(self) -> tuple[type[fx.Effect], ...]:
        """Running, stopping and writing down guided tests."""
        return (fx.RunGuide, fx.StopGuide, fx.RecordGuide)

    async def carry_out(self, effect: fx.Effect, session: Session) -> None:
        """Does it; what was found is told by GuideEnded."""
        match effect:
            case fx.RunGuide():
                await self._run(effect, session)
            case fx.StopGuide():
                self._stop()
            case fx.RecordGuide():
                at = self._config.now().isoformat(timespec="seconds")
                log("guide.ended", guide=effect.guide.value, passed=effect.passed, code=effect.code)
                await asyncio.to_thread(self._ledger.record, GuidedResult(effect.guide, at, effect.passed, effect.code))
                who = session.servicing.member
                await self._room.note(who, "guide.ended", guide=effect.guide.value, passed=effect.passed)

    async def _run(self, effect: fx.RunGuide, session: Session) -> None:
        self._stop()
        work = asyncio.ensure_future(self._steps[effect.guide](effect, session))
        self._task = work
        try:
            await asyncio.wait({work})
        finally:
            work.cancel()
        if work.cancelled():
            return  # the technician went on to something else
        try:
            found = work.result()
        except (DeviceError, SubmissionError, ImagingError, sound.NoSound) as error:
            found = Found(False, error.code)
        self._runtime.dispatch(GuideEnded(session.number, found))

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _client(self, device: str) -> DeviceClient:
        client = self._supervisor.clients.get(device)
        if client is None:
            raise DeviceError("SYS-NO-DRIVER", "no such device")
        return client

    # --- print -----------------------------------------------------------------------------------------------------

    async def _print(self, effect: fx.RunGuide, session: Session) -> Found:
        client = self._client(effect.device)
        page = await asyncio.to_thread(self._test_page, session)
        encoded = await drawn_for(client, self._pool, page)
        report = await client.call("print", PrintReport, job=PrintJob(uuid.uuid4().hex, encoded))
        if report.outcome is PrintOutcome.NOT_PRINTED:
            return Found(False, report.code or "PRN-UNKNOWN-OUTCOME")
        facts = (("seconds", f"{report.seconds:.1f}"),)
        return Found(None, report.code, facts, f"data:image/png;base64,{encoded}")

    def _test_page(self, session: Session) -> Document:
        # Nobody needs it before the first paper is printed; this is a thread of its own.
        from kiosk_app.receipts import printer_test

        return printer_test(self._config.kiosk.number, self._config.now(), session.language.value)

    # --- scan ------------------------------------------------------------------------------------------------------

    async def _scan(self, effect: fx.RunGuide, session: Session) -> Found:
        client = self._client(effect.device)
        spool = await asyncio.to_thread(self._submission.begin_session)
        try:
            return await self._scan_into(spool, client, session.number)
        finally:
            await asyncio.shield(asyncio.to_thread(self._submission.end_session, spool))

    async def _scan_into(self, spool: SessionSpool, client: DeviceClient, number: int) -> Found:
        pages: list[ScannedPage] = []

        def arrived(event: str, data: dict[str, Any]) -> None:
            if event == "page":
                pages.append(wire.from_json(ScannedPage, data))
                self._runtime.dispatch(GuideProgressed(number, "judge", 60))

        feeder = "feeder" in client.description.capabilities
        source = ScanSource.FEEDER if feeder else ScanSource.AUTO
        options = ScanOptions(source=source, dpi=self._config.imaging.scan_dpi, max_pages=1)
        where = Spool(str(spool.folder), base64.b64encode(spool.key).decode(), f"{spool.session_id}-target")
        self._runtime.dispatch(GuideProgressed(number, "scan", 10))
        report = await client.call("scan", ScanReport, arrived, options=options, spool=where)
        if not pages:
            return Found(False, "SCN-FEEDER-EMPTY")
        first = pages[0]
        read = PageSource(Path(first.path), spool.key, first.associated.encode(), first.dpi)
        return _judged(await self._pool.process_page(read, ocr=False), report)

    # --- card ------------------------------------------------------------------------------------------------------

    async def _card(self, effect: fx.RunGuide, session: Session) -> Found:
        client = self._client(effect.device)

        def progress(event: str, data: dict[str, Any]) -> None:
            if event == "progress":
                step, percent = str(data.get("step", "")), int(data.get("percent", 0))
                self._runtime.dispatch(GuideProgressed(session.number, step, percent))

        end = time.monotonic() + WAIT_S
        try:
            while True:
                try:
                    access = CardAccess(can=effect.number)
                    reading = await client.call("read", CardReading, progress, access=access)
                    break
                except DeviceError as error:
                    if error.code not in _NO_CARD:
                        raise
                    if time.monotonic() > end:
                        return Found(False, "SYS-TEST-WAITED")
                self._runtime.dispatch(GuideProgressed(session.number, "insert", 0))
                await asyncio.sleep(0.5)
            return _card_found(reading, self._is_test_card(reading.holder.number))
        finally:
            client.forget()

    def _is_test_card(self, number: str) -> bool:
        known = {item.strip() for item in self._config.diagnostics.test_cards.split(",")} - {""}
        # The demonstration's cards are of fictional people.
        return self._config.simulation.enabled or number in known

    # --- code ------------------------------------------------------------------------------------------------------

    async def _code(self, effect: fx.RunGuide, session: Session) -> Found:
        self._client(effect.device)
        heard: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

        def listen(device: str, event: str, data: dict[str, Any]) -> None:
            if device == effect.device and event == "code" and not heard.done():
                heard.set_result(data)

        with self._devices.listening(listen), contextlib.suppress(TimeoutError):
            data = await asyncio.wait_for(heard, WAIT_S)
            text = str(data.get("text", ""))
            facts = (
                ("symbology", str(data.get("symbology", "")) or "?"),
                ("letters", str(len(text))),
                ("content", masked(text)),
            )
            return Found(bool(text), None if text else "BAR-GARBLED", facts)
        return Found(False, "SYS-TEST-WAITED")

    # --- sound -----------------------------------------------------------------------------------------------------

    async def _sound(self, effect: fx.RunGuide, session: Session) -> Found:
        made = await asyncio.to_thread(sound.tone, effect.step)
        await asyncio.to_thread(sound.play, made)
        return Found(None)


def masked(text: str) -> str:
    """Both ends of a text and nothing of what lies between; a short one is masked whole."""
    return f"{text[:2]}{MASK}{text[-2:]}" if len(text) >= 12 else MASK


def _judged(page: PageResult, report: ScanReport) -> Found:
    warnings = page.verdict.warnings
    straight = abs(page.verdict.angle_deg) <= STRAIGHT_DEG
    facts = (
        ("dpi", str(page.dpi)),
        ("size", f"{page.width * 25.4 / page.dpi:.0f} x {page.height * 25.4 / page.dpi:.0f} mm" if page.dpi else "?"),
        ("angle", f"{page.verdict.angle_deg:+.1f}°"),
        ("sharpness", "blurred" if PageWarning.BLURRED in warnings else "sharp"),
        ("seconds", f"{report.seconds:.1f}"),
    )
    picture = f"data:image/jpeg;base64,{base64.b64encode(page.thumbnail).decode()}"
    return Found(straight and not warnings and not page.verdict.blank, None, facts, picture)


def _card_found(reading: CardReading, is_test_card: bool) -> Found:
    checks = {"passive": reading.passive, "active": reading.active, "chip": reading.chip}
    facts = [
        ("access", reading.access.value),
        ("apdus", str(reading.apdus)),
        ("seconds", f"{reading.seconds:.1f}"),
        *((name, check.verdict.value) for name, check in checks.items()),
    ]
    if is_test_card:
        names = reading.holder.name.split()
        facts += [("number", masked(reading.holder.number)), ("name", " ".join(f"{name[0]}{MASK}" for name in names))]
    else:
        facts.append(("holder", "hidden"))
    bad = any(check.verdict is Verdict.FAILED for check in checks.values()) or bool(reading.mismatches)
    return Found(not bad, None, tuple(facts))
