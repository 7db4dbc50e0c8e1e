"""Ten thousand guesses with restarts, power cuts and clock changes between: never more comparisons than the rule allows."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from machine_time import MachineTime

from kiosk_app.staff import Gate, Outcome
from kiosk_app.staff.keeping import TRIES, lock_seconds

KEY = bytes(range(32))
PIN = "739155"
ATTEMPTS = 10_000


class PowerCut(Exception):
    """The machine went off in the middle."""


def allowed(ran_s: float) -> int:
    """How many comparisons may have been made after so many seconds of running: the first five, then one after each wait."""
    made = TRIES
    while (ran_s := ran_s - lock_seconds(made)) >= 0:
        made += 1
    return made


@pytest.mark.parametrize("seed", [1, 2])
def test_ten_thousand_guesses_are_never_more_comparisons_than_allowed(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The order on the disk is what is tried here; that it is on the disk is tried with kills elsewhere.
    monkeypatch.setattr("os.fsync", lambda descriptor: None)
    time, chance = MachineTime(), random.Random(seed)
    compared = 0
    cut = False

    def wrong(kept: str, pin: str) -> bool:
        nonlocal compared
        compared += 1
        if cut:
            raise PowerCut
        return False

    def started() -> Gate:
        return Gate(tmp_path, KEY, verify=wrong, now=time)

    gate = started()
    gate.set_pin(PIN)
    happened = dict.fromkeys(("waits", "cuts", "restarts", "off", "clock"), 0)
    for _ in range(ATTEMPTS):
        what = chance.random()
        if what < 0.2:
            time.run(chance.choice((1.0, 30.0, 400.0, 4000.0)))
            happened["waits"] += 1
        elif what < 0.4:
            gate = started()
            happened["restarts"] += 1
        elif what < 0.6:
            time.off(chance.choice((0.0, 60.0, 1e6)))
            gate = started()
            happened["off"] += 1
        elif what < 0.8:
            time.set_clock(chance.choice((-1e9, -3600.0, 3600.0, 1e5, 1e9)))
            happened["clock"] += 1
        elif what < 0.9:
            gate.note_progress()
        cut = chance.random() < 0.3
        try:
            assert gate.try_pin(f"{chance.randrange(10**6):06d}").outcome in (Outcome.WRONG, Outcome.LOCKED)
        except PowerCut:
            time.off(0.0)
            gate = started()
            happened["cuts"] += 1
        assert compared <= allowed(time.ran)
    assert compared >= TRIES
    assert all(happened.values())


def test_the_count_would_notice_a_gate_that_believes_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: waits measured by the clock give an attacker more than is allowed."""
    monkeypatch.setattr("os.fsync", lambda descriptor: None)
    monkeypatch.setattr("kiosk_app.staff.gate.at_least", lambda since, now: now.clock - since.clock)
    time, compared = MachineTime(), 0

    def wrong(kept: str, pin: str) -> bool:
        nonlocal compared
        compared += 1
        return False

    gate = Gate(tmp_path, KEY, verify=wrong, now=time)
    gate.set_pin(PIN)
    for _ in range(50):
        gate.try_pin("000009")
        time.set_clock(1e6)
    assert compared > allowed(time.ran)
