"""What a technician sees of the machine: the gate, devices with counters, tests, checks, outbox, versions and log."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from drivers.ports import DeviceKind, DeviceState
from kiosk_app.model.guided import GuidedResult, GuidedRun
from kiosk_app.model.measures import MeasureSum, Span
from kiosk_app.model.staff import NOBODY, StaffMember, StaffView


class GateStage(StrEnum):
    """How the login stands."""

    READY = "ready"
    CHECKING = "checking"
    WRONG = "wrong"
    LOCKED = "locked"
    NOT_SET = "not_set"
    BROKEN = "broken"
    UNKNOWN = "unknown"
    STALE = "stale"
    NOT_ALLOWED = "not_allowed"
    NOT_WRITTEN = "not_written"
    CHOOSE = "choose"
    AGAIN = "again"
    WEAK = "weak"
    DIFFERENT = "different"

    @property
    def choosing(self) -> bool:
        """Whether the PIN was right and the next digits are a new one."""
        return self in (GateStage.CHOOSE, GateStage.AGAIN, GateStage.WEAK, GateStage.DIFFERENT)


@dataclass(frozen=True)
class GateView:
    """The login: tries that are left before it locks, for how many seconds it is locked, and whose badge was shown.

    `member` None stands for the machine's own technician, who needs no badge.
    """

    stage: GateStage = GateStage.READY
    tries_left: int = 0
    locked_s: int = 0
    member: StaffMember | None = None


class Tab(StrEnum):
    """The parts of the diagnostics."""

    DEVICES = "devices"
    READINESS = "readiness"
    NETWORK = "network"
    OUTBOX = "outbox"
    MEASURES = "measures"
    LOG = "log"


class Part(StrEnum):
    """The parts of a device's page."""

    STATE = "state"
    COUNTS = "counts"
    FRAMES = "frames"


class LogFilter(StrEnum):
    """Which lines of the log are shown."""

    ALL = "all"
    PROBLEMS = "problems"
    DEVICES = "devices"
    DOSSIERS = "dossiers"


@dataclass(frozen=True)
class Counter:
    """What was counted of a device: today, in all that is kept, and by day, oldest first."""

    name: str
    today: int = 0
    total: int = 0
    days: tuple[int, ...] = ()


@dataclass(frozen=True)
class Trouble:
    """The last code of a device that was not well, and when (RFC 3339)."""

    code: str
    at: str


@dataclass(frozen=True)
class Roll:
    """The paper in a printer: since when (RFC 3339), and what was printed since."""

    since: str
    used_mm: int


@dataclass(frozen=True)
class PaperLeft:
    """What is left of the roll; `slips` and `days` None until enough was printed to say. `since` may be empty."""

    left_mm: int
    roll_mm: int
    slips: int | None = None
    days: float | None = None
    since: str = ""
    low: bool = False


@dataclass(frozen=True)
class FrameLine:
    """One frame between kiosk and host: time (RFC 3339), to or from the host, what it was, masked data, milliseconds."""

    at: str
    to_host: bool
    what: str
    data: str = ""
    ms: float | None = None
    bad: bool = False


@dataclass(frozen=True)
class TestLine:
    """One step of a self-test as it ended."""

    __test__ = False  # no test of pytest's

    name: str
    passed: bool
    seconds: float = 0.0
    code: str | None = None
    detail: str = ""


@dataclass(frozen=True)
class DeviceCard:
    """One device with all that is known of it; `testing` while its self-test runs, `frames` while they are looked at."""

    id: str
    kind: DeviceKind
    state: DeviceState
    code: str | None = None
    detail: str = ""
    vendor: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    driver: str = ""
    port: str = ""
    capabilities: tuple[str, ...] = ()
    in_service: bool = True
    trouble: Trouble | None = None
    counters: tuple[Counter, ...] = ()
    paper: PaperLeft | None = None
    frames: tuple[FrameLine, ...] = ()
    testing: bool = False
    tests: tuple[TestLine, ...] = ()


