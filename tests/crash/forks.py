"""Programs that no fault is put into, forked from a process that has imported them: the same code at a third of the cost."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
_PR_SET_PDEATHSIG: Final = 1


class Nursery:
    """The process that forks; it ends its children when it ends."""

    def __init__(self, errors: Path) -> None:
        with errors.open("ab") as stream:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.forks"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stream,
                text=True,
                cwd=ROOT,
            )
        self._turn = threading.Lock()

    def _ask(self, question: dict[str, Any]) -> Any:
        with self._turn:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def start(self, program: str, arguments: list[str], errors: Path, output: Path | None = None) -> Fork:
        """Runs `visit`, `agent` or `service` with these arguments; without `output` its words go to its errors."""
        order = {"program": program, "arguments": arguments, "errors": str(errors), "output": str(output or errors)}
        return Fork(self, self._ask(order))

    def status(self, pid: int) -> int | None:
        """How that child ended, as subprocess has it; None while it runs."""
        answer = self._ask({"status": pid})
        return None if answer is None else int(answer)

    def close(self) -> None:
        """Ends it and whatever it has started."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class Fork:
    """A process of the nursery's, with what a rig wants of any process."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery = nursery
        self._pid = pid
        self.code: int | None = None

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        if self.code is None:
            self.code = self._nursery.status(self._pid)
        return self.code is None

    def end(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Sends a signal and waits."""
        until = time.monotonic() + 30
        while self.running:
            os.kill(self._pid, number)
            for _ in range(100):
                if not self.running:
                    return
                time.sleep(0.01)
            if time.monotonic() > until:
                number = signal.SIGKILL


def _run(order: dict[str, Any]) -> int:
    from backend import cli, log
    from kiosk_app.submission import agent
    from tests.crash import visit

    if order["program"] == "service":
        log.configure()
        cli.app(order["arguments"])
        return 0
    return agent.main(order["arguments"]) if order["program"] == "agent" else visit.main(order["arguments"])


def _fork(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # a nursery that is killed leaves nobody behind
        os.setsid()
        errors = os.open(order["errors"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for source, target in ((nothing, 0), (output, 1), (errors, 2)):
            os.dup2(source, target)
        code = _run(order)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Forks and tells until its standard input ends."""
    import tests.bench.prints_paper
    import tests.crash.visit
    from backend import app, cli
    from kiosk_app.submission import agent

    assert agent
    assert app
    assert cli
    assert tests.crash.visit
    ended: dict[int, int] = {}
    living: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        if "program" in order:
            pid = _fork(order)
            living.add(pid)
            ended.pop(pid, None)  # the number may have been another's before
            answer: int | None = pid
        else:
            pid = order["status"]
            if pid in living:
                found, status = os.waitpid(pid, os.WNOHANG)
                if found:
                    living.discard(pid)
                    ended[pid] = os.waitstatus_to_exitcode(status)
            answer = ended.get(pid)
        print(json.dumps(answer), flush=True)
    for pid in living:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
