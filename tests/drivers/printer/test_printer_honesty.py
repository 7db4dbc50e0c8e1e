"""Slips in a row through random faults: every claim is held against the paper."""

from __future__ import annotations

import random
from collections import Counter
from io import BytesIO
from typing import Any

import pytest
import segno
import zxingcpp
from PIL import Image
from printer_bench import Bench, inked, job_of, receipts

from drivers.errors import DeviceError
from drivers.ports import PrintOutcome

FAULTS: tuple[tuple[str, range | tuple[str, ...] | None], ...] = (
    ("drop_after", range(62_000)),
    ("paper_out_after", range(140)),
    ("cover_open", None),
    ("cutter_jam", ("", "next")),
    ("stall", None),
    ("garble", None),
    ("stale", None),
    ("half", None),
    ("absent", None),
    ("refuse", None),
    ("paper_low", None),
)
HEIGHT = 700


def slip(number: int) -> Image.Image:
    """A picture that names its job at both ends, inked from the first row to the last."""
    buffer = BytesIO()
    segno.make(f"JOB-{number:05d}", micro=False, error="m").save(buffer, kind="png", scale=6, border=4)
    code = Image.open(buffer).convert("1")
    image = Image.new("1", (576, HEIGHT), 1)
    image.paste(code, (180, 20))
    image.paste(code, (180, HEIGHT - code.height - 20))
    for y in (0, HEIGHT - 4):
        image.paste(0, (0, y, 576, y + 4))
    return image


def on_paper(simulator: Any) -> Counter[int]:
    """Whole slips by job; a piece that carries two jobs fails."""
    whole: Counter[int] = Counter()
    for path in receipts(simulator):
        image = Image.open(path).convert("L")
        found = [code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]
        assert len(set(found)) <= 1, f"{path} carries two citizens' slips"
        if len(found) == 2 and inked(path).height == HEIGHT:
            whole[int(found[0].removeprefix("JOB-"))] += 1
    return whole


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_fails_nothing_is_called_printed_that_is_not_and_nothing_is_printed_twice(
    bench: Bench, seed: int
) -> None:
    dice = random.Random(seed)
    simulator = bench.start(speed_mm_s=dice.choice([0, 1000]), buffer_bytes=dice.choice([4096, 65536]))
    driver = bench.driver(simulator, silence_s=0.6)
    said: dict[int, PrintOutcome] = {}
    for number in range(30):
        fault, arguments = dice.choice(FAULTS)
        argument = str(dice.choice(arguments)) if arguments else None
        if number % 3 == 0:
            breaking = None
        elif dice.random() < 0.5:
            breaking = None
            bench.fault(simulator, fault, argument)
        else:
            breaking = bench.later(dice.uniform(0, 0.2), lambda f=fault, a=argument: bench.fault(simulator, f, a))
        try:
            driver.poll(bench.emit)
            said[number] = bench.print(driver, job_of(slip(number), str(number))).outcome
        except DeviceError:
            said[number] = PrintOutcome.NOT_PRINTED
        if breaking:
            breaking.join()
        bench.fault(simulator, "clear")
        bench.act(simulator, "refill")
    bench.act(simulator, "tear")
    whole = on_paper(simulator)
    assert [number for number, outcome in said.items() if outcome is PrintOutcome.PRINTED and whole[number] != 1] == []
    assert [number for number, outcome in said.items() if outcome is PrintOutcome.NOT_PRINTED and whole[number]] == []
    assert [number for number, times in whole.items() if times > 1] == []
    assert sum(whole.values()) >= 10
