"""Puts the kiosk together from its configuration: devices, imaging, store, agent and the flow that uses them."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from drivers import memory
from kiosk_app import paths
from kiosk_app.config import Config
from kiosk_app.log import log
from kiosk_app.model.assisting import Assist
from kiosk_app.model.basics import Language
from kiosk_app.model.session import Session
from kiosk_app.runtime import alive

if TYPE_CHECKING:
    from drivers.preview import Frame
    from kiosk_app.diagnostics.ledger import Ledger
    from kiosk_app.imaging.pool import ImagingPool
    from kiosk_app.runtime.child import Child
    from kiosk_app.runtime.custody import Custody
    from kiosk_app.runtime.demo import Bench
    from kiosk_app.runtime.devices import DeviceHands
    from kiosk_app.runtime.measuring import Measurer
    from kiosk_app.runtime.preview import CameraPreview
    from kiosk_app.runtime.runtime import Listener, Runtime
    from kiosk_app.runtime.staffing import StaffRoom
    from kiosk_app.submission import SubmissionService, SubmissionSettings

WATCH_S = 1.0
LEDGER_S = 10.0
AGENT_BACKOFF_S = (0.2, 1.0, 5.0, 15.0)
MACHINERY: Final = tuple(
    f"kiosk_app.runtime.{name}"
    for name in (
        *("assisting", "calling", "library", "demo", "devices", "dossiers", "drafts", "handouts", "papers", "preview"),
        *("custody", "reviewing", "servicing", "signing_in", "wiping"),
    )
)
"""What `start` needs and the first frame does not: image processing, cryptography, the network."""


def _import_machinery() -> None:
    for name in MACHINERY:
        importlib.import_module(name)


def submission_settings(config: Config) -> SubmissionSettings:
    """The submission's plain settings out of the configuration."""
    from kiosk_app.submission import SubmissionSettings

    service = config.service
    # Where the site names no files, the kiosk has those that it got by enrolling.
    identity = config.data_dir / "identity"
    return SubmissionSettings(
        data_folder=config.data_dir / "store",
        service_url=service.url,
        ca=Path(service.ca) if service.ca else identity / "ca.pem",
        certificate=Path(service.certificate) if service.certificate else identity / "kiosk.pem",
        private_key=Path(service.key) if service.key else identity / "kiosk.pem",
        kiosk_id=config.kiosk.id,
        kiosk_short=config.kiosk.short,
        key_source="systemd" if config.security.device_key == "systemd-creds" else config.security.device_key,
        tpm=config.security.tpm,
        tpm_registers=config.security.tpm_pcrs,
        max_unsent=service.outbox_max_dossiers,
        max_unsent_age_s=service.outbox_max_age_hours * 3600,
        upload_bytes_per_s=service.upload_kilobytes_per_second * 1000.0,
    )


