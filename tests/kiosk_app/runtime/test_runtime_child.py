"""Helper processes beside the kiosk: ready or said why not, never blocked by their own words, never outliving it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.runtime import child as module
from kiosk_app.runtime.child import Child, ChildError


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 20))


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_the_first_line_says_where_it_is_and_later_words_never_fill_the_pipe(tmp_path: Path) -> None:
    done = tmp_path / "done"
    code = (
        "import sys,pathlib,time\n"
        'print(\'{"url": "x"}\', flush=True)\n'
        "sys.stdout.write('x' * 5_000_000); sys.stdout.flush()\n"
        f"pathlib.Path({str(done)!r}).touch()\n"
        "time.sleep(60)\n"
    )

    async def scene() -> None:
        child = Child("a helper", python(code))
        await child.start()
        assert await child.ready_line(10) == {"url": "x"}
        while not done.exists():
            await asyncio.sleep(0.01)
        assert child.running
        await child.stop()
        assert not child.running

    run(scene())


def test_waiting_for_the_end_also_takes_its_words_away() -> None:
    async def scene() -> None:
        child = Child("a helper", python("import sys; sys.stdout.write('line\\n' * 1_000_000); sys.exit(7)"))
        await child.start()
        assert await child.wait() == 7
        await child.stop()

    run(scene())


def test_it_gets_its_settings_on_stdin(tmp_path: Path) -> None:
    code = "import sys,json; print(json.dumps({'got': sys.stdin.readline().strip()}), flush=True)"

    async def scene() -> None:
        child = Child("a helper", python(code), stdin="settings")
        await child.start()
        assert await child.ready_line(10) == {"got": "settings"}
        await child.stop()

    run(scene())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; sys.exit('no port is free')", "a helper did not start: no port is free"),
        ("print('hello', flush=True)", "a helper did not start"),
        ("print('[1]', flush=True)", "a helper did not say where it is"),
        ("import time; time.sleep(60)", "a helper was not ready after 0.3 s"),
    ],
)
def test_one_that_does_not_start_says_why(code: str, words: str, tmp_path: Path) -> None:
    async def scene() -> None:
        child = Child("a helper", python(code), tmp_path / "logs" / "helper.log")
        await child.start()
        with pytest.raises(ChildError, match=words):
            await child.ready_line(0.3 if "sleep" in code else 10)
        await child.stop()

    run(scene())


def test_one_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_S", 0.2)
    code = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('{}', flush=True); time.sleep(60)"

    async def scene() -> None:
        child = Child("a helper", python(code))
        await child.start()
        await child.ready_line(10)
        await child.stop()
        assert not child.running
        await child.stop()

    run(scene())


def test_stopping_one_that_was_never_started_or_has_ended_is_no_error() -> None:
    async def scene() -> None:
        await Child("a helper", python("")).stop()
        child = Child("a helper", python(""))
        await child.start()
        await child.wait()
        await child.stop()

    run(scene())


def test_a_kiosk_killed_outright_takes_it_along(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    code = f"""
import asyncio, pathlib, sys
from kiosk_app.runtime.child import Child
async def main():
    child = Child("a helper", [sys.executable, "-c", "print('{{}}', flush=True); import time; time.sleep(60)"])
    await child.start()
    await child.ready_line(10)
    pathlib.Path({str(pid_file)!r}).write_text(str(child._process.pid))
    await asyncio.sleep(60)
asyncio.run(main())
"""
    kiosk = subprocess.Popen(python(code), cwd=Path(module.__file__).parents[2])
    try:
        end = time.monotonic() + 15
        while not (pid_file.exists() and pid_file.read_text()):
            assert time.monotonic() < end
            time.sleep(0.02)
    finally:
        kiosk.send_signal(signal.SIGKILL)
        kiosk.wait()
    helper = int(pid_file.read_text())
    end = time.monotonic() + 5
    while _alive(helper):
        assert time.monotonic() < end
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
