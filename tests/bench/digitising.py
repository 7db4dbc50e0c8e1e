"""`make bench-digitise`: pages a minute from the scanner and from files to PDF/A, with and without text, beside OCRmyPDF."""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import img2pdf

from drivers import wire
from drivers.ports import DeviceKind, DeviceState, ScannedPage, ScanOptions, ScanReport, ScanSource, Spool
from drivers.sealed import new_key
from drivers.supervisor import DeviceClient, DeviceConfig, Supervisor
from kiosk_app.imaging.digitise import write_out
from kiosk_app.imaging.lines import plain_text
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.imaging.structure import check_structure
from kiosk_app.imaging.values import PageResult, PageSource, PdfFacts
from tests.bench import paperwork, report
from tests.bench.figures import Row
from tests.bench.reading import edits
from tests.bench.surroundings import ROOT, machine

PEER: Final = ROOT / ".tools" / "ocrmypdf"
PEER_OPTIONS: Final = (
    *("--deskew", "-l", "vie", "--jobs", "2", "--quiet"),
    *("--output-type", "pdfa", "--pdfa-backend", "internal", "--rasterizer", "pypdfium"),
)
POINTS: Final = (9, 10, 11, 12, 13, 14)
WORKERS: Final = 2
MADE: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
INTRODUCTION: Final = """Written by `make bench-digitise`. Drawn A4 papers in colour at 300 dpi (`tests/bench/paperwork.py`):
six faces of 9 to 14 points, signatures, red seals over the print, every third paper worn, up to 3 degrees askew on a dark
bed, noisy, as JPEG; two worker processes, two jobs of OCRmyPDF. «From the scanner»: the eSCL simulator in a process of its
own, its pages drawn before the clock starts, through airscan, SANE and the driver's host to the file on the disk; the clock
starts with the scan, the workers are running, as they are at a kiosk. «From files»: the whole command, starts included.
OCRmyPDF takes the same JPEGs bound into a PDF, with the options shown, in an environment of its own, without Ghostscript.
Memory is what a process has of its own (PSS) at its highest, looked at twenty times a second in a run before the one that
is timed, for looking takes time itself. Processor time from the scanner is that of the workers and of who asks them."""


@dataclass(frozen=True)
class Run:
    """What one way took: clock and processor seconds, pages, and the file it made."""

    pages: int
    seconds: float
    cpu_s: float
    size: int
    problems: tuple[str, ...]
    peak_mb: float
    text: str

    @property
    def per_minute(self) -> float:
        """Pages a minute by the clock."""
        return 60 * self.pages / self.seconds


def draw_papers(folder: Path, count: int) -> tuple[list[Path], list[Path], list[str]]:
    """Sheets as they go into the scanner, scans of them as files, and the text on each."""
    sheets, scans, texts = [], [], []
    faces = paperwork.faces_here()
    for number in range(count):
        chance = random.Random(f"digitise {number}")
        sheet = paperwork.paper(7000 + number, face=faces[number % len(faces)], points=POINTS[number * 5 % 6])
        image = paperwork.wear(sheet.image, number, fading=0.2, specks=200) if number % 3 == 2 else sheet.image
        sheets.append(folder / f"sheet-{number:02d}.jpg")
        grainy = paperwork.scanned(image, 0.0, number, margin_mm=0.0)
        grainy.save(sheets[-1], quality=95, dpi=(300, 300))
        scans.append(folder / f"scan-{number:02d}.jpg")
        paperwork.scanned(image, chance.uniform(-3, 3), number).save(scans[-1], quality=88, dpi=(300, 300))
        texts.append(sheet.text)
    return sheets, scans, texts


# --- the scanner -----------------------------------------------------------------------------------------------------


