"""Promises of the raw exchange log: nothing personal in it whatever a frame holds, and what a technician needs is there."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import exchanges, ports, wire
from drivers.errors import DeviceError
from drivers.exchanges import MASK, ExchangeLog, Way, masked
from drivers.ports import (
    AccessKind,
    CardAccess,
    CardReading,
    Check,
    Code,
    Description,
    Holder,
    PrintJob,
    PrintOutcome,
    PrintReport,
    ScannedPage,
    Spool,
    Verdict,
)

CANARIES = (
    "079098000042",
    "Nguyễn Thị Chim Yến",
    "NGUYEN<<THI<CHIM<YEN",
    "1998-04-30",
    "000042",
    "12 Phố Thử Nghiệm",
    "yen@example.invalid",
)


def everything_personal() -> list[tuple[str, Any]]:
    """What the ports carry of a person, with a canary in every place that can hold one."""
    number, name, mrz, born, can, home, mail = CANARIES
    holder = Holder(number, name, born, "F", "VNM", home, home, born, born, number)
    reading = CardReading(
        AccessKind.PACE_CAN, holder, base64.b64encode(name.encode()).decode(), "image/jp2", ("DG1", "DG2"), 61, 2.5
    )
    return [
        ("read", {"access": CardAccess(can, mrz, f"{number}|{name}|{born}")}),
        ("read", {"number": number, "name": name}),
        ("read", reading),
        ("scan", {"spool": Spool(f"/srv/store/sessions/{mail}", "a2V5", name)}),
        ("scan", ScannedPage(1, f"/srv/store/sessions/{number}/1.sealed", f"{name}-1", 2480, 3508, 300)),
        ("print", {"job": PrintJob(number, base64.b64encode(home.encode()).decode())}),
        ("", Code(f"{number}|{name}", "QRCode", name.encode().hex())),
        ("", {name: 1, "unknown": [number, {"deep": mail}], "atr": "3B88800100000000000000000009"}),
        ("read", {"detail": f"chip of {name} {number} {mrz}", "state": number, "step": name, "width": int(number)}),
    ]


def test_no_canary_of_a_person_is_in_the_log() -> None:
    log = ExchangeLog()
    for verb, value in everything_personal():
        plain = wire.to_json(value)
        log.sent(verb or "read", plain)
        log.event("event", plain, verb)
        log.answered(verb or "read", plain, 0.1)
        log.failed(verb or "read", DeviceError("CRD-GARBLED", json.dumps(plain, ensure_ascii=False)), 0.1)
    kept = repr(log.lines())
    assert len(log.lines()) == 4 * len(everything_personal())
    for canary in CANARIES:
        assert canary not in kept
        assert base64.b64encode(canary.encode()).decode() not in kept
        assert canary.encode().hex() not in kept
    assert "Chim" not in kept
    assert "CHIM" not in kept


@given(st.text(min_size=1), st.text())
def test_a_key_that_nobody_allowed_is_masked_whatever_it_holds(key: str, value: str) -> None:
    allowed = exchanges._SHOWN | exchanges._TEXTS | exchanges._PATHS
    if key in allowed:
        return
    (shown,) = json.loads(masked({key: value})).values() if len(masked({key: value})) < 300 else (MASK,)
    assert shown == MASK


def test_what_a_technician_needs_is_shown() -> None:
    page = wire.to_json(ScannedPage(1, "/srv/store/sessions/abc/page-1.sealed", "abc-1", 2480, 3508, 300))
    assert json.loads(masked(page, "scan")) == {
        "index": 1,
        "path": "…/page-1.sealed",
        "associated": MASK,
        "width": 2480,
        "height": 3508,
        "dpi": 300,
        "media_type": "image/png",
    }
    report = wire.to_json(PrintReport("a-job", PrintOutcome.NOT_PRINTED, "PRN-PAPER-OUT", 0.2))
    assert json.loads(masked(report)) == {
        "job": MASK,
        "outcome": "not_printed",
        "code": "PRN-PAPER-OUT",
        "seconds": 0.2,
        "begun": False,
    }
    state = {"state": "attention", "code": "PRN-PAPER-OUT", "detail": "DLE EOT 4 = 0x72"}
    assert json.loads(masked(state)) == state
    tests = wire.to_json((ports.TestResult("field on and off", True, 0.31, None, "ok"),))
    assert json.loads(masked(tests, "self_test"))[0]["name"] == "field on and off"
    about = wire.to_json(Description("Example", "DS-900", "1", "2.4.1", "sane", "/dev/bus/usb/001", ("feeder",)))
    assert json.loads(masked(about))["port"] == "…/001"
    check = wire.to_json({"passive": Check(Verdict.FAILED, "hash of DG2 differs")})
    shown = json.loads(masked(check))["passive"]
    assert (shown["verdict"], shown["reason"]) == ("failed", "hash of DG2 differs")
    assert MASK not in shown.values()


def test_the_ring_forgets_the_oldest_and_keeps_times() -> None:
    log = ExchangeLog(kept=3)
    log.sent("scan", {})
    log.event("page", {"index": 1}, "scan")
    log.asked_to_stop("scan")
    log.failed("scan", DeviceError("SCN-CANCELLED"), 1.5)
    assert [(line.way, line.what, line.ms, line.bad) for line in log.lines()] == [
        (Way.FROM_HOST, "scan: page", None, False),
        (Way.TO_HOST, "scan: cancel", None, False),
        (Way.FROM_HOST, "scan: error", 1500.0, True),
    ]


@pytest.mark.parametrize("value", ["x" * 5000, ["READY"] * 900, {"groups": ["DG1"] * 900}])
def test_a_large_frame_is_cut(value: Any) -> None:
    assert len(masked({"groups": value})) <= exchanges.LETTERS + 1
