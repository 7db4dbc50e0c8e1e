"""One virtual machine from its power button to the cut of its mains."""

from __future__ import annotations

import contextlib
import json
import shlex
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.powercut.disk import SECTOR, Disk, Mains, Server
from tests.powercut.image import NoMachine

QEMU: Final = "qemu-system-x86_64"
MEMORY_MB: Final = 1024


def check() -> None:
    """Raises NoMachine when this computer has no emulator."""
    if shutil.which(QEMU) is None:
        raise NoMachine(f"{QEMU} is not installed (Debian: qemu-system-x86)")


def cold(kernel: Path, root: Path) -> list[str]:
    """What QEMU starts from: a kernel and a root in memory."""
    line = "quiet panic=-1 console=ttyS0 random.trust_cpu=on PYTHONPATH=/app:/site PYTHONDONTWRITEBYTECODE=1"
    line += " PYTHONUNBUFFERED=1 rdinit=/usr/bin/python3.11 -- -m tests.powercut.guest"
    return ["-kernel", str(kernel), "-initrd", str(root), "-append", line]


def held(state: Path, kernel: Path, root: Path) -> list[str]:
    """What QEMU goes on from: a machine that was held."""
    return [*cold(kernel, root), "-incoming", f"exec:cat {shlex.quote(str(state))}"]


class Machine:
    """A machine on some disks; what its guest says is heard on a thread of its own, a JSON line each."""

    def __init__(self, boot: list[str], folder: Path, disks: Sequence[Disk], mains: Mains) -> None:
        self.mains = mains
        self._heard: list[dict[str, Any]] = []
        self._news = threading.Condition()
        self._servers = [Server(disk, mains) for disk in disks]
        self._errors = folder / "qemu.log"
        self._console = folder / "console.log"
        ours, theirs = socket.socketpair()
        self._monitor = ours.makefile("rwb")
        ours.close()
        command = ["setpriv", "--pdeathsig", "KILL", QEMU, "-nodefaults", "-no-user-config", "-display", "none"]
        command += ["-accel", "tcg", "-cpu", "max", "-m", str(MEMORY_MB), "-smp", "2", "-no-reboot", *boot]
        command += ["-serial", f"file:{self._console}"]
        for number, server in enumerate(self._servers):
            where = f"file.driver=nbd,file.server.type=inet,file.server.host=127.0.0.1,file.server.port={server.port}"
            command += ["-drive", f"{where},format=raw,if=none,id=disk{number},cache=writeback,discard=ignore"]
            sectors = f"logical_block_size={SECTOR},physical_block_size={SECTOR}"
            command += ["-device", f"virtio-blk-pci,drive=disk{number},serial=disk{number},{sectors}"]
        command += ["-chardev", "stdio,id=words,signal=off"]
        command += ["-device", "virtio-serial-pci", "-device", "virtserialport,chardev=words,name=words"]
        command += ["-chardev", f"socket,id=monitor,fd={theirs.fileno()}", "-mon", "chardev=monitor,mode=control"]
        with theirs, self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._thread = threading.Thread(target=self._listen, name="words", daemon=True)
        self._thread.start()

    def _ask(self, command: str, **arguments: Any) -> Any:
        """One command of QEMU's machine protocol. Raises NoMachine when it is refused or QEMU is gone."""
        self._monitor.write(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        self._monitor.flush()
        for line in self._monitor:
            answer = json.loads(line)
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise NoMachine(f"{command}: {answer['error']['desc']}")
        raise NoMachine(f"QEMU is gone: {self.last_words()}")

    def hold(self, state: Path) -> None:
        """Keeps the machine as it is now in a file, from which any number of machines can go on. Raises NoMachine."""
        self._ask("qmp_capabilities")
        self._ask("migrate-set-parameters", **{"max-bandwidth": 10**10})
        self._ask("migrate", uri=f"exec:cat > {shlex.quote(str(state))}")
        while (found := self._ask("query-migrate"))["status"] != "completed":
            if found["status"] == "failed":
                raise NoMachine("the machine cannot be held")
            time.sleep(0.1)

    def tell(self, order: dict[str, Any]) -> None:
        """Says a line to the guest."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.endswith(b"\n"):
                break  # cut in the middle of a word
            with self._news:
                self._heard.append(json.loads(line))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    @property
    def heard(self) -> list[dict[str, Any]]:
        """All that was said so far."""
        with self._news:
            return list(self._heard)

    def wait(self, word: str, seconds: float, times: int = 1) -> bool:
        """Waits until the guest has said so that often, has failed, the mains are cut, or it is off; whether it was said."""
        until = time.monotonic() + seconds

        def said() -> bool:
            return sum(one["word"] == word for one in self._heard) >= times

        def over() -> bool:
            failed = any(one["word"] == "failed" for one in self._heard)
            return failed or self._process.poll() is not None or self.mains.off.is_set()

        with self._news:
            while not said() and not over():
                if time.monotonic() > until:
                    break
                self._news.wait(0.05)
            return said()

    def last_words(self) -> str:
        """The end of what its kernel and its interpreter said, for whoever has to find out."""
        texts = [path.read_text("utf-8", "replace")[-1500:] for path in (self._errors, self._console) if path.exists()]
        return "\n".join(texts)

    def cut(self) -> None:
        """No power any more: the disks stop in this moment, then the machine is gone."""
        self.mains.cut()
        self._process.kill()
        self._process.wait()
        self._thread.join()
        for stream in (self._process.stdin, self._process.stdout, self._monitor):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        for server in self._servers:
            server.close()
