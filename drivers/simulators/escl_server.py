"""A document scanner on the network that speaks eSCL: feeder, flatbed, and everything that goes wrong in them."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, Final

from drivers.ports import DeviceKind
from drivers.simulators import papers
from drivers.simulators.active import ActiveFaults, to_clear
from drivers.simulators.base import COMMON_FAULTS
from drivers.simulators.escl_faults import Faults, Job, garbled, number_of
from drivers.simulators.escl_http import HOST, LoopbackHttp, Request, Response
from drivers.simulators.escl_sheets import PageCache, Sheet, parse_sheets
from drivers.simulators.escl_xml import (
    Capabilities,
    JobStatus,
    capabilities_xml,
    read_settings,
    status_xml,
)

ROOT: Final = "/eSCL"
# 222 x 312 mm in 1/300 inch: A4 and a finger's breadth of dark bed around it, so that a skewed sheet keeps its corners.
BED: Final = (2622, 3685)
RESOLUTIONS: Final = (75, 100, 150, 200, 300, 600)
FEEDER_CAPACITY: Final = 50
DEMONSTRATION: Final = "IP-03"
KEPT_JOBS: Final = 8
STUCK_BY: Final = {"ScannerAdfJam": "jam", "ScannerAdfMultipickDetected": "double_feed"}
# From a job's beginning to its first page: lamp and rollers start. A job that is over before the computer's waiting thread
# wakes up is taken by sane-airscan for an empty feeder, and its pages are thrown away; no scanner is as fast as that.
START_S: Final = 0.1
# A job whose computer fell silent is given up, as real scanners do after a minute or two.
JOB_SILENCE_S: Final = 60.0


class EsclScanner:
    """The simulated scanner. `skew` is the greatest turn of a sheet in degrees, `pages_per_minute` 0 as fast as it goes."""

    kind: DeviceKind = DeviceKind.SCANNER
    actions: ClassVar[dict[str, str]] = {
        "load": "puts sheets on the feeder: papers or picture files, comma separated; nothing: the demonstration stack",
        "clear_feeder": "takes the sheets off the feeder",
        "take_output": "takes the scanned sheets out of the tray",
        "place_flatbed": "lays one paper or picture file on the glass",
        "clear_flatbed": "takes the paper off the glass",
        "open_cover": "opens the feeder's cover; scanning stops",
        "clear_jam": "pulls the stuck sheets out through the open cover and puts them back on the feeder",
        "close_cover": "closes the cover; a jam not cleared is still there",
    }
    faults: ClassVar[dict[str, str]] = {
        **COMMON_FAULTS,
        "jam": "the N-th sheet from now gets stuck and stays until cleared through the open cover",
        "cover_open": "the feeder's cover springs open",
        "feeder_empty": "the paper sensor sees no sheets",
        "double_feed": "the N-th sheet from now takes the next one with it",
        "truncated": "the N-th page from now arrives cut short, as a whole answer with half a picture",
        "cut_line": "the line breaks off in the middle of the N-th page from now, and works again at once",
        "status_busy": "another computer holds the scanner",
    }

    def __init__(
        self,
        id: str = "scanner-1",
        *,
        port: int = 0,
        skew: float = 1.6,
        pages_per_minute: float = 30.0,
        formats: tuple[str, ...] = ("image/jpeg",),
        bed: tuple[int, int] = BED,
        duplex: bool = True,
    ) -> None:
        self.id = id
        self._seconds_a_sheet = 60.0 / pages_per_minute if pages_per_minute > 0 else 0.0
        self._caps = Capabilities(
            make="Kiosk",
            model="Feeder simulator",
            serial="SIM-0001",
            uuid=str(uuid.uuid5(uuid.NAMESPACE_URL, f"kiosk-simulator/{id}")),
            bed=bed,
            resolutions=RESOLUTIONS,
            formats=formats,
            duplex=duplex,
            feeder_capacity=FEEDER_CAPACITY,
        )
        self._http = LoopbackHttp(self._handle, port)
        self._cache = PageCache(bed, skew)
        self._renderer: ThreadPoolExecutor | None = None
        self._feeder: list[Sheet] = []
        self._output: list[Sheet] = []
        self._stuck: list[Sheet] = []
        self._stuck_state = "ScannerAdfJam"
        self._glass: Sheet | None = None
        self._cover_open = False
        self._absent = False
        self._jobs: list[Job] = []
        self._sheets_seen = 0
        self._next_feed_at = 0.0
        self._faults = Faults()
        self._active = ActiveFaults(self._ended)
        self._unplugging: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """The root URL of the service."""
        return f"http://{HOST}:{self._http.port}{ROOT}"

    async def start(self) -> None:
        """Listens on the loopback; the port is kept over an absence."""
        self._renderer = ThreadPoolExecutor(1, thread_name_prefix="sheets")
        await self._http.plug()

    async def stop(self) -> None:
        """Drops all lines and ends the renderer."""
        await self._http.unplug()
        if self._renderer is not None:
            self._renderer.shutdown(wait=True, cancel_futures=True)
            self._renderer = None

    def state(self) -> dict[str, object]:
        """What a person beside the scanner sees."""
        job = self._running()
        return {
            "address": self.address,
            "plugged": not self._absent,
            "feeder": [sheet.label for sheet in self._feeder],
            "output": [sheet.label for sheet in self._output],
            "stuck": [sheet.label for sheet in self._stuck],
            "flatbed": self._glass.label if self._glass else None,
            "cover_open": self._cover_open,
            "doing": "scanning" if job else "jammed" if self._stuck else "idle",
            "pages": job.completed if job else 0,
            "faults": self._active.told(),
        }

    async def act(self, action: str, argument: str | None = None) -> None:
        """Does what a person does. Raises ValueError for an unknown action or argument, or what cannot be done now."""
        if action == "load":
            wanted = argument or ",".join(sheet.label for sheet in papers.stack(DEMONSTRATION))
            self._load(parse_sheets(wanted, self._sheets_seen + 1))
        elif action == "clear_feeder":
            self._feeder.clear()
        elif action == "take_output":
            self._output.clear()
        elif action == "place_flatbed":
            sheets = parse_sheets(argument or "blank", self._sheets_seen + 1)
            if len(sheets) != 1:
                raise ValueError("one sheet lies on the glass")
            self._sheets_seen += 1
            self._glass = sheets[0]
        elif action == "clear_flatbed":
            self._glass = None
        elif action == "open_cover":
            self._open_cover()
        elif action == "clear_jam":
            if not self._cover_open:
                raise ValueError("the cover is closed")
            self._clear_jam()
        elif action == "close_cover":
            self._cover_open = False
        else:
            raise ValueError(f"unknown action: {action}")
        self._active.look()

    async def fault(self, fault: str, argument: str | None = None) -> None:
        """Breaks the scanner; `clear` mends everything, as a technician leaves it. Raises ValueError."""
        if fault == "clear":
            await self._clear(to_clear(self.faults, argument))
            return
        number = number_of(argument)
        broken = self._faults
        if fault == "absent":
            await self._pull_out()
        elif fault == "hang":
            broken.hang_until = time.monotonic() + number
        elif fault == "slow":
            broken.slow_s = number / 1000.0
        elif fault == "drop_after":
            broken.drop_after = broken.delivered + int(number)
        elif fault == "jam":
            broken.jam_at = broken.fed + max(1, int(number))
        elif fault == "double_feed":
            broken.double_at = broken.fed + max(1, int(number))
        elif fault == "truncated":
            broken.truncate_at = broken.delivered + max(1, int(number))
        elif fault == "cut_line":
            broken.cut_line_at = broken.delivered + max(1, int(number))
        elif fault == "cover_open":
            self._open_cover()
        elif fault in ("garble", "refuse", "feeder_empty", "status_busy"):
            setattr(broken, fault.removeprefix("status_"), True)
        else:
            raise ValueError(f"unknown fault: {fault}")
        self._active.add(fault, argument)

    async def _clear(self, only: str | None) -> None:
        if only is None:
            self._faults = Faults()
            self._active.clear()
        else:
            self._faults.mend(only)
            self._active.drop(only)
        if only in (None, "jam", "double_feed") and self._stuck_by(only):
            self._clear_jam()
        if only in (None, "cover_open"):
            self._cover_open = False
        if only in (None, "absent"):
            self._absent = False
            await self._http.plug()

    def _stuck_by(self, fault: str | None) -> bool:
        return bool(self._stuck) and fault in (None, STUCK_BY[self._stuck_state])

    def _ended(self, fault: str) -> bool:
        if fault == "absent":
            return not self._absent
        if fault == "cover_open":
            return not self._cover_open
        return self._faults.over(fault) and not self._stuck_by(fault)

    # --- what a person's hands do -----------------------------------------------------------------------------------

    def _load(self, sheets: list[Sheet]) -> None:
        if len(self._feeder) + len(sheets) > FEEDER_CAPACITY:
            raise ValueError(f"the feeder holds {FEEDER_CAPACITY} sheets")
        self._sheets_seen += len(sheets)
        self._feeder += sheets

    def _open_cover(self) -> None:
        self._cover_open = True
        self._abort("ScannerCoverOpen")

    def _clear_jam(self) -> None:
        self._feeder[:0] = self._stuck
        self._stuck.clear()

    async def _pull_out(self) -> None:
        self._absent = True
        self._abort("JobCanceledBySystem")
        await self._http.unplug()

    def _abort(self, reason: str) -> None:
        for job in self._jobs:
            if job.running:
                job.end("Aborted", reason)

    # --- the wire ---------------------------------------------------------------------------------------------------

    async def _handle(self, request: Request) -> Response:
        if self._faults.slow_s:
            await asyncio.sleep(self._faults.slow_s)
        while (left := self._faults.hang_until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 0.2))
        if self._faults.refuse:
            return Response(403)
        for job in self._jobs:
            if job.running and time.monotonic() - job.asked > JOB_SILENCE_S:
                job.end("Aborted", "JobCanceledBySystem")
        response = await self._route(request)
        if self._faults.garble and response.body:
            return Response(response.status, garbled(response.body), response.media_type, response.headers)
        return response

    async def _route(self, request: Request) -> Response:
        path = request.path.rstrip("/")
        route = (request.method, path)
        if route == ("GET", f"{ROOT}/ScannerCapabilities"):
            return Response(200, capabilities_xml(self._caps))
        if route == ("GET", f"{ROOT}/ScannerStatus"):
            return Response(200, self._status())
        if route == ("POST", f"{ROOT}/ScanJobs"):
            return self._new_job(request)
        prefix = f"{ROOT}/ScanJobs/"
        if not path.startswith(prefix):
            return Response(404)
        job_id, _, rest = path.removeprefix(prefix).partition("/")
        job = next((job for job in self._jobs if job.id == job_id), None)
        if job is None:
            return Response(404)
        if request.method == "DELETE" and not rest:
            if job.running:
                job.end("Canceled", "JobCanceledByUser")
            return Response(200)
        if request.method == "GET" and rest == "NextDocument":
            return await self._next_document(job)
        return Response(404)

    def _status(self) -> bytes:
        """State and jobs. A real feeder names its trouble in AdfState and stops the whole scanner for it."""
        if self._cover_open:
            state, adf = "Stopped", "ScannerAdfHatchOpen"
        elif self._stuck:
            state, adf = "Stopped", self._stuck_state
        else:
            state = "Processing" if self._running() or self._faults.busy else "Idle"
            adf = "ScannerAdfEmpty" if self._faults.feeder_empty or not self._feeder else "ScannerAdfLoaded"
        now = time.monotonic()
        jobs = tuple(
            JobStatus(
                uri=f"{ROOT}/ScanJobs/{job.id}",
                uuid=f"urn:uuid:{job.id}",
                age_s=int(now - job.started),
                completed=job.completed,
                to_transfer=len(job.pending),
                state=job.state,
                reason=job.reason,
            )
            for job in reversed(self._jobs)
        )
        return status_xml(state, adf, jobs)

    def _new_job(self, request: Request) -> Response:
        """201 with the job's place; 409 for an empty feeder, 503 while busy or stopped, 400 for impossible settings."""
        try:
            settings = read_settings(request.body, self._caps)
        except ValueError:
            return Response(400)
        if self._faults.busy or self._cover_open or self._stuck or self._running():
            return Response(503, headers={"Retry-After": "1"})
        if settings.feeder and (self._faults.feeder_empty or not self._feeder):
            return Response(409)
        job = Job(str(uuid.uuid4()), settings, time.monotonic(), time.monotonic())
        self._jobs = [*self._jobs[-KEPT_JOBS + 1 :], job]
        self._next_feed_at = time.monotonic() + max(START_S, self._seconds_a_sheet)
        return Response(201, headers={"Location": f"{ROOT}/ScanJobs/{job.id}"})

    async def _next_document(self, job: Job) -> Response:
        """The next page; 404 after the last one, 503 when the sheet did not make it through."""
        job.asked = time.monotonic()
        if not job.running:
            return Response(503 if self._stuck or self._cover_open else 404)
        if not job.pending and not await self._feed(job):
            return Response(503 if self._stuck or self._cover_open else 404)
        sheet, back = job.pending[0]
        page = self._cache.page
        body = await self._render(lambda: page(sheet, back, job.settings) if sheet else self._cache.bare(job.settings))
        if not job.running:
            return Response(503 if self._stuck or self._cover_open else 404)
        job.pending.pop(0)
        job.completed += 1
        self._faults.delivered += 1
        if not job.settings.feeder:
            job.end("Completed", "JobCompletedSuccessfully")
        elif sheet is not None and not job.pending:
            self._output.append(sheet)
            self._render_ahead(job)
        return await self._deliver(job, body)

    async def _deliver(self, job: Job, body: bytes) -> Response:
        broken = self._faults
        media_type = job.settings.media_type
        if broken.drop_after is not None and broken.delivered > broken.drop_after:
            self._absent, broken.drop_after = True, None
            self._active.add("absent")
            self._abort("JobAbortedBySystem")
            self._unplugging = asyncio.get_running_loop().create_task(self._http.unplug())
            return Response(200, body, media_type, cut_after=len(body) // 3)
        if broken.truncate_at is not None and broken.delivered == broken.truncate_at:
            return Response(200, body[: len(body) // 2], media_type)
        if broken.cut_line_at is not None and broken.delivered == broken.cut_line_at:
            return Response(200, body, media_type, cut_after=len(body) // 2)
        return Response(200, body, media_type)

    async def _feed(self, job: Job) -> bool:
        """Pulls a sheet through, at the machine's pace. False at the end of the stack or when it gets stuck."""
        if job.settings.feeder and not self._feeder:
            # The sensor over the tray knows it as soon as the last sheet is through; no time of another sheet passes.
            job.end("Completed", "JobCompletedSuccessfully")
            return False
        while (left := self._next_feed_at - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 0.05))
            if not job.running:
                return False
        if not job.settings.feeder:
            job.pending = [(self._glass, False)]
            return True
        if self._faults.feeder_empty or not self._feeder:
            job.end("Completed", "JobCompletedSuccessfully")
            return False
        self._next_feed_at = max(self._next_feed_at, time.monotonic() - 1.0) + self._seconds_a_sheet
        sheet = self._feeder.pop(0)
        broken = self._faults
        broken.fed += 1
        if broken.fed == broken.jam_at:
            self._stick(job, [sheet], "ScannerAdfJam")
            return False
        if broken.fed == broken.double_at and self._feeder:
            self._stick(job, [sheet, self._feeder.pop(0)], "ScannerAdfMultipickDetected")
            return False
        job.pending = [(sheet, False), *([(sheet, True)] if job.settings.duplex else [])]
        return True

    def _stick(self, job: Job, sheets: list[Sheet], state: str) -> None:
        self._stuck, self._stuck_state = sheets, state
        job.end("Aborted", "JobAbortedBySystem")

    def _running(self) -> Job | None:
        return next((job for job in self._jobs if job.running), None)

    def _render_ahead(self, job: Job) -> None:
        if self._feeder and self._renderer is not None:
            self._renderer.submit(self._cache.page, self._feeder[0], False, job.settings)

    async def _render(self, work: Callable[[], bytes]) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._renderer, work)
