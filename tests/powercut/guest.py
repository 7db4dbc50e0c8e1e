"""What runs in the virtual machine as its first process: service, agent and a kiosk that seals dossier after dossier.

Started again on what a power cut left it opens both sides as every start does and tells what is there, read by the witness
of `make crash` and not by the programs themselves. Then it goes on sealing, or, asked to settle, seals no more and ends when
everything has come to rest. What it has promised to citizens it says on a port of the machine, in the moment it does.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import logging
import os
import random
import shutil
import signal
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NoReturn

from sqlalchemy import event
from sqlalchemy.pool import Pool

import tests.bench.prints_paper
from backend import app, cli, log
from backend.service import open_service
from kiosk_app.submission import Acknowledgement, SubmissionService, SubmissionSettings, agent
from kiosk_app.submission import settings_to_json as as_json
from tests.crash import builds
from tests.crash.visit import draft_of
from tests.crash.witness import kiosk_side, ministry_side
from tests.powercut.image import MODULES

assert app
assert tests.bench.prints_paper

KIOSK: Final = Path("/kiosk/data")
MINISTRY: Final = Path("/ministry/data")
PORT: Final = 8443
MOST_WAITING: Final = 4
PATIENCE_S: Final = 240.0
_SIOCSIFFLAGS: Final = 0x8914
_UP_AND_RUNNING: Final = 0x41
_FINIT_MODULE: Final = 313
_RNDRESEEDCRNG: Final = 0x5207
_RB_AUTOBOOT: Final = 0x01234567
_libc = ctypes.CDLL(None, use_errno=True)


# --- the machine -----------------------------------------------------------------------------------------------------


def _mount(source: str, target: str, kind: str, flags: int = 0) -> None:
    if _libc.mount(source.encode(), target.encode(), kind.encode(), flags, None):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


def _unmount(target: str) -> None:
    if _libc.umount2(target.encode(), 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


def _load(module: str) -> None:
    descriptor = os.open(f"/modules/{module}.ko", os.O_RDONLY)
    failed = _libc.syscall(_FINIT_MODULE, descriptor, b"", 0)
    os.close(descriptor)
    if failed:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), module)


def _wait_for(condition: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(what)
        time.sleep(0.01)


def power_up() -> int:
    """Makes a Linux system of a kernel and a root; returns the port that is heard outside."""
    _mount("proc", "/proc", "proc")
    _mount("sysfs", "/sys", "sysfs")
    _mount("devtmpfs", "/dev", "devtmpfs")
    _mount("tmpfs", "/tmp", "tmpfs")
    _mount("tmpfs", "/run", "tmpfs")
    for module in MODULES[:-1]:
        _load(module)
    with socket.socket() as some:
        fcntl.ioctl(some, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _UP_AND_RUNNING))
    _wait_for(lambda: any(Path("/dev").glob("vport*")), "the port")
    return os.open(next(Path("/dev").glob("vport*")), os.O_RDWR)


def warm_up(folder: Path) -> None:
    """Once through both sides in memory, so that whatever is imported late is there."""
    open_service(folder / "ministry").close()
    with contextlib.closing(SubmissionService(settings(folder / "kiosk"))) as service:
        session = service.begin_session()
        service.seal_and_queue(session, draft_of(service, session, [1000], "warm"))
        service.end_session(session)
    shutil.rmtree(folder)


def become_another(now: float, salt: bytes) -> None:
    """A machine that was held ready goes on more than once: another time, and other random numbers in kernel and OpenSSL.

    Python's own and OpenSSL's generators take new seeds in the fork that follows.
    """
    time.clock_settime(time.CLOCK_REALTIME, now)
    with Path("/dev/urandom").open("r+b", buffering=0) as pool:
        pool.write(salt)
        fcntl.ioctl(pool, _RNDRESEEDCRNG)


def power_down() -> NoReturn:
    """Unmounts and switches off."""
    for target in ("/kiosk", "/ministry"):
        _unmount(target)
    os.sync()
    _libc.reboot(_RB_AUTOBOOT)
    raise SystemExit(0)


# --- its programs ----------------------------------------------------------------------------------------------------


def careless() -> None:
    """A kiosk and a service that never ask a disk to be sure."""
    builds.use("no-fsync")

    @event.listens_for(Pool, "checkout")
    def _on_checkout(dbapi: Any, _record: object, _proxy: object) -> None:
        dbapi.execute("PRAGMA synchronous=OFF")


def _fork(run: Callable[[], object], words: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        output = os.open(words, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


class Programs:
    """The two that run beside the kiosk."""

    def __init__(self) -> None:
        self._pids: dict[str, int] = {}

    def serve(self) -> None:
        """Starts the service and waits until it is ready."""
        words = Path("/run/service")

        def run() -> None:
            log.configure()
            cli.app(["serve", "--data", str(MINISTRY), "--port", str(PORT), "--json"])

        self._pids["service"] = _fork(run, words)

        def ready() -> bool:
            self.check()
            return words.exists() and '"url"' in words.read_text()

        _wait_for(ready, "the service's start")

    def send(self, settings: SubmissionSettings) -> None:
        """Starts the agent."""
        place = Path("/run/settings.json")
        place.write_text(as_json(settings), "utf-8")
        self._pids["agent"] = _fork(lambda: agent.main([str(place)]), Path("/run/agent"))

    def check(self) -> None:
        """Raises RuntimeError with its last words when one has ended."""
        for name, pid in self._pids.items():
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                said = Path(f"/run/{name}").read_text("utf-8", "replace")[-600:]
                raise RuntimeError(f"{name} ended with {os.waitstatus_to_exitcode(status)}: {said}")

    def end(self) -> None:
        """Ends both as systemd does."""
        for pid in self._pids.values():
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
        self._pids.clear()


def settings(data: Path = KIOSK) -> SubmissionSettings:
    """Of a kiosk whose ministry is in the same machine, on another disk."""
    pki = MINISTRY / "pki"
    return SubmissionSettings(
        data,
        f"https://127.0.0.1:{PORT}",
        pki / "ca.pem",
        pki / "kiosk.pem",
        pki / "kiosk.key",
        "demo-kiosk",
        "K01",
        "file",
        min_free_bytes=0,
        read_timeout_s=60.0,
        chunk_bytes=16 * 1024,
        backoff_base_s=0.1,
        backoff_ceiling_s=0.5,
        heartbeat_s=3600.0,
    )


# --- what is promised ------------------------------------------------------------------------------------------------


class Guest:
    """The kiosk, its citizens, and what they were told."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.name = ""
        self._programs = Programs()
        self._waiting: list[str] = []

    def say(self, word: str, **more: Any) -> None:
        """A line to the outside; it is there before this returns."""
        line = (json.dumps({"word": word, **more}) + "\n").encode()
        while line:
            line = line[os.write(self._port, line) :]

    def open(self) -> SubmissionService:
        """Starts both sides on their disks and tells what is on them."""
        for number, place in enumerate(("/kiosk", "/ministry")):
            device = "/dev/vd" + "ab"[number]
            _wait_for(Path(device).exists, device)
            _mount(device, place, "ext4")
        self.say("mounted")
        self._programs.serve()
        service = SubmissionService(settings())
        self.tell_what_is_there("found")
        self._programs.send(settings())
        return service

    def tell_what_is_there(self, word: str) -> None:
        """Rows, files and their hashes on both disks, as the witness reads them."""
        here, there = kiosk_side(KIOSK, thorough=True), ministry_side(MINISTRY)
        self.say(
            word,
            kiosk={uuid: [row["state"], row["dossier_code"]] for uuid, row in here.dossiers.items()},
            ministry={uuid: [code, there.contents[uuid]] for uuid, code in there.codes.items()},
            troubles=[*here.troubles, *there.troubles, *here.incidents],
            half=sorted(set(here.folders) - set(here.dossiers)) + here.sessions,
            rest=here.at_rest,
        )

    def day(self, service: SubmissionService) -> NoReturn:
        """One citizen after another until there is no power."""
        dice = random.Random(self.name)
        for number in range(1_000_000):
            seed, sizes = f"{self.name}/{number}", [dice.randrange(2_000, 120_000) for _ in range(dice.randint(1, 3))]
            session = service.begin_session()
            draft = draft_of(service, session, sizes, seed)
            self.say("draft", uuid=draft.uuid, seed=seed, sizes=sizes)
            service.seal_and_queue(session, draft)
            self.say("sealed", uuid=draft.uuid)
            service.end_session(session)
            self._waiting.append(draft.uuid)
            self._hear(service, 0 if dice.random() < 0.5 else MOST_WAITING)
        raise RuntimeError("the power was not cut")

    def _hear(self, service: SubmissionService, most: int) -> None:
        """Tells who is acknowledged; waits while more than `most` are not. Their slips come out at once."""

        def few() -> bool:
            self._programs.check()
            for uuid in list(self._waiting):
                if self._acknowledged(service, uuid):
                    self._waiting.remove(uuid)
            return len(self._waiting) <= most

        _wait_for(few, "the ministry's answers")

    def _acknowledged(self, service: SubmissionService, uuid: str) -> bool:
        answer = service.wait_ack(uuid, 0)
        if not isinstance(answer, Acknowledgement):
            if answer is not None:
                raise RuntimeError(f"dossier {uuid} refused: {answer.code}")
            return False
        self.say("acknowledged", uuid=uuid, code=answer.dossier_code)
        if not any(row.state.value == "confirmed" for row in service.receipts(uuid)):
            job = service.receipt_intended(uuid)
            service.receipt_sent(job)
            service.receipt_confirmed(job)
        return True

    def settle(self, service: SubmissionService) -> NoReturn:
        """Nobody comes any more: what was sealed is sent, what is open is answered, then all is at rest."""
        for row in service.open_receipt_questions():
            service.receipt_not_printed(row.job)
        self._waiting = list(kiosk_side(KIOSK).dossiers)
        self._hear(service, 0)
        _wait_for(lambda: kiosk_side(KIOSK).at_rest, "rest")
        service.close()
        self._programs.end()
        self.tell_what_is_there("settled")
        power_down()


def live(guest: Guest, build: str, what: str) -> NoReturn:
    """One machine from its disks to the end of its power; what goes wrong is said too."""
    try:
        if build == "careless":
            careless()
        service = guest.open()
        if what == "settle":
            guest.settle(service)
        guest.day(service)
    except Exception as error:
        guest.say("failed", why=f"{type(error).__name__}: {error}", where=traceback.format_exc()[-1500:])
    while True:
        signal.pause()


def main() -> None:
    """Gets ready without a disk, so that this need be done only once, then does what it is told."""
    port = power_up()
    logging.disable(logging.CRITICAL)
    warm_up(Path("/tmp/warm"))
    guest = Guest(port)
    guest.say("ready")
    order = json.loads(os.read(port, 4096))
    become_another(order["now"], bytes.fromhex(order["salt"]))
    _load(MODULES[-1])
    guest.name = order["name"]
    if os.fork() == 0:
        live(guest, order["build"], order["what"])
    os.wait()


if __name__ == "__main__":
    main()
