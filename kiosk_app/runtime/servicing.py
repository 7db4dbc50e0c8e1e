"""The technician's hands: shows the machine as it is, tests, restarts and takes devices out of service."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import uuid
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.errors import DeviceError
from drivers.exchanges import Way
from drivers.ports import DeviceKind, PrintJob, PrintOutcome, PrintReport
from drivers.supervisor import DeviceClient, Supervisor
from kiosk_app.config import Config
from kiosk_app.diagnostics import bundle, report
from kiosk_app.diagnostics.ledger import Ledger
from kiosk_app.diagnostics.logtail import LogReader, Overtaken
from kiosk_app.diagnostics.measure_look import MeasureLook
from kiosk_app.diagnostics.measures import MeasureBook
from kiosk_app.diagnostics.paper import forecast
from kiosk_app.diagnostics.signing import ReportKey
from kiosk_app.flow import effects as fx
from kiosk_app.flow.events import MachineSeen
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.log import log
from kiosk_app.model.basics import SERVICING, Language, Screen
from kiosk_app.model.servicing import (
    BundleView,
    CheckLine,
    Counter,
    DeviceCard,
    FrameLine,
    Machine,
    PaperLeft,
    Part,
    Readiness,
    SlipStage,
    Tab,
    TestLine,
)
from kiosk_app.model.session import Session
from kiosk_app.model.staff import StaffMember
from kiosk_app.runtime.inspection import Inspection, self_test
from kiosk_app.runtime.printing import drawn_for
from kiosk_app.runtime.runtime import Runtime
from kiosk_app.runtime.staffing import StaffRoom
from kiosk_app.runtime.tally import COUNTERS
from kiosk_app.submission import SubmissionService
from kiosk_app.versions import versions

if TYPE_CHECKING:
    from kiosk_app.receipts import Document

FRAMES = 60
"""Of a device's frames, how many are shown."""
LOOK_S = 1.0
"""How often the diagnostics are looked at anew without an event."""