class Kiosk:
    """The whole machine but its screen. `start` before use, `stop` at the end; between them the flow runs."""

    def __init__(self, config: Config) -> None:
        self.config = config
        # Of the machine's own steady clock, which another process can read as well and nobody sets.
        self._started = time.clock_gettime(time.CLOCK_BOOTTIME)
        self._first = Session(
            language=Language(config.kiosk.language),
            staff_idle_s=config.staff.idle_s,
            assist=Assist(idle_s=config.staff.assist_idle_s),
        )
        self._runtime: Runtime | None = None
        self._listeners: list[Listener] = []
        self.bench: Bench | None = None
        self.submission: SubmissionService | None = None
        self._devices: DeviceHands | None = None
        self._pool: ImagingPool | None = None
        self._custody: Custody | None = None
        self._preview: CameraPreview | None = None
        self._agent: Child | None = None
        self._ledger: Ledger | None = None
        self._measurer: Measurer | None = None
        self._room: StaffRoom | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def session(self) -> Session:
        """The session as it is now."""
        return self._first if self._runtime is None else self._runtime.session

    @property
    def runtime(self) -> Runtime:
        """The flow at work. Made when it is first needed: its many small classes can wait for the first frame."""
        if self._runtime is None:
            from kiosk_app.runtime.runtime import Runtime

            self._runtime = Runtime(self._first, self.config.now)
            for listener in self._listeners:
                self._runtime.subscribe(listener)
        return self._runtime

    def look(self) -> Frame | None:
        """What the camera sees, while the citizen may see it; None when there is nothing newer."""
        return None if self._preview is None else self._preview.look()

    def subscribe(self, listener: Listener) -> None:
        """Calls `listener` with each new session."""
        self._listeners.append(listener)
        if self._runtime is not None:
            self._runtime.subscribe(listener)

    def intent(self, name: str, payload: Mapping[str, object]) -> None:
        """What the citizen did."""
        self.runtime.intent(name, payload)

    def practise(self) -> None:
        """For a room where people are trained: whenever nobody is there, a practice session begins."""
        from kiosk_app.flow.events import BeginPractice
        from kiosk_app.model.basics import Screen

        def follow(session: Session) -> None:
            if session.screen is Screen.HOME and session.practice is None and session.assist.now is None:
                self.runtime.dispatch(BeginPractice())

        self.subscribe(follow)

    async def start(self) -> None:
        """Starts the demonstration's bench if there is one, then store, devices, imaging and the agent.

        Raises ChildError when the bench does not start, SubmissionError when the store cannot be used.
        """
        memory.keep_inside()
        memory.overwrite_freed()
        memory.share_heaps()
        memory.map_large_pieces()
        # The screen is lit by now; imported beside it, these hundred milliseconds do not stop its loop.
        await asyncio.to_thread(_import_machinery)
        from kiosk_app.catalog import Catalog
        from kiosk_app.diagnostics.ledger import Ledger
        from kiosk_app.diagnostics.measures import MeasureBook
        from kiosk_app.imaging.pool import ImagingPool
        from kiosk_app.runtime import demo
        from kiosk_app.runtime.assisting import AssistHands
        from kiosk_app.runtime.calling import CallHands
        from kiosk_app.runtime.custody import Custody
        from kiosk_app.runtime.devices import DeviceHands
        from kiosk_app.runtime.dossiers import DossierHands
        from kiosk_app.runtime.drafts import DraftHands
        from kiosk_app.runtime.guiding import GuideHands
        from kiosk_app.runtime.handouts import HandoutHands
        from kiosk_app.runtime.library import LibraryHands
        from kiosk_app.runtime.measuring import Measurer
        from kiosk_app.runtime.offering import OfferHands
        from kiosk_app.runtime.papers import PaperHands
        from kiosk_app.runtime.preview import CameraPreview
        from kiosk_app.runtime.reviewing import ReviewHands
        from kiosk_app.runtime.servicing import ServicingHands
        from kiosk_app.runtime.signing_in import GateHands
        from kiosk_app.runtime.specimens import SpecimenHands
        from kiosk_app.runtime.staffing import StaffRoom
        from kiosk_app.runtime.tally import Tallier
        from kiosk_app.runtime.wiping import Wiper
        from kiosk_app.submission import SubmissionService

        catalog = await asyncio.to_thread(
            Catalog.read, paths.assets() / "catalogue" / "procedures.json", self.config.imaging.paper_scan
        )
        self.runtime.add(LibraryHands(self.runtime, catalog))
        if self.config.simulation.enabled:
            self.bench = await demo.start(self.config)
            self.config = self.bench.config
        settings = submission_settings(self.config)
        self.submission = await asyncio.to_thread(SubmissionService, settings)
        self._pool = ImagingPool(self.config.imaging.workers)
        self._custody = Custody(self.submission)
        self._devices = DeviceHands(self.runtime, self.config.device_configs())
        supervisor = self._devices.supervisor
        self.runtime.add(self._devices)
        self.runtime.add(Wiper(self._custody, supervisor, self._pool))
        self.runtime.add(PaperHands(self.runtime, supervisor, self._pool, self._custody, self.config.imaging))
        self.runtime.add(SpecimenHands(self.runtime))
        self.runtime.add(CallHands(self.runtime, settings))
        self.runtime.add(OfferHands(self.runtime, self._custody))
        learned = self.config.data_dir / "papers"
        self.runtime.add(ReviewHands(self.runtime, self._pool, self._custody, self.config.imaging, learned))
        self.runtime.add(
            DossierHands(self.runtime, supervisor, self._pool, self._custody, self.submission, self.config)
        )
        self.runtime.add(DraftHands(self.runtime, self._custody, self.submission, catalog))
        self.runtime.add(HandoutHands(self.runtime, supervisor, self._pool, self.submission, self.config))
        self._ledger = Ledger(self.config.data_dir / "diagnostics" / "ledger.db")
        tallier = Tallier(self._ledger, self.config.now)
        self.runtime.observe(tallier.observe)
        supervisor.witness(tallier.witness)
        book = MeasureBook(self.config.data_dir / "diagnostics" / "ledger.db")
        self._measurer = Measurer(book, self.config.now)
        self.runtime.observe(self._measurer.observe)
        self.runtime.subscribe(self._measurer.follow)
        self._room = room = StaffRoom(self.submission, self.config.data_dir, self.config.staff)
        self.runtime.add(GateHands(self.runtime, room))
        self.runtime.add(AssistHands(self.runtime, room))
        self.runtime.add(
            ServicingHands(self.runtime, supervisor, self.submission, self._pool, self.config, room, self._ledger, book)
        )
        self.runtime.add(
            GuideHands(self.runtime, self._devices, self.submission, self._pool, self.config, room, self._ledger)
        )
        self._preview = CameraPreview(supervisor)
        self.runtime.subscribe(self._preview.follow)
        await supervisor.start(await asyncio.to_thread(self._ledger.taken_out))
        self._tasks = [
            asyncio.create_task(self._keep_agent(settings), name="agent"),
            asyncio.create_task(self._watch(), name="watch"),
            asyncio.create_task(self._warm_up(), name="warm up imaging"),
            asyncio.create_task(self._keep_ledger(), name="ledger"),
            asyncio.create_task(self._measurer.write(), name="measures"),
            asyncio.create_task(self._preview.keep(), name="camera preview"),
        ]
        memory.give_back()  # what only the start needed
        log("kiosk.started", profile=self.config.profile)
        self._tasks.append(asyncio.create_task(alive.keep_telling(), name="signs of life"))

    async def stop(self) -> None:
        """Ends everything; no process and no personal data is left."""
        alive.notify(alive.STOPPING)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.runtime.stop()
        if self._devices is not None:
            await self._devices.supervisor.stop()
        if self._ledger is not None:
            await asyncio.to_thread(self._ledger.flush)
        if self._measurer is not None:
            await asyncio.to_thread(self._measurer.flush)
        if self._agent is not None:
            await self._agent.stop()
        if self._pool is not None:
            await asyncio.to_thread(self._pool.close)
        if self._custody is not None:
            await self._custody.wipe()
        if self.submission is not None:
            await asyncio.to_thread(self.submission.close)
        if self.bench is not None:
            await self.bench.stop()
        log("kiosk.stopped")

    async def _keep_agent(self, settings: SubmissionSettings) -> None:
        from kiosk_app.runtime.child import Child
        from kiosk_app.submission import settings_to_json

        command = [sys.executable, "-m", "kiosk_app.submission.agent", "-"]
        deaths = 0
        while True:
            self._agent = Child(
                "the agent", command, self.config.data_dir / "logs" / "agent.log", settings_to_json(settings)
            )
            await self._agent.start()
            await self._agent.wait()
            await asyncio.sleep(AGENT_BACKOFF_S[min(deaths, len(AGENT_BACKOFF_S) - 1)])
            deaths += 1

    async def _keep_ledger(self) -> None:
        """Sets the demonstration's PIN, and from then on writes counters and the waits of the gate down now and then."""
        from kiosk_app.staff import GateBroken, set_demonstration_pin
        from kiosk_app.submission import SubmissionError

        assert self._ledger is not None
        assert self._room is not None
        if self.config.simulation.enabled:
            await asyncio.to_thread(set_demonstration_pin, self._room.gate)
        while True:
            # A gate or store that cannot be used is told where somebody needs it.
            with contextlib.suppress(GateBroken, SubmissionError):
                await asyncio.to_thread(self._room.tell_chosen_pins)
                await asyncio.to_thread(self._room.gate.note_progress)
            await asyncio.sleep(LEDGER_S)
            await asyncio.to_thread(self._ledger.flush)

    async def _warm_up(self) -> None:
        from kiosk_app.imaging.errors import ImagingError

        assert self._pool is not None
        # A pool that cannot start its workers says so at the first page, where somebody can be told.
        with contextlib.suppress(ImagingError):
            await self._pool.warm_up()

    async def _watch(self) -> None:
        """Looks at the line to the ministry and at the store once a second, and tells changes."""
        from kiosk_app.flow.events import BackInService, OutOfService, ServiceChanged
        from kiosk_app.submission import DeviceReport

        assert self.submission is not None
        online: bool | None = None
        blocked: str | None = None
        while True:
            now, code, head, ratings = await asyncio.to_thread(self._look_around)
            if now != online:
                online = now
                log("service.online" if now else "service.offline")
                self.runtime.dispatch(ServiceChanged(now))
            if code != blocked:
                blocked = code
                self.runtime.dispatch(OutOfService(code) if code else BackInService())
            session = self.runtime.session
            devices = [DeviceReport(d.id, d.kind.value, d.state.value, d.code) for d in session.devices.values()]
            await asyncio.to_thread(
                self.submission.report_kiosk, session.screen.value, devices, head, ratings, self._started
            )
            await asyncio.sleep(WATCH_S)

    def _look_around(self) -> tuple[bool, str | None, tuple[int, str] | None, tuple[tuple[str, tuple[int, ...]], ...]]:
        """Whether the line stands, why no dossier is taken, the end of the audit log, the marks of finished days. Blocks."""
        assert self.submission is not None
        assert self._room is not None
        assert self._measurer is not None
        line = self.submission.line()
        online = line is None or line.online
        return online, self._blocking_code(), self._room.audit_head(), self._measurer.ratings()

    def _blocking_code(self) -> str | None:
        from kiosk_app.submission import SubmissionError

        assert self.submission is not None
        try:
            self.submission.check_accepting()
        except SubmissionError as error:
            return error.code
        return None
