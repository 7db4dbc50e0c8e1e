"""The gate: wrong tries lock it, and neither a kill, a restart nor a changed clock forgives one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from machine_time import MachineTime
from typer.testing import CliRunner

from kiosk_app.cli import app
from kiosk_app.model.staff import LOCAL_TECHNICIAN, Role, StaffMember
from kiosk_app.staff import (
    DEMONSTRATION_PIN,
    Directory,
    Gate,
    GateBroken,
    Known,
    Opening,
    Outcome,
    WeakPin,
    badge_digest,
)
from kiosk_app.staff.accounts import Account
from kiosk_app.staff.keeping import LOCK_S, LONGEST_LOCK_S, TRIES, lock_seconds
from kiosk_app.staff.pin import hash_pin

PIN = "739155"
FIRST = "480213"
NEW = "602948"
WRONG = "000009"
KEY = bytes(range(32))
OFFICER = StaffMember("mau.officer", "Nguyễn Văn Mẫu", Role.OFFICER)
ACCOUNT = Account(OFFICER, "first", 1, badge=badge_digest("CB-1"))


def same(kept: str, pin: str) -> bool:
    """A comparison that takes no time; the kept hash stays argon2's."""
    return pin == (FIRST if kept == "first" else PIN)


class Accounts:
    """The accounts that the service has sent, and their age."""

    def __init__(self, *accounts: Account) -> None:
        self.accounts = accounts
        self.age_s = 60.0

    def __call__(self) -> Known:
        return Known(Directory({one.member.staff_id: one for one in self.accounts}), self.age_s)


@pytest.fixture
def time() -> MachineTime:
    return MachineTime()


@pytest.fixture
def accounts() -> Accounts:
    return Accounts(ACCOUNT)


@pytest.fixture
def gate(tmp_path: Path, time: MachineTime, accounts: Accounts) -> Gate:
    made = Gate(tmp_path, KEY, accounts, 3600.0, same, time)
    made.set_pin(PIN)
    return made


def outcomes(gate: Gate, pin: str, times: int) -> list[Outcome]:
    return [gate.try_pin(pin).outcome for _ in range(times)]


def test_the_right_pin_opens_and_neither_it_nor_its_hash_is_readable_on_the_disk(tmp_path: Path) -> None:
    gate = Gate(tmp_path, KEY)
    gate.set_pin(PIN)
    assert gate.try_pin(PIN) == Opening(Outcome.OPEN, member=LOCAL_TECHNICIAN)
    assert gate.try_pin(WRONG) == Opening(Outcome.WRONG, TRIES - 1, member=LOCAL_TECHNICIAN)
    for file in (tmp_path / "staff").iterdir():
        found = file.read_bytes()
        assert not any(word in found for word in (PIN.encode(), b"argon2", b"technician"))
    assert (tmp_path / "staff" / "gate.sealed").stat().st_mode & 0o077 == 0
    with pytest.raises(GateBroken):
        Gate(tmp_path, bytes(32)).look()


def test_without_a_pin_nobody_is_let_in(tmp_path: Path) -> None:
    gate = Gate(tmp_path, KEY)
    assert gate.look().outcome is Outcome.NOT_SET
    assert [gate.try_pin(pin).outcome for pin in ("", DEMONSTRATION_PIN, "123456")] == [Outcome.NOT_SET] * 3
    assert gate.try_pin(PIN, "nobody").outcome is Outcome.UNKNOWN


def test_five_wrong_pins_lock_for_five_minutes_and_the_right_one_does_not_help(gate: Gate, time: MachineTime) -> None:
    assert outcomes(gate, WRONG, TRIES) == [Outcome.WRONG] * (TRIES - 1) + [Outcome.LOCKED]
    assert gate.try_pin(PIN) == Opening(Outcome.LOCKED, 0, LOCK_S, LOCAL_TECHNICIAN)
    time.run(LOCK_S - 1)
    assert gate.look() == Opening(Outcome.LOCKED, 0, 1.0, LOCAL_TECHNICIAN)
    time.run(2)
    assert gate.look() == Opening(Outcome.READY, 1, member=LOCAL_TECHNICIAN)
    assert gate.try_pin(PIN).outcome is Outcome.OPEN
    assert gate.look() == Opening(Outcome.READY, TRIES, member=LOCAL_TECHNICIAN)


def test_each_further_wrong_pin_locks_twice_as_long(gate: Gate, time: MachineTime) -> None:
    outcomes(gate, WRONG, TRIES)
    lasted = []
    for _ in range(3):
        time.run(LONGEST_LOCK_S)
        lasted.append(gate.try_pin(WRONG).locked_s)
    assert lasted == [2 * LOCK_S, 4 * LOCK_S, 8 * LOCK_S]
    assert lock_seconds(10_000) == LONGEST_LOCK_S


