"""`make bench-seal`: what sealing a dossier of ten pages costs, against plainly writing the same bytes to the same disk.

Sealed is by the kiosk's own store: each paper's PDF encrypted, written, fsynced, renamed and its folder fsynced, then files
linked, rows committed and the rescue record written. Plain is the same bytes in as many files, written and fsynced, in turn
with it, in the same folder. Meanwhile an event loop like that of the screen notes how late each turn of a millisecond comes.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kiosk_app.submission import (
    Applicant,
    Consent,
    DossierDraft,
    ProcedureRef,
    SubmissionService,
    SubmissionSettings,
)
from tests.bench import report
from tests.bench.figures import Row, median, percentile
from tests.bench.surroundings import ROOT, computer, load_since

PAGES: Final = 10
PAGE_BYTES: Final = 200_000
PAPERS: Final = 3
TIMES: Final = 3.0
TURN_S: Final = 0.001


def papers() -> list[bytes]:
    """The PDFs of one dossier: ten pages of 200 kB in three papers."""
    sizes = [PAGE_BYTES * (PAGES // PAPERS + (n < PAGES % PAPERS)) for n in range(PAPERS)]
    return [b"%PDF-1.7\n" + os.urandom(size) for size in sizes]


def plain(folder: Path, contents: list[bytes]) -> float:
    """Seconds to write and fsync these files."""
    began = time.perf_counter()
    for number, content in enumerate(contents):
        with (folder / f"{number}.pdf").open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    return time.perf_counter() - began


def sealed(service: SubmissionService, contents: list[bytes]) -> float:
    """Seconds to seal these papers as a dossier."""
    session = service.begin_session()
    now = datetime.now(UTC)
    began = time.perf_counter()
    files = tuple(
        service.add_component_pdf(session, f"c{n}", f"Giấy tờ {n}", f"{n}.pdf", PAGES, content)
        for n, content in enumerate(contents)
    )
    draft = DossierDraft(
        uuid=session.dossier_uuid,
        kiosk_reference=service.new_kiosk_reference(),
        procedure=ProcedureRef("IP-01", None, "Thủ tục đăng ký sáng chế", "Registration of an invention"),
        applicant=Applicant(0, "001099000123", "NGUYỄN VĂN THỬ NGHIỆM", "1990-01-02", "chip"),
        answers={"title": "Máy thử nghiệm"},
        consent=Consent("2026-01", now),
        declared_at=now,
        submitted_at=now,
        result_delivery="counter",
        language="vi",
        files=files,
    )
    service.seal_and_queue(session, draft)
    seconds = time.perf_counter() - began
    service.end_session(session)
    return seconds


async def measure(folder: Path, rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Seconds of plain writing and of sealing in each round, and how late the loop's turns came while it was sealed."""
    settings = SubmissionSettings(
        folder / "data",
        "https://127.0.0.1:9",
        folder,
        folder,
        folder,
        "bench",
        "K01",
        "file",
        min_free_bytes=0,
        max_unsent=rounds + 10,
    )
    service = await asyncio.to_thread(SubmissionService, settings)
    plains, seals, late = [], [], []
    try:
        await asyncio.to_thread(sealed, service, papers())  # the first one makes the tables' pages
        for _ in range(rounds):
            contents = papers()
            plains.append(await asyncio.to_thread(plain, folder, contents))
            work = asyncio.ensure_future(asyncio.to_thread(sealed, service, contents))
            while not work.done():
                began = time.perf_counter()
                await asyncio.sleep(TURN_S)
                late.append(time.perf_counter() - began - TURN_S)
            seals.append(work.result())
    finally:
        await asyncio.to_thread(service.close)
    return plains, seals, late


def rows(plains: list[float], seals: list[float], late: list[float]) -> list[Row]:
    """The figures."""
    megabytes = PAGES * PAGE_BYTES / 1e6
    size = f"{PAGES} pages, {megabytes:.1f} MB in {PAPERS} papers"
    count = len(seals)
    return [
        Row("sealing to plain writing, medians", median(seals) / median(plains), "times", TIMES, count, size),
        Row("sealing, median", median(seals) * 1000, "ms", None, count, size),
        Row("sealing, p95", percentile(seals, 0.95) * 1000, "ms", None, count, size),
        Row("plain write and fsync, median", median(plains) * 1000, "ms", None, count, "the same bytes, in turn"),
        Row(
            "plain write and fsync, p95", percentile(plains, 0.95) * 1000, "ms", None, count, "the same bytes, in turn"
        ),
        Row("loop's turn late, p99", percentile(late, 0.99) * 1000, "ms", None, len(late), "sealing is on a thread"),
    ]


def main() -> int:
    """Measures, prints the table and puts it into the page; 1 when sealing costs too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "bench-seal")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    try:
        lines = rows(*asyncio.run(measure(options.folder, options.rounds)))
    finally:
        shutil.rmtree(options.folder, ignore_errors=True)
    print(report.table(lines))
    if options.out:
        facts = {**computer(), "load": load_since(load)}
        report.put_measured(options.out, "sealing", "Sealing a dossier", "make bench-seal", __doc__, lines, facts)
    return int(any(line.verdict == "over" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
