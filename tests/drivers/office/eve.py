"""An office printer of another's making: `ippeveprinter` of CUPS on loopback, with a message bus of its own, no DNS-SD."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from drivers.errors import DeviceError
from drivers.office.printer import DRIVER, IppPrinter

PROGRAM, BUS = "ippeveprinter", "dbus-daemon"
MISSING = next((name for name in (PROGRAM, BUS) if shutil.which(name) is None), None)
PATIENCE_S = 30.0

_BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>custom</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""


class EvePrinter:
    """The printer with its bus. What it does with a document is `play`: lines of shell, run for each job.

    Lines `STATE: +media-empty` and `ATTR: job-impressions-completed=1` on stderr are told to whoever asks.
    """

    def __init__(self, folder: Path, formats: str = "application/pdf") -> None:
        self._folder = folder
        self._formats = formats
        self._script = folder / "play.sh"
        self.spool = folder / "spool"
        self.spool.mkdir()
        # Addresses of local sockets are short; the folder of a test may not be.
        self._bus_folder = Path(tempfile.mkdtemp(prefix="eve-"))
        self._bus: subprocess.Popen[bytes] | None = None
        self._printer: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.play("exit 0")

    @property
    def uri(self) -> str:
        return f"ipp://127.0.0.1:{self.port}/ipp/print"

    def play(self, *lines: str) -> None:
        """What the printer does with the next documents."""
        fresh = self._script.with_suffix(".part")
        fresh.write_text("\n".join(("#!/bin/sh", *lines, "")), "utf-8")
        fresh.chmod(0o755)
        fresh.replace(self._script)

    def start(self) -> None:
        """Starts both and waits until the printer answers its port."""
        address = self._bus_folder / "bus"
        config = self._bus_folder / "bus.conf"
        config.write_text(_BUS_CONFIG.format(socket=address), "utf-8")
        self._bus = subprocess.Popen(
            [BUS, f"--config-file={config}", "--nofork", "--nosyslog"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._until(address.exists)
        self.switch_on()

    def switch_on(self) -> None:
        """Starts the printer, on its old port if it had one."""
        known = self.port
        for _ in range(5):
            self.port = known or _free_port()
            with (self._folder / "eve.log").open("ab") as log:
                self._printer = subprocess.Popen(
                    [
                        *(PROGRAM, "-r", "off", "-n", "localhost", "-p", str(self.port), "-d", str(self.spool), "-k"),
                        *("-f", self._formats, "-c", str(self._script), "-M", "Eve", "-m", "A4", "kiosk test"),
                    ],
                    env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self._bus_folder / 'bus'}"},
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # with what it has started, it can be ended
                )
            printer = self._printer
            self._until(lambda printer=printer: printer.poll() is not None or _listens(self.port))
            if printer.poll() is None:
                return
        raise AssertionError((self._folder / "eve.log").read_text("utf-8", "replace"))

    def switch_off(self) -> None:
        """Ends the printer and the job it is at."""
        printer, self._printer = self._printer, None
        if printer is not None:
            os.killpg(printer.pid, signal.SIGKILL)
            printer.wait()

    def stop(self) -> None:
        """Ends everything; no process and no file beside the test's folder is left."""
        self.switch_off()
        if self._bus is not None:
            self._bus.kill()
            self._bus.wait()
        shutil.rmtree(self._bus_folder)

    @property
    def documents(self) -> list[bytes]:
        """What it has been given so far."""
        return [path.read_bytes() for path in sorted(self.spool.glob("*.pdf"))]

    def driver(self, **settings: Any) -> IppPrinter:
        """The driver, open."""
        driver = DRIVER.create({"uri": self.uri, **settings})
        assert isinstance(driver, IppPrinter)
        self._until(lambda: _opens(driver))
        return driver

    def _until(self, holds: Any) -> None:
        end = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < end, (self._folder / "eve.log").read_text("utf-8", "replace")
            time.sleep(0.02)


def _opens(driver: IppPrinter) -> bool:
    try:
        driver.open()
    except DeviceError:
        return False
    return True


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
