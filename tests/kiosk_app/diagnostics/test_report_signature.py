"""Promises of the signature under a readiness report: any changed byte, another key and another file are found."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kiosk_app.diagnostics.signing import ReportForged, ReportKey, mark, verify
from kiosk_app.submission.device_key import DeviceKey

KEY = ReportKey(bytes(range(32)))
DOCUMENT: dict[str, Any] = {
    "kiosk_id": "kiosk-0001",
    "passed": True,
    "at": "2026-11-21T07:10:00+07:00",
    "seconds": 8.25,
    "devices": [
        {"id": "printer0", "tests": [{"name": "status", "passed": True, "seconds": 0.05, "detail": "đủ giấy"}]}
    ],
}


OLD = b"""{
  "kiosk_id": "kiosk-0001",
  "passed": true,
  "versions": {
    "kiosk": "0.1.0"
  },
  "at": "2026-11-21T07:10:00+07:00",
  "seconds": 8.25,
  "devices": [
    {
      "id": "printer0",
      "tests": []
    }
  ],
  "checks": [],
  "guided": [],
  "signature": {
    "algorithm": "Ed25519",
    "key": "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8",
    "value": "13978b617e7b171e68223b6c89b6ee09d6540ef8cead8c511156655ddea8fdd6\
c297882095a59330713e8a08cb2a321cb2a256e0bc1ec5f615061535d5f6d504"
  }
}
"""


def test_a_report_signed_before_the_outbox_was_in_it_still_verifies() -> None:
    found = verify(OLD, KEY.public)
    assert found.document["passed"] is True
    assert "outbox" not in found.document


def test_a_signed_report_reads_back_as_it_was() -> None:
    found = verify(KEY.sign(DOCUMENT), KEY.public)
    assert found.document == DOCUMENT
    assert found.key == KEY.public
    assert len(found.mark) == 19


def test_every_changed_byte_is_found() -> None:
    data = KEY.sign(DOCUMENT)
    for at in range(len(data)):
        for bit in (0x01, 0x20):
            changed = data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]
            with pytest.raises(ReportForged):
                verify(changed, KEY.public)


@pytest.mark.parametrize("at", [0, 1, 40, -2, -1])
def test_a_byte_more_or_less_is_found(at: int) -> None:
    data = KEY.sign(DOCUMENT)
    for changed in (data[:at] + data[at + 1 :] if at >= 0 else data[:at], data[:at] + b" " + data[at:]):
        with pytest.raises(ReportForged):
            verify(changed, KEY.public)


def test_another_machines_report_is_not_taken_for_this_ones() -> None:
    other = ReportKey(bytes(32))
    data = other.sign(DOCUMENT)
    assert verify(data).key == other.public
    with pytest.raises(ReportForged, match="another machine"):
        verify(data, KEY.public)


def test_a_signature_put_under_another_report_is_found() -> None:
    signature = json.loads(KEY.sign(DOCUMENT))["signature"]
    failed = {**DOCUMENT, "passed": False, "signature": signature}
    with pytest.raises(ReportForged, match="not what was signed"):
        verify((json.dumps(failed, ensure_ascii=False, indent=2) + "\n").encode(), KEY.public)


@pytest.mark.parametrize(
    "data", [b"", b"[]\n", b"{}\n", b"null\n", b"\xff", b'{\n  "signature": 1\n}\n', b"[" * 100_000]
)
def test_what_is_no_signed_report_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(ReportForged):
        verify(data)


def test_the_key_comes_from_the_machines_secret_and_is_no_other_key_of_it() -> None:
    key = DeviceKey(bytes(32))
    assert DeviceKey(bytes(32)).report_seed == key.report_seed
    assert len({key.report_seed, key.database_key, DeviceKey(bytes([1]) * 32).report_seed}) == 3


def test_the_mark_on_a_slip_is_the_beginning_of_the_signature() -> None:
    assert mark(bytes.fromhex("0123456789abcdef") + bytes(56)) == "0123 4567 89AB CDEF"