@contextmanager
def simulator() -> Iterator[tuple[str, Callable[[str], None]]]:
    """The scanner on its wire in a process of its own; gives its address and a hand that loads sheets."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.digitising_scanner"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout

    def load(argument: str) -> None:
        stdin.write(argument + "\n")
        stdin.flush()
        stdout.readline()

    try:
        yield stdout.readline().strip(), load
    finally:
        stdin.close()
        process.wait(30)
        stdout.close()


@asynccontextmanager
async def driver(address: str) -> AsyncIterator[DeviceClient]:
    """The real driver in its host, ready."""
    config = DeviceConfig(id="scanner", kind=DeviceKind.SCANNER, driver="sane", settings={"escl_url": address})
    supervisor = Supervisor((config,), lambda *_: None, lambda *_, **__: None)
    await supervisor.start()
    try:
        client = supervisor.clients["scanner"]
        async with asyncio.timeout(60):
            while client.health.state is not DeviceState.READY:
                await asyncio.sleep(0.02)
        yield client
    finally:
        await supervisor.stop()


async def from_scanner(client: DeviceClient, pool: ImagingPool, folder: Path, name: str, *, ocr: bool) -> Run:
    """One scan of the loaded stack to the file on the disk."""
    key, out = new_key(), folder / f"{name}.pdf"
    (folder / name).mkdir()
    results: list[asyncio.Task[PageResult]] = []

    def arrived(event: str, data: dict[str, Any]) -> None:
        if event == "page":
            page = wire.from_json(ScannedPage, data)
            source = PageSource(Path(page.path), key, page.associated.encode(), page.dpi)
            results.append(asyncio.ensure_future(pool.process_page(source, ocr=ocr)))

    before, began = _cpu(pool.pids), time.monotonic()
    spool = Spool(str(folder / name), base64.b64encode(key).decode(), name)
    options = ScanOptions(source=ScanSource.FEEDER, dpi=300)
    await client.call("scan", ScanReport, arrived, options=options, spool=spool)
    pages = await asyncio.gather(*results)
    await write_out(pool, pages, PdfFacts("Hồ sơ", MADE), out)
    seconds = time.monotonic() - began
    cpu = _cpu(pool.pids) - before
    text = "\n".join(plain_text(page.words) for page in pages)
    made = out.read_bytes()
    return Run(len(pages), seconds, cpu, len(made), tuple(check_structure(made)), 0.0, text)


def _cpu(pids: Iterable[int]) -> float:
    """Processor seconds of this process and of these."""
    total = time.process_time()
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


@contextmanager
def memory(pids: Callable[[], Iterable[int]]) -> Iterator[dict[int, float]]:
    """The highest PSS in MB of each process meanwhile."""
    highest: dict[int, float] = {0: 0.0}
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            for pid in pids():
                with contextlib.suppress(OSError, StopIteration):
                    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
                    pss = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
                    highest[pid] = max(highest.get(pid, 0.0), pss / 1000)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield highest
    finally:
        over.set()
        watcher.join()


# --- commands --------------------------------------------------------------------------------------------------------


def command(words: Sequence[str], pages: int, out: Path, environment: dict[str, str] | None = None) -> Run:
    """A command that makes `out` of `pages` pages. Raises RuntimeError with its last words when it fails."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{words[0]} ended with {done.returncode}: {done.stderr[-1500:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(pages, seconds, cpu, out.stat().st_size, tuple(check_structure(out.read_bytes())), 0.0, text_of(out))


def text_of(pdf: Path) -> str:
    """What poppler finds in a file."""
    return subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, check=True, timeout=120).stdout.decode()


def kiosk(scans: Sequence[Path], out: Path, *, ocr: bool) -> Run:
    """`kiosk digitise` from its start to its end."""
    words = [str(Path(sys.executable).parent / "kiosk"), "digitise", *map(str, scans), "--out", str(out)]
    return command(words if ocr else [*words, "--no-ocr"], len(scans), out)


