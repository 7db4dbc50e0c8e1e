"""Ends of the kiosk's process: asked to end, killed, started twice. Nothing runs on, nothing is lost, nothing is doubled."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from machine import JOURNEYS
from traces import dossiers_at, files_that_say, processes_of_mark, set_mark

from drivers.simulators.chip.people import DEFAULT, PEOPLE

# The time includes waiting for another worker's turn at the reader.
pytestmark = [pytest.mark.xdist_group("virtual-reader"), pytest.mark.timeout(600)]
KIOSK = str(Path(sys.executable).parent / "kiosk")
END_S = 60.0
PERSON = PEOPLE[DEFAULT]


NOTHING_THERE = """
[[devices]]
id = "card0"
kind = "card"
driver = "pcsc"
settings = { transport = "pcsc", reader = "no such reader" }

[[devices]]
id = "scanner0"
kind = "scanner"
driver = "sane"
settings = { escl_url = "http://127.0.0.1:1/eSCL" }

[[devices]]
id = "barcode0"
kind = "barcode"
driver = "serial-barcode"
settings = { port = "/dev/no-such-port" }

[[devices]]
id = "printer0"
kind = "printer"
driver = "escpos-network"
settings = { address = "127.0.0.1:1" }
"""


class Running:
    """A `kiosk` command in a process group of its own, as a terminal would start it, and its log."""

    def __init__(self, data: Path, *command: str, site: Path | None = None) -> None:
        self.data = data
        self._log = data / "logs" / "kiosk.log"
        self._before = self._log.stat().st_size if self._log.exists() else 0
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
        self.process = subprocess.Popen(
            [KIOSK, "--data", str(data), *(("--config", str(site)) if site else ()), *command, "--profile", "test"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        )

    def events(self) -> list[dict[str, Any]]:
        if not self._log.exists():
            return []
        with self._log.open("rb") as stream:
            stream.seek(self._before)
            whole = stream.read().rpartition(b"\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def wait_for(self, holds: Callable[[Running], bool], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not holds(self):
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < end, f"not seen in {seconds:g} s; last was {self.events()[-1:]}"
            time.sleep(0.005)

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C: the terminal signals the whole group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.end()

    def terminate(self) -> tuple[int, str]:
        """What systemd does: SIGTERM to the main process."""
        self.process.terminate()
        return self.end()

    def end(self) -> tuple[int, str]:
        _, said = self.process.communicate(timeout=END_S)
        return self.process.returncode, said


Reached = Callable[[Running], bool]


def told(event: str) -> Reached:
    return lambda kiosk: any(item["event"] == event for item in kiosk.events())


def bench_begun(kiosk: Running) -> bool:
    return (kiosk.data / "logs" / "simulators.log").exists() and (kiosk.data / "logs" / "service.log").exists()


def all_ready(kiosk: Running) -> bool:
    return len({item["device"] for item in kiosk.events() if item.get("state") == "ready"}) == 4


def at_the_scanner(kiosk: Running) -> bool:
    return any(item.get("screen") == "scan" for item in kiosk.events())


PHASES: dict[str, tuple[tuple[str, ...], Reached]] = {
    "nothing is started": (("run",), told("ui.first_frame")),
    "the bench is started": (("run",), bench_begun),
    "devices are started": (("run",), told("bench.started")),
    "nobody is there": (("run",), all_ready),
    "papers are scanned": (("journey", str(JOURNEYS / "scanning.toml")), at_the_scanner),
}


@contextlib.contextmanager
def running(data: Path, *command: str, site: Path | None = None) -> Iterator[Running]:
    with set_mark() as mark:
        kiosk = Running(data, *command, site=site)
        try:
            yield kiosk
        finally:
            if kiosk.process.poll() is None:
                kiosk.process.kill()
                kiosk.process.communicate()
            assert processes_of_mark(mark) == []


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("way", ["interrupt", "terminate"])
def test_a_kiosk_asked_to_end_ends_and_leaves_no_process(tmp_path: Path, phase: str, way: str) -> None:
    command, reached = PHASES[phase]
    with running(tmp_path / "data", *command) as kiosk:
        kiosk.wait_for(reached)
        if command[0] == "journey":
            time.sleep(1.5)  # by now the scanner's host hangs in the middle of a scan
        code, said = kiosk.interrupt() if way == "interrupt" else kiosk.terminate()
        assert code == (0 if command[0] == "run" else 130), said
        assert "Traceback" not in said
        assert kiosk.events()[-1]["event"] == "kiosk.stopped"


def test_with_no_device_from_the_start_everything_is_announced_and_looked_up(tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text(NOTHING_THERE, "utf-8")
    with running(tmp_path / "data", "journey", str(JOURNEYS / "nothing-there.toml"), "--json", site=site) as kiosk:
        shown, said = kiosk.process.communicate(timeout=60)
        assert kiosk.process.returncode == 0, shown + said
        assert json.loads(shown)["qt_messages"] == []


def test_a_second_kiosk_on_the_same_data_is_told_so_and_the_first_is_unharmed(tmp_path: Path) -> None:
    with running(tmp_path / "data", "run") as first:
        first.wait_for(told("kiosk.started"))
        with running(tmp_path / "data", "run") as second:
            code, said = second.end()
            assert code == 1
            assert "STO-BUSY" in said
            assert "Traceback" not in said
        first.wait_for(all_ready)
        assert first.terminate()[0] == 0


def test_a_kiosk_killed_right_after_the_seal_sends_the_dossier_exactly_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data, "journey", str(JOURNEYS / "sealed.toml")) as kiosk:
        kiosk.wait_for(told("dossier.sealed"))
        kiosk.process.kill()
        kiosk.process.communicate()
    assert files_that_say(data, (PERSON.name, PERSON.number, "0912345678"), (data / "service",)) == []
    uuid = next(item["dossier"] for item in kiosk.events() if item["event"] == "dossier.sealed")
    with running(data, "run") as kiosk:
        agent = data / "logs" / "agent.log"
        kiosk.wait_for(lambda _: f"dossier {uuid} acknowledged" in agent.read_text("utf-8"))
        assert kiosk.terminate()[0] == 0
    assert [item["uuid"] for item in dossiers_at(data / "service")] == [uuid]
    assert not [path for path in (data / "store" / "sessions").rglob("*") if path.is_file()]
    assert files_that_say(data, (PERSON.name, PERSON.number, "0912345678"), (data / "service",)) == []