def test_a_new_gate_on_the_same_folder_remembers(gate: Gate, tmp_path: Path, time: MachineTime) -> None:
    outcomes(gate, WRONG, 3)
    again = Gate(tmp_path, KEY, verify=same, now=time)
    assert again.look() == Opening(Outcome.READY, TRIES - 3, member=LOCAL_TECHNICIAN)


def test_no_setting_of_the_clock_shortens_a_lock(gate: Gate, time: MachineTime) -> None:
    outcomes(gate, WRONG, TRIES)
    for by in (10 * LOCK_S, -20 * LOCK_S, 1e9, -2e9):
        time.set_clock(by)
        assert gate.look().locked_s == LOCK_S
    time.run(LOCK_S / 2)
    assert gate.look().locked_s == LOCK_S / 2


def test_switching_off_does_not_wait_a_lock_out_and_what_was_waited_is_kept(gate: Gate, time: MachineTime) -> None:
    outcomes(gate, WRONG, TRIES)
    time.off(1e6)
    assert gate.look().locked_s == LOCK_S
    time.run(100)
    gate.note_progress()
    time.off(1e6)
    assert gate.look().locked_s == LOCK_S - 100
    time.run(LOCK_S - 100)
    assert gate.look().outcome is Outcome.READY


KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk_app.staff import Gate

def killed(kept, pin):
    os.kill(os.getpid(), signal.SIGKILL)

