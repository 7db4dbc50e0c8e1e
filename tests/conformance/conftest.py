"""All suites' runs, begun together, and the rule on left processes.

The suites wait for devices most of their time, so they run beside each other, each in a pytest of its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.person import Attended, Person, Printer
from tests.conformance.runs import ROOT, SUITES, Run, install
from tests.conftest import GRACE_S, children

HERE = ROOT / "tests" / "conformance"
PLUGIN = "drivers.conformance.plugin"
EXAMPLE = ROOT / "examples" / "vendor-printer"
WITH_A_PERSON = "unplugged or comes_out_once or first_byte or person_must"


@pytest.fixture(autouse=True, scope="class")
def no_children_left() -> Iterator[None]:
    """Takes the place of the rule for each single test: what a suite starts must be gone when the suite ends."""
    before = children()
    yield
    end = time.monotonic() + GRACE_S
    while left := {pid: command for pid, command in children().items() if pid not in before}:
        if time.monotonic() > end:
            pytest.fail(f"left behind: {left}")
        time.sleep(0.02)


@pytest.fixture(scope="session")
def attended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Attended]]:
    """One run without a person and one with, begun together."""
    started: dict[str, Attended] = {}
    for name, chosen in (("alone", ()), ("with a person", ("-k", WITH_A_PERSON))):
        folder = tmp_path_factory.mktemp("real")
        printer = Printer(folder)
        arguments = ["drivers.conformance", "--device", "printer0", "--kiosk-config", str(printer.config), *chosen]
        if not chosen:
            started[name] = Attended(Run(folder / "run", arguments), printer)
            continue
        person = Person(printer)
        terminal: dict[str, Any] = {"preexec_fn": person.sit_down, "pass_fds": (person.terminal,)}
        started[name] = Attended(Run(folder / "run", arguments, **terminal), printer, person)
    yield started
    for attended in started.values():
        attended.run.end()
        if attended.person is not None:
            attended.person.leave()
        attended.printer.stop()


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory, attended: dict[str, Attended]) -> Iterator[dict[str, Run]]:
    """A run for each of our drivers, the vendor's and the wrong ones."""
    folder = tmp_path_factory.mktemp("runs")
    site = folder / "site"
    site.mkdir()
    for package in (EXAMPLE, HERE / "wrong"):
        install(package, site)
    started = {name: Run(folder / name, ["pytest", str(HERE / "suites" / f"our_{name}.py")]) for name in SUITES}
    started["vendor"] = Run(folder / "vendor", ["pytest", "-p", PLUGIN, str(EXAMPLE / "tests")], site)
    for name in ("blind_printer", "careless_reader"):
        started[name] = Run(folder / name, ["pytest", str(HERE / "wrong" / f"{name}.py")], site)
    yield started
    for run in started.values():
        run.end()
