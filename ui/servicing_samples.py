"""Plausible, plainly invented technicians' sessions for pictures and tests, beside those of the citizens."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import datetime
from typing import Final

from drivers.ports import DeviceKind, DeviceState
from kiosk_app.model.basics import Screen
from kiosk_app.model.guided import CELLS, Found, Guide, GuidedResult, GuidedRun, GuideStage
from kiosk_app.model.measures import MeasureSum, Span
from kiosk_app.model.servicing import (
    BundleView,
    CheckLine,
    Counter,
    DeviceCard,
    FrameLine,
    GateStage,
    GateView,
    LogLine,
    Machine,
    OutboxLine,
    OutboxSum,
    PaperLeft,
    Part,
    Readiness,
    Servicing,
    SlipStage,
    Tab,
    TestLine,
    Trouble,
)
from kiosk_app.model.session import Session
from kiosk_app.model.staff import Role, StaffMember, StaffView
from kiosk_app.receipts import printer_test
from kiosk_app.receipts.drawing import picture as drawn

_AT: Final = "2026-11-21T10:42:07+07:00"


def _days(*amounts: int) -> tuple[int, ...]:
    return amounts


CARD: Final = DeviceCard(
    "card",
    DeviceKind.CARD,
    DeviceState.READY,
    vendor="Example",
    model="CL-3200",
    serial="EX-000123",
    firmware="1.08",
    driver="pcsc",
    port="1-2",
    capabilities=("contactless", "pace"),
    counters=(
        Counter("card_reads", 214, 18_422, _days(180, 201, 160, 0, 0, 221, 198, 190, 205, 0, 0, 190, 207, 214)),
        Counter("failures", 2, 310, _days(1, 4, 2, 0, 0, 3, 5, 1, 2, 0, 0, 3, 4, 2)),
        Counter("restarts", 0, 12, _days(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0)),
    ),
)
SCANNER: Final = DeviceCard(
    "scanner",
    DeviceKind.SCANNER,
    DeviceState.READY,
    vendor="Example",
    model="DS-900",
    firmware="2.4.1",
    driver="sane",
    port="192.0.2.10",
    capabilities=("feeder", "flatbed", "duplex"),
    trouble=Trouble("SCN-JAM", "2026-11-20T15:01:30+07:00"),
    counters=(
        Counter("pages", 1120, 96_210, _days(900, 1010, 870, 0, 0, 1200, 990, 1001, 1040, 0, 0, 1100, 980, 1120)),
        Counter("failures", 0, 41, _days(0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0)),
        Counter("restarts", 1, 9, _days(0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1)),
    ),
    tests=(
        TestLine("device answers", True, 0.21, None, "airscan:e0:Example DS-900"),
        TestLine("feeder sensor", True, 0.08, None, "empty"),
    ),
)
BARCODE: Final = DeviceCard(
    "barcode",
    DeviceKind.BARCODE,
    DeviceState.READY,
    driver="serial-barcode",
    port="/dev/ttyACM0",
    counters=(
        Counter("codes", 301, 22_015, _days(280, 299, 260, 0, 0, 310, 305, 288, 290, 0, 0, 300, 270, 301)),
        Counter("restarts", 0, 1, _days(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
    ),
)
PRINTER: Final = DeviceCard(
    "printer",
    DeviceKind.PRINTER,
    DeviceState.ATTENTION,
    "PRN-PAPER-OUT",
    "DLE EOT 4 = 0x72",
    vendor="Example",
    model="TP-80",
    firmware="3.01",
    driver="escpos-network",
    port="192.0.2.11:9100",
    capabilities=("dots=576", "cutter"),
    trouble=Trouble("PRN-PAPER-OUT", _AT),
    paper=PaperLeft(22_400, 80_000, 132, 0.8, "2026-11-18T07:12:44+07:00"),
    counters=(
        Counter("prints", 187, 15_730, _days(150, 170, 140, 0, 0, 199, 160, 171, 180, 0, 0, 165, 176, 187)),
        Counter(
            "paper_mm",
            31_790,
            2_674_100,
            _days(25500, 28900, 23800, 0, 0, 33830, 27200, 29070, 30600, 0, 0, 28050, 29920, 31790),
        ),
        Counter("cuts", 188, 15_811, _days(151, 170, 140, 0, 0, 200, 160, 171, 181, 0, 0, 165, 176, 188)),
        Counter("failures", 1, 25, _days(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
        Counter("restarts", 0, 3, _days(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
    ),
)
FRAMES: Final = (
    FrameLine("2026-11-21T10:42:07.912+07:00", False, "state", '{"state": "ready", "code": null, "detail": ""}'),
    FrameLine(
        "2026-11-21T10:42:07.640+07:00",
        False,
        "scan: error",
        '{"code": "SCN-JAM", "detail": "sheet 3 in the feeder"}',
        4218.4,
        True,
    ),
    FrameLine(
        "2026-11-21T10:42:06.330+07:00",
        False,
        "scan: page",
        '{"index": 2, "path": "…/page-2.sealed", "associated": "•••", "width": 2480, "height": 3508, "dpi": 300, '
        '"media_type": "image/png"}',
    ),
    FrameLine(
        "2026-11-21T10:42:04.871+07:00",
        False,
        "scan: page",
        '{"index": 1, "path": "…/page-1.sealed", "associated": "•••", "width": 2480, "height": 3508, "dpi": 300, '
        '"media_type": "image/png"}',
    ),
    FrameLine(
        "2026-11-21T10:42:03.422+07:00",
        True,
        "scan",
        '{"options": {"source": "feeder", "dpi": 300, "colour": true, "duplex": false, "max_pages": 0}, '
        '"spool": {"folder": "…/•••", "key_b64": "•••", "session": "•••"}}',
    ),
    FrameLine("2026-11-21T10:41:40.118+07:00", False, "paper", '{"loaded": true}'),
    FrameLine("2026-11-21T10:41:12.004+07:00", False, "paper_loaded: result", "true", 31.2),
    FrameLine("2026-11-21T10:41:11.973+07:00", True, "paper_loaded", "{}"),
)
CHECKS: Final = (
    CheckLine("dns", True, 3.2, None, "service.example = 192.0.2.1"),
    CheckLine("service", True, 42.0, None, "HTTP 200"),
    CheckLine("clock", True, 0.4, None, "2026-11-21T03:42:07Z"),
    CheckLine("certificate", False, 12.0, "NET-CERT-ENDING", "2024-12-03 – 2026-12-03"),
    CheckLine("authority", True, 2920.0, None, "2024-11-21 – 2034-11-19"),
    CheckLine("disk", True, 71.0, None, "171204 / 241130 MB"),
    CheckLine("swap", True, 0.0),
    CheckLine("device_key", True, None, None, "tpm"),
    CheckLine("outbox", True, 2.0),
)
NOWHERE: Final = "SCN-JAM"
READY_PRINTER: Final = replace(PRINTER, state=DeviceState.READY, code=None, detail="")
REPORT: Final = Readiness(
    _AT,
    8.4,
    (
        ("card", (TestLine("reader answers", True, 0.12), TestLine("field on and off", True, 0.31))),
        ("scanner", SCANNER.tests),
        ("barcode", (TestLine("port opens", True, 0.01, None, "/dev/ttyACM0"),)),
        (
            "printer",
            (
                TestLine("status", True, 0.05, None, "DLE EOT 1-4 answered"),
                TestLine("ready to print", False, 0.0, "PRN-PAPER-OUT", "DLE EOT 4 = 0x72"),
            ),
        ),
    ),
    CHECKS,
    (GuidedResult(Guide.PRINT, _AT, True), GuidedResult(Guide.SOUND, _AT, False, "SPK-ABSENT")),
    OutboxSum(2, 252.0),
    "diagnostics/readiness-20261121104207.json",
    "3F91 09C4 77AB E210",
)
TECHNICIAN: Final = StaffMember("bui.thi.mau", "Bùi Thị Mẫu", Role.TECHNICIAN)
MACHINE: Final = Machine(
    devices=(CARD, SCANNER, BARCODE, PRINTER),
    checks=CHECKS,
    guided=(GuidedResult(Guide.PRINT, _AT, True), GuidedResult(Guide.SOUND, _AT, False, "SPK-ABSENT")),
    outbox=(
        OutboxLine("a", "K03-7KQ2-M4XDPR", "uploading", 2_600_000, 7_400_000, 3, 252.0, "NET-UNREACHABLE"),
        OutboxLine("b", "K03-2B9H-T6WCGN", "sealed", 0, 3_100_000, 0, 15.0),
    ),
    bundle=BundleView(percent=100, file="/media/technician/support-kiosk-0001-20261121104207.zip"),
    versions=(
        ("kiosk", "0.1.0"),
        ("python", "3.11.2"),
        ("system", "Linux-6.1.0-31-amd64-x86_64-with-glibc2.36"),
        ("PySide6-Essentials", "6.11.3"),
    ),
    staff=StaffView(TECHNICIAN, 14, 7300.0),
    log=(
        LogLine("2026-11-21T03:42:07Z", "device.state", "device printer, state attention, code PRN-PAPER-OUT", True),
        LogLine("2026-11-21T03:41:55Z", "slip.printed", "dossier 4e0c6a52-0000-4000-8000-000000000042, seconds 1.204"),
        LogLine("2026-11-21T03:41:50Z", "dossier.acknowledged", "dossier 4e0c6a52-0000-4000-8000-000000000042"),
        LogLine("2026-11-21T03:40:12Z", "device.host_died", "device scanner, exit -9, lived_s 4021.7", True),
    ),
)


SHEET: Final = BundleView(percent=100, file="/var/lib/kiosk/support/measures-kiosk-01-20261121104207.csv")
MEASURES: Final = MeasureSum(
    Span.WEEK,
    tuple(f"2026-11-{day}" for day in range(15, 22)),
    sessions=(0, 41, 38, 52, 47, 44, 19),
    submitted=(0, 12, 11, 17, 13, 15, 5),
    begun=96,
    saved=7,
    medians=((1, 48), (2, 41), (3, 167), (4, 124), (5, 52), (6, 33)),
    given_up=((Screen.SCAN, 8), (Screen.FORM, 4), (Screen.IDENTIFY, 3), (Screen.CONSENT, 1)),
    help_calls=11,
    assisted=6,
    cut=1,
    faults=(("SCN-JAM", 4), ("PRN-PAPER-OUT", 2), ("CRD-ABSENT", 1)),
    ratings=(1, 2, 6, 21, 34),
)


def servicing_sessions(start: Session) -> dict[str, Session]:
    """A session for each picture of the technician's screens, on the machine of `start`."""

    def at(screen: Screen, servicing: Servicing) -> Session:
        return replace(start, screen=screen, servicing=servicing)

    def login(view: GateView) -> Session:
        return at(Screen.TECHNICIAN_LOGIN, Servicing(gate=view))

    inside = Servicing(member=TECHNICIAN, machine=MACHINE)
    tested = replace(MACHINE, readiness=REPORT)
    printed = replace(tested, slip=SlipStage.FAILED, slip_code="PRN-PAPER-OUT")
    out = replace(SCANNER, state=DeviceState.DISABLED, code="SYS-TAKEN-OUT", in_service=False, tests=())
    looked = replace(MACHINE, devices=(CARD, replace(SCANNER, frames=FRAMES), BARCODE, PRINTER))
    searching = replace(inside, tab=Tab.LOG, search="printer")
    found = replace(MACHINE, searched="printer", log=MACHINE.log[:1])
    nothing = replace(MACHINE, searched=NOWHERE, log=())
    without = replace(MACHINE, devices=(CARD, out, BARCODE, READY_PRINTER), testing_all=True)
    return {
        "technician_login": login(GateView(GateStage.READY, 5)),
        "technician_locked": login(GateView(GateStage.LOCKED, 0, 290)),
        "technician_not_set": login(GateView(GateStage.NOT_SET)),
        "technician_badge": login(GateView(GateStage.READY, 5, member=TECHNICIAN)),
        "technician_choose": login(GateView(GateStage.CHOOSE, member=TECHNICIAN)),
        "technician_stale": login(GateView(GateStage.STALE)),
        "diagnostics": at(Screen.DIAGNOSTICS, inside),
        "diagnostics_testing": at(Screen.DIAGNOSTICS, replace(inside, machine=without)),
        "diagnostics_readiness": at(Screen.DIAGNOSTICS, replace(inside, tab=Tab.READINESS, machine=printed)),
        "diagnostics_network": at(Screen.DIAGNOSTICS, replace(inside, tab=Tab.NETWORK)),
        "diagnostics_outbox": at(Screen.DIAGNOSTICS, replace(inside, tab=Tab.OUTBOX)),
        "diagnostics_measures": at(
            Screen.DIAGNOSTICS, replace(inside, tab=Tab.MEASURES, machine=replace(MACHINE, measures=MEASURES))
        ),
        "diagnostics_measures_none": at(
            Screen.DIAGNOSTICS,
            replace(
                inside,
                tab=Tab.MEASURES,
                span=Span.DAY,
                machine=replace(MACHINE, measures=MeasureSum(Span.DAY), sheet=SHEET),
            ),
        ),
        "diagnostics_log": at(Screen.DIAGNOSTICS, replace(inside, tab=Tab.LOG)),
        "diagnostics_log_found": at(Screen.DIAGNOSTICS, replace(searching, machine=found)),
        "diagnostics_log_none": at(Screen.DIAGNOSTICS, replace(searching, search=NOWHERE, machine=nothing)),
        "diagnostics_device": at(Screen.DIAGNOSTICS_DEVICE, replace(inside, device="scanner")),
        "diagnostics_counts": at(Screen.DIAGNOSTICS_DEVICE, replace(inside, device="printer", part=Part.COUNTS)),
        "diagnostics_frames": at(
            Screen.DIAGNOSTICS_DEVICE, replace(inside, device="scanner", part=Part.FRAMES, machine=looked)
        ),
        **_guided_sessions(start, inside),
        "diagnostics_out": at(Screen.DIAGNOSTICS_DEVICE, replace(inside, device="scanner", machine=without)),
    }