Gate(Path(sys.argv[1]), bytes(range(32)), verify=killed).try_pin("739155")
"""


def test_a_kill_between_counting_and_looking_forgives_nothing(tmp_path: Path) -> None:
    gate = Gate(tmp_path, KEY, verify=same)
    gate.set_pin(PIN)
    for left in (4, 3, 2, 1):
        done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, env={**os.environ})
        assert done.returncode == -signal.SIGKILL
        assert gate.look() == Opening(Outcome.READY, left, member=LOCAL_TECHNICIAN)
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert gate.try_pin(PIN).outcome is Outcome.LOCKED


def test_a_try_that_cannot_be_counted_is_not_made(gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    careful = Gate(tmp_path, KEY, verify=lambda kept, pin: bool(asked.append(pin)) or True)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(GateBroken):
        careful.try_pin(PIN)
    assert asked == []


def test_a_damaged_file_lets_nobody_in_until_the_pin_is_set_again(gate: Gate, tmp_path: Path) -> None:
    (tmp_path / "staff" / "gate.sealed").write_text("{", "utf-8")
    with pytest.raises(GateBroken):
        gate.try_pin(PIN)
    gate.set_pin(PIN)
    assert gate.try_pin(PIN).outcome is Outcome.OPEN


@pytest.mark.parametrize("pin", ["", "12345", "1234567890123", "12345a", "١٢٣٤٥٦", "111111", "123456", "987654"])
def test_a_weak_pin_is_refused_without_being_repeated(tmp_path: Path, pin: str) -> None:
    with pytest.raises(WeakPin) as caught:
        Gate(tmp_path, KEY).set_pin(pin)
    assert not pin or pin not in str(caught.value)


# --- accounts of the service ---------------------------------------------------------------------------------------


def test_a_badge_shows_whose_it_is_and_opens_nothing_without_its_own_pin(gate: Gate) -> None:
    assert gate.badge("CB-1") == Opening(Outcome.READY, TRIES, member=OFFICER)
    assert gate.badge("CB-2") == Opening(Outcome.UNKNOWN)
    assert gate.try_pin(PIN, OFFICER.staff_id).outcome is Outcome.WRONG
    assert gate.try_pin(FIRST, OFFICER.staff_id) == Opening(Outcome.OPEN, member=OFFICER)


def test_wrong_tries_of_one_account_lock_no_other(gate: Gate) -> None:
    for _ in range(TRIES):
        gate.try_pin(WRONG, OFFICER.staff_id)
    assert gate.look(OFFICER.staff_id).outcome is Outcome.LOCKED
    assert gate.try_pin(PIN).outcome is Outcome.OPEN


def test_a_disabled_account_is_gone_with_the_next_accounts(gate: Gate, accounts: Accounts) -> None:
    accounts.accounts = ()
    assert gate.badge("CB-1").outcome is Outcome.UNKNOWN
    assert gate.try_pin(FIRST, OFFICER.staff_id).outcome is Outcome.UNKNOWN


def test_accounts_that_are_too_old_open_nothing_but_the_machines_own_technician_works(
    gate: Gate, accounts: Accounts
) -> None:
    accounts.age_s = 3601.0
    assert gate.badge("CB-1") == Opening(Outcome.STALE, member=OFFICER)
    assert gate.try_pin(FIRST, OFFICER.staff_id).outcome is Outcome.STALE
    assert gate.try_pin(PIN).outcome is Outcome.OPEN


def test_a_first_pin_opens_nothing_until_another_one_is_chosen(gate: Gate, accounts: Accounts, tmp_path: Path) -> None:
    accounts.accounts = (replace(ACCOUNT, hash=hash_pin(FIRST), must_change=True),)
    real = Gate(tmp_path, KEY, accounts)
    assert real.try_pin(FIRST, OFFICER.staff_id) == Opening(Outcome.CHANGE, member=OFFICER)
    for weak in (FIRST, "111111", "12"):
        with pytest.raises(WeakPin):
            real.choose_pin(weak)
    assert real.choose_pin(NEW) == Opening(Outcome.OPEN, member=OFFICER)
    assert real.choose_pin(PIN).outcome is Outcome.UNKNOWN, "it is chosen once"
    assert real.try_pin(FIRST, OFFICER.staff_id).outcome is Outcome.WRONG
    assert Gate(tmp_path, KEY, accounts).try_pin(NEW, OFFICER.staff_id).outcome is Outcome.OPEN
    assert {name: pin.version for name, pin in real.chosen().items()} == {OFFICER.staff_id: 1}


def test_a_new_pin_cannot_be_chosen_without_the_first_one(gate: Gate, accounts: Accounts) -> None:
    accounts.accounts = (replace(ACCOUNT, must_change=True),)
    assert gate.try_pin(FIRST, OFFICER.staff_id).outcome is Outcome.CHANGE
    assert gate.try_pin(WRONG, OFFICER.staff_id).outcome is Outcome.WRONG
    assert gate.choose_pin(NEW).outcome is Outcome.UNKNOWN


def test_a_pin_given_out_anew_ends_the_one_that_was_chosen_here_and_the_lock(gate: Gate, accounts: Accounts) -> None:
    accounts.accounts = (replace(ACCOUNT, must_change=True),)
    gate.try_pin(FIRST, OFFICER.staff_id)
    gate.choose_pin(NEW)
    for _ in range(TRIES):
        gate.try_pin(WRONG, OFFICER.staff_id)
    assert gate.look(OFFICER.staff_id).outcome is Outcome.LOCKED
    accounts.accounts = (replace(ACCOUNT, version=2),)
    assert gate.look(OFFICER.staff_id) == Opening(Outcome.READY, TRIES, member=OFFICER)
    assert gate.try_pin(FIRST, OFFICER.staff_id).outcome is Outcome.OPEN
    assert gate.chosen() == {}


# --- the machine's own technician ----------------------------------------------------------------------------------


def test_a_pin_set_by_an_earlier_version_is_taken_over_with_its_wrong_tries(tmp_path: Path, time: MachineTime) -> None:
    earlier = tmp_path / "staff" / "technician.json"
    earlier.parent.mkdir()
    earlier.write_text(json.dumps({"hash": hash_pin(PIN), "failures": 3, "failed_at": 1.0}), "utf-8")
    gate = Gate(tmp_path, KEY, now=time)
    assert gate.look() == Opening(Outcome.READY, TRIES - 3, member=LOCAL_TECHNICIAN)
    assert not earlier.exists()
    assert gate.try_pin(PIN).outcome is Outcome.OPEN


def test_the_command_sets_the_pin_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text(f"{PIN}\n", "utf-8")
    arguments = ["--profile", "test", "--data", str(tmp_path), "technician", "set-pin", "--pin-file", str(file)]
    done = CliRunner().invoke(app, [*arguments, "--json"])
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"set": True})
    assert (tmp_path / "staff" / "gate.sealed").exists()
    assert '"what":"technician.pin_set"' in (tmp_path / "audit" / "00000001.jsonl").read_text("ascii")


def test_the_command_refuses_a_weak_pin_and_a_missing_terminal(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    file.write_text("111111\n", "utf-8")
    base = ["--profile", "test", "--data", str(tmp_path), "technician", "set-pin"]
    assert CliRunner().invoke(app, [*base, "--pin-file", str(file)]).exit_code == 2
    assert CliRunner().invoke(app, base).exit_code == 2
    assert not (tmp_path / "staff" / "gate.sealed").exists()
