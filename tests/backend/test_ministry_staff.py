"""Accounts of the staff and ends of audit logs: what kiosks get, what they may change, and what a board is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from ministry_harness import Client, Ministry, running
from typer.testing import CliRunner

from backend.cli import app
from backend.tls import Pki

NAME = "Nguyễn Văn Mẫu"
BEAT = {
    "version": "1.0.0",
    "at": "2026-11-20T09:10:00+07:00",
    "state": "home",
    "devices": [],
    "outbox": {"waiting": 0, "oldest_s": None},
}


@pytest.fixture(scope="module")
def ministry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    with running(tmp_path_factory.mktemp("staff") / "data") as service:
        Pki(service.pki).issue("other-kiosk", 10)
        yield service


@pytest.fixture
def kiosk(ministry: Ministry) -> Client:
    return Client(ministry)


def ran(ministry: Ministry, *arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, [*arguments, "--data", str(ministry.data)])
    assert done.exit_code == code, done.output
    return done.stderr if code else done.stdout


def added(ministry: Ministry, staff_id: str, role: str = "officer") -> dict[str, str]:
    issued: dict[str, str] = json.loads(ran(ministry, "staff", "add", staff_id, role, "--name", NAME, "--json"))
    return issued


def fed(kiosk: Client, staff_id: str) -> dict[str, Any] | None:
    answer = kiosk.http.get(f"{kiosk.url}/v1/staff", timeout=20)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json()["kiosk_id"] == kiosk.kiosk_id
    return next((one for one in answer.json()["staff"] if one["staff_id"] == staff_id), None)


def choose(kiosk: Client, staff_id: str, version: int, pin: str, kiosk_id: str = "demo-kiosk") -> Any:
    body = {"kiosk_id": kiosk_id, "version": version, "pin_hash": pin}
    return kiosk.http.put(f"{kiosk.url}/v1/staff/{staff_id}/pin", json=body, timeout=20)


def test_an_account_reaches_the_kiosk_as_hashes_and_its_pin_is_said_once(ministry: Ministry, kiosk: Client) -> None:
    issued = added(ministry, "mau.once")
    assert issued["badge"].startswith("KIOSK:STAFF:")
    found = fed(kiosk, "mau.once")
    assert found is not None
    assert (found["name"], found["role"], found["must_change"], found["pin_version"]) == (NAME, "officer", True, 1)
    assert PasswordHasher().verify(found["pin_hash"], issued["pin"])
    everything = ministry.errors.read_text("utf-8") + ran(ministry, "staff", "list", "--json") + json.dumps(found)
    assert issued["pin"] not in found.values()
    assert not [word for word in (f'"{issued["pin"]}"', issued["badge"][-20:]) if word in everything]
    for file in ministry.data.glob("ministry.sqlite*"):
        assert issued["badge"][-20:].encode() not in file.read_bytes()


def test_unchanged_accounts_are_not_sent_again(ministry: Ministry, kiosk: Client) -> None:
    added(ministry, "mau.tag")
    tag = kiosk.http.get(f"{kiosk.url}/v1/staff", timeout=20).headers["ETag"]
    again = kiosk.http.get(f"{kiosk.url}/v1/staff", headers={"If-None-Match": tag}, timeout=20)
    assert (again.status_code, again.content) == (304, b"")
    ran(ministry, "staff", "role", "mau.tag", "administrator")
    assert kiosk.http.get(f"{kiosk.url}/v1/staff", headers={"If-None-Match": tag}, timeout=20).status_code == 200
    found = fed(kiosk, "mau.tag")
    assert found is not None
    assert found["role"] == "administrator"


def test_a_disabled_account_is_gone_and_an_enabled_one_is_back(ministry: Ministry, kiosk: Client) -> None:
    added(ministry, "mau.gone")
    ran(ministry, "staff", "disable", "mau.gone")
    assert fed(kiosk, "mau.gone") is None
    assert choose(kiosk, "mau.gone", 1, PasswordHasher().hash("602948")).json()["code"] == "STAFF-NOT-FOUND"
    ran(ministry, "staff", "enable", "mau.gone")
    assert fed(kiosk, "mau.gone") is not None


def test_a_first_pin_is_replaced_once_and_nothing_else_can_be_by_a_kiosk(ministry: Ministry, kiosk: Client) -> None:
    added(ministry, "mau.pin")
    mine, other = PasswordHasher().hash("602948"), PasswordHasher().hash("739155")
    assert choose(kiosk, "mau.pin", 1, mine, "other-kiosk").json()["code"] == "KIOSK-MISMATCH"
    for _ in range(2):
        answer = choose(kiosk, "mau.pin", 1, mine)
        assert (answer.status_code, answer.json()) == (200, {"version": 2})
    for version in (1, 2, 3):
        assert choose(kiosk, "mau.pin", version, other).json()["code"] == "STAFF-PIN-CONFLICT"
    assert choose(kiosk, "mau.pin", 2, "602948").status_code == 422
    found = fed(kiosk, "mau.pin")
    assert found is not None
    assert (found["pin_hash"], found["must_change"]) == (mine, False)
    issued = json.loads(ran(ministry, "staff", "reset-pin", "mau.pin", "--json"))
    found = fed(kiosk, "mau.pin")
    assert found is not None
    assert (found["must_change"], found["pin_version"]) == (True, 3)
    assert PasswordHasher().verify(found["pin_hash"], issued["pin"])


def test_a_new_badge_is_drawn_and_ends_the_one_before(ministry: Ministry, kiosk: Client, tmp_path: Path) -> None:
    first = added(ministry, "mau.badge")["badge"]
    before = fed(kiosk, "mau.badge")
    picture = tmp_path / "badge.svg"
    second = json.loads(ran(ministry, "staff", "badge", "mau.badge", "--code", str(picture), "--json"))["badge"]
    after = fed(kiosk, "mau.badge")
    assert before is not None
    assert after is not None
    assert first != second
    assert before["badge_sha256"] != after["badge_sha256"]
    assert picture.read_text("utf-8").startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "X", "officer", "--name", NAME), "STAFF-INVALID"),
        (("add", "technician", "technician", "--name", NAME), "STAFF-INVALID"),
        (("add", "mau.role", "king", "--name", NAME), "STAFF-INVALID"),
        (("disable", "nobody"), "STAFF-NOT-FOUND"),
        (("reset-pin", "nobody"), "STAFF-NOT-FOUND"),
    ],
)
def test_what_is_no_account_is_said_with_a_code(ministry: Ministry, arguments: tuple[str, ...], code: str) -> None:
    assert ran(ministry, "staff", *arguments, code=1).startswith(code)


def test_the_end_of_an_audit_log_may_only_go_on(ministry: Ministry, kiosk: Client) -> None:
    def beat(entries: int, head: str) -> None:
        said = {**BEAT, "kiosk_id": "demo-kiosk", "audit_entries": entries, "audit_head": head * 64}
        assert kiosk.post("/v1/heartbeat", said).status_code == 200

    def board(code: int = 0) -> dict[str, Any]:
        done = CliRunner().invoke(app, ["audit", "--json", "--data", str(ministry.data)])
        assert done.exit_code == code, done.output
        (one,) = json.loads(done.stdout)["kiosks"]
        found: dict[str, Any] = one
        return found

    for entries, head in ((3, "a"), (3, "a"), (7, "b")):
        beat(entries, head)
    assert (board()["end"], board()["warning"]) == (f"7:{'b' * 64}", None)
    assert ran(ministry, "audit", "demo-kiosk").split() == [f"3:{'a' * 64}", f"7:{'b' * 64}"]
    beat(3, "a")
    wrong = board(1)
    assert (wrong["end"], wrong["warning"], wrong["told"]) == (f"7:{'b' * 64}", "back", f"3:{'a' * 64}")
    beat(9, "c")
    assert board(1)["warning"] == "back", "going on again does not take the warning away"
    assert '"audit.wrong"' in ministry.errors.read_text("utf-8")
    ran(ministry, "audit", "--accept", "demo-kiosk")
    beat(9, "d")
    assert board()["end"] == f"9:{'d' * 64}"
    beat(9, "e")
    assert board(1)["warning"] == "forked"
    assert ran(ministry, "audit", "--accept", "nobody", code=1).startswith("KIOSK-NOT-FOUND")


def test_entries_without_their_head_are_refused(kiosk: Client) -> None:
    assert kiosk.post("/v1/heartbeat", {**BEAT, "kiosk_id": "demo-kiosk", "audit_entries": 3}).status_code == 422