def peer(scans: Sequence[Path], folder: Path, *, ocr: bool) -> Run | None:
    """OCRmyPDF on the same scans bound into a PDF; None where it is not installed."""
    if not (PEER / "bin" / "ocrmypdf").is_file():
        return None
    bound, out = folder / "bound.pdf", folder / f"peer-{ocr}.pdf"
    bound.write_bytes(img2pdf.convert([str(scan) for scan in scans]) or b"")
    words = [
        str(PEER / "bin" / "ocrmypdf"),
        *PEER_OPTIONS,
        *(() if ocr else ("--ocr-engine", "none")),
        str(bound),
        str(out),
    ]
    root = PEER / "root" / "usr"
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    environment = {**kept, "OMP_THREAD_LIMIT": "1"}
    if not shutil.which("tesseract"):
        environment["TESSDATA_PREFIX"] = str(root / "share" / "tesseract-ocr" / "5" / "tessdata")
        environment["PATH"] = f"{root / 'bin'}:{os.environ['PATH']}"
        environment["LD_LIBRARY_PATH"] = str(root / "lib" / "x86_64-linux-gnu")
    return command(words, len(scans), out, environment)


# --- two hundred pages -----------------------------------------------------------------------------------------------


async def many(scans: Sequence[Path], folder: Path, count: int) -> tuple[list[float], float]:
    """Highest PSS of a worker in each fifth of `count` pages, then while they are bound."""
    key, parts, pages = new_key(), [], []
    async with ImagingPool(WORKERS) as pool:
        await pool.warm_up()
        fifth = max(1, count // 5)
        for start in range(0, count, fifth):
            with memory(lambda: pool.pids) as highest:
                pages += await asyncio.gather(
                    *(
                        pool.process_file(
                            scans[number % len(scans)],
                            0,
                            PageSource(folder / f"{number}", key, b"%d" % number),
                            ocr=False,
                        )
                        for number in range(start, min(count, start + fifth))
                    )
                )
            parts.append(max(highest.values()))
        with memory(lambda: pool.pids) as highest:
            await write_out(pool, pages, PdfFacts("Hồ sơ", MADE), folder / "many.pdf")
    return parts, max(highest.values())


# --- the table -------------------------------------------------------------------------------------------------------


@dataclass
class Found:
    """All runs."""

    scanner: dict[bool, Run]
    files: dict[bool, Run]
    others: dict[bool, Run | None]
    truth: str
    parts: list[float]
    binding_mb: float
    many: int


async def measure(pages: int, count: int, folder: Path) -> Found:
    """Everything. Raises RuntimeError when a part cannot run."""
    _say("drawing papers")
    sheets, scans, texts = draw_papers(folder, pages)
    scanner: dict[bool, Run] = {}
    with simulator() as (address, load):
        async with driver(address) as client, ImagingPool(WORKERS) as pool:
            await pool.warm_up()
            for ocr in (False, True):
                load(",".join(map(str, sheets)))
                _say(f"from the scanner, text {ocr}, memory")
                with memory(lambda: pool.pids) as highest:
                    await from_scanner(client, pool, folder, f"memory-{ocr}", ocr=ocr)
                load(",".join(map(str, sheets)))
                _say(f"from the scanner, text {ocr}")
                timed = await from_scanner(client, pool, folder, f"timed-{ocr}", ocr=ocr)
                scanner[ocr] = replace(timed, peak_mb=max(highest.values()))
                _say(f"{timed.per_minute:.0f} pages a minute")
    files = {}
    for ocr in (False, True):
        _say(f"from files, text {ocr}")
        files[ocr] = await asyncio.to_thread(kiosk, scans, folder / f"files-{ocr}.pdf", ocr=ocr)
    others: dict[bool, Run | None] = {}
    for ocr in (False, True):
        _say(f"OCRmyPDF, text {ocr}")
        others[ocr] = await asyncio.to_thread(peer, scans, folder, ocr=ocr)
    _say(f"{count} pages")
    parts, binding = await many(scans, folder, count)
    return Found(scanner, files, others, " ".join(texts), parts, binding, count)


def rows(found: Found) -> list[Row]:
    """What the page says."""
    told = []
    for ocr, asked in ((False, 150.0), (True, 80.0)):
        what = "with text" if ocr else "without text"
        for name, run, wanted in (
            (f"from the scanner, {what}", found.scanner[ocr], asked),
            (f"from files, {what}", found.files[ocr], None),
            (f"OCRmyPDF, {what}", found.others[ocr], None),
        ):
            if run is None:
                continue
            claim = "claims PDF/A-2" if not any("claim" in problem for problem in run.problems) else "no PDF/A"
            how = f"{run.pages} pages in {run.seconds:.1f} s, own processor time {run.cpu_s:.1f} s; {claim}; "
            how += f"{run.size / run.pages / 1000:.0f} kB a page"
            if ocr:
                wrong = 100 * edits(found.truth, " ".join(run.text.split())) / len(found.truth)
                how += f"; {wrong:.2f} % of letters wrong"
            # the report takes budgets from above: a speed is told as seconds a page
            told.append(
                Row(
                    name,
                    60 / run.per_minute,
                    "s/page",
                    60 / wanted if wanted else None,
                    run.pages,
                    f"{run.per_minute:.0f} pages a minute; {how}",
                )
            )
        other = found.others[ocr]
        if other is not None:
            ours = found.files[ocr]
            ratio, own = ours.seconds / other.seconds, other.cpu_s / ours.cpu_s
            how = f"{1 / ratio:.1f} times as fast by the clock, {own:.1f} times by own processor time"
            told.append(Row(f"time of ours by OCRmyPDF's, from files, {what}", ratio, "", 1 / 8, ours.pages, how))
    for ocr in (False, True):
        what = "with text" if ocr else "without text"
        told.append(
            Row(f"a worker's memory, {what}", found.scanner[ocr].peak_mb, "MB", 200, WORKERS, "PSS at its highest")
        )
    share = found.parts[-1] / max(found.parts[0], 1)
    said = ", ".join(f"{part:.0f}" for part in found.parts)
    told.append(
        Row(
            f"{found.many} pages: last fifth to first",
            share,
            "",
            1.1,
            found.many,
            f"PSS of a worker by fifths: {said} MB",
        )
    )
    told.append(
        Row(
            f"{found.many} pages: binding them",
            found.binding_mb,
            "MB",
            None,
            found.many,
            "PSS of the worker that binds",
        )
    )
    return told


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")
    sys.stderr.flush()


def main() -> None:
    """Measures, writes its part of the page, prints; exit 0 also when something is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.digitising", description=__doc__)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--many", type=int, default=200, help="pages of the run that looks at memory")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks.md", help="the page to write into")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    asked = parser.parse_args()
    facts, began = machine(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        told = rows(asyncio.run(measure(asked.pages, asked.many, Path(folder))))
    kept = ("date", "commit", "cpu", "memory", "system", "python")
    said: dict[str, Any] = {name: facts[name] for name in kept}
    said["OCRmyPDF"] = f"{_peer_version()} {' '.join(PEER_OPTIONS)}"
    said["load"] = f"{facts['load']}, {os.getloadavg()[0]:.2f} at the end"
    said["duration"] = f"{time.monotonic() - began:.0f} s"
    report.put(asked.out, "digitising", f"## Digitising\n\n{INTRODUCTION}\n\n{report.rows_and_facts(told, said)}")
    if asked.json:
        sys.stdout.write(json.dumps({"machine": said, "rows": [row.as_json() for row in told]}) + "\n")
    else:
        sys.stdout.write(report.table(told) + "\n" + "\n".join(f"{row.name}: {row.how}" for row in told) + "\n")


def _peer_version() -> str:
    program = PEER / "bin" / "ocrmypdf"
    if not program.is_file():
        return "not installed"
    return subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout.strip()


if __name__ == "__main__":
    main()
