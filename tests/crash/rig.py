"""One bench of `make crash`: service, agent, visits and a printer, each a process that a fault may be put into."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from drivers.simulators.escpos_printer import EscposPrinterSimulator
from kiosk_app.submission import SubmissionSettings, settings_to_json
from tests.bench.prints_paper import Name, Piece, read
from tests.crash import power
from tests.crash.forks import Fork, Nursery
from tests.crash.trace import Call, calls_in, fell_on_itself, hits, tracing
from tests.crash.visit import DOTS, pdf
from tests.crash.witness import KioskSide, kiosk_side, ministry_side

ROOT: Final = Path(__file__).resolve().parents[2]
SIZES: Final = [9_000, 30_000]
PROGRAMS: Final = ("visit", "agent", "service")
PATIENCE_S: Final = 150.0
_ENVIRONMENT: Final = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}


class Stuck(Exception):
    """What had to come did not come in time."""


def wait_for(condition: Callable[[], bool], what: str, seconds: float = PATIENCE_S) -> None:
    """Waits until it is so. Raises Stuck."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise Stuck(what)
        time.sleep(0.02)


class Program:
    """A process, perhaps under strace, in a group of its own so that a tracer never leaves it behind."""

    def __init__(self, command: list[str], errors: Path, trace: list[str], output: Path | None = None) -> None:
        with errors.open("ab") as stream, (output or errors).open("ab") as words:
            self.process = subprocess.Popen(
                [*trace, sys.executable, *command],
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=stream,
                cwd=ROOT,
                env=_ENVIRONMENT,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    @property
    def code(self) -> int | None:
        """How it ended."""
        return self.process.poll()

    def end(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Sends a signal to the group and waits; a process that is gone is fine."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Paper:
    """A receipt printer on its wire, on a thread of its own, and what lies on its table."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._printer = EscposPrinterSimulator("printer0", folder, dots=DOTS, speed_mm_s=0.0, paper_mm=1_000_000_000)
        self._do(self._printer.start())
        self.address = self._printer.address

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def pieces(self, number: int) -> list[Piece]:
        """The pieces of paper that carry this dossier's number; what hangs out is torn off first."""
        self._do(self._printer.act("tear"))
        found = [read(path, DOTS) for path in sorted(self._folder.glob("receipt-*.png"))]
        return [piece for piece in found if any(name.dossier == number for name in piece.names)]

    def whole(self, number: int) -> list[Name]:
        """The whole slips of this dossier."""
        return [piece.whole for piece in self.pieces(number) if piece.whole is not None]

    def forget(self) -> None:
        """The table is cleared."""
        for path in self._folder.glob("receipt-*.png"):
            path.unlink()

    def close(self) -> None:
        """Unplugs it."""
        self._do(self._printer.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


class Service:
    """The ministry's service on a port that stays its own."""

    def __init__(self, data: Path, errors: Path, nursery: Nursery) -> None:
        self.data = data
        self._errors = errors
        self._nursery = nursery
        self._port = 0
        self._traced = False
        self._program: Program | Fork | None = None
        self.start()

    def start(self, trace: list[str] | None = None) -> None:
        """Starts and waits until it is ready; a service that a fault ends before that is simply not running."""
        self.end()
        ready = self.data.parent / "ready"
        ready.unlink(missing_ok=True)
        arguments = ["serve", "--data", str(self.data), "--port", str(self._port), "--json"]
        if trace is None:
            self._program = self._nursery.start("service", arguments, self._errors, ready)
        else:
            self._program = Program(["-m", "backend", *arguments], self._errors, trace, ready)
        self._traced = trace is not None

        def settled() -> bool:
            return (ready.exists() and ready.read_text().endswith("\n")) or not self.running

        wait_for(settled, "the service's start")
        if self.running:
            self._port = int(json.loads(ready.read_text())["url"].rpartition(":")[2])

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._program is not None and self._program.running

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self._port}"

    def untrace(self) -> None:
        """From now on nothing is put into it."""
        if self._traced or not self.running:
            self.start()

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ends it."""
        if self._program is not None:
            self._program.end(number)
            self._program = None


@dataclass(frozen=True)
class Fault:
    """A fault for one program: at the n-th call of that name in a thread; `what` as strace's inject= has it."""

    program: str
    name: str
    nth: int
    what: str

    @property
    def injection(self) -> str:
        """For the tracer."""
        return f"{self.name}:{self.what}:when={self.nth}"


@dataclass
class Outcome:
    """What came of one dossier."""

    fault: Fault | None
    hit: list[Call] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    ending: str = ""
    void: bool = False
    """Whether the fault was none of the world's: it fell on a pair of sockets by which a process wakes itself."""


@dataclass(frozen=True)
class Written:
    """The trace of a service that took one dossier; at `acknowledged` bytes of it the kiosk had the answer."""

    log: Path
    acknowledged: int
    before: Path
    uuid: str


class Rig:
    """One ministry and one printer for dossier after dossier, each of a new kiosk, so that its first start is hit too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._errors = folder / "errors.log"
        self._nursery = Nursery(self._errors)
        self.service = Service(folder / "ministry", self._errors, self._nursery)
        self.paper = Paper(folder / "paper")
        self._number = 0

    def start(self, program: str, arguments: list[str], errors: Path, trace: list[str] | None) -> Program | Fork:
        """Starts `visit` or `agent`, on its own under a tracer or as a fork."""
        if trace is None:
            return self._nursery.start(program, arguments, errors)
        module = "kiosk_app.submission.agent" if program == "agent" else "tests.crash.visit"
        return Program(["-m", module, *arguments], errors, trace)

    def close(self) -> None:
        """Ends everything."""
        self.service.end()
        self._nursery.close()
        self.paper.close()

    def __enter__(self) -> Rig:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def written(self, keep: Path) -> Written:
        """One dossier while all that the service writes is noted. Raises RuntimeError when it goes wrong."""
        self.service.end()
        shutil.copytree(self.service.data, keep / "before")
        self._number += 1
        run = _Run(self, self._number, None, "service", "ours")
        run.tracing = power.tracing
        try:
            run.day()
            acknowledged = run.log.stat().st_size
            run.morning()
            bad, uuid = run.judge(), run.uuid
        finally:
            run.end()
            self.service.untrace()
        if bad or uuid is None:
            raise RuntimeError("; ".join(bad))
        log = run.log.rename(keep / "trace.log")
        return Written(log, acknowledged, keep / "before", uuid)

    def play(self, fault: Fault | None, watched: str = "", build: str = "ours") -> Outcome:
        """One dossier with one fault, then a morning without any, then the judgement; `watched` is traced, no more."""
        self._number += 1
        run = _Run(self, self._number, fault, watched, build)
        outcome = Outcome(fault)
        try:
            run.day()
            outcome.calls = run.calls()
            run.morning()
            outcome.bad = run.judge()
            outcome.ending = run.ending
        except Stuck as error:
            outcome.bad = [f"does not converge: {error}", *run.excerpt()]
        except Exception as error:  # the witness could not read at all
            outcome.bad = [f"{type(error).__name__}: {error}", *run.excerpt()]
        finally:
            run.end()
        if fault is not None and run.log.exists():
            outcome.void = fell_on_itself(run.log)
            outcome.hit = hits(run.log, run.below, fault.name, fault.nth)
        if not outcome.bad:
            shutil.rmtree(run.folder)
        self.paper.forget()
        return outcome


class _Run:
    """One dossier's kiosk and agent."""

    def __init__(self, rig: Rig, number: int, fault: Fault | None, watched: str, build: str) -> None:
        self._rig = rig
        self._number = number
        self._fault = fault
        self._traced = fault.program if fault is not None else watched
        self._build = build
        self.folder = rig.folder / f"kiosk-{number}"
        self.folder.mkdir()
        self._data = self.folder / "data"
        self._told = self.folder / "words.told"
        self._told.touch()
        self.log = self.folder / "trace.log"
        self.tracing: Callable[..., list[str]] = tracing
        self.below = rig.service.data if self._traced == "service" else self._data
        self._seed = f"{rig.folder.name}/{number}"
        self._agent: Program | Fork | None = None
        self._visits: list[Program | Fork] = []
        self.ending = ""
        pki = rig.service.data / "pki"
        self._settings = SubmissionSettings(
            data_folder=self._data,
            service_url=rig.service.url,
            ca=pki / "ca.pem",
            certificate=pki / "kiosk.pem",
            private_key=pki / "kiosk.key",
            kiosk_id="demo-kiosk",
            kiosk_short="K01",
            key_source="file",
            min_free_bytes=0,
            connect_timeout_s=5.0,
            read_timeout_s=20.0,
            request_limit_s=60.0,
            chunk_bytes=16 * 1024,
            backoff_base_s=0.1,
            backoff_ceiling_s=0.5,
            heartbeat_s=3600.0,
        )

    # --- the day -----------------------------------------------------------------------------------------------------

    def _trace(self, program: str) -> list[str] | None:
        if program != self._traced:
            return None
        return self.tracing(self.log, *([self._fault.injection] if self._fault is not None else []))

    def _visit(self, again: bool) -> Program | Fork:
        order = {
            "settings": settings_to_json(self._settings),
            "printer": self._rig.paper.address,
            "told": str(self._told),
            "sizes": SIZES,
            "seed": self._seed,
            "number": self._number,
            "again": again,
            "uuid": self.uuid,
            "out": bool(self._rig.paper.whole(self._number)) if again else False,
            "build": self._build,
            "patience_s": 120.0 if self._build == "ours" else 15.0,
        }
        trace = None if again else self._trace("visit")
        self._visits.append(self._rig.start("visit", [json.dumps(order)], self.folder / "errors.log", trace))
        return self._visits[-1]

    def _start_agent(self, trace: list[str] | None = None) -> None:
        if self._agent is not None:
            self._agent.end(signal.SIGTERM)
        settings = self.folder / "settings.json"
        settings.write_text(settings_to_json(self._settings), "utf-8")
        self._agent = self._rig.start("agent", [str(settings)], self.folder / "errors.log", trace)

    def _keep_alive(self) -> None:
        """As systemd does: who died is started again, and this time nothing is put into it."""
        if self._agent is None or not self._agent.running:
            self._start_agent()
        if not self._rig.service.running:
            self._rig.service.start()

    def day(self) -> None:
        """The dossier is handed in while the fault waits; whoever it ends is started again."""
        if self._traced == "service":
            self._rig.service.start(self._trace("service"))
        visit = self._visit(again=False)
        # A data folder is made by whoever is first; one order of that is enough, and makes the calls countable.
        wait_for(lambda: (self._data / "store.db").exists() or not visit.running, "the first start")
        self._start_agent(self._trace("agent"))

        def over() -> bool:
            self._keep_alive()
            return not visit.running

        wait_for(over, "the visit's end")
        self.ending = self._words()[-1] if self._words() else ""
        if self._fault is None:
            self._settle()

    def _settle(self) -> None:
        """Gives the agent the time to erase; whoever traces it wants to see that."""
        with contextlib.suppress(Stuck):
            wait_for(lambda: kiosk_side(self._data).at_rest, "rest", 20)

    def morning(self) -> None:
        """Kiosk and agent are started again without any fault, and have to come to rest."""
        if self._traced == "agent" and self._fault is not None:
            with contextlib.suppress(Stuck):
                wait_for(lambda: kiosk_side(self._data).at_rest or not self._agent_runs, "rest", 5)
        self._rig.service.untrace()
        visit = self._visit(again=True)

        def over() -> bool:
            self._keep_alive()
            return not visit.running

        wait_for(over, "the next morning's end")
        if visit.code != 0:
            raise Stuck("the next morning failed: " + " / ".join(self._words()[-2:]))
        try:
            wait_for(lambda: self._side().at_rest, "rest after the next morning", 3)
        except Stuck:
            if any(row["state"] == "refused" for row in self._side().dossiers.values()):
                raise Stuck("refused for ever") from None
            self._start_agent()
            wait_for(lambda: self._side().at_rest, f"rest: {_short(self._side())}", 60)

    @property
    def _agent_runs(self) -> bool:
        return self._agent is not None and self._agent.running

    def _side(self) -> KioskSide:
        return kiosk_side(self._data)

    def end(self) -> None:
        """Ends what runs of this kiosk."""
        for program in (*self._visits, self._agent):
            if program is not None:
                program.end()

    # --- the judgement -----------------------------------------------------------------------------------------------

    def calls(self) -> list[Call]:
        """What the watched program called."""
        return list(calls_in(self.log, self.below)) if self._traced else []

    def _words(self) -> list[str]:
        return self._told.read_text().splitlines()

    def _of(self, word: str) -> str | None:
        found = [line.split()[1] for line in self._words() if line.startswith(f"{word} ")]
        return found[0] if found else None

    @property
    def uuid(self) -> str | None:
        """The dossier, once there is one."""
        return self._of("draft")

    def excerpt(self) -> list[str]:
        """What was said, for whoever has to find out."""
        return [f"said: {' | '.join(self._words())}", f"kept in {self.folder}"]

    def judge(self) -> list[str]:
        """Every broken promise."""
        if self._agent is not None:
            self._agent.end(signal.SIGTERM)
        here, there = kiosk_side(self._data, thorough=True), ministry_side(self._rig.service.data)
        uuid = self.uuid
        bad = [*here.troubles, *there.troubles, *here.incidents]
        wanted = [hashlib.sha256(pdf(size, f"{self._seed}/{n}")).hexdigest() for n, size in enumerate(SIZES)]
        sealed, failed = self._of("sealed"), self._of("failed")
        received = uuid in there.codes
        slips = len(self._rig.paper.whole(self._number))
        if sealed and not received:
            bad.append("sealed was said, and the ministry has nothing")
        if failed and received:
            bad.append("failed was said, and the ministry has it")
        if self._of("acknowledged") and uuid not in here.dossiers:
            bad.append("the kiosk forgot an acknowledged dossier")
        if received and there.contents[str(uuid)] != wanted:
            bad.append("the ministry has another content")
        if received and here.dossiers.get(str(uuid), {}).get("dossier_code") != there.codes[str(uuid)]:
            bad.append("kiosk and ministry name different codes")
        if (uuid in here.dossiers) != received:
            bad.append("kiosk and ministry disagree on what there is")
        if slips != int(received):
            bad.append(f"{slips} whole slips")
        return bad + (self.excerpt() if bad else [])


def _short(side: KioskSide) -> str:
    states = [row["state"] for row in side.dossiers.values()]
    return f"{states} outbox {len(side.outbox)} folders {len(side.folders)} sessions {len(side.sessions)}"


def recorded(rig: Rig, program: str) -> Iterator[Call]:
    """The calls of an undisturbed dossier in one program. Raises RuntimeError when even that goes wrong."""
    outcome = rig.play(None, program)
    if outcome.bad:
        raise RuntimeError("; ".join(outcome.bad))
    yield from outcome.calls
