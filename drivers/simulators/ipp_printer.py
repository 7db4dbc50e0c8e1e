"""The simulated office printer on its wire: IPP over HTTP in, sheets counted out, jobs that wait, stop and are forgotten."""

from __future__ import annotations

import asyncio
import re
import struct
import time
from dataclasses import dataclass, field
from typing import ClassVar, Final

from drivers.ports import DeviceKind
from drivers.simulators.active import ActiveFaults, to_clear
from drivers.simulators.base import COMMON_FAULTS
from drivers.simulators.escl_http import LoopbackHttp, Request, Response

_PENDING, _HELD, _PROCESSING, _STOPPED, _CANCELED, _ABORTED, _COMPLETED = range(3, 10)
_INTEGER, _BOOLEAN, _ENUM, _NAME, _KEYWORD, _URI, _CHARSET, _LANGUAGE, _MIME = (
    *(0x21, 0x22, 0x23, 0x42, 0x44, 0x45),
    *(0x47, 0x48, 0x49),
)
_OK, _NOT_POSSIBLE, _NOT_FOUND, _NO_FORMAT = 0x0000, 0x0404, 0x0406, 0x040A
# Pages that lie in the open, as those of the conformance suite; a document whose pages are packed counts as one.
_PAGE: Final = re.compile(rb"/Type\s*/Page\b")
_TICK_S: Final = 0.02
_Rows = list[tuple[int, str, tuple[bytes, ...]]]


@dataclass
class _Job:
    number: int
    name: str
    pages: int
    state: int = _PENDING
    reasons: tuple[str, ...] = ("none",)
    out: int = 0
    since: int | None = None
    over: bool = False


@dataclass
class _Asked:
    """A request, as far as a printer needs it."""

    operation: int
    number: int
    values: dict[str, list[bytes]] = field(default_factory=dict)
    document: bytes = b""

    def text(self, name: str) -> str:
        return (self.values.get(name) or [b""])[0].decode()

    def job(self) -> int:
        return int.from_bytes((self.values.get("job-id") or [b""])[0], "big")