def _guided_sessions(start: Session, inside: Servicing) -> dict[str, Session]:
    def at(run: GuidedRun) -> Session:
        return replace(start, screen=Screen.DIAGNOSTICS_GUIDED, servicing=replace(inside, guided=run))

    page = drawn(printer_test("3", datetime.fromisoformat(_AT), start.language.value))
    picture = f"data:image/png;base64,{base64.b64encode(page).decode()}"
    scanned = (("dpi", "300"), ("size", "210 x 297 mm"), ("angle", "+0.4°"), ("sharpness", "sharp"), ("seconds", "2.9"))
    card = (
        *(("access", "pace-can"), ("apdus", "84"), ("seconds", "2.3")),
        *(("passive", "passed"), ("active", "not_checked"), ("chip", "passed")),
        *(("number", "07•••42"), ("name", "N••• T••• M•••")),
    )
    missed = frozenset(range(CELLS)) - {8, 9, 14, 15}
    return {
        "guided_print": at(GuidedRun(Guide.PRINT, "printer")),
        "guided_print_ask": at(GuidedRun(Guide.PRINT, "printer", GuideStage.ASK, found=Found(None, picture=picture))),
        "guided_scan": at(GuidedRun(Guide.SCAN, "scanner", GuideStage.DONE, found=Found(True, None, scanned))),
        "guided_card_number": at(GuidedRun(Guide.CARD, "card")),
        "guided_card_running": at(GuidedRun(Guide.CARD, "card", GuideStage.RUNNING, "photo", 62)),
        "guided_card": at(GuidedRun(Guide.CARD, "card", GuideStage.DONE, found=Found(True, None, card))),
        "guided_code": at(GuidedRun(Guide.CODE, "barcode", GuideStage.DONE, found=Found(False, "SYS-TEST-WAITED"))),
        "guided_grid": at(GuidedRun(Guide.TOUCH, "", GuideStage.RUNNING, touched=frozenset(range(27)))),
        "guided_missed": at(GuidedRun(Guide.TOUCH, "", GuideStage.DONE, found=Found(False), touched=missed)),
        "guided_sound": at(GuidedRun(Guide.SOUND, "", GuideStage.ASK, "left")),
    }
