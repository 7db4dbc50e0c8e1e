"""Fees, calls for an officer, procedures, history and heartbeats, as kiosk, platform and officer see them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ministry_harness import Client, Ministry, pdf, running
from typer.testing import CliRunner

from backend.cli import app
from backend.payments import vietqr
from backend.tls import Pki

SETTINGS = 'payment_bank = "970400"\npayment_account = "0001234567"\n'


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    with running(tmp_path_factory.mktemp("desk") / "data", SETTINGS) as service:
        for name in ("other-kiosk", "payment-platform"):
            Pki(service.pki).issue(name, 10)
        yield service


@pytest.fixture
def kiosk(desk: Ministry) -> Client:
    return Client(desk)


@pytest.fixture
def platform(desk: Ministry) -> Client:
    return Client(desk, "payment-platform", "kiosk-payment-platform")


def ran(desk: Ministry, *arguments: str, code: int = 0) -> str:
    """One officer's command beside the running service; what it printed."""
    done = CliRunner().invoke(app, [*arguments, "--data", str(desk.data)])
    assert done.exit_code == code, done.output
    return done.stderr if code else done.stdout


def charged(desk: Ministry, kiosk: Client, amount: int) -> dict[str, str]:
    receipt = kiosk.submit(pdf("một"))
    code = receipt["dossier_code"]
    for status in ("2", "4", "6"):
        ran(desk, "move", code, status)
    ran(desk, "charge", code, str(amount))
    return {"dossier_code": code, "lookup_code": receipt["lookup_code"]}


def test_only_the_platforms_word_makes_a_fee_paid(desk: Ministry, kiosk: Client, platform: Client) -> None:
    codes = charged(desk, kiosk, 150_000)
    due = kiosk.post("/v1/payments", codes).json()
    assert (due["state"], due["amount_vnd"]) == ("due", 150_000)
    assert due["qr"] == vietqr("970400", "0001234567", 150_000, due["purpose"])
    said = kiosk.post("/v1/payments", codes | {"said_paid": True}).json()
    assert (said["state"], said["qr"]) == ("unknown", None), "a citizen's word is not the platform's"
    word: dict[str, Any] = {"purpose": due["purpose"], "amount_vnd": 150_000, "reference": "T-1", "paid": True}
    refused = kiosk.post("/v1/payments/confirmations", word)
    assert (refused.status_code, refused.json()["code"]) == (403, "PLATFORM-ONLY")
    short = platform.post("/v1/payments/confirmations", word | {"amount_vnd": 149_999})
    assert (short.status_code, short.json()["code"]) == (409, "PAYMENT-CONFLICT")
    assert kiosk.post("/v1/payments", codes).json()["state"] == "unknown"
    for _ in range(2):
        assert platform.post("/v1/payments/confirmations", word).json() == {"state": "paid"}
    assert kiosk.post("/v1/payments", codes).json()["state"] == "paid"
    for changed in (word | {"paid": False}, word | {"reference": "T-2"}):
        assert platform.post("/v1/payments/confirmations", changed).json()["code"] == "PAYMENT-CONFLICT"


def test_a_transfer_that_surely_did_not_come_may_be_made_again(desk: Ministry, kiosk: Client, platform: Client) -> None:
    codes = charged(desk, kiosk, 20_000)
    purpose = kiosk.post("/v1/payments", codes | {"said_paid": True}).json()["purpose"]
    word = {"purpose": purpose, "amount_vnd": 20_000, "reference": "T-3", "paid": False}
    assert platform.post("/v1/payments/confirmations", word).json() == {"state": "due"}
    assert kiosk.post("/v1/payments", codes).json()["qr"] is not None


def test_a_fee_is_asked_once_and_only_when_it_is_due(desk: Ministry, kiosk: Client) -> None:
    codes = charged(desk, kiosk, 30_000)
    ran(desk, "charge", codes["dossier_code"], "30000")
    assert "PAYMENT-ASKED" in ran(desk, "charge", codes["dossier_code"], "40000", code=1)
    receipt = kiosk.submit(pdf("hai"))
    assert "PAYMENT-NOT-DUE" in ran(desk, "charge", receipt["dossier_code"], "1", code=1)
    question = {name: receipt[name] for name in ("dossier_code", "lookup_code")}
    assert kiosk.post("/v1/payments", question).json()["code"] == "PAYMENT-NOT-FOUND"
    assert kiosk.post("/v1/payments", question | {"lookup_code": "0000"}).json()["code"] == "DOSSIER-NOT-FOUND"


def test_the_transfers_code_is_built_as_emvco_says() -> None:
    payload = vietqr("970400", "0001234567", 150_000, "HSABC")
    assert payload.startswith("000201010212")
    assert "0010A00000072701240006970400011000012345670208QRIBFTTA" in payload
    assert "530370454061500005802VN62090805HSABC6304" in payload
    # The check value of CRC-16/CCITT-FALSE that every implementation shares.
    assert _check(b"123456789") == 0x29B1
    assert int(payload[-4:], 16) == _check(payload[:-4].encode())


def _check(content: bytes) -> int:
    crc = 0xFFFF
    for bit in (byte >> shift & 1 for byte in content for shift in range(7, -1, -1)):
        crc = (crc << 1) ^ (0x1021 if (crc >> 15 & 1) ^ bit else 0)
        crc &= 0xFFFF
    return crc


