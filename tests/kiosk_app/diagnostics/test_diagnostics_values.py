"""What a technician is told: counts outlast a restart, checks name what is wrong, reports are whole."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk_app.diagnostics import checks, report
from kiosk_app.diagnostics.ledger import Ledger
from kiosk_app.diagnostics.signing import ReportKey
from kiosk_app.model.servicing import CheckLine, Readiness, TestLine, Trouble

KEY = ReportKey(bytes(32))
NOW = datetime(2026, 11, 21, 10, 42, 7, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "diagnostics" / "ledger.db"


def test_counts_are_kept_by_day_over_restarts(file: Path) -> None:
    for back, times in ((0, 3), (1, 2), (20, 5)):
        ledger = Ledger(file)
        for _ in range(times):
            ledger.count(NOW - timedelta(days=back), "scanner0", "pages")
        assert ledger.flush()
    pages, restarts = Ledger(file).counters(NOW, "scanner0", ("pages", "restarts"))
    assert (pages.today, pages.total, pages.days[-2:], len(pages.days)) == (3, 10, (2, 3), 14)
    assert (restarts.today, restarts.total) == (0, 0)
    assert Ledger(file).counters(NOW, "printer0", ("prints",))[0].total == 0


def test_the_last_trouble_of_a_device_stays(file: Path) -> None:
    ledger = Ledger(file)
    ledger.note(NOW, "printer0", "PRN-COVER-OPEN")
    ledger.note(NOW + timedelta(minutes=1), "printer0", "PRN-PAPER-OUT")
    assert ledger.flush()
    assert Ledger(file).trouble("printer0") == Trouble("PRN-PAPER-OUT", "2026-11-21T10:43:07+00:00")
    assert Ledger(file).trouble("card0") is None


def test_a_device_taken_out_stays_out_until_it_is_put_back(file: Path) -> None:
    assert Ledger(file).taken_out() == frozenset()
    assert Ledger(file).set_taken_out(NOW, "scanner0", True)
    assert Ledger(file).taken_out() == {"scanner0"}
    assert Ledger(file).set_taken_out(NOW, "scanner0", False)
    assert Ledger(file).taken_out() == frozenset()


def test_a_ledger_that_cannot_be_written_forgets_nothing_and_stops_nobody(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(b"no database at all, and longer than its header" * 4)
    ledger = Ledger(file)
    ledger.count(NOW, "scanner0", "pages")
    assert not ledger.flush()
    assert ledger.counters(NOW, "scanner0", ("pages",))[0].total == 0
    assert ledger.taken_out() == frozenset()
    file.unlink()
    assert ledger.counters(NOW, "scanner0", ("pages",))[0].total == 1


def certificate(file: Path, begins: datetime, ends: datetime) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kiosk-0001")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(begins).not_valid_after(ends)
    file.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize(
    ("begins", "days", "code"),
    [(-30, 400, None), (-30, 20, "NET-CERT-ENDING"), (-30, -1, "NET-CERT-EXPIRED"), (1, 400, "NET-CERT-EARLY")],
)
def test_a_certificate_near_its_end_fails_in_time(tmp_path: Path, begins: int, days: int, code: str | None) -> None:
    begin, end = NOW + timedelta(days=begins), NOW + timedelta(days=days, hours=1)
    line = checks.certificate("certificate", certificate(tmp_path / "c.pem", min(begin, end), max(begin, end)), NOW)
    assert line.passed is (code is None)
    assert line.code == code


def test_without_a_clock_that_is_believed_a_certificate_is_shown_and_not_judged(tmp_path: Path) -> None:
    file = certificate(tmp_path / "c.pem", NOW - timedelta(days=40), NOW - timedelta(days=10))
    line = checks.certificate("certificate", file, None)
    assert (line.passed, line.code, line.figure) == (False, "SYS-CLOCK-DOUBT", None)
    assert f"{NOW - timedelta(days=10):%Y-%m-%d}" in line.detail


def test_a_certificate_that_is_missing_or_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("hello", "utf-8")
    for name, code in (("bad.pem", "NET-TLS"), ("none.pem", "NET-CERT-MISSING")):
        line = checks.certificate("authority", tmp_path / name, NOW)
        assert (line.passed, line.code, line.figure) == (False, code, None)
        assert name in line.detail


@pytest.mark.parametrize(("offset", "passed"), [(0.0, True), (-29.0, True), (31.0, False), (-3600.0, False)])
def test_the_clock_is_compared_with_the_services(offset: float, passed: bool) -> None:
    sent = NOW.timestamp()
    server = datetime.fromtimestamp(sent + 0.1 + offset, UTC).isoformat()
    service, clock = checks.answer_of_service(200, {"server_time": server}, sent, sent + 0.2)
    assert (service.passed, service.figure) == (True, 200.0)
    assert (clock.passed, clock.figure) == (passed, offset)
    assert clock.code == (None if passed else "SYS-CLOCK")


@pytest.mark.parametrize("document", [{}, {"server_time": None}, {"server_time": "noon"}])
def test_an_answer_without_a_time_is_no_clock(document: dict[str, object]) -> None:
    service, clock = checks.answer_of_service(500, document, 10.0, 11.0)
    assert (service.passed, clock.passed, clock.code) == (False, False, "NET-GARBLED")


def test_a_name_that_is_unknown_is_told() -> None:
    assert checks.name_of_service("https://127.0.0.1:8443").passed
    assert checks.name_of_service("").code == "NET-UNREACHABLE"


def test_free_disk_is_a_share_of_the_whole(tmp_path: Path) -> None:
    line = checks.disk(tmp_path)
    assert line.figure is not None
    assert 0 <= line.figure <= 100
    assert not checks.disk(tmp_path / "none").passed


SWAPS = "Filename\tType\tSize\tUsed\tPriority\n"


@pytest.mark.parametrize(
    ("rows", "limits", "figure"),
    [
        ("", {}, 0.0),
        ("/dev/zram0 partition 4096000 0 100\n", {}, 0.0),
        ("/dev/sda2 partition 2048000 0 -2\n", {}, 2000.0),
        ("/dev/sda2 partition 2048000 0 -2\n", {"kiosk.slice/kiosk.service": "max"}, 2000.0),
        ("/dev/sda2 partition 2048000 0 -2\n", {"kiosk.slice/kiosk.service": "0"}, 0.0),
        ("/dev/sda2 partition 2048000 0 -2\n", {"kiosk.slice": "0", "kiosk.slice/kiosk.service": "max"}, 0.0),
        ("/dev/sda2 partition 2048000 0 -2\n", {"other.slice": "0"}, 2000.0),
    ],
)
def test_swap_that_memory_may_reach_is_told(tmp_path: Path, rows: str, limits: dict[str, str], figure: float) -> None:
    swaps, membership, groups = tmp_path / "swaps", tmp_path / "cgroup", tmp_path / "groups"
    swaps.write_text(SWAPS + rows, "utf-8")
    membership.write_text("9:name=systemd:/\n0::/kiosk.slice/kiosk.service\n", "utf-8")
    for group, limit in limits.items():
        (groups / group).mkdir(parents=True, exist_ok=True)
        (groups / group / "memory.swap.max").write_text(f"{limit}\n", "ascii")
    line = checks.swap(swaps, membership, groups)
    assert (line.figure, line.passed, line.code) == (figure, not figure, "SYS-SWAP" if figure else None)


def test_a_kernel_without_swap_passes_and_nonsense_does_not(tmp_path: Path) -> None:
    assert checks.swap(tmp_path / "none").passed
    (tmp_path / "swaps").write_text("Filename\nnonsense\n", "utf-8")
    line = checks.swap(tmp_path / "swaps")
    assert (line.passed, line.figure, line.code) == (False, None, "SYS-SWAP")


def readiness(at: datetime = NOW, passed: bool = True) -> Readiness:
    tests = (
        TestLine("status", True, 0.1),
        TestLine("ready to print", passed, 0.0, None if passed else "PRN-PAPER-OUT"),
    )
    return Readiness(at.isoformat(), 1.5, (("printer0", tests),), (CheckLine("disk", True, 71.0),))


def test_a_report_is_written_whole_and_read_back(tmp_path: Path) -> None:
    done = report.write(tmp_path / "r", readiness(passed=False), "kiosk-0001", {"kiosk": "0.1.0"}, KEY)
    document = json.loads(Path(done.file).read_text("utf-8"))
    assert document["passed"] is False
    assert document["kiosk_id"] == "kiosk-0001"
    assert document["versions"] == {"kiosk": "0.1.0"}
    assert [test["code"] for test in document["devices"][0]["tests"]] == [None, "PRN-PAPER-OUT"]
    assert document["checks"][0]["name"] == "disk"


def test_old_reports_make_room(tmp_path: Path) -> None:
    for second in range(report.KEPT + 3):
        report.write(tmp_path, readiness(NOW + timedelta(seconds=second)), "kiosk-0001", {}, KEY)
    names = sorted(file.name for file in tmp_path.iterdir())
    assert len(names) == report.KEPT
    assert names[0] == "readiness-20261121104210.json"


def test_a_report_that_cannot_be_written_is_still_a_report(tmp_path: Path) -> None:
    (tmp_path / "r").write_text("", "utf-8")
    done = report.write(tmp_path / "r", readiness(), "kiosk-0001", {}, KEY)
    assert replace(done, mark="") == readiness()
    assert done.mark
