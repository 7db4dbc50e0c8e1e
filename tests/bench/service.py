"""`make bench-service`: the ministry's service under the load of 3,300 kiosks, client and service on this machine.

Every simulated kiosk has its own certificate and keeps its own TLS 1.3 line. Requests are due by the clock, each second 200
heartbeats and 8 dossiers of five files and 4 MB in all, and a latency runs from that moment. The service runs in processes
of its own that share one SQLite database and one folder on the disk, or, with `--postgres`, a private PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend import desk, retention
from backend.service import open_service
from backend.storage.files import examine
from backend.tls import Pki
from tests.backend.on_servers import postgres
from tests.bench import report
from tests.bench.figures import Row, median, percentile
from tests.bench.service_kiosks import FILES, Figures, Line, at_a_rate, dossier, heartbeat
from tests.bench.surroundings import ROOT, computer, load_since

HEARTBEATS, DOSSIERS = 200.0, 8.0
BUDGET_MS: Final = 500.0
#: What the plan is made for: kiosks, and what a busy one does.
PLANNED: Final = 30_000
HEARTBEAT_EVERY_S: Final = 60.0
DOSSIERS_AN_HOUR: Final = 4.0
#: How full a core may be in the busiest hour.
SHARE: Final = 0.5
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A process of the service."""

    process: subprocess.Popen[str]
    port: int

    def cpu_s(self) -> float:
        """Seconds of processor time that it has used."""
        parts = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / _TICKS

    def memory_mb(self) -> float:
        """The most memory that it has had."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text("utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


@contextmanager
def serving(data: Path, number: int) -> Iterator[list[Server]]:
    """So many processes on one data folder. Raises RuntimeError when one does not start."""
    command = [sys.executable, "-m", "backend", "serve", "--json", "--data", str(data)]
    processes: list[subprocess.Popen[str]] = []
    try:
        servers = []
        for _ in range(number):
            with (data / "log").open("a", encoding="utf-8") as log:
                process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
            processes.append(process)
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise RuntimeError((data / "log").read_text("utf-8")[-2000:])
            servers.append(Server(process, int(json.loads(line)["url"].rpartition(":")[2])))
        yield servers
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


@dataclass(frozen=True)
class Measured:
    """What came of a run. Processor times are milliseconds of the service's own, for one of each."""

    figures: Figures
    cpu_heartbeat_ms: float
    cpu_dossier_ms: float
    memory_mb: float
    seconds: float
    kiosks: int
    servers: int