class ServicingHands:
    """Everything a technician does at the screen, as effects; what is seen is told once a second and after each act."""

    def __init__(
        self,
        runtime: Runtime,
        supervisor: Supervisor,
        submission: SubmissionService,
        pool: ImagingPool,
        config: Config,
        room: StaffRoom,
        ledger: Ledger,
        book: MeasureBook,
    ) -> None:
        self._runtime = runtime
        self._supervisor = supervisor
        self._submission = submission
        self._pool = pool
        self._config = config
        self._room = room
        self._ledger = ledger
        self._measures = MeasureLook(book, config)
        self._key = ReportKey(submission.report_seed)
        self._log = LogReader(config.data_dir / "logs" / "kiosk.log", config.now().tzinfo)
        self._inspection = Inspection(config, submission.settings, supervisor, submission, ledger)
        self._versions: tuple[tuple[str, str], ...] = ()
        self._tests: dict[str, tuple[TestLine, ...]] = {}
        self._testing: dict[str, asyncio.Event] = {}
        self._testing_all = False
        self._checks: tuple[CheckLine, ...] = ()
        self._checking: asyncio.Event | None = None
        self._readiness: Readiness | None = None
        self._slip = SlipStage.NONE
        self._slip_code: str | None = None
        self._bundle = BundleView()
        self._sheet = BundleView()
        self._watching = 0
        self._number = 0
        self._again = asyncio.Event()

    def handles(self) -> tuple[type[fx.Effect], ...]:
        """All of the technician's effects."""
        return (
            fx.WatchMachine,
            fx.TestDevices,
            fx.TestLine,
            fx.PrintReadiness,
            fx.RestartHost,
            fx.SetInService,
            fx.NoteNewRoll,
            fx.WriteBundle,
            fx.WriteMeasures,
        )

    async def carry_out(self, effect: fx.Effect, session: Session) -> None:
        """Does it; what came of it is seen with the machine."""
        who = session.servicing.member
        match effect:
            case fx.WatchMachine():
                await self._watch(session.number)
            case fx.TestDevices():
                await (self._test_asked(effect.device, who) if effect.device else self._test_all(who))
            case fx.TestLine():
                await self._check()
            case fx.PrintReadiness():
                await self._print(session)
            case fx.RestartHost():
                log("device.restarted", device=effect.device)
                await self._room.note(who, "device.restarted", device=effect.device)
                self._supervisor.clients[effect.device].restart()
            case fx.SetInService():
                await self._set_in_service(effect.device, effect.on, who)
            case fx.WriteBundle():
                await self._write_bundle(who)
            case fx.WriteMeasures():
                await self._write_measures(who)
            case fx.NoteNewRoll():
                log("device.new_roll", device=effect.device)
                self._ledger.new_roll(self._config.now(), effect.device)
                await self._room.note(who, "device.new_roll", device=effect.device)
        self._again.set()

    # --- what is seen ----------------------------------------------------------------------------------------------

    async def _watch(self, number: int) -> None:
        self._watching += 1
        mine, seen = self._watching, None
        self._again.set()  # an older look ends
        if number != self._number:
            self._number = number
            self._forget()
        while (
            mine == self._watching
            and self._runtime.session.number == number
            and self._runtime.session.screen in SERVICING
        ):
            self._again.clear()
            try:
                now = await self._machine()
            except Overtaken:  # somebody asked for other lines meanwhile
                continue
            if now != seen and mine == self._watching:
                seen = now
                self._runtime.dispatch(MachineSeen(number, now))
            # Not wait_for, which takes a cancellation for its own when both come at once, and then nobody ends this look.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._again.wait()

    def _forget(self) -> None:
        """Somebody else is signed in: what was tested for the last one is not shown as if it were of now."""
        if not self._bundle.running:
            self._bundle = BundleView()
        self._sheet = BundleView()
        self._tests, self._readiness, self._slip, self._slip_code = {}, None, SlipStage.NONE, None

    async def _machine(self) -> Machine:
        # What the loop changes is read on the loop; what blocks is read in a thread.
        servicing = self._runtime.session.servicing
        only, search = servicing.filter, servicing.search
        bare = [self._card(client) for client in self._supervisor.clients.values()]
        devices = await asyncio.to_thread(self._counted, bare)
        outbox = await asyncio.to_thread(self._inspection.outbox) or ()
        lines = await asyncio.to_thread(self._log.lines, only, search)
        looked_at = servicing.tab is Tab.MEASURES
        if not self._versions:
            self._versions = await asyncio.to_thread(versions)
        return Machine(
            devices=devices,
            testing_all=self._testing_all,
            readiness=self._readiness,
            slip=self._slip,
            slip_code=self._slip_code,
            checking=self._checking is not None,
            checks=self._checks,
            guided=await asyncio.to_thread(self._ledger.guided),
            outbox=outbox,
            bundle=self._bundle,
            measures=await asyncio.to_thread(self._measures.look, servicing.span) if looked_at else None,
            sheet=self._sheet,
            versions=self._versions,
            staff=await asyncio.to_thread(self._room.view, self._runtime.session.servicing.member),
            log=lines,
            searched=search,
        )

    def _card(self, client: DeviceClient) -> DeviceCard:
        about, config, health = client.description, client.config, client.health
        return DeviceCard(
            id=config.id,
            kind=config.kind,
            state=health.state,
            code=health.code,
            detail=health.detail,
            vendor=about.vendor,
            model=about.model,
            serial=about.serial,
            firmware=about.firmware,
            driver=config.driver,
            port=about.port,
            capabilities=about.capabilities,
            in_service=client.in_service,
            testing=config.id in self._testing,
            tests=self._tests.get(config.id, ()),
            frames=self._frames(client) if self._shows_frames(config.id) else (),
        )

    def _shows_frames(self, device: str) -> bool:
        servicing = self._runtime.session.servicing
        on_page = self._runtime.session.screen is Screen.DIAGNOSTICS_DEVICE
        return on_page and servicing.device == device and servicing.part is Part.FRAMES

    def _frames(self, client: DeviceClient) -> tuple[FrameLine, ...]:
        """The newest frames first."""
        zone = self._config.now().tzinfo
        return tuple(
            FrameLine(
                datetime.fromtimestamp(line.at, zone).isoformat(timespec="milliseconds"),
                line.way is Way.TO_HOST,
                line.what,
                line.data,
                line.ms,
                line.bad,
            )
            for line in reversed(client.exchanges.lines()[-FRAMES:])
        )

    def _counted(self, cards: list[DeviceCard]) -> tuple[DeviceCard, ...]:
        now = self._config.now()
        found = []
        for card in cards:
            counters = self._ledger.counters(now, card.id, COUNTERS[card.kind])
            paper = self._paper(card.id, {one.name: one for one in counters})
            found.append(replace(card, trouble=self._ledger.trouble(card.id), counters=counters, paper=paper))
        return tuple(found)

    def _paper(self, device: str, counters: dict[str, Counter]) -> PaperLeft | None:
        if "paper_mm" not in counters:
            return None
        whole = round(self._config.printer.roll_m * 1000)
        return forecast(self._ledger.roll(device), whole, counters["paper_mm"], counters["cuts"])

    # --- tests -----------------------------------------------------------------------------------------------------

    async def _test_one(self, device: str) -> None:
        client = self._supervisor.clients.get(device)
        if client is None or device in self._testing:
            return
        ended = self._testing[device] = asyncio.Event()
        self._again.set()
        try:
            self._tests[device] = await self_test(client)
        finally:
            del self._testing[device]
            ended.set()
            self._again.set()
        lines = self._tests[device]
        log("device.tested", device=device, passed=all(line.passed for line in lines), steps=len(lines))

    async def _test_asked(self, device: str, who: StaffMember | None) -> None:
        await self._test_one(device)
        if lines := self._tests.get(device):
            await self._room.note(who, "device.tested", device=device, passed=all(line.passed for line in lines))

    async def _test_all(self, who: StaffMember | None) -> None:
        if self._testing_all:
            return
        self._testing_all, self._slip, self._slip_code = True, SlipStage.NONE, None
        self._again.set()
        try:
            tested = await self._inspection.whole(self._tested, self._checked)
            folder = self._config.data_dir / "diagnostics"
            self._readiness = await asyncio.to_thread(
                report.write, folder, tested, self._config.kiosk.id, dict(self._versions), self._key
            )
        finally:
            self._testing_all = False
            self._again.set()
        log("readiness.tested", passed=self._readiness.passed, seconds=self._readiness.seconds)
        report_name = Path(self._readiness.file).name
        await self._room.note(who, "readiness.tested", passed=self._readiness.passed, report=report_name)

    async def _tested(self, device: str) -> tuple[TestLine, ...]:
        if (under_way := self._testing.get(device)) is not None:
            await under_way.wait()  # somebody has begun it already; a report without it would say nothing of the device
        else:
            await self._test_one(device)
        return self._tests.get(device, ())

    async def _checked(self) -> tuple[CheckLine, ...]:
        if self._checking is not None:
            await self._checking.wait()
        else:
            await self._check()
        return self._checks

    async def _check(self) -> None:
        if self._checking is not None:
            return
        ended = self._checking = asyncio.Event()
        self._again.set()
        try:
            self._checks = await self._inspection.check()
        finally:
            self._checking = None
            ended.set()
            self._again.set()

    # --- acts ------------------------------------------------------------------------------------------------------

    async def _set_in_service(self, device: str, on: bool, who: StaffMember | None) -> None:
        client = self._supervisor.clients[device]
        log("device.put_back" if on else "device.taken_out", device=device)
        await self._room.note(who, "device.put_back" if on else "device.taken_out", device=device)
        await asyncio.to_thread(self._ledger.set_taken_out, self._config.now(), device, not on)
        self._tests.pop(device, None)
        await (client.put_back() if on else client.take_out())

    async def _write_bundle(self, who: StaffMember | None) -> None:
        if self._bundle.running:
            return
        loop = asyncio.get_running_loop()

        def told(percent: int) -> None:
            loop.call_soon_threadsafe(show, BundleView(running=True, percent=percent))

        def show(view: BundleView) -> None:
            self._bundle = view
            self._again.set()

        show(BundleView(running=True))
        name = f"support-{self._config.kiosk.id}-{self._config.now():%Y%m%d%H%M%S}.zip"
        done = BundleView(code="STO-IO")
        try:
            file = await asyncio.to_thread(bundle.write_for_screen, name, self._config, told)
            done = BundleView(percent=100, file=str(file))
        except OSError as error:
            done = BundleView(code=_disk_code(error))
        finally:
            show(done)
        log("bundle.written", code=done.code)
        await self._room.note(who, "bundle.written", code=done.code or "")

    async def _write_measures(self, who: StaffMember | None) -> None:
        self._sheet = BundleView(running=True)
        self._again.set()
        done = BundleView(code="STO-IO")
        try:
            file = await asyncio.to_thread(self._measures.write_for_screen)
            done = BundleView(percent=100, file=str(file))
        except OSError as error:
            done = BundleView(code=_disk_code(error))
        finally:
            self._sheet = done
        log("measures.written", code=done.code)
        await self._room.note(who, "measures.written", code=done.code or "")

    async def _print(self, session: Session) -> None:
        tested = self._readiness
        client = self._supervisor.by_kind(DeviceKind.PRINTER)
        if tested is None:
            return
        self._slip, self._slip_code = SlipStage.PRINTING, None
        self._again.set()
        code: str | None = "PRN-UNKNOWN-OUTCOME"
        try:
            if client is None:
                raise DeviceError("PRN-ABSENT", "no printer is configured")
            document = await asyncio.to_thread(self._readiness_slip, tested, session.language)
            job = PrintJob(uuid.uuid4().hex, await drawn_for(client, self._pool, document))
            printed = await client.call("print", PrintReport, job=job)
            done = printed.outcome is PrintOutcome.PRINTED
            code = None if done else printed.code or code
        except DeviceError as error:
            code = error.code
        finally:
            self._slip, self._slip_code = (SlipStage.FAILED if code else SlipStage.PRINTED), code
        log("readiness.printed", code=code)
        await self._room.note(session.servicing.member, "readiness.printed", code=code or "")

    def _readiness_slip(self, tested: Readiness, language: Language) -> Document:
        # Nobody needs it before the first paper is printed; this is a thread of its own.
        from kiosk_app.runtime.slip import readiness_slip_of

        return readiness_slip_of(tested, self._config, dict(self._versions).get("kiosk", ""), language).document()


def _disk_code(error: OSError) -> str:
    return "STO-FULL" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "STO-IO"
