"""A private pcscd with one virtual reader, for machines where none runs; it dies with the process that started it."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

# Compiled into libpcsclite and pcscd: one daemon for each machine, or for each mount namespace.
SOCKET: Final = Path("/run/pcscd/pcscd.comm")
_PID_FILE: Final = Path("/run/pcscd/pcscd.pid")
_FOLDER: Final = Path("/run/kiosk-pcscd")
_DRIVER_NAMES: Final = ("libifdvpcd.so", "libifdvpcd.so.*")
_DRIVER_FOLDERS: Final = ("/usr/lib/pcsc/drivers/serial", "/usr/local/lib/pcsc/drivers/serial")
_STANDARD_CONFIG: Final = Path("/etc/reader.conf.d")
_STANDARD_PORT: Final = 35963
_LOCK: Final = Path(tempfile.gettempdir()) / "kiosk-virtual-reader.lock"
_READY_SECONDS: Final = 5.0
_STOP_SECONDS: Final = 3.0
_PR_SET_PDEATHSIG: Final = 1


class PcscUnavailable(Exception):
    """Neither is a pcscd with a virtual reader running, nor can one be started; the message says why."""


class PcscDaemon:
    """Starts pcscd with a virtual reader, or uses the one that already runs.

    `port` is where virtual cards connect, `reader` a part of the reader's name. The virtual reader takes one card at a
    time, so one simulation at a time holds it: others wait up to `wait_s` seconds in `start`. vpcd listens on every
    interface, not on loopback alone: this is for simulation only, never for a machine in service.
    """

    reader: Final = "Virtual PCD"

    def __init__(self, *, port: int = 0, wait_s: float = 2.0) -> None:
        self.port = port
        self.ours = False
        self._wait_s = wait_s
        self._lock: int | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._folder: Path | None = None

    async def start(self) -> None:
        """Ready when it returns. Raises PcscUnavailable."""
        await self._take_lock()
        try:
            if _answers():
                self.port = _running_port()
            else:
                await self._run()
        except BaseException:
            await self.stop()
            raise

    async def _run(self, *, plugged: bool = True) -> None:
        program = shutil.which("pcscd") or ("/usr/sbin/pcscd" if os.access("/usr/sbin/pcscd", os.X_OK) else None)
        driver = _driver()
        if program is None:
            raise PcscUnavailable("pcscd is not installed (Debian package pcscd)")
        if driver is None:
            raise PcscUnavailable("the virtual reader is not installed (Debian package vsmartcard-vpcd)")
        if os.geteuid() != 0:
            raise PcscUnavailable("no pcscd runs, and only root can start one")
        # What a killed daemon left makes the next one refuse to start.
        for left in (SOCKET, _PID_FILE):
            left.unlink(missing_ok=True)
        # One place for the one daemon, so that being killed leaves nothing that the next start does not clear away.
        shutil.rmtree(_FOLDER, ignore_errors=True)
        _FOLDER.mkdir(mode=0o700, parents=True)
        self._folder = _FOLDER
        self.port = self.port or _free_pair()
        config = self._folder / "reader.conf"
        reader = (
            f'FRIENDLYNAME "{self.reader}"\n'
            f"DEVICENAME /dev/null:0x{self.port:04X}\n"
            f"LIBPATH {driver}\n"
            f"CHANNELID 0x{self.port:04X}\n"
        )
        config.write_text(reader if plugged else "", "ascii")
        with (self._folder / "pcscd.log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                program,
                "--foreground",
                "--config",
                str(config),
                *_without_polkit(await _help(program)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with(os.getpid()),
            )
        self.ours = True
        await self._wait_ready(self._folder / "pcscd.log", plugged)

    async def _wait_ready(self, log: Path, plugged: bool) -> None:
        process = self._process
        deadline = asyncio.get_running_loop().time() + _READY_SECONDS
        while process is not None and process.returncode is None:
            if _answers() and (not plugged or _listens(self.port)):
                return
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(0.05)
        words = log.read_text("utf-8", "replace").strip().splitlines()[-3:]
        raise PcscUnavailable("pcscd did not start: " + " | ".join(words))

    async def _take_lock(self) -> None:
        deadline = asyncio.get_running_loop().time() + self._wait_s
        while (lock := _try_lock()) is None:
            if asyncio.get_running_loop().time() > deadline:
                raise PcscUnavailable("another simulation holds the virtual reader")
            await asyncio.sleep(0.1)
        self._lock = lock

    async def stop(self) -> None:
        """Stops what `start` started; a daemon that ran before stays."""
        await self.end_daemon()
        lock, self._lock = self._lock, None
        if lock is not None:
            # Unlinked while still held; who waits on the old file notices that it is no longer the one in place.
            _LOCK.unlink(missing_ok=True)
            os.close(lock)

    async def start_again(self) -> None:
        """Starts our daemon after `end_daemon`, with the same port. Raises PcscUnavailable."""
        await self._run()

    async def unplug(self) -> None:
        """Takes the reader away and leaves a daemon that has none; nothing for a daemon that is not ours."""
        await self._exchange(plugged=False)

    async def plug(self) -> None:
        """Puts the reader back. Raises PcscUnavailable."""
        await self._exchange(plugged=True)

    async def _exchange(self, *, plugged: bool) -> None:
        # A serial reader cannot leave a running daemon, so another daemon takes its place.
        if self.ours:
            await self.end_daemon()
            await self._run(plugged=plugged)

    async def end_daemon(self) -> None:
        """Ends our daemon and keeps the reader ours: what a crash of pcscd looks like to everybody else."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
        if self.ours:
            for left in (SOCKET, _PID_FILE):
                left.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                SOCKET.parent.rmdir()
        self.ours = False
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def _try_lock() -> int | None:
    """An exclusive lock that the kernel drops when we die, or None while somebody else has it."""
    try:
        descriptor = os.open(_LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise PcscUnavailable(f"{_LOCK}: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), os.stat(_LOCK)):  # noqa: PTH116
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


def _die_with(parent: int) -> Callable[[], None]:
    """Asks the kernel to end the daemon when we die, however that happens. Prepared before the fork."""
    libc = ctypes.CDLL(None)

    def prepare() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def _answers() -> bool:
    """Whether a daemon listens; the socket's file alone may be left from a killed one."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(SOCKET))
        except OSError:
            return False
    return True


def _listens(port: int) -> bool:
    """Whether anybody listens on a port, without connecting: a connection would be taken for a card."""
    wanted = f":{port:04X}"
    tables = [path for path in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")) if path.exists()]
    if not tables:
        # A bare chroot without /proc: the daemon's own socket has to do.
        return True
    for table in tables:
        with contextlib.suppress(OSError):
            for line in table.read_text("ascii").splitlines()[1:]:
                columns = line.split()
                if columns[1].endswith(wanted) and columns[3] == "0A":
                    return True
    return False


def _running_port() -> int:
    """The port of the virtual reader of a daemon that runs already. Raises PcscUnavailable."""
    if _STANDARD_CONFIG.is_dir():
        for path in sorted(_STANDARD_CONFIG.iterdir()):
            for line in path.read_text("utf-8", "replace").splitlines() if path.is_file() else ():
                words = line.split()
                if len(words) == 2 and words[0] == "DEVICENAME" and words[1].startswith("/dev/null:"):
                    with contextlib.suppress(ValueError):
                        port = int(words[1].partition(":")[2], 0)
                        if _listens(port):
                            return port
    if _listens(_STANDARD_PORT):
        return _STANDARD_PORT
    raise PcscUnavailable("a pcscd runs already, but without a virtual reader (vsmartcard-vpcd)")


def _driver() -> Path | None:
    for folder in (*_DRIVER_FOLDERS, *(str(p) for p in Path("/usr/lib").glob("*/pcsc/drivers/serial"))):
        for name in _DRIVER_NAMES:
            found = sorted(Path(folder).glob(name))
            if found:
                return found[0]
    return None


async def _help(program: str) -> str:
    process = await asyncio.create_subprocess_exec(
        program, "--help", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    return output.decode("utf-8", "replace")


def _without_polkit(usage: str) -> tuple[str, ...]:
    """Newer daemons ask polkit about each client, and a bare chroot has none."""
    return ("--disable-polkit",) if "--disable-polkit" in usage else ()


def _free_pair() -> int:
    """A free port whose successor is free as well: the virtual reader has two slots."""
    for _ in range(50):
        with socket.socket() as one, socket.socket() as two:
            one.bind(("", 0))
            port = int(one.getsockname()[1])
            if port < 0xFFFF:
                with contextlib.suppress(OSError):
                    two.bind(("", port + 1))
                    return port
    raise PcscUnavailable("no two neighbouring ports are free")
