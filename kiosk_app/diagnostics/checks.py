"""Checks of what is beside the devices: certificates, name, service, clock, disk, swap; each a figure and a verdict."""

from __future__ import annotations

import contextlib
import shutil
import socket
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kiosk_app.model.servicing import CheckLine

CERTIFICATE_DAYS: Final = 21
"""A certificate with fewer days left fails: somebody has to fetch a new one, and that takes weeks in an office."""
CLOCK_S: Final = 30.0
LATENCY_MS: Final = 2000.0
DISK_MB: Final = 1024
SWAPS: Final = Path("/proc/swaps")
MEMBERSHIP: Final = Path("/proc/self/cgroup")
GROUPS: Final = Path("/sys/fs/cgroup")


def certificate(name: str, file: Path, now: datetime | None) -> CheckLine:
    """Days until a PEM certificate expires. Without a time that can be believed its dates are told and not judged."""
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificate(file.read_bytes())
    except FileNotFoundError:
        return CheckLine(name, False, None, "NET-CERT-MISSING", file.name)
    except (OSError, ValueError) as error:
        return CheckLine(name, False, None, "NET-TLS", f"{file.name}: {type(error).__name__}")
    detail = f"{found.not_valid_before_utc:%Y-%m-%d} – {found.not_valid_after_utc:%Y-%m-%d}"
    if now is None:
        return CheckLine(name, False, None, "SYS-CLOCK-DOUBT", detail)
    left = (found.not_valid_after_utc - now).total_seconds() / 86_400
    code: str | None = None
    if found.not_valid_before_utc > now:
        code = "NET-CERT-EARLY"
    elif left < 0:
        code = "NET-CERT-EXPIRED"
    elif left < CERTIFICATE_DAYS:
        code = "NET-CERT-ENDING"
    return CheckLine(name, code is None, float(int(left)), code, detail)


def name_of_service(url: str) -> CheckLine:
    """Milliseconds until the service's name has an address. Blocks as long as the resolver does."""
    host = urlsplit(url).hostname or ""
    started = time.monotonic()
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return CheckLine("dns", False, None, "NET-UNREACHABLE", f"{host}: {type(error).__name__}")
    return CheckLine("dns", True, _ms(started), None, f"{host} = {found[0][4][0]}")


def answer_of_service(status: int, document: dict[str, object], sent: float, got: float) -> tuple[CheckLine, CheckLine]:
    """The service's answer to /v1/health and the clock's offset by it. `sent` and `got` are Unix times of this machine.

    A positive offset says that this machine's clock is slow. Half of the way counts for each direction.
    """
    milliseconds = round((got - sent) * 1000, 1)
    well = status == 200 and milliseconds <= LATENCY_MS
    service = CheckLine("service", well, milliseconds, None if well else "NET-SILENT", f"HTTP {status}")
    try:
        server = datetime.fromisoformat(str(document["server_time"]))
        offset = round(server.replace(tzinfo=server.tzinfo or UTC).timestamp() - (sent + got) / 2, 1)
    except (KeyError, ValueError):
        return service, CheckLine("clock", False, None, "NET-GARBLED", "no server_time")
    right = abs(offset) <= CLOCK_S
    return service, CheckLine("clock", right, offset, None if right else "SYS-CLOCK", str(document["server_time"]))


def no_answer(code: str, detail: str) -> tuple[CheckLine, CheckLine]:
    """The service could not be asked: neither latency nor clock are known."""
    return CheckLine("service", False, None, code, detail), CheckLine("clock", False, None, code, "")


def disk(folder: Path) -> CheckLine:
    """Percent of the disk that is free; less than 1 GB is a failure."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        return CheckLine("disk", False, None, "STO-IO", type(error).__name__)
    free = usage.free // 2**20
    passed = free >= DISK_MB
    detail = f"{free} / {usage.total // 2**20} MB"
    return CheckLine("disk", passed, float(usage.free * 100 // usage.total), None if passed else "STO-FULL", detail)


def swap(swaps: Path = SWAPS, membership: Path = MEMBERSHIP, groups: Path = GROUPS) -> CheckLine:
    """Megabytes of swap that memory of this process may be written to; any is a failure, since a card is in that memory.

    Swap in compressed memory (zram) leaves nothing on a disk. A limit of 0 on the control group of the process, or on one
    above it, keeps it out as well (cgroup v2, `MemorySwapMax=0` of a systemd unit).
    """
    try:
        rows = [line.split() for line in swaps.read_text("utf-8").splitlines()[1:]]
        free = [row for row in rows if not row[0].startswith("/dev/zram")]
        kilobytes = sum(int(row[2]) for row in free)
    except OSError:  # a kernel without swap
        return CheckLine("swap", True, 0.0)
    except (IndexError, ValueError):
        return CheckLine("swap", False, None, "SYS-SWAP", f"{swaps.name}: not understood")
    kept_out = kilobytes == 0 or _forbidden(membership, groups)
    detail = ", ".join(row[0] for row in free)
    megabytes = 0.0 if kept_out else float(kilobytes // 1024)
    return CheckLine("swap", kept_out, megabytes, None if kept_out else "SYS-SWAP", detail)


def _forbidden(membership: Path, groups: Path) -> bool:
    try:
        lines = membership.read_text("utf-8").splitlines()
    except OSError:
        return False
    for line in lines:
        if line.startswith("0::"):
            own = groups / line.removeprefix("0::").strip("/")
            for group in (own, *own.parents):
                with contextlib.suppress(OSError):
                    if (group / "memory.swap.max").read_text("ascii").strip() == "0":
                        return True
                if group == groups:
                    break
    return False


def _ms(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
