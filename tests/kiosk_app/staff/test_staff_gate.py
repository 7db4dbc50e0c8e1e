"""The technician's gate: wrong tries lock it, and neither a kill nor a changed clock forgives one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk_app.cli import app
from kiosk_app.staff import DEMONSTRATION_PIN, Gate, GateBroken, Opening, Outcome, WeakPin
from kiosk_app.staff.gate import LOCK_S, LONGEST_LOCK_S, TRIES, lock_seconds

PIN = "739155"
WRONG = "000009"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def same(kept: str, pin: str) -> bool:
    """A comparison that takes no time; the kept hash stays argon2's."""
    return pin == PIN


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(tmp_path: Path, clock: Clock) -> Gate:
    made = Gate(tmp_path, same, clock)
    made.set_pin(PIN)
    return made


def outcomes(gate: Gate, pin: str, times: int) -> list[Outcome]:
    return [gate.try_pin(pin).outcome for _ in range(times)]


def test_the_right_pin_opens_and_only_its_hash_is_on_the_disk(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    gate.set_pin(PIN)
    assert gate.try_pin(PIN) == Opening(Outcome.OPEN)
    assert gate.try_pin(WRONG) == Opening(Outcome.WRONG, TRIES - 1)
    for file in (tmp_path / "staff").iterdir():
        assert PIN not in file.read_text("utf-8")
    kept = tmp_path / "staff" / "technician.json"
    assert json.loads(kept.read_text("utf-8"))["hash"].startswith("$argon2id$")
    assert kept.stat().st_mode & 0o077 == 0


def test_without_a_pin_nobody_is_let_in(tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    assert gate.look().outcome is Outcome.NOT_SET
    assert [gate.try_pin(pin).outcome for pin in ("", DEMONSTRATION_PIN, "123456")] == [Outcome.NOT_SET] * 3


def test_five_wrong_pins_lock_for_five_minutes_and_the_right_one_does_not_help(gate: Gate, clock: Clock) -> None:
    assert outcomes(gate, WRONG, TRIES) == [Outcome.WRONG] * (TRIES - 1) + [Outcome.LOCKED]
    assert gate.try_pin(PIN) == Opening(Outcome.LOCKED, 0, LOCK_S)
    clock.now += LOCK_S - 1
    assert gate.look() == Opening(Outcome.LOCKED, 0, 1.0)
    clock.now += 2
    assert gate.look() == Opening(Outcome.READY, 1)
    assert gate.try_pin(PIN).outcome is Outcome.OPEN
    assert gate.look() == Opening(Outcome.READY, TRIES)


def test_each_further_wrong_pin_locks_twice_as_long(gate: Gate, clock: Clock) -> None:
    outcomes(gate, WRONG, TRIES)
    lasted = []
    for _ in range(3):
        clock.now += LONGEST_LOCK_S
        lasted.append(gate.try_pin(WRONG).locked_s)
    assert lasted == [2 * LOCK_S, 4 * LOCK_S, 8 * LOCK_S]
    assert lock_seconds(10_000) == LONGEST_LOCK_S


def test_a_new_gate_on_the_same_folder_remembers(gate: Gate, tmp_path: Path, clock: Clock) -> None:
    outcomes(gate, WRONG, 3)
    assert Gate(tmp_path, same, clock).look() == Opening(Outcome.READY, TRIES - 3)


def test_a_clock_set_back_and_forth_does_not_shorten_the_lock(gate: Gate, clock: Clock) -> None:
    outcomes(gate, WRONG, TRIES)
    clock.now -= 10 * LOCK_S
    assert gate.look().locked_s == LOCK_S
    clock.now += LOCK_S / 2
    assert gate.look() == Opening(Outcome.LOCKED, 0, LOCK_S / 2)


KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk_app.staff import Gate

def killed(kept, pin):
    os.kill(os.getpid(), signal.SIGKILL)

Gate(Path(sys.argv[1]), killed).try_pin("739155")
"""


def test_a_kill_between_counting_and_looking_forgives_nothing(tmp_path: Path) -> None:
    gate = Gate(tmp_path, same)
    gate.set_pin(PIN)
    for left in (4, 3, 2, 1):
        done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, env={**os.environ})
        assert done.returncode == -signal.SIGKILL
        assert gate.look() == Opening(Outcome.READY, left)
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert gate.try_pin(PIN).outcome is Outcome.LOCKED


def test_a_try_that_cannot_be_counted_is_not_made(gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    careful = Gate(tmp_path, lambda kept, pin: bool(asked.append(pin)) or True)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(GateBroken):
        careful.try_pin(PIN)
    assert asked == []


def test_a_damaged_file_lets_nobody_in_until_the_pin_is_set_again(gate: Gate, tmp_path: Path) -> None:
    (tmp_path / "staff" / "technician.json").write_text("{", "utf-8")
    with pytest.raises(GateBroken):
        gate.try_pin(PIN)
    gate.set_pin(PIN)
    assert gate.try_pin(PIN).outcome is Outcome.OPEN


@pytest.mark.parametrize("pin", ["", "12345", "1234567890123", "12345a", "١٢٣٤٥٦", "111111", "123456", "987654"])
def test_a_weak_pin_is_refused_without_being_repeated(tmp_path: Path, pin: str) -> None:
    with pytest.raises(WeakPin) as caught:
        Gate(tmp_path).set_pin(pin)
    assert not pin or pin not in str(caught.value)


def test_the_command_sets_the_pin_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text(f"{PIN}\n", "utf-8")
    arguments = ["--profile", "test", "--data", str(tmp_path), "technician", "set-pin", "--pin-file", str(file)]
    done = CliRunner().invoke(app, [*arguments, "--json"])
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"set": True})
    assert Gate(tmp_path, same).look() == Opening(Outcome.READY, TRIES)


def test_the_command_refuses_a_weak_pin_and_a_missing_terminal(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text("111111\n", "utf-8")
    base = ["--profile", "test", "--data", str(tmp_path), "technician", "set-pin"]
    assert CliRunner().invoke(app, [*base, "--pin-file", str(file)]).exit_code == 2
    assert CliRunner().invoke(app, base).exit_code == 2
    assert Gate(tmp_path, same).look().outcome is Outcome.NOT_SET