@dataclass(frozen=True)
class Readiness:
    """A run of all tests: when it began (RFC 3339), how long it took, its signed file, and the signature's beginning.

    `guided` is how the guided tests ended the last time; the verdict counts neither them nor the outbox, which is None
    where it could not be read.
    """

    at: str
    seconds: float
    devices: tuple[tuple[str, tuple[TestLine, ...]], ...]
    checks: tuple[CheckLine, ...] = ()
    guided: tuple[GuidedResult, ...] = ()
    outbox: OutboxSum | None = None
    file: str = ""
    mark: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything passed."""
        tests = all(test.passed for _, lines in self.devices for test in lines)
        return tests and all(check.passed for check in self.checks)


@dataclass(frozen=True)
class CheckLine:
    """One check of network, service, certificates or disk: a figure in the check's own unit, and technical words."""

    name: str
    passed: bool
    figure: float | None = None
    code: str | None = None
    detail: str = ""


@dataclass(frozen=True)
class OutboxLine:
    """A dossier that is not acknowledged; nothing personal. `age_s` since it was sealed."""

    id: str
    reference: str
    state: str
    bytes_sent: int
    bytes_total: int
    attempts: int
    age_s: float
    code: str | None = None


@dataclass(frozen=True)
class OutboxSum:
    """What is not acknowledged: how many, for how many seconds the oldest, how many of them refused and by which codes."""

    waiting: int = 0
    oldest_s: float = 0.0
    refused: int = 0
    reasons: tuple[str, ...] = ()

    @staticmethod
    def of(lines: tuple[OutboxLine, ...]) -> OutboxSum:
        """The sum of these."""
        refused = [line for line in lines if line.state == "refused"]
        return OutboxSum(
            len(lines),
            max((line.age_s for line in lines), default=0.0),
            len(refused),
            tuple(sorted({line.code or "?" for line in refused})),
        )


@dataclass(frozen=True)
class LogLine:
    """One line of the log: time (RFC 3339), event, and its data as words."""

    at: str
    event: str
    words: str
    bad: bool = False


class SlipStage(StrEnum):
    """What is known of the printed readiness report."""

    NONE = "none"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"


@dataclass(frozen=True)
class BundleView:
    """The support bundle: being written with its percent, or where it lies, or the code that it failed with."""

    running: bool = False
    percent: int = 0
    file: str = ""
    code: str | None = None


@dataclass(frozen=True)
class Machine:
    """Everything the diagnostics show, as the runtime last saw it; `searched` is the text that `log` was searched for."""

    devices: tuple[DeviceCard, ...] = ()
    testing_all: bool = False
    readiness: Readiness | None = None
    slip: SlipStage = SlipStage.NONE
    slip_code: str | None = None
    checking: bool = False
    checks: tuple[CheckLine, ...] = ()
    guided: tuple[GuidedResult, ...] = ()
    outbox: tuple[OutboxLine, ...] = ()
    bundle: BundleView = BundleView()
    measures: MeasureSum | None = None
    """The sessions of the span that was asked for, while they are looked at."""
    sheet: BundleView = BundleView()
    """The sessions as a file for a spreadsheet."""
    versions: tuple[tuple[str, str], ...] = ()
    staff: StaffView = NOBODY
    log: tuple[LogLine, ...] = ()
    searched: str = field(default="", repr=False)

    def device(self, id: str) -> DeviceCard | None:
        """The device of that id, or None."""
        return next((item for item in self.devices if item.id == id), None)


@dataclass(frozen=True)
class Servicing:
    """The technician's part of the session: login, what is looked at and searched for in the log, and the machine."""

    gate: GateView = GateView()
    member: StaffMember | None = None
    """Who is signed in."""
    tab: Tab = Tab.DEVICES
    filter: LogFilter = LogFilter.ALL
    span: Span = Span.WEEK
    search: str = field(default="", repr=False)
    device: str = ""
    part: Part = Part.STATE
    guided: GuidedRun | None = None
    machine: Machine = Machine()
    turned: tuple[str, bool] | None = None
    """The device that was last asked out of service (False) or back (True) on this page."""
    turning: bool = False
    """That was a moment ago: another touch of the same button is the same wish."""
