"""Papers that a dossier asks for are taken exactly once, and the clock of the dossier runs on."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import requests
from ministry_harness import Client, Ministry, described, pdf

from backend import desk
from backend.desk import Decision, PaperWanted
from backend.service import Service, open_service
from backend.workflow import MoveError, Status

FORM = PaperWanted("application-form")
PROOF = PaperWanted("c9", "Chứng từ thử nghiệm", originals=0, copies=1)
UNTIL = date(2099, 12, 1)


@pytest.fixture
def officer(ministry: Ministry) -> Iterator[Service]:
    service = open_service(ministry.data)
    yield service
    service.close()


def asking(client: Client, officer: Service, *papers: PaperWanted) -> dict[str, Any]:
    """A dossier whose officer asks for papers."""
    receipt = client.submit(pdf("một"))
    code = receipt["dossier_code"]
    desk.move(officer, code, Decision(Status.ACCEPTED))
    desk.move(officer, code, Decision(Status.IN_PROCESSING))
    desk.move(
        officer, code, Decision(Status.MORE_PAPERS_NEEDED, reason="Thiếu giấy thử nghiệm", papers=papers, until=UNTIL)
    )
    return receipt


def supplement(client: Client, receipt: dict[str, Any], *components: str, **changes: Any) -> dict[str, Any]:
    files = []
    for component in components:
        content = pdf(component)
        files.append(described(client.upload(content), content) | {"component": component})
    token = uuid.uuid4().hex[:10].upper()
    return {
        "kiosk_id": client.kiosk_id,
        "kiosk_reference": f"K01-{token[:4]}-{token[4:]}",
        "dossier_code": receipt["dossier_code"],
        "lookup_code": receipt["lookup_code"],
        "declared_at": "2026-11-22T09:10:00+07:00",
        "submitted_at": "2026-11-22T09:11:00+07:00",
        "files": files,
    } | changes


def put(client: Client, name: str, manifest: dict[str, Any]) -> requests.Response:
    body = json.dumps(manifest, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    return client.http.put(f"{client.url}/v1/supplements/{name}", data=body, headers=headers, timeout=30)


def track(client: Client, **question: str) -> dict[str, Any]:
    answer = client.post("/v1/tracking", question)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def codes(receipt: dict[str, Any]) -> dict[str, str]:
    return {name: receipt[name] for name in ("dossier_code", "lookup_code")}


def test_a_request_names_its_papers_and_its_last_day(client: Client, officer: Service) -> None:
    receipt = asking(client, officer, FORM, PROOF)
    found = track(client, **codes(receipt))
    assert found["supplement"] == {
        "until": "2099-12-01",
        "papers": [
            {"component": "application-form", "name_vi": "Tờ khai", "originals": 1, "copies": 0},
            {"component": "c9", "name_vi": "Chứng từ thử nghiệm", "originals": 0, "copies": 1},
        ],
    }
    assert [step["status"]["code"] for step in found["history"]] == [1, 2, 4, 5]


def test_a_request_without_papers_asks_for_what_the_reason_says(client: Client, officer: Service) -> None:
    found = track(client, **codes(asking(client, officer)))
    assert [paper["component"] for paper in found["supplement"]["papers"]] == ["supplement"]


def test_a_supplement_ends_the_waiting_and_the_clock_runs_again(client: Client, officer: Service) -> None:
    receipt = asking(client, officer, FORM, PROOF)
    before = track(client, **codes(receipt))
    answer = put(client, str(uuid.uuid4()), supplement(client, receipt, "application-form", "c9"))
    assert answer.status_code == 201, answer.text
    assert (answer.json()["dossier_code"], answer.json()["status"]["code"]) == (receipt["dossier_code"], 4)
    after = track(client, **codes(receipt))
    assert (before["due_date"], after["due_date"] is not None) == (None, True)
    assert after["working_days_left"] == before["working_days_left"]
    assert after["supplement"] is None
    assert [step["status"]["code"] for step in after["history"]] == [1, 2, 4, 5, 4]
    assert after["history"][:4] == before["history"]
    assert [file.component for file in desk.files(officer, receipt["dossier_code"])] == [
        "application-form",
        "application-form",
        "c9",
    ]


def test_the_reference_of_a_supplement_leads_to_its_dossier(client: Client, officer: Service) -> None:
    receipt = asking(client, officer, FORM)
    manifest = supplement(client, receipt, "application-form")
    assert put(client, str(uuid.uuid4()), manifest).status_code == 201
    assert track(client, kiosk_reference=manifest["kiosk_reference"])["dossier_code"] == receipt["dossier_code"]


def test_a_repeated_supplement_gets_the_same_receipt_and_changes_nothing(client: Client, officer: Service) -> None:
    receipt = asking(client, officer, FORM)
    name, manifest = str(uuid.uuid4()), supplement(client, receipt, "application-form")
    first, second = put(client, name, manifest), put(client, name, manifest)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.content == second.content
    assert len(track(client, **codes(receipt))["history"]) == 5
    assert len(desk.files(officer, receipt["dossier_code"])) == 2


def test_two_at_once_are_received_once(client: Client, officer: Service) -> None:
    receipt = asking(client, officer, FORM)
    name, manifest = str(uuid.uuid4()), supplement(client, receipt, "application-form")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: put(Client(_ministry_of(client)), name, manifest), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.content for answer in answers}) == 1
    assert len(desk.files(officer, receipt["dossier_code"])) == 2


def _ministry_of(client: Client) -> Any:
    """Another connection of the same kiosk."""

    class Same:
        url = client.url

        @staticmethod
        def session(_name: str) -> requests.Session:
            session = requests.Session()
            session.trust_env, session.verify, session.cert = False, client.http.verify, client.http.cert
            return session

    return Same


def test_other_content_under_the_same_name_is_a_conflict(client: Client, officer: Service) -> None:
    receipt = asking(client, officer, FORM)
    name = str(uuid.uuid4())
    assert put(client, name, supplement(client, receipt, "application-form")).status_code == 201
    again = put(client, name, supplement(client, receipt, "application-form"))
    assert (again.status_code, again.json()["code"]) == (409, "DOSSIER-CONFLICT")


@pytest.mark.parametrize("components", [("application-form",), ("application-form", "c9", "c1"), ("c1",)])
def test_other_papers_than_those_asked_for_are_refused(
    client: Client, officer: Service, components: tuple[str, ...]
) -> None:
    receipt = asking(client, officer, FORM, PROOF)
    answer = put(client, str(uuid.uuid4()), supplement(client, receipt, *components))
    assert (answer.status_code, answer.json()["code"]) == (422, "SUPPLEMENT-NOT-AWAITED")
    assert track(client, **codes(receipt))["status"]["code"] == 5


def test_a_dossier_that_asks_for_nothing_takes_nothing(client: Client) -> None:
    receipt = client.submit(pdf("một"))
    answer = put(client, str(uuid.uuid4()), supplement(client, receipt, "application-form"))
    assert (answer.status_code, answer.json()["code"]) == (422, "SUPPLEMENT-NOT-AWAITED")


def test_wrong_codes_are_answered_as_if_nothing_was_awaited_and_are_counted(
    strict: Ministry,
) -> None:
    strict.run("issue-certificate", "guessing-kiosk")
    client = Client(strict, "guessing-kiosk", "kiosk-guessing-kiosk")
    officer = open_service(strict.data)
    receipt = asking(client, officer, FORM)
    officer.close()
    wrong = supplement(client, receipt, "application-form", lookup_code="0000")
    unknown = supplement(client, receipt, "application-form", dossier_code="G06-20200101-0000001")
    answers = [put(client, str(uuid.uuid4()), manifest) for manifest in (wrong, unknown, wrong, wrong)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert answers[0].content == answers[1].content


def test_a_damaged_file_leaves_the_dossier_waiting(client: Client, officer: Service) -> None:
    receipt = asking(client, officer, FORM)
    manifest = supplement(client, receipt, "application-form")
    manifest["files"][0]["sha256"] = "0" * 64
    answer = put(client, str(uuid.uuid4()), manifest)
    assert (answer.status_code, answer.json()["code"]) == (422, "UPLOAD-HASH-MISMATCH")
    assert track(client, **codes(receipt))["supplement"] is not None


def test_another_kiosk_cannot_hand_in_under_this_ones_name(client: Client, other: Client, officer: Service) -> None:
    receipt = asking(client, officer, FORM)
    manifest = supplement(client, receipt, "application-form")
    assert put(other, str(uuid.uuid4()), manifest).json()["code"] == "KIOSK-MISMATCH"
    mine = put(other, str(uuid.uuid4()), manifest | {"kiosk_id": other.kiosk_id})
    assert mine.json()["code"] == "UPLOAD-MISSING"


def test_the_time_of_waiting_does_not_count(client: Client, officer: Service) -> None:
    receipt = client.submit(pdf("một"))
    code = receipt["dossier_code"]
    long_ago = replace(officer, now=lambda: datetime.now(UTC) - timedelta(days=40))
    for decision in (
        Decision(Status.ACCEPTED),
        Decision(Status.IN_PROCESSING),
        Decision(Status.MORE_PAPERS_NEEDED, reason="Thiếu giấy thử nghiệm", papers=(FORM,)),
    ):
        desk.move(long_ago, code, decision)
    left = track(client, **codes(receipt))["working_days_left"]
    assert put(client, str(uuid.uuid4()), supplement(client, receipt, "application-form")).status_code == 201
    assert track(client, **codes(receipt))["working_days_left"] == left


@pytest.mark.parametrize(
    "decision",
    [
        Decision(Status.ACCEPTED, papers=(FORM,)),
        Decision(Status.ACCEPTED, until=UNTIL),
    ],
)
def test_only_a_request_for_papers_names_papers(client: Client, officer: Service, decision: Decision) -> None:
    receipt = client.submit(pdf("một"))
    with pytest.raises(MoveError, match="MOVE-NOT-ALLOWED"):
        desk.move(officer, receipt["dossier_code"], decision)


def test_an_officer_asks_for_papers_at_the_command_line(client: Client, ministry: Ministry) -> None:
    receipt = client.submit(pdf("một"))
    code = receipt["dossier_code"]
    for status in ("2", "4"):
        ministry.run("move", code, status)
    ministry.run(
        *("move", code, "5", "--reason", "Thiếu giấy thử nghiệm", "--until", "2099-12-01"),
        *("--paper", "application-form", "--paper", "c9=Chứng từ thử nghiệm"),
    )
    found = track(client, **codes(receipt))["supplement"]
    assert [paper["name_vi"] for paper in found["papers"]] == ["Tờ khai", "Chứng từ thử nghiệm"]
