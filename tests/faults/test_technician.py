"""The technician's day: out of paper to all green at the real screens, with the PIN nowhere but in the hand."""

from __future__ import annotations

import json

import pytest
from machine import Machine
from traces import files_that_say

from kiosk_app.diagnostics.ledger import Ledger
from kiosk_app.staff import DEMONSTRATION_PIN

pytestmark = pytest.mark.xdist_group("virtual-reader")


def test_the_technician_finds_mends_tests_and_leaves(machine: Machine) -> None:
    machine.play("technician")
    folder = machine.folder / "diagnostics"
    failed, passed = [json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("readiness-*.json"))]
    assert (failed["passed"], passed["passed"]) == (False, True)
    wrong = [test["code"] for device in failed["devices"] for test in device["tests"] if not test["passed"]]
    assert wrong == ["PRN-PAPER-OUT"]
    ledger = Ledger(folder / "ledger.db")
    assert ledger.counters(machine.kiosk.config.now(), "scanner0", ("restarts",))[0].today >= 1
    assert ledger.taken_out() == frozenset()
    assert files_that_say(machine.folder, (DEMONSTRATION_PIN, "135790")) == []
