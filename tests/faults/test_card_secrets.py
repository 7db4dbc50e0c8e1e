"""Nothing of a card outlives its session: hunted for in the memory of every process, in logs, files and shared memory."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from canary import PERSON, CanaryCard
from hunter import Needles, in_files, in_memory
from traces import MARK, processes_of_mark, set_mark

pytestmark = pytest.mark.timeout(900)
PATIENCE_S = 90.0
DEVICES = ("scanner", "barcode", "printer")


class Served:
    """A kiosk with simulated devices and the canary's card; every process carries the mark."""

    def __init__(self, folder: Path, mark: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._mark = mark
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.card = CanaryCard(port)
        command = [sys.executable, "-m", "drivers.simulators", *DEVICES, "--folder", str(folder / "bench")]
        self.simulators = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.simulators.stdout is not None
        found = json.loads(self.simulators.stdout.readline())["devices"]
        devices = [(item["id"], item["kind"], item["settings"]) for item in found]
        trust = str(self.card.write_csca(folder / "csca"))
        devices.append(("card0", "card", {"transport": "direct", "direct_port": port, "csca_dir": trust}))
        site = folder / "site.toml"
        site.write_text(_site(devices), "utf-8")
        script = str(Path(__file__).with_name("served.py"))
        self.kiosk = subprocess.Popen(
            [sys.executable, script, str(site), str(self.data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(self._temporary())},
        )

    def _temporary(self) -> Path:
        """A folder of its own for temporary files, in which they can be looked for."""
        folder = self.folder / "tmp"
        folder.mkdir()
        return folder

    def close(self) -> None:
        assert self.kiosk.stdin is not None
        self.kiosk.stdin.close()
        assert self.kiosk.wait(60) == 0
        self.simulators.terminate()
        self.simulators.wait(60)
        self.card.close()

    def kill(self) -> None:
        for process in (self.kiosk, self.simulators):
            if process.poll() is None:
                process.kill()
                process.wait()

    def ask(self, *words: object) -> dict[str, Any]:
        assert self.kiosk.stdin is not None
        assert self.kiosk.stdout is not None
        self.kiosk.stdin.write(json.dumps(words) + "\n")
        self.kiosk.stdin.flush()
        answer: dict[str, Any] = json.loads(self.kiosk.stdout.readline())
        return answer

    def do(self, intent: str, **payload: object) -> dict[str, Any]:
        return self.ask("do", intent, payload)

    def until(self, holds: Callable[[dict[str, Any]], object]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not holds(seen := self.ask("see")):
            assert time.monotonic() < end, seen
            time.sleep(0.02)

    def on(self, screen: str) -> None:
        self.until(lambda seen: seen["screen"] == screen)

    def processes(self) -> dict[int, str]:
        """The kiosk's own processes by what they are; simulators hold cards for a living and are no part of it."""
        found = {}
        for folder in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                pid = int(folder.name)
                if f"{MARK}={self._mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    command = (folder / "cmdline").read_bytes().split(b"\0")
                    name = " ".join(word.decode() for word in command[1:4])
                    if pid != os.getpid() and "drivers.simulators" not in name:
                        found[pid] = name
        return found

    def remembered(self, needles: Needles) -> dict[str, set[str]]:
        """What which process has in its memory now."""
        found = {}
        for pid, name in self.processes().items():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if names := in_memory(pid, needles):
                    found[f"{name} ({pid})"] = names
        return found

    def forgotten(self) -> None:
        """Waits until no process knows anything of the card."""
        end = time.monotonic() + PATIENCE_S
        while found := self.remembered(self.needles()):
            assert time.monotonic() < end, found
            time.sleep(0.5)

    def to_the_card(self) -> None:
        """From the home screen to where the card is asked for."""
        self.until(lambda seen: len(seen["devices"]) == 4 and set(seen["devices"].values()) == {"ready"})
        self.do("choose_goal", goal="submit")
        self.until(lambda seen: seen["shown"])
        self.do("choose_procedure", local_id="IP-03")
        self.on("procedure")
        self.do("continue")
        self.do("continue")
        self.on("consent")
        self.do("give_consent", notices=False)
        self.on("identify")

    def read_halfway(self) -> set[str]:
        """Puts the card down and types its number; gives what the card's host has in memory while it reads."""
        self.to_the_card()
        self.do("enter_access_number", number=PERSON.can)
        self.card.hold()
        self.card.insert()
        assert self.card.held(PATIENCE_S), self.ask("see")
        host = next(pid for pid, name in self.processes().items() if "drivers.host pcsc" in name)
        return in_memory(host, self.needles())

    def identify(self) -> None:
        """Reads the card; stays on the screen that shows whose it is."""
        self.read_halfway()
        self.card.release()
        self.on("confirm_identity")

    def needles(self) -> Needles:
        """Everything of the card that this kiosk has met so far."""
        return {**self.card.secrets(), **self.card.words()}

    def reset(self) -> None:
        """The home screen, an empty reader, all devices well."""
        self.card.release()
        if self.ask("see")["screen"] != "home":
            self.leave("by the citizen")
        self.card.remove()

    def leave(self, way: str) -> None:
        """Ends the session in one of its ways; the card is taken and the home screen comes."""
        if way == "by staff":
            self.do("open_technician")
            self.do("confirm_end")
            self.on("technician_login")
            self.do("back")
        else:
            if way == "by the citizen":
                self.do("ask_end")
                self.do("confirm_end")
            else:
                self.ask("expire", "idle")
                self.ask("expire", "idle_end")
            self.on("goodbye")
            self.ask("expire", "goodbye")
        self.card.remove()
        self.on("home")


def _site(devices: list[tuple[str, str, dict[str, object]]]) -> str:
    drivers = {"card": "pcsc", "scanner": "sane", "barcode": "serial-barcode", "printer": "escpos-network"}
    text = '[simulation]\nenabled = false\n[service]\nurl = "https://127.0.0.1:1"\n'
    for id, kind, settings in devices:
        values = ", ".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
        text += f'[[devices]]\nid = "{id}"\nkind = "{kind}"\ndriver = "{drivers[kind]}"\nsettings = {{ {values} }}\n'
    return text


@pytest.fixture
def no_children_left() -> None:
    """The shared kiosk replaces processes in any test; all are counted when it is closed."""


@pytest.fixture(scope="module")
def _kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with set_mark() as mark:
        served = Served(tmp_path_factory.mktemp("served"), mark)
        try:
            yield served
            served.close()
        finally:
            served.kill()
        assert processes_of_mark(mark) == []


@pytest.fixture
def kiosk(_kiosk: Served) -> Served:
    """The shared kiosk with nobody before it."""
    try:
        in_memory(_kiosk.kiosk.pid, {})
    except PermissionError:
        pytest.skip("the memory of other processes cannot be read here: CAP_SYS_PTRACE is missing")
    _kiosk.reset()
    return _kiosk


@pytest.mark.parametrize("way", ["by the citizen", "by time", "by staff"])
def test_keys_portrait_and_words_of_a_card_are_in_no_process_once_the_session_ended(kiosk: Served, way: str) -> None:
    assert "session keys" in kiosk.read_halfway(), "the hunter does not find what must be there"
    kiosk.card.release()
    kiosk.on("confirm_identity")
    shown = in_memory(kiosk.kiosk.pid, kiosk.needles())
    assert {"portrait", "name", "number", "residence"} <= shown, "the hunter does not find what must be there"
    kiosk.leave(way)
    kiosk.forgotten()


def test_a_session_that_ends_during_a_reading_leaves_nothing_either(kiosk: Served) -> None:
    assert "session keys" in kiosk.read_halfway()
    kiosk.do("ask_end")
    kiosk.do("confirm_end")
    kiosk.on("goodbye")
    kiosk.card.release()
    kiosk.ask("expire", "goodbye")
    kiosk.card.remove()
    kiosk.on("home")
    kiosk.forgotten()


def test_no_file_says_who_was_here(kiosk: Served) -> None:
    kiosk.identify()
    kiosk.leave("by the citizen")
    assert in_files((kiosk.data, kiosk.folder / "tmp", Path("/dev/shm")), kiosk.needles()) == {}
