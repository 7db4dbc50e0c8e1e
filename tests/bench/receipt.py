"""`make bench-receipt`: how long after the ministry's answer a receipt is out, on a simulated printer at 200 mm/s.

The clock runs from the dossier's codes being known to the last byte confirmed by a fresh status: the slip is typeset, goes
through supervisor and host process to the real driver, over TCP to the printer, onto paper and past the knife.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from drivers.ports import DeviceKind, DeviceState, PrintJob, PrintOutcome, PrintReport
from drivers.simulators.escpos_printer import EscposPrinterSimulator
from drivers.supervisor import DeviceConfig, Supervisor
from kiosk_app import config
from kiosk_app.imaging.pool import ImagingPool
from kiosk_app.model.procedure import Component, Procedure
from kiosk_app.model.session import Identity, PageStage, PageView, Session, Submission
from kiosk_app.runtime.slip import slip_of
from tests.bench import report
from tests.bench.figures import Row, median, percentile
from tests.bench.surroundings import load_since, machine

SPEED_MM_S: Final = 200.0
BUDGET_S: Final = 1.5
READY_S: Final = 30.0


def session() -> Session:
    """A citizen who does not exist has submitted a dossier of two papers."""
    papers = (
        Component("c1", "Tờ khai đăng ký nhãn hiệu", "Application form", 1, 0, True),
        Component("c2", "Chứng từ nộp phí, lệ phí", "Fee receipt", 1, 0, True),
    )
    name = "Đăng ký nhãn hiệu"
    return Session(
        procedure=Procedure("IP-01", None, name, "Trademark registration", "Sở hữu trí tuệ", components=papers),
        identity=Identity("001099000001", "NGUYỄN VĂN THỬ NGHIỆM"),
        pages=tuple(PageView(n, f"c{n}", PageStage.READY, width=10, height=10) for n in (1, 2)),
        submission=Submission(
            kiosk_reference="K01-ABCD-EFGHJK", dossier_code="G06-20261121-0000042", lookup_code="K7Q2-M4XD"
        ),
    )


async def measure(folder: Path, slips: int, pool: ImagingPool) -> tuple[list[float], list[float], int]:
    """Seconds to paper and seconds of typesetting of each slip, and its rows. Raises RuntimeError when one is not out."""
    simulator = EscposPrinterSimulator("printer0", folder, speed_mm_s=SPEED_MM_S)
    await simulator.start()
    printer = DeviceConfig("printer0", DeviceKind.PRINTER, "escpos-network", {"address": simulator.address})
    supervisor = Supervisor((printer,), lambda *_: None, lambda *_, **__: None)
    settings, shown = config.load("test"), session()
    whole, typeset, rows = [], [], 0
    try:
        await supervisor.start()
        client = supervisor.clients["printer0"]
        until = time.monotonic() + READY_S
        while client.health.state is not DeviceState.READY and time.monotonic() < until:
            await asyncio.sleep(0.01)
        for number in range(slips):
            began = time.monotonic()
            picture = await pool.draw(slip_of(shown, settings, datetime.now(UTC)).document(), 576)
            typeset.append(time.monotonic() - began)
            job = PrintJob(f"bench-{number}", base64.b64encode(picture).decode())
            outcome: PrintReport = await client.call("print", PrintReport, job=job)
            whole.append(time.monotonic() - began)
            if outcome.outcome is not PrintOutcome.PRINTED:
                raise RuntimeError(f"slip {number} is {outcome.outcome}, {outcome.code}")
            rows = int.from_bytes(picture[20:24], "big")
            await simulator.act("tear")
            await asyncio.sleep(1.2)  # polls run, and the encoder is warmed up, as between two citizens
    finally:
        await supervisor.stop()
        await simulator.stop()
    return whole, typeset, rows


async def with_workers(folder: Path, slips: int) -> tuple[list[float], list[float], int]:
    """`measure` with the imaging workers that a running kiosk has, which draw its slips."""
    async with ImagingPool() as pool:
        await pool.warm_up()
        return await measure(folder, slips, pool)


def main() -> int:
    """Measures, prints the table and puts it into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slips", type=int, default=20)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="kiosk-receipt-") as folder:
        whole, typeset, rows = asyncio.run(with_workers(Path(folder), options.slips))
    paper_mm = rows / 8
    how = (
        f"codes known to PRINTED, {paper_mm:.0f} mm at {SPEED_MM_S:.0f} mm/s; paper alone {paper_mm / SPEED_MM_S:.2f} s"
    )
    first = "the first one cuts off what lay before the knife"
    lines = [
        Row("receipt out, median", median(whole), "s", BUDGET_S, len(whole), how),
        Row("receipt out, longest", max(whole), "s", BUDGET_S, len(whole), first),
        Row(
            "typesetting, p95",
            percentile(typeset, 0.95) * 1000,
            "ms",
            80,
            len(typeset),
            "in an imaging worker, part of the above",
        ),
    ]
    print(report.table(lines))
    if options.out:
        facts = {**machine(), "load": load_since(load)}
        report.put_measured(options.out, "receipt", "A receipt on paper", "make bench-receipt", __doc__, lines, facts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