class IppPrinterSimulator:
    """An IPP Everywhere printer of A4 sheets. `page_s` is how long a sheet takes; `sheets` is how many lie in the tray."""

    kind: DeviceKind = DeviceKind.OFFICE
    actions: ClassVar[dict[str, str]] = {
        "refill": "fills the tray, with N sheets if told",
        "open_cover": "opens the door",
        "close_cover": "closes the door and takes out what is jammed",
    }
    faults: ClassVar[dict[str, str]] = {
        **COMMON_FAULTS,
        "drop_after": "the line drops instead of the answer after N more; a job that came with it is printed",
        "paper_out": "the tray is empty",
        "paper_out_after": "the tray is empty after N more sheets",
        "paper_low": "few sheets are left",
        "toner_low": "little toner is left",
        "jam": "a sheet is stuck until the door is closed again",
        "hold": "jobs are held in the queue",
        "stall": "takes every job and prints none",
        "forget": "forgets each job as soon as it has ended",
        "spooler": "calls a job completed once it is sent on, and says so",
        "lose_answer": "the answer to the next job is lost on its way; the job is printed",
        "break_off": "breaks each job off after N sheets",
    }

    def __init__(self, id: str, *, page_s: float = 0.05, sheets: int = 500, port: int = 0) -> None:
        self.id = id
        self._http = LoopbackHttp(self._answer, port)
        self._page_s = page_s
        self._tray = sheets
        self._door_open = False
        self._jobs: list[_Job] = []
        self._set: dict[str, str] = {}
        self._hung_until = 0.0
        self._began = time.monotonic()
        self._worker: asyncio.Task[None] | None = None
        self._unplugging: set[asyncio.Task[None]] = set()
        self._active = ActiveFaults(self._ended)
        self.documents = 0
        self.sheets = 0

    @property
    def address(self) -> str:
        """The printer's URI; the port stays over an unplugging."""
        return f"ipp://127.0.0.1:{self._http.port}/ipp/print"

    async def start(self) -> None:
        """Listens, and begins to print."""
        await self._http.plug()
        self._worker = asyncio.create_task(self._work(), name="ipp printer")

    async def stop(self) -> None:
        """Ends both."""
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, *self._unplugging, return_exceptions=True)
        await self._http.unplug()

    def state(self) -> dict[str, object]:
        """Sheets in the tray, whole documents and sheets that came out, jobs by state, and what is broken."""
        jobs = [{"name": job.name, "state": job.state, "out": job.out} for job in self._jobs]
        return {
            "tray": self._tray,
            "documents": self.documents,
            "sheets": self.sheets,
            "jobs": jobs,
            "faults": self._active.told(),
        }

    async def act(self, action: str, argument: str | None = None) -> None:
        """See `actions`."""
        match action:
            case "refill":
                self._tray = int(argument or 500)
                self._set.pop("paper_out_after", None)
            case "open_cover":
                self._door_open = True
            case "close_cover":
                self._door_open = False
                self._set.pop("jam", None)
            case _:
                raise ValueError(f"{action}: a printer knows {', '.join(self.actions)}")
        self._active.look()

    async def fault(self, fault: str, argument: str | None = None) -> None:
        """See `faults`."""
        if fault == "clear":
            await self._clear(to_clear(self.faults, argument))
            return
        if fault not in self.faults:
            raise ValueError(f"{fault}: a printer knows {', '.join(self.faults)}")
        if fault == "absent":
            await self._http.unplug()
        elif fault == "hang":
            self._hung_until = time.monotonic() + float(argument or 5)
        elif fault == "paper_out":
            self._tray = 0
        elif fault == "paper_out_after":
            self._tray = int(argument or 1)
            self._set[fault] = argument or ""
        else:
            self._set[fault] = argument or ""
        self._active.add(fault, argument)

    async def _clear(self, only: str | None) -> None:
        for fault in self.faults if only is None else (only,):
            if fault in ("absent", "drop_after"):
                await self._http.plug()
            elif fault == "hang":
                self._hung_until = 0.0
            elif fault in ("paper_out", "paper_out_after") and fault in self._active:
                self._tray = 500
            self._set.pop(fault, None)
            self._active.drop(fault)

    def _ended(self, fault: str) -> bool:
        if fault == "hang":
            return time.monotonic() >= self._hung_until
        if fault in ("paper_out", "paper_out_after"):
            return self._tray > 0 and "paper_out_after" not in self._set
        return fault != "absent" and fault not in self._set

    # --- paper -------------------------------------------------------------------------------------------------------

    @property
    def _reasons(self) -> tuple[str, ...]:
        found = [
            *(["media-jam-error"] if "jam" in self._set else []),
            *(["door-open"] if self._door_open else []),
            *(["media-empty-error"] if self._tray <= 0 else []),
            *(["media-low-warning"] if "paper_low" in self._set else []),
            *(["toner-low-report", "toner-low-warning"] if "toner_low" in self._set else []),
        ]
        return tuple(found) or ("none",)

    @property
    def _blocked(self) -> bool:
        return self._door_open or self._tray <= 0 or "jam" in self._set

    async def _work(self) -> None:
        """One job after another, one sheet after another, for as long as nothing stands in the way."""
        while True:
            await asyncio.sleep(_TICK_S)
            waiting = next((job for job in self._jobs if job.state < _CANCELED), None)
            if waiting is None or "stall" in self._set:
                continue
            if "hold" in self._set:
                waiting.state, waiting.reasons = _HELD, ("job-hold-until-specified",)
                continue
            if self._blocked:
                if waiting.state == _PROCESSING:
                    waiting.state, waiting.reasons = _STOPPED, ("printer-stopped",)
                continue
            await self._sheet(waiting)

    async def _sheet(self, job: _Job) -> None:
        job.state, job.reasons = _PROCESSING, ("job-printing",)
        job.since = job.since or max(1, int(time.monotonic() - self._began))
        await asyncio.sleep(self._page_s)
        if job.state != _PROCESSING:
            return  # cancelled in the meantime
        self._tray -= 1
        self.sheets += 1
        job.out += 1
        if job.out >= job.pages:
            self.documents += 1
            spooled = ("queued-in-device",) if "spooler" in self._set else ("job-completed-successfully",)
            self._end(job, _COMPLETED, spooled)
        elif "break_off" in self._set and job.out >= int(self._set["break_off"] or 0):
            self._end(job, _ABORTED, ("aborted-by-system",))

    def _end(self, job: _Job, state: int, reasons: tuple[str, ...]) -> None:
        job.state, job.reasons = state, reasons
        if "forget" in self._set:
            self._jobs.remove(job)

    # --- the wire ----------------------------------------------------------------------------------------------------

    async def _answer(self, request: Request) -> Response:
        await asyncio.sleep(max(0.0, self._hung_until - time.monotonic()))
        if "slow" in self._set:
            await asyncio.sleep(float(self._set["slow"] or 200) / 1000)
        if "refuse" in self._set:
            return Response(503)
        asked = _parse(request.body)
        body = self._carry_out(asked)
        if "garble" in self._set:
            body = bytes(byte ^ 0x5A for byte in body)
        if "drop_after" in self._set:
            left = int(self._set["drop_after"] or 0)
            if left <= 0:
                await self._drop()
            self._set["drop_after"] = str(left - 1)
        lost = asked.operation == 0x0002 and self._set.pop("lose_answer", None) is not None
        return Response(200, body, "application/ipp", cut_after=0 if lost else None)

    async def _drop(self) -> None:
        task = asyncio.create_task(self._http.unplug())
        self._unplugging.add(task)
        task.add_done_callback(self._unplugging.discard)
        await asyncio.Event().wait()  # until the unplugging cuts this line, too

    def _carry_out(self, asked: _Asked) -> bytes:
        match asked.operation:
            case 0x000B:
                return _answered(asked, _OK, [(0x04, self._printer())])
            case 0x0002:
                return self._take(asked)
            case 0x0009 | 0x0008:
                job = next((job for job in self._jobs if job.number == asked.job()), None)
                if job is None:
                    return _answered(asked, _NOT_FOUND)
                if asked.operation == 0x0009:
                    return _answered(asked, _OK, [(0x02, _job(job))])
                if job.state >= _CANCELED:
                    return _answered(asked, _NOT_POSSIBLE)
                self._end(job, _CANCELED, ("job-canceled-by-user",))
                return _answered(asked, _OK)
            case 0x000A:
                done = asked.text("which-jobs") == "completed"
                jobs = [job for job in self._jobs if (job.state >= _CANCELED) == done]
                return _answered(asked, _OK, [(0x02, _job(job)) for job in jobs])
        return _answered(asked, 0x0501)

    def _take(self, asked: _Asked) -> bytes:
        if not asked.document.startswith(b"%PDF-"):
            return _answered(asked, _NO_FORMAT)
        pages = max(1, len(_PAGE.findall(asked.document)))
        job = _Job(len(self._jobs) + 1, asked.text("job-name"), pages)
        self._jobs.append(job)
        return _answered(asked, _OK, [(0x02, _job(job))])

    def _printer(self) -> _Rows:
        busy = any(job.state == _PROCESSING for job in self._jobs)
        state = 5 if self._blocked else 4 if busy else 3
        return [
            (_ENUM, "printer-state", (struct.pack(">i", state),)),
            (_KEYWORD, "printer-state-reasons", tuple(reason.encode() for reason in self._reasons)),
            (_BOOLEAN, "printer-is-accepting-jobs", (b"\1",)),
            (_MIME, "document-format-supported", (b"application/pdf",)),
            (0x41, "printer-make-and-model", (b"Simulated Office 1",)),
            (_KEYWORD, "sides-supported", (b"one-sided", b"two-sided-long-edge")),
            # A collection, which a client that does not want it has to step over.
            (0x34, "media-col-default", (b"",)),
            (0x4A, "", (b"media-size",)),
            (0x34, "", (b"",)),
            (0x4A, "", (b"x-dimension",)),
            (_INTEGER, "", (struct.pack(">i", 21000),)),
            (0x37, "", (b"",)),
            (0x37, "", (b"",)),
            (_BOOLEAN, "color-supported", (b"\0",)),
        ]