async def load(servers: Sequence[Server], pki: Path, kiosks: Sequence[str], seconds: float) -> Measured:
    """Opens every line, then heartbeats alone for a quarter of the time, then both."""
    lines = [Line(kiosk, servers[number % len(servers)].port, pki) for number, kiosk in enumerate(kiosks)]
    figures, opening, alone = Figures(), Figures(), Figures()
    try:
        # At a rate that a service which starts in the morning sees: a handshake costs more than a request.
        await at_a_rate(lines, heartbeat, "first", 100.0, len(lines) / 100.0, opening)
        quarter = seconds / 4
        before = sum(server.cpu_s() for server in servers)
        await at_a_rate(lines, heartbeat, "heartbeat", HEARTBEATS, quarter, alone)
        between = sum(server.cpu_s() for server in servers)
        senders = lines[:: max(1, len(lines) // 400)]
        await asyncio.gather(
            at_a_rate(lines, heartbeat, "heartbeat", HEARTBEATS, seconds - quarter, figures),
            at_a_rate(senders, dossier, "dossier of 4 MB", DOSSIERS, seconds - quarter, figures),
        )
        after = sum(server.cpu_s() for server in servers)
        memory = max(server.memory_mb() for server in servers)
    finally:
        for line in lines:
            line.close()
    for kind, number in (*opening.failed.items(), *alone.failed.items()):
        figures.failed[kind] = figures.failed.get(kind, 0) + number
    one = (between - before) / max(1, len(alone.seconds.get("heartbeat", ())))
    beats, sent = len(figures.seconds.get("heartbeat", ())), len(figures.codes)
    each = (after - between - one * beats) / max(1, sent)
    return Measured(figures, one * 1000, each * 1000, memory, seconds, len(lines), len(servers))


def lost(data: Path, codes: Sequence[str]) -> int:
    """How many acknowledged dossiers are not there whole; of every hundredth, each file is read."""
    with closing(open_service(data)) as service:
        known = {row.dossier_code for row in desk.dossiers(service)}
        missing = len(set(codes) - known) + len(codes) - len(set(codes))
        for code in codes[::100]:
            files = desk.files(service, code)
            whole = [examine(service.files.read(file.sha256)).sha256 == file.sha256 for file in files]
            missing += not all(whole) or len(whole) != FILES
    return missing


def rows(found: Measured, lost_dossiers: int) -> list[Row]:
    """The report."""
    beats, sent = f"{HEARTBEATS:.0f} heartbeats/s", f"{DOSSIERS:.0f} dossiers/s"
    listed = []
    for kind, budget in (
        ("heartbeat", BUDGET_MS),
        ("file of 800 kB", BUDGET_MS),
        ("manifest", BUDGET_MS),
        ("dossier of 4 MB", BUDGET_MS),
    ):
        seconds = found.figures.seconds.get(kind) or [float("inf")]
        how = "all its 11 requests, from when it was due" if kind.startswith("dossier") else f"{beats} and {sent}"
        listed.append(Row(f"{kind}, p99", percentile(seconds, 0.99) * 1000, "ms", budget, len(seconds), how))
        listed.append(Row(f"{kind}, median", median(seconds) * 1000, "ms", None, len(seconds), "the same ones"))
    failed = sum(found.figures.failed.values())
    why = "; ".join(f"{name} x {number}" for name, number in found.figures.failed.items()) or "answers other than asked"
    sent_all = len(found.figures.codes)
    return [
        *listed,
        Row("failed requests", failed, "", 0, failed + sent_all, why),
        Row("acknowledged dossiers not there whole", lost_dossiers, "", 0, sent_all, "every hundredth read through"),
        Row("service's own time, a heartbeat", found.cpu_heartbeat_ms, "ms", None, 0, "processor, heartbeats alone"),
        Row("service's own time, a dossier", found.cpu_dossier_ms, "ms", None, sent_all, "processor, above heartbeats"),
        Row("memory of a process, most", found.memory_mb, "MB", None, found.servers, f"{found.kiosks} lines in all"),
    ]


def plan(found: Measured) -> str:
    """The table of docs/scale.md: what the measured times mean for more kiosks."""
    lines = []
    for kiosks in (330, 3_300, 10_000, PLANNED):
        beats, sent = kiosks / HEARTBEAT_EVERY_S, kiosks * DOSSIERS_AN_HOUR / 3600
        cores = (beats * found.cpu_heartbeat_ms + sent * found.cpu_dossier_ms) / 1000
        stored = sent * 3600 * 8 * 250 * 4e6 / 1e12
        values = f"{beats:.0f} | {sent:.1f} | {sent * 4 * 8:.0f} | {cores:.1f} | {cores / SHARE:.1f} | {stored:.1f}"
        lines.append(f"| {kiosks:,} | {values} |")
    head = (
        "| kiosks | heartbeats/s | dossiers/s | Mbit/s in | cores busy | cores to have | TB a year |\n"
        "|--:|--:|--:|--:|--:|--:|--:|\n"
    )
    return head + "\n".join(lines)


def write(options: argparse.Namespace, found: Measured, lines: list[Row], began: float) -> None:
    """Put the figures into both pages."""
    facts = {
        **computer(),
        "load": load_since(began),
        "duration": f"{found.seconds:.0f} s, after opening {found.kiosks} lines",
        "service": f"{found.servers} processes, {'PostgreSQL' if options.postgres else 'SQLite'}, files in a folder",
    }
    report.put_measured(options.out, "service", "The service under load", "make bench-service", __doc__, lines, facts)
    costs = f"{found.cpu_heartbeat_ms:.2f} ms of processor time a heartbeat and {found.cpu_dossier_ms:.0f} ms a dossier"
    where = f"{facts['date']} ({facts['cpu']}; {facts['service']}; load {facts['load']})"
    told = f"From {costs} of five files and 4 MB, measured on {where}.\n\n"
    report.put(options.plan, "plan", told + plan(found))


def main() -> int:
    """Measures, prints the table and puts it into the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--kiosks", type=int, default=3300)
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--plan", type=Path)
    options = parser.parse_args()
    began = os.getloadavg()[0]
    with ExitStack() as stack:
        data = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-load-", dir=os.environ.get("TMPDIR")))
        )
        if options.postgres:
            url = stack.enter_context(postgres(durable=True))
            (data / "backend.toml").write_text(f'database_url = "{url}"\n', "utf-8")
        pki = Pki(data / "pki")
        pki.prepare(10)
        names = [f"load-{number:05d}" for number in range(options.kiosks)]
        for name in names:
            pki.issue(name, 10)
        with serving(data, options.servers) as servers:
            found = asyncio.run(load(servers, data / "pki", names, options.minutes * 60))
        lines = rows(found, lost(data, found.figures.codes))
        with closing(open_service(data)) as service:
            faults = list(retention.verify(service))
    print(report.table(lines))
    for name, number in found.figures.failed.items():
        print(f"failed: {name} x {number}")
    if faults:
        print(f"damaged files: {len(faults)}")
        return 1
    if options.out and options.plan:
        write(options, found, lines, began)
    return 0


if __name__ == "__main__":
    sys.exit(main())
