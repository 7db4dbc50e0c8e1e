"""The SANE document scanner: options set and read back, pages handed over one by one, nothing cut short let through."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from importlib.resources import files
from types import MappingProxyType
from typing import Any, ClassVar, Final

import sane as libsane
from PIL import Image

from drivers.errors import DeviceError
from drivers.pages import PageSpool, is_cut_short
from drivers.ports import (
    Description,
    DeviceKind,
    DeviceState,
    DriverInfo,
    Emit,
    Health,
    ScanOptions,
    ScanReport,
    ScanSource,
    Spool,
    TestResult,
)
from drivers.scanner import options as sane_options
from drivers.scanner.escl import EsclAbout, EsclClient, EsclRefused, EsclStatus, EsclUnreachable
from drivers.scanner.ledger import JobLedger
from drivers.scanner.settings import SETTINGS, Settings, read_settings
from drivers.scanner.watch import Watch

# Silence, not length: a duplex page at 600 dpi takes a slow scanner 20 s. Nothing but a kill ends a wait for a hung one.
DEADLINES_S: Final = {
    "scan": 30.0,
    "paper_loaded": 5.0,
    "health": 5.0,
    "self_test": 20.0,
    "describe": 5.0,
    "open": 15.0,
}
STOP_WAIT_S: Final = 5.0
LOST_AFTER: Final = 3

OUT_OF_DOCUMENTS: Final = "Document feeder out of documents"
# sane_strstatus() of SANE 1.1; python-sane gives nothing but these words.
CODES: Final = MappingProxyType(
    {
        "Operation was cancelled": "SCN-CANCELLED",
        "Device busy": "SCN-BUSY",
        "Document feeder jammed": "SCN-JAM",
        OUT_OF_DOCUMENTS: "SCN-FEEDER-EMPTY",
        "Scanner cover is open": "SCN-COVER-OPEN",
        "Scanner returned no data": "SCN-CUT-SHORT",
    }
)


class SaneScanner:
    """One scanner through libsane. libsane's state is of the process: one driver per process, never ended and begun anew."""

    kind: ClassVar[DeviceKind] = DeviceKind.SCANNER
    poll_interval_s: ClassVar[float] = 0.5

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._escl = EsclClient(settings.escl_url) if settings.escl_url else None
        self._cancelled = threading.Event()
        self._device: Any = None
        self._begun = False
        self._about = EsclAbout()
        self._paper: bool | None = None
        self._health: Health | None = None
        self._silent = 0

    # --- device -----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Opens the device by its name: no probing, which takes seconds and lists dead devices. Raises DeviceError."""
        self.close()
        if self._escl is not None:
            # libsane is not bothered with a scanner that is not there.
            with self._escl_errors():
                status, self._about = self._escl.status(), self._escl.about()
                if not self._settings.shared:
                    # A host that was killed leaves its job behind, and the scanner busy for a minute or more.
                    for job in status.jobs:
                        if job.state in ("Processing", "Pending"):
                            self._escl.cancel(job)
        self._begin()
        self._open_handle()
        self._paper, self._health, self._silent = None, None, 0

    def close(self) -> None:
        """Closes the device. libsane itself stays: ending it with an open handle and beginning anew crashes."""
        device, self._device = self._device, None
        if device is not None:
            with contextlib.suppress(Exception):
                device.cancel()
            with contextlib.suppress(Exception):
                device.close()

    def describe(self) -> Description:
        """Who the scanner is and what it can: feeder, flatbed, duplex, colour, dpi=LIST, status."""
        about = self._about
        return Description(
            vendor=about.vendor,
            model=about.model,
            serial=about.serial,
            firmware="",
            driver="sane",
            port=self._settings.escl_url or self._settings.device,
            capabilities=(*sane_options.capabilities(self._open_device()), *(("status",) if self._escl else ())),
        )

    def health(self) -> Health:
        """Asks the scanner itself. Raises DeviceError SCN-ABSENT, SCN-IO when it cannot be asked."""
        self._open_device()
        # Whoever asked tells it on; the next poll must tell again, or a trouble cleared in between stays for ever.
        self._health = None
        return _health(self._ask())

    def paper_loaded(self) -> bool:
        """Whether the feeder holds paper; a feeder without a sensor is taken at its word when scanning."""
        device = self._open_device()
        status = self._ask()
        if status is not None:
            return status.paper_loaded
        return sane_options.page_sensor(device)

    def self_test(self) -> tuple[TestResult, ...]:
        """Asks the status, then sets what a dossier needs (300 dpi, colour) and reads it back."""
        return (self._test("status", self._test_status), self._test("options", self._test_options))

    def poll(self, emit: Emit) -> None:
        """Tells paper put in or taken out, and troubles that come and go. Raises DeviceError when the scanner is gone."""
        self._cancelled.clear()
        if self._escl is None:
            return
        try:
            status = self._ask()
        except DeviceError as error:
            # A scanner at work answers late now and then; one that refuses the connection is gone.
            self._silent += 1
            if self._silent < LOST_AFTER and error.detail.endswith("TimeoutError"):
                return
            raise
        self._silent = 0
        health, paper = _health(status), status is not None and status.paper_loaded
        if health != self._health:
            self._health = health
            emit("state", state=health.state.value, code=health.code)
        if paper != self._paper:
            self._paper = paper
            emit("paper", loaded=paper)

    def cancel(self) -> None:
        """Sets the flag that stops the scan under way."""
        self._cancelled.set()

    # --- scanning ---------------------------------------------------------------------------------------------------

    def scan(self, options: ScanOptions, spool: Spool, emit: Emit) -> ScanReport:
        """Scans from where the paper is; see DocumentScanner.scan. Raises also SCN-UNSUPPORTED, naming the option."""
        began = time.monotonic()
        device = self._open_device()
        try:
            source = self._choose_source(options)
            taken = sane_options.apply(device, options, source, self._settings.area_mm)
            pages = PageSpool(spool, self._settings.page_format)
            try:
                whole_stack = self._page_loop(pages, options, source, taken.dpi, emit)
            except BaseException:
                self._renew(device)
                raise
            if whole_stack:
                self._stop(device)
            else:
                self._renew(device)
            return ScanReport(pages.count, source, taken.dpi, round(time.monotonic() - began, 3))
        finally:
            self._cancelled.clear()

    def _choose_source(self, options: ScanOptions) -> ScanSource:
        """Where the paper is; an empty feeder is said before anything moves."""
        status = self._ask()
        if status is not None and status.trouble:
            raise DeviceError(status.trouble, status.adf_state)
        if status is not None and status.busy:
            raise DeviceError("SCN-BUSY", "the scanner works for another computer")
        if options.source is ScanSource.FLATBED:
            return ScanSource.FLATBED
        loaded = status.paper_loaded if status is not None else sane_options.page_sensor(self._device)
        if loaded and sane_options.has_feeder(self._device):
            return ScanSource.FEEDER
        if options.source is ScanSource.FEEDER or not sane_options.has_flatbed(self._device):
            raise DeviceError("SCN-FEEDER-EMPTY", status.adf_state if status else "no paper")
        return ScanSource.FLATBED

    def _page_loop(self, pages: PageSpool, options: ScanOptions, source: ScanSource, dpi: int, emit: Emit) -> bool:
        """Scans page after page; whether the scanner came to its end by itself."""
        feeder = source is ScanSource.FEEDER
        jobs = JobLedger(self._ask())
        with self._watch() as watch:
            while True:
                image = self._next_page(watch, jobs, pages.count, feeder)
                if image is None:
                    return True
                page = pages.keep(image, dpi)
                del image  # 29 MB that the next page would otherwise lie beside
                emit("page", **_page_data(page))
                if self._cancelled.is_set():
                    raise DeviceError("SCN-CANCELLED", f"after {pages.count} pages")
                if not feeder or pages.count == options.max_pages:
                    return not feeder

    def _next_page(self, watch: Watch | None, jobs: JobLedger, count: int, feeder: bool) -> Image.Image | None:
        """The next whole page, or None at the end of the stack. Raises DeviceError."""
        device = self._device
        try:
            with _waiting(watch, may_cancel=False):
                device.start()
            with contextlib.suppress(EsclUnreachable, EsclRefused):
                # A page that is here stays good, even if the scanner was unplugged since.
                jobs.started(self._escl.status() if self._escl else None, count)
            lines = device.get_parameters()[2][1]
            with _waiting(watch, may_cancel=count == 0):
                image: Image.Image = device.snap(no_cancel=feeder, progress=self._on_row)
        except DeviceError:
            raise
        except Exception as error:  # python-sane's error is no class of its own that could be named
            if str(error) == OUT_OF_DOCUMENTS and feeder and not self._cancelled.is_set():
                jobs.ended(self._ask(), count)
                if count:
                    return None
            raise self._explain(error) from error
        if self._cancelled.is_set() and image.height < lines:
            raise DeviceError("SCN-CANCELLED", f"after {count} pages")
        if is_cut_short(image, lines):
            raise DeviceError("SCN-CUT-SHORT", f"page {count + 1}: {image.height} of {lines} rows")
        return image

    def _on_row(self, _row: int, _rows: int) -> None:
        """Between two rows: stops a scan that was cancelled. It must not raise, python-sane crashes on that."""
        if self._cancelled.is_set():
            self._device.cancel()

    def _watch(self) -> contextlib.AbstractContextManager[Watch | None]:
        """Only sane-airscan waits deaf and long; other backends keep to their one thread."""
        if self._escl is None or not self._settings.name.startswith("airscan:"):
            return contextlib.nullcontext()
        return Watch(self._escl, self._cancelled, self._device.cancel)

    def _explain(self, error: Exception) -> DeviceError:
        """The code for what libsane said; the scanner's own status knows better."""
        if self._cancelled.is_set():
            return DeviceError("SCN-CANCELLED", str(error))
        status = self._ask()
        if status is not None and status.trouble:
            return DeviceError(status.trouble, f"{error}; {status.adf_state}")
        code = CODES.get(str(error), "SCN-IO")
        # Nobody cancelled: the watch broke off a wait, and the trouble went away meanwhile.
        return DeviceError("SCN-IO" if code == "SCN-CANCELLED" else code, str(error))

    def _stop(self, device: Any) -> None:
        """Ends the job and waits until the scanner stands still, so that the next scan is not refused as busy."""
        with contextlib.suppress(Exception):
            device.cancel()
        until = time.monotonic() + STOP_WAIT_S
        while self._escl is not None and time.monotonic() < until:
            try:
                if not self._escl.status().busy:
                    return
            except (EsclRefused, EsclUnreachable):
                return
            time.sleep(0.05)

    def _renew(self, device: Any) -> None:
        """Stops the job and opens the device anew.

        sane-airscan fetches pages ahead, and a cancel that comes when its job is all but done leaves them waiting: the
        next scan, maybe another person's, would begin with them.
        """
        self._stop(device)
        self.close()
        with contextlib.suppress(DeviceError):
            self._open_handle()

    # --- helpers ----------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Begins libsane once; its configuration folder must be known before."""
        if self._begun:
            return
        folder = self._settings.config_dir if self._settings.device else str(files("drivers.scanner") / "sane.d")
        if folder:
            os.environ["SANE_CONFIG_DIR"] = folder
        libsane.init()
        self._begun = True

    def _open_handle(self) -> None:
        try:
            self._device = libsane.open(self._settings.name)
        except Exception as error:  # python-sane's error is no class of its own that could be named
            code = "SCN-BUSY" if CODES.get(str(error)) == "SCN-BUSY" else "SCN-ABSENT"
            raise DeviceError(code, f"open: {error}") from error

    def _open_device(self) -> Any:
        if self._device is None:
            raise DeviceError("SCN-ABSENT", "the device is not open")
        return self._device

    def _ask(self) -> EsclStatus | None:
        """The scanner's status, None when it has none. Raises DeviceError SCN-ABSENT, SCN-IO."""
        if self._escl is None:
            return None
        with self._escl_errors():
            return self._escl.status()

    @staticmethod
    @contextlib.contextmanager
    def _escl_errors() -> Iterator[None]:
        try:
            yield
        except EsclUnreachable as error:
            raise DeviceError("SCN-ABSENT", str(error)) from error
        except EsclRefused as error:
            raise DeviceError("SCN-IO", str(error)) from error

    def _test(self, name: str, test: Any) -> TestResult:
        began = time.monotonic()
        try:
            detail = test()
        except DeviceError as error:
            return TestResult(name, False, round(time.monotonic() - began, 3), error.code, error.detail)
        return TestResult(name, True, round(time.monotonic() - began, 3), None, detail)

    def _test_status(self) -> str:
        self._open_device()
        status = self._ask()
        if status is None:
            return "no status to be had from this scanner"
        if status.trouble:
            raise DeviceError(status.trouble, f"{status.state}, {status.adf_state}")
        return f"{status.state}, {status.adf_state}"

    def _test_options(self) -> str:
        device = self._open_device()
        source = ScanSource.FEEDER if sane_options.has_feeder(device) else ScanSource.FLATBED
        taken = sane_options.apply(device, ScanOptions(source=source), source, self._settings.area_mm)
        return f"{taken.dpi} dpi, {taken.mode}, {taken.source}"


def _waiting(watch: Watch | None, *, may_cancel: bool) -> contextlib.AbstractContextManager[None]:
    return contextlib.nullcontext() if watch is None else watch.waiting(may_cancel=may_cancel)


def _health(status: EsclStatus | None) -> Health:
    if status is None:
        return Health(DeviceState.READY)
    if status.trouble:
        state = DeviceState.FAULT if status.trouble == "SCN-IO" else DeviceState.ATTENTION
        return Health(state, status.trouble, f"{status.state}, {status.adf_state}")
    return Health(DeviceState.BUSY, "SCN-BUSY") if status.busy else Health(DeviceState.READY)


def _page_data(page: Any) -> dict[str, Any]:
    return dict(vars(page))


def create(table: dict[str, Any]) -> SaneScanner:
    """A driver for a device's table of settings, without I/O. Raises ValueError naming the key."""
    return SaneScanner(read_settings(table))


DRIVER: Final = DriverInfo("sane", DeviceKind.SCANNER, create, SETTINGS, DEADLINES_S)
