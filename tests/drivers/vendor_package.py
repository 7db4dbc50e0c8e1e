"""A vendor's package as a site would install it: a module, its metadata and an entry point of the group kiosk.drivers."""

from __future__ import annotations

from pathlib import Path

MODULE = '''
"""A scanner whose behaviour is chosen by files in a folder, one process away from the kiosk."""

import ctypes
import fcntl
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from drivers.errors import DeviceError
from drivers.ports import (
    Description, DeviceKind, DeviceState, DriverInfo, Health, ScanReport, ScanSource, TestResult,
)


class Vendor:
    kind = DeviceKind.SCANNER
    poll_interval_s = 0.02

    def __init__(self, folder):
        self.folder = Path(folder)
        self.stop = threading.Event()

    def is_(self, name):
        return (self.folder / name).exists()

    def once(self, name):
        """Whether the file is there; it is taken away, so that the next host lives."""
        try:
            (self.folder / name).unlink()
        except FileNotFoundError:
            return False
        return True

    def describe(self):
        return Description(vendor="Vendor", model="V1", driver="vendor", capabilities=("feeder",))

    def open(self):
        if self.is_("absent"):
            raise DeviceError("SCN-ABSENT", "no scanner on the bus")
        if self.is_("crash-open"):
            os._exit(3)
        if self.is_("hang-open"):
            time.sleep(600)
        if self.once("leave-child"):
            child = subprocess.Popen(["sleep", "600"], stdout=sys.stdout, stderr=sys.stderr)
            (self.folder / "child").write_text(str(child.pid))
            os._exit(4)

    def close(self):
        pass

    def health(self):
        if self.is_("jam"):
            return Health(DeviceState.FAULT, "SCN-JAM")
        return Health(DeviceState.READY)

    def self_test(self):
        return (TestResult("lamp", True), TestResult("feeder", False, code="SCN-JAM"))

    def poll(self, emit):
        if self.once("hang-poll"):
            time.sleep(600)
        if self.once("noise"):
            print("words of a library " * 100_000)
            sys.stderr.write("x" * 5_000_000)
            sys.stderr.flush()
        if self.once("flood"):
            wire_fd().write(b"x" * 3_000_000)
        if self.once("half-frame"):
            wire_fd().write(b'{"event": "sta')
            os._exit(0)
        if self.once("no-json"):
            wire_fd().write(b"Segmentation fault\\n")
            time.sleep(600)
        if self.once("crash-poll"):
            raise RuntimeError("a bug of the vendor")
        if self.once("segfault"):
            ctypes.string_at(0)
        if self.once("unplug"):
            raise DeviceError("SCN-ABSENT", "gone")
        if self.once("paper"):
            emit("paper", loaded=True)

    def cancel(self):
        self.stop.set()

    def paper_loaded(self):
        if self.is_("wrong-type"):
            return "yes"
        return True

    def scan(self, options, spool, emit):
        self.stop.clear()
        if self.is_("hang-scan"):
            emit("progress", percent=1)
            time.sleep(600)
        pages = options.max_pages
        for index in range(pages):
            emit("progress", percent=100 * index // pages)
            if self.stop.wait(0.05):
                raise DeviceError("SCN-CANCELLED", "stopped")
        if self.is_("jam"):
            raise DeviceError("SCN-JAM", "sheet 1")
        return ScanReport(pages, ScanSource.FEEDER, options.dpi, 0.1)


def wire_fd():
    """The pipe that carries frames: the one a library gone mad would write into."""
    for name in os.listdir("/proc/self/fd"):
        number = int(name)
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
            writes = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY
        except OSError:
            continue
        if number > 2 and target.startswith("pipe:") and writes:
            return os.fdopen(os.dup(number), "wb", buffering=0)
    raise AssertionError("no pipe")


def create(settings):
    if unknown := set(settings) - {"folder"}:
        raise ValueError(f"{unknown.pop()}: unknown")
    return Vendor(settings["folder"])


DRIVER = DriverInfo(
    name="vendor",
    kind=DeviceKind.SCANNER,
    create=create,
    settings={"folder": "where the behaviour is chosen"},
    deadlines_s={"scan": 0.6, "self_test": 3.0},
)
NOT_ONE = object()
'''


def install(site: Path) -> None:
    """Writes the package into `site`, which is then put on the path."""
    (site / "vendor_scanner.py").write_text(MODULE, "utf-8")
    (site / "vendor_broken.py").write_text("import no_such_vendor_library\n", "utf-8")
    (site / "vendor_leaving.py").write_text("raise SystemExit('no licence')\n", "utf-8")
    metadata = site / "vendor_scanner-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: vendor-scanner\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text(
        "[kiosk.drivers]\n"
        "vendor = vendor_scanner:DRIVER\n"
        "vendor-broken = vendor_broken:DRIVER\n"
        "vendor-leaving = vendor_leaving:DRIVER\n"
        "vendor-other = vendor_scanner:NOT_ONE\n",
        "utf-8",
    )
