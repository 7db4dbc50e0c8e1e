"""The driver as the kiosk runs it: in a host process, over JSON lines, against the simulated printer."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from printer_bench import Bench, job_of, picture, receipts


class HostProcess:
    """A `python -m drivers.host` child."""

    def __init__(self, driver: str, settings: dict[str, Any]) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "drivers.host", driver], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.send(settings)

    def send(self, frame: dict[str, Any]) -> None:
        assert self._child.stdin
        self._child.stdin.write(json.dumps(frame).encode() + b"\n")
        self._child.stdin.flush()

    def until(self, key: str, value: object) -> dict[str, Any]:
        assert self._child.stdout
        for line in self._child.stdout:
            frame: dict[str, Any] = json.loads(line)
            if frame.get(key) == value and (key != "id" or "result" in frame or "error" in frame):
                return frame
        raise AssertionError(f"the host ended before {key}={value}")

    def until_state(self, state: str) -> dict[str, Any]:
        """The next state of that name; busy and back again come between them when a slip takes long."""
        while (told := self.until("event", "state")["data"])["state"] != state:
            pass
        return dict(told)

    def close(self) -> int:
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.close()
        code = self._child.wait(10)
        self._child.stdout.close()
        return code


def test_a_slip_is_printed_through_a_host_and_the_paper_state_is_told(bench: Bench) -> None:
    simulator = bench.start()
    host = HostProcess("escpos-network", {"address": simulator.address})
    try:
        opened = host.until("event", "opened")
        assert "dots=576" in opened["data"]["capabilities"]
        assert host.until("event", "state")["data"]["state"] == "ready"
        host.send({"id": 1, "call": "print", "args": {"job": asdict(job_of(picture()))}})
        assert host.until("id", 1)["result"]["outcome"] == "printed"
        bench.fault(simulator, "paper_out")
        assert host.until_state("attention")["code"] == "PRN-PAPER-OUT"
        host.send({"id": 2, "call": "print", "args": {"job": asdict(job_of(picture()))}})
        result = host.until("id", 2)["result"]
        assert (result["outcome"], result["code"]) == ("not_printed", "PRN-PAPER-OUT")
        bench.fault(simulator, "absent")
        host.until_state("absent")
        bench.fault(simulator, "clear")
        assert host.until("event", "state")["data"]["state"] == "ready"
        assert len(receipts(simulator)) == 1
    finally:
        assert host.close() == 0