def test_a_call_is_answered_cancelled_and_seen_by_its_kiosk_only(desk: Ministry, kiosk: Client) -> None:
    other = Client(desk, "other-kiosk", "kiosk-other-kiosk")
    place = f"{kiosk.url}/v1/help-calls/{uuid.uuid4()}"
    body = {"kiosk_id": "demo-kiosk", "step": "scan", "language": "vi"}
    first, again = (kiosk.http.put(place, json=body, timeout=20) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (first.json()["state"], first.json()["expected_at"]) == ("calling", None)
    assert other.http.get(place, timeout=20).json()["code"] == "HELP-CALL-NOT-FOUND"
    assert other.http.delete(place, timeout=20).status_code == 404
    assert other.http.put(place, json=body | {"kiosk_id": "other-kiosk"}, timeout=20).status_code == 404
    assert other.http.put(place, json=body, timeout=20).json()["code"] == "KIOSK-MISMATCH"
    call = place.rpartition("/")[2]
    listed = json.loads(ran(desk, "help-calls", "--coming", call, "--minutes", "3", "--json"))["help_calls"]
    (mine,) = [one for one in listed if one["id"] == call]
    assert (mine["step"], mine["language"], mine["state"]) == ("scan", "vi", "coming")
    assert kiosk.http.get(place, timeout=20).json()["expected_at"] is not None
    assert kiosk.http.delete(place, timeout=20).json()["state"] == "cancelled"
    assert "HELP-CALL-NOT-FOUND" in ran(desk, "help-calls", "--done", call, code=1)


def test_procedures_are_sent_again_only_when_they_changed(kiosk: Client) -> None:
    place = f"{kiosk.url}/v1/procedures"
    first = kiosk.http.get(place, timeout=20)
    assert first.json()["procedures"]
    assert first.headers["ETag"] == f'"{first.json()["version"]}"'
    for tag in (first.headers["ETag"], f"W/{first.headers['ETag']}", f'"old", {first.headers["ETag"]}'):
        again = kiosk.http.get(place, headers={"If-None-Match": tag}, timeout=20)
        assert (again.status_code, again.content) == (304, b"")
    assert kiosk.http.get(place, headers={"If-None-Match": '"old"'}, timeout=20).status_code == 200


def test_a_changed_procedure_changes_its_version_and_the_feeds_only(desk: Ministry, tmp_path: Path) -> None:
    def feed(ministry: Ministry) -> dict[str, Any]:
        answer: dict[str, Any] = Client(ministry).http.get(f"{ministry.url}/v1/procedures", timeout=20).json()
        return answer

    folder = tmp_path / "data"
    folder.mkdir()
    changed = '[[procedure]]\nlocal_id = "IP-01"\nunit_vi = "Phòng thử nghiệm"\nunit_en = "Test unit"\n'
    (folder / "procedures.toml").write_text(changed, "utf-8")
    with running(folder) as other:
        before, after = feed(desk), feed(other)
    assert before["version"] != after["version"]
    versions = [{one["local_id"]: one["version"] for one in one_feed["procedures"]} for one_feed in (before, after)]
    assert {name for name in versions[0] if versions[0][name] != versions[1][name]} == {"IP-01"}


def test_the_history_of_a_dossier_names_unit_person_reason_and_date(desk: Ministry, kiosk: Client) -> None:
    receipt = kiosk.submit(pdf("một"))
    code = receipt["dossier_code"]
    place = f"{kiosk.url}/v1/dossiers/{receipt['uuid']}/history"
    before = kiosk.http.get(place, timeout=20).json()["history"]
    ran(desk, "move", code, "2", "--officer", "Cán bộ Thử Nghiệm", "--due", "2030-01-02")
    after = kiosk.http.get(place, timeout=20).json()["history"]
    assert after[: len(before)] == before, "what was history stays history"
    assert (after[-1]["status"]["vi"], after[-1]["person"]) == ("Được tiếp nhận", "Cán bộ Thử Nghiệm")
    assert (after[-1]["due_date"], after[-1]["reason"]) == ("2030-01-02", None)


def test_a_heartbeat_carries_the_agents_version_and_the_head_of_the_audit_chain(desk: Ministry, kiosk: Client) -> None:
    said = {
        "kiosk_id": "demo-kiosk",
        "version": "1.0.0",
        "at": "2026-11-20T09:00:00+07:00",
        "state": "ready",
        "devices": [{"id": "scanner", "kind": "scanner", "state": "fault", "code": "SCN-JAM"}],
        "outbox": {"waiting": 2, "oldest_s": 30.5},
        "agent_version": "1.0.1",
        "audit_head": "0" * 64,
    }
    assert kiosk.post("/v1/heartbeat", said).status_code == 200
    assert kiosk.post("/v1/heartbeat", said | {"audit_head": "short"}).status_code == 422
    (known,) = [row for row in json.loads(ran(desk, "kiosks", "--json"))["kiosks"] if row["kiosk_id"] == "demo-kiosk"]
    assert {name: known[name] for name in said if name != "at"} == {name: said[name] for name in said if name != "at"}
