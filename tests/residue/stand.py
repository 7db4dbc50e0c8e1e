"""A kiosk with its devices as a citizen meets it: its process, a card, a scanner with a paper, and who runs there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from drivers.simulators.dock import DockClient
from tests.faults.traces import MARK
from tests.residue.canaries import Canary
from tests.residue.unit import allocators
from tests.sites import DIRECT_CARD

sys.path.insert(0, str(Path(__file__).parents[1] / "faults"))
from canary import CanaryCard

ROOT: Final = Path(__file__).parents[2]
DEVICES: Final = ("card", "scanner", "barcode", "printer")
OTHERS: Final = ("drivers.simulators", "kiosk-backend", "backend.")
"""Whose memory is not the kiosk's: the devices, and the ministry, which keeps what it was sent."""
#: More citizens come to the stand in an hour than the ministry expects of one kiosk.
BUSY: Final = "person_questions_per_minute = 1000\nperson_questions_per_hour = 9000\n"
ANSWER_S: Final = 120.0
STEP_S: Final = 40.0
T = TypeVar("T")


class Stuck(Exception):
    """The citizen cannot go on; the text names the step and the screen."""


class Stand:
    """The machine in `folder`: `data` is the kiosk's, `tmp` for temporary files, `own` the test's. All processes are marked.

    `keeps` is for a control: "memory", "disk" or both, where the station keeps what it should not.
    """

    def __init__(self, folder: Path, mark: str, keeps: str = "") -> None:
        self.folder, self._mark, self._keeps = folder, mark, keeps
        self.since = time.time()
        self.printed: Callable[[], None] = lambda: None
        """Called when a slip has been torn off and the citizen is still there."""
        self.data, self.temporary, self.own = folder / "data", folder / "tmp", folder / "own"
        for place in (self.data, self.temporary, self.own):
            place.mkdir(parents=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.card = CanaryCard(port)
        trust = self.card.write_csca(self.own / "csca")
        self._site = self.own / "site.toml"
        self._site.write_text(_site(port, trust), "utf-8")
        service = self.data / "service"
        service.mkdir()
        (service / "backend.toml").write_text(BUSY, "utf-8")
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._dock = ""
        self.kiosk = self._start()

    # --- the kiosk's process -------------------------------------------------------------------------------------------

    def _start(self) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT_", "QML"))}
        return subprocess.Popen(
            [sys.executable, "-m", "tests.residue.station", str(self._site), str(self.data), self._keeps],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(self.own / "station.err").open("ab"),
            text=True,
            start_new_session=True,
            env={
                **kept,
                **allocators(),
                "TMPDIR": str(self.temporary),
                "XDG_RUNTIME_DIR": str(self.temporary),
                "XDG_CACHE_HOME": str(self.temporary / "cache"),
                "HOME": str(self.temporary),
                MARK: self._mark,
            },
        )

    def restart(self) -> None:
        """The kiosk again, after its process was killed: as its unit starts it."""
        self.kiosk.wait(30)
        self.gone()
        self.kiosk = self._start()

    def gone(self) -> None:
        """Waits until nothing of a killed kiosk runs any more: devices and service end with it."""
        end = time.monotonic() + 30
        while left := _marked(self._mark):
            if time.monotonic() > end:
                raise Stuck(f"runs on after its kiosk: {sorted(left.values())}")
            time.sleep(0.05)

    def close(self) -> None:
        """Ends everything in order. Raises Stuck when the kiosk complained."""
        assert self.kiosk.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.kiosk.stdin.close()
        code = self.kiosk.wait(60)
        self.card.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        if code:
            raise Stuck(f"the kiosk ended with {code}: {(self.own / 'station.err').read_text('utf-8')[-600:]}")

    def kill(self) -> None:
        """Ends whatever still runs; for the way out of a failed test."""
        for pid in _marked(self._mark):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.kiosk.wait(30)

    # --- the citizen ---------------------------------------------------------------------------------------------------

    def ask(self, verb: str, word: str = "", seconds: float = STEP_S) -> dict[str, Any]:
        """One line there and back."""
        assert self.kiosk.stdin is not None
        assert self.kiosk.stdout is not None
        try:
            self.kiosk.stdin.write(json.dumps([verb, word, seconds]) + "\n")
            self.kiosk.stdin.flush()
            line = self.kiosk.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise Stuck(f"the kiosk has ended: {(self.own / 'station.err').read_text('utf-8')[-600:]}")
        told: dict[str, Any] = json.loads(line)
        return told

    def do(self, *steps: str, seconds: float = STEP_S) -> None:
        """Steps like «touch home.submit» or «until pages=1». Raises Stuck."""
        for step in steps:
            verb, _, word = step.partition(" ")
            told = self.ask(verb, word, seconds)
            if not told["done"]:
                raise Stuck(
                    f"{step.partition('.')[0]} in vain on {told['screen']} with {told['overlay']} {told['notice']}"
                )

    def ready(self) -> None:
        """Waits for the home screen with all devices well."""
        end = time.monotonic() + ANSWER_S
        while True:
            told = self.ask("see")
            devices = told["devices"]
            if set(devices) >= set(DEVICES) and all(devices[name] == "ready" for name in DEVICES):
                break
            if time.monotonic() > end:
                raise Stuck(f"devices do not come: {devices}")
            time.sleep(0.1)
        self._dock = str(told["dock"])
        self.do("screen home")

    def hand(self, device: str, act: str, argument: str | None = None) -> None:
        """What a person does at a device."""

        async def act_there() -> None:
            client = await DockClient.connect(self._dock)
            try:
                await client.act(device, act, argument)
            finally:
                await client.close()

        self._run(act_there())

    def present(self, canary: Canary) -> None:
        """The citizen puts the card down and shows its code."""
        self.card.be(canary.person)
        self.card.insert()
        self.do("until card=needs_number")
        self.hand("barcode0", "scan", canary.person.qr)
        self.do("screen confirm_identity")

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(ANSWER_S)

    # --- who runs here -------------------------------------------------------------------------------------------------

    def processes(self) -> dict[int, str]:
        """The kiosk's own processes by what they are."""
        return {pid: name for pid, name in _marked(self._mark).items() if not any(other in name for other in OTHERS)}

    def of_kind(self, word: str) -> list[int]:
        """Its processes with `word` in their command."""
        return [pid for pid, name in self.processes().items() if word in name]


def _marked(mark: str) -> dict[int, str]:
    return dict(_of_mark(f"{MARK}={mark}".encode()))


def _of_mark(wanted: bytes) -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            pid = int(folder.name)
            if pid != os.getpid() and wanted in (folder / "environ").read_bytes().split(b"\0"):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                name = " ".join(word.decode(errors="replace") for word in words[:6] if word)
                if name:
                    yield pid, name


def _site(port: int, trust: Path) -> str:
    own = f'settings = {{ transport = "direct", direct_port = {port}, csca_dir = "{trust}" }}'
    text = DIRECT_CARD.replace('devices = ["card", "scanner"', 'devices = ["scanner"').replace(
        'settings = { transport = "direct" }', own
    )
    return f"[imaging]\nscan_dpi = 200\nrecognise_text = true\n{text}"
