"""A dossier is received exactly once, whole, or refused with a reason."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ministry_harness import OBJECTS, Client, Ministry, described, pdf, wait_until


def new_id() -> str:
    return str(uuid.uuid4())


def test_a_dossier_is_answered_with_official_code_and_look_up_code(client: Client) -> None:
    receipt = client.submit(pdf("tờ khai"))
    assert re.fullmatch(r"G06-20\d{6}-\d{7}", receipt["dossier_code"])
    assert re.fullmatch(r"[A-HJKMNP-Z2-9]{4}", receipt["lookup_code"])
    assert receipt["status"] == {"code": 1, "vi": "Mới đăng ký", "en": "Newly registered"}


def test_codes_of_a_day_count_up_and_differ(client: Client) -> None:
    first, second = client.submit(pdf("một")), client.submit(pdf("hai"))
    number = [int(receipt["dossier_code"].rpartition("-")[2]) for receipt in (first, second)]
    assert number[1] == number[0] + 1


def test_a_repeated_dossier_gets_the_same_receipt_byte_for_byte(client: Client) -> None:
    dossier, manifest = new_id(), client.manifest(pdf("một"), pdf("hai"))
    first = client.put(dossier, manifest)
    again = client.put(dossier, manifest)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content


def test_a_dossier_uploaded_again_to_other_places_is_the_same_dossier(client: Client) -> None:
    dossier, content = new_id(), pdf("một")
    manifest = client.manifest(content)
    first = client.put(dossier, manifest)
    moved = manifest | {"files": [described(client.upload(content), content)]}
    again = client.put(dossier, moved)
    assert (again.status_code, again.content) == (200, first.content)


def test_other_content_under_the_same_identifier_is_a_conflict(client: Client) -> None:
    dossier, manifest = new_id(), client.manifest(pdf("một"))
    assert client.put(dossier, manifest).status_code == 201
    answer = client.put(dossier, manifest | {"answers": {"purpose": "khác"}})
    assert (answer.status_code, answer.json()["code"]) == (409, "DOSSIER-CONFLICT")


def test_a_kiosk_reference_is_never_given_to_two_dossiers(client: Client) -> None:
    manifest = client.manifest(pdf("một"))
    assert client.put(new_id(), manifest).status_code == 201
    second = client.manifest(pdf("hai"), kiosk_reference=manifest["kiosk_reference"])
    answer = client.put(new_id(), second)
    assert (answer.status_code, answer.json()["where"]) == (409, ["kiosk_reference"])


def test_many_simultaneous_puts_of_one_dossier_make_one_receipt(ministry: Ministry) -> None:
    client = Client(ministry)
    dossier, manifest = new_id(), client.manifest(pdf("một", 300_000), pdf("hai"))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: Client(ministry).put(dossier, manifest), range(8)))
    assert sorted(a.status_code for a in answers) == [200] * 7 + [201]
    assert len({a.content for a in answers}) == 1
    listed = json.loads(ministry.run("dossiers", "--json"))["dossiers"]
    assert sum(row["uuid"] == dossier for row in listed) == 1


def test_simultaneous_dossiers_get_different_codes(ministry: Ministry) -> None:
    def one(number: int) -> str:
        code: str = Client(ministry).submit(pdf(str(number)))["dossier_code"]
        return code

    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(one, range(12)))
    assert len(set(codes)) == 12


def test_a_file_that_differs_from_its_checksum_is_refused_and_can_be_sent_again(client: Client) -> None:
    dossier, content = new_id(), pdf("một")
    wrong = client.upload(content[:-1] + b"x")
    manifest = client.manifest() | {"files": [described(wrong, content)]}
    answer = client.put(dossier, manifest)
    assert (answer.status_code, answer.json()["code"]) == (422, "UPLOAD-HASH-MISMATCH")
    assert answer.json()["where"] == ["files.0"]
    assert answer.headers["content-type"] == "application/problem+json"
    repaired = manifest | {"files": [described(client.upload(content), content)]}
    assert client.put(dossier, repaired).status_code == 201


def test_an_unfinished_upload_is_missing(client: Client) -> None:
    content = pdf("một")
    location = client.create(len(content)).headers["Location"]
    client.patch(location, 0, content[:100])
    answer = client.put(new_id(), client.manifest() | {"files": [described(location, content)]})
    assert (answer.status_code, answer.json()["code"]) == (422, "UPLOAD-MISSING")


def test_an_upload_of_another_kiosk_is_missing(client: Client, other: Client) -> None:
    content = pdf("một")
    stolen = described(client.upload(content), content)
    answer = other.put(new_id(), other.manifest() | {"files": [stolen]})
    assert (answer.status_code, answer.json()["code"]) == (422, "UPLOAD-MISSING")


def test_a_manifest_naming_another_kiosk_is_refused(client: Client) -> None:
    answer = client.put(new_id(), client.manifest(pdf("một")) | {"kiosk_id": "other-kiosk"})
    assert (answer.status_code, answer.json()["code"]) == (403, "KIOSK-MISMATCH")


def test_a_procedure_handled_elsewhere_is_refused_with_the_body_that_handles_it(client: Client) -> None:
    manifest = client.manifest()
    manifest["procedure"] = {"local_id": "IS-01", "code": None, "name_vi": "Thủ tục đã chuyển"}
    answer = client.put(new_id(), manifest)
    assert (answer.status_code, answer.json()["code"]) == (422, "PROCEDURE-NOT-RECEIVED")
    assert "Bộ Công an" in answer.json()["detail_vi"]
    assert "Ministry of Public Security" in answer.json()["detail_en"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"unexpected": 1}, "unexpected: extra_forbidden"),
        ({"channel": "2"}, "channel: int_type"),
        ({"declared_at": "2026-11-20T09:10:00"}, "declared_at: timezone_aware"),
        ({"result_delivery": "pigeon"}, "result_delivery: literal_error"),
    ],
)
def test_a_manifest_outside_the_contract_names_the_field_and_no_value(
    client: Client, change: dict[str, Any], where: str
) -> None:
    answer = client.put(new_id(), client.manifest() | change)
    assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST-INVALID")
    assert answer.json()["where"] == [where]
    assert "NGHIỆM" not in answer.text


CHIP_CHECK = {"passive": "passed", "chip": "not_checked", "active": "failed", "mismatches": ["name", "qr_birth_date"]}


def test_what_the_officer_has_to_know_of_the_card_comes_with_the_dossier(client: Client) -> None:
    manifest = client.manifest()
    manifest["applicant"] |= {"chip_check": CHIP_CHECK}
    assert client.put(new_id(), manifest).status_code == 201
    manifest["applicant"] |= {"chip_check": CHIP_CHECK | {"mismatches": ["NGUYỄN VĂN THỬ NGHIỆM"]}}
    answer = client.put(new_id(), manifest)
    assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST-INVALID")
    assert "NGHIỆM" not in answer.text


def test_files_are_kept_under_their_checksum_and_the_uploads_are_gone(client: Client, ministry: Ministry) -> None:
    content = pdf("một", 50_000)
    manifest = client.manifest(content)
    receipt = client.put(new_id(), manifest).json()
    (kept,) = json.loads(ministry.run("files", receipt["dossier_code"], "--json"))["files"]
    with ministry.files() as files:
        assert b"".join(files.read(kept["sha256"])) == content
        assert kept["path"] == files.place(kept["sha256"])
    if not OBJECTS:
        assert Path(kept["path"]).read_bytes() == content
        assert Path(kept["path"]).stat().st_mode & 0o777 == 0o600
    assert kept["sha256"] == hashlib.sha256(content).hexdigest()
    assert client.head(manifest["files"][0]["upload"]).status_code == 404


def test_one_upload_may_serve_two_components(client: Client) -> None:
    content = pdf("một")
    file = described(client.upload(content), content)
    manifest = client.manifest() | {"files": [file, file | {"component": "copy"}]}
    assert client.put(new_id(), manifest).status_code == 201


def test_a_malformed_body_and_a_wrong_content_type_are_told_apart(client: Client) -> None:
    url = f"{client.url}/v1/dossiers/{new_id()}"
    broken = client.http.put(url, data=b"{", headers={"Content-Type": "application/json"}, timeout=20)
    typed = client.http.put(url, data=b"{}", headers={"Content-Type": "text/plain"}, timeout=20)
    assert (broken.status_code, typed.status_code) == (400, 415)


def test_the_log_has_no_personal_data_and_no_look_up_code(client: Client, ministry: Ministry) -> None:
    receipt = client.submit(pdf("một"))
    client.put(new_id(), client.manifest() | {"unexpected": "001099000001"})
    log = ministry.errors.read_text("utf-8")
    assert all(isinstance(json.loads(line), dict) for line in log.splitlines())
    for secret in ("NGUYỄN", "001099000001", receipt["kiosk_reference"], f'"{receipt["lookup_code"]}"'):
        assert secret not in log


def test_a_manifest_cut_off_in_the_middle_is_no_error_of_the_service(client: Client, ministry: Ministry) -> None:
    dossier = new_id()
    head = f"PUT /v1/dossiers/{dossier} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    with ministry.raw() as line:
        line.sendall((head + "Content-Length: 5000\r\n\r\n{").encode())
        line.shutdown(2)
    wait_until(lambda: '"status": 0' in ministry.errors.read_text("utf-8"))
    assert "request.unhandled" not in ministry.errors.read_text("utf-8")
    assert client.put(dossier, client.manifest(pdf("một"))).status_code == 201
