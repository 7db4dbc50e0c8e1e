"""Promises of the paper forecast: lengths from the slip itself, a new roll noticed or told, no number out of nothing."""

from __future__ import annotations

import base64
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from drivers.ports import DeviceKind, DeviceState, PrintJob
from kiosk_app.diagnostics.ledger import Ledger
from kiosk_app.diagnostics.paper import CUT_FEED_MM, forecast, length_mm
from kiosk_app.flow.events import DeviceChanged
from kiosk_app.model.servicing import Counter, PaperLeft, Roll
from kiosk_app.model.session import DeviceStatus, Session
from kiosk_app.runtime.tally import Tallier

NOW = datetime(2026, 11, 21, 7, 10, tzinfo=UTC)
PRINTER = "printer0"


def png(rows: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 576, rows) + bytes(9)


def days(*amounts: int) -> tuple[int, ...]:
    return (*(0 for _ in range(14 - len(amounts))), *amounts)


def counted(name: str, *amounts: int) -> Counter:
    return Counter(name, amounts[-1] if amounts else 0, sum(amounts), days(*amounts))


def test_a_slip_is_as_long_as_its_picture_and_the_feed_to_the_knife() -> None:
    assert length_mm(png(1200), cut=False) == 150
    assert length_mm(png(1201), cut=True) == 151 + CUT_FEED_MM
    assert length_mm(b"no picture", cut=False) == 0


def test_slips_and_days_follow_what_was_printed() -> None:
    left = forecast(
        Roll("", 20_000), 80_000, counted("paper_mm", 10_000, 0, 20_000, 3_000), counted("cuts", 60, 0, 120, 18)
    )
    assert left == PaperLeft(60_000, 80_000, 60_000 * 198 // 33_000, 4.0)


def test_the_first_day_counts_while_there_is_no_other() -> None:
    assert forecast(None, 80_000, counted("paper_mm", 16_000), counted("cuts", 100)).days == 5.0


def test_nothing_is_foretold_before_anything_was_printed() -> None:
    left = forecast(None, 80_000, counted("paper_mm"), counted("cuts"))
    assert (left.slips, left.days, left.left_mm, left.low) == (None, None, 80_000, False)


@pytest.mark.parametrize(("used", "left", "low"), [(71_999, 8_001, False), (72_001, 7_999, True), (95_000, 0, True)])
def test_the_last_tenth_is_low_and_nothing_is_less_than_nothing(used: int, left: int, low: bool) -> None:
    found = forecast(Roll("", used), 80_000, counted("paper_mm", 1), counted("cuts", 1))
    assert (found.left_mm, found.low) == (left, low)


class Printer:
    """A printer that says how it is and prints, over one ledger."""

    def __init__(self, folder: Path) -> None:
        self.at = NOW
        self.file = folder / "ledger.db"
        self.session = Session()
        self.restart()

    def restart(self) -> None:
        self.ledger = Ledger(self.file)
        self.tallier = Tallier(self.ledger, lambda: self.at)

    def says(self, state: DeviceState, code: str | None = None) -> None:
        self.at += timedelta(minutes=1)
        status = DeviceStatus(PRINTER, DeviceKind.PRINTER, state, code)
        self.tallier.observe(DeviceChanged(status), self.session)
        self.session = Session(devices=MappingProxyType({PRINTER: status}))

    def prints(self, rows: int, outcome: str = "printed", cut: bool = True) -> None:
        job = PrintJob("job", base64.b64encode(png(rows)).decode(), cut)
        self.tallier.witness(PRINTER, "print", {"job": job}, {"outcome": outcome})

    def used(self) -> int | None:
        roll = self.ledger.roll(PRINTER)
        return None if roll is None else roll.used_mm


def test_every_slip_is_counted_whoever_printed_it(tmp_path: Path) -> None:
    printer = Printer(tmp_path)
    printer.prints(800)
    printer.prints(800, "unknown")
    printer.prints(800, "not_printed")
    printer.prints(80, cut=False)
    one = 100 + CUT_FEED_MM
    assert printer.used() == 2 * one + 10
    paper, cuts = printer.ledger.counters(NOW, PRINTER, ("paper_mm", "cuts"))
    assert (paper.today, cuts.today) == (2 * one + 10, 2)


def test_paper_after_paper_out_is_a_new_roll_even_over_a_restart(tmp_path: Path) -> None:
    printer = Printer(tmp_path)
    printer.says(DeviceState.READY)
    printer.prints(800)
    printer.says(DeviceState.ATTENTION, "PRN-COVER-OPEN")
    printer.says(DeviceState.READY)
    assert printer.used() == 100 + CUT_FEED_MM
    printer.says(DeviceState.ATTENTION, "PRN-PAPER-OUT")
    printer.says(DeviceState.ATTENTION, "PRN-COVER-OPEN")
    printer.ledger.flush()
    printer.restart()
    printer.says(DeviceState.READY)
    assert printer.used() == 0
    roll = printer.ledger.roll(PRINTER)
    assert roll is not None
    assert datetime.fromisoformat(roll.since) == printer.at
    printer.prints(800)
    printer.says(DeviceState.STARTING)
    printer.says(DeviceState.READY)
    assert printer.used() == 100 + CUT_FEED_MM


def test_a_technician_may_say_that_the_roll_is_new(tmp_path: Path) -> None:
    printer = Printer(tmp_path)
    printer.ledger.new_roll(NOW, PRINTER)
    assert printer.used() == 0
    printer.prints(800)
    printer.ledger.new_roll(NOW, PRINTER)
    assert printer.used() == 0