def _job(job: _Job) -> _Rows:
    since = (_INTEGER, struct.pack(">i", job.since)) if job.since else (0x13, b"")
    return [
        (_INTEGER, "job-id", (struct.pack(">i", job.number),)),
        (_NAME, "job-name", (job.name.encode(),)),
        (_ENUM, "job-state", (struct.pack(">i", job.state),)),
        (_KEYWORD, "job-state-reasons", tuple(reason.encode() for reason in job.reasons)),
        (_INTEGER, "job-impressions-completed", (struct.pack(">i", job.out),)),
        (since[0], "time-at-processing", (since[1],)),
    ]


def _parse(body: bytes) -> _Asked:
    _, operation, number = struct.unpack(">HHI", body[:8])
    asked, at, name = _Asked(operation, number), 8, ""
    while body[at] != 0x03:
        if body[at] < 0x10:
            at += 1
            continue
        (length,) = struct.unpack(">H", body[at + 1 : at + 3])
        name = body[at + 3 : at + 3 + length].decode() or name
        at += 3 + length
        (length,) = struct.unpack(">H", body[at : at + 2])
        asked.values.setdefault(name, []).append(body[at + 2 : at + 2 + length])
        at += 2 + length
    asked.document = body[at + 1 :]
    return asked


def _answered(asked: _Asked, status: int, groups: list[tuple[int, _Rows]] | None = None) -> bytes:
    head: _Rows = [(_CHARSET, "attributes-charset", (b"utf-8",)), (_LANGUAGE, "attributes-natural-language", (b"en",))]
    parts = [struct.pack(">HHI", 0x0200, status, asked.number)]
    for tag, attributes in [(0x01, head), *(groups or [])]:
        parts.append(bytes([tag]))
        for kind, name, values in attributes:
            for index, value in enumerate(values):
                named = b"" if index else name.encode()
                parts.append(struct.pack(">BH", kind, len(named)) + named + struct.pack(">H", len(value)) + value)
    return b"".join((*parts, b"\x03"))
