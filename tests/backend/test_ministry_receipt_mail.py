"""A receipt that is asked for after sending: one mail a dossier, for its own kiosk, to one plain address."""

from __future__ import annotations

import contextlib
import json
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ministry_harness import Client, Ministry, manifest, opened, wait_until

from backend import post, receipt_mail
from backend.contract import ReceiptMail
from backend.dossiers import Dossiers
from backend.problems import Problem
from backend.service import Service

ADDRESS = "thu.nghiem@kiosk.example"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with contextlib.closing(opened(tmp_path / "data")) as ours:
        yield ours


def submitted(service: Service, **changes: Any) -> str:
    dossier = str(uuid.uuid4())
    body = json.dumps(manifest("k", []) | changes, ensure_ascii=False).encode()
    assert Dossiers(service).receive(dossier, body, "k")[0] == 201
    return dossier


def ask(service: Service, dossier: str, address: str = ADDRESS) -> tuple[str, bool]:
    return receipt_mail.ask(service, dossier, ReceiptMail(kiosk_id="k", address=address), "k")


def mails(service: Service) -> list[str]:
    return [file.read_text("utf-8") for file in (service.data / "mail").glob("*.eml")]


def test_a_receipt_asked_for_later_is_sent_once_however_often_it_is_asked_for(service: Service) -> None:
    dossier, room = submitted(service), post.MailRoom(service)
    assert room.send_due() == 0
    assert [ask(service, dossier) for _ in range(2)] == [(post.WAITING, True), (post.WAITING, False)]
    assert room.send_due() == 1
    assert ask(service, dossier) == (post.SENT, False)
    assert room.send_due() == 0
    (letter,) = mails(service)
    assert f"To: {ADDRESS}" in letter


def test_one_that_was_asked_for_with_the_dossier_is_not_sent_again(service: Service) -> None:
    dossier, room = submitted(service, receipt_mail=ADDRESS), post.MailRoom(service)
    assert room.send_due() == 1
    assert ask(service, dossier) == (post.SENT, False)
    assert room.send_due() == 0


@pytest.mark.parametrize("with_dossier", [True, False])
def test_a_second_address_is_refused(service: Service, with_dossier: bool) -> None:
    dossier = submitted(service, **({"receipt_mail": ADDRESS} if with_dossier else {}))
    if not with_dossier:
        ask(service, dossier)
    with pytest.raises(Problem, match="RECEIPT-MAIL-TAKEN"):
        ask(service, dossier, "other@kiosk.example")
    assert post.MailRoom(service).send_due() == 1


def test_the_same_question_from_many_at_once_is_one_mail(service: Service) -> None:
    dossier, answers = submitted(service), list[tuple[str, bool]]()
    threads = [threading.Thread(target=lambda: answers.append(ask(service, dossier))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(new for _, new in answers) == [False] * 7 + [True]
    assert post.MailRoom(service).send_due() == 1


def test_a_running_service_sends_it_at_once_and_once(ministry: Ministry, client: Client) -> None:
    dossier = str(uuid.uuid4())
    code = client.put(dossier, client.manifest()).json()["dossier_code"]
    body = {"kiosk_id": client.kiosk_id, "address": ADDRESS}
    place = f"/v1/dossiers/{dossier}/receipt-mail"
    first = client.http.put(f"{client.url}{place}", json=body)
    assert (first.status_code, first.json()) == (200, {"state": "waiting"})
    file = ministry.data / "mail" / f"{code}.eml"
    wait_until(file.exists, 30)
    wait_until(lambda: client.http.put(f"{client.url}{place}", json=body).json() == {"state": "sent"}, 30)
    assert ADDRESS not in ministry.errors.read_text("utf-8")


def test_only_the_kiosk_that_sent_the_dossier_may_ask(ministry: Ministry, client: Client) -> None:
    dossier = str(uuid.uuid4())
    client.put(dossier, client.manifest())
    ministry.run("issue-certificate", "stranger")
    stranger = Client(ministry, "stranger", "kiosk-stranger")
    place = f"/v1/dossiers/{dossier}/receipt-mail"
    for kiosk_id, code in (("stranger", 404), (client.kiosk_id, 403)):
        body = {"kiosk_id": kiosk_id, "address": ADDRESS}
        assert stranger.http.put(f"{stranger.url}{place}", json=body).status_code == code
    unknown = client.http.put(
        f"{client.url}/v1/dossiers/{uuid.uuid4()}/receipt-mail", json={"kiosk_id": client.kiosk_id, "address": ADDRESS}
    )
    assert (unknown.status_code, unknown.json()["code"]) == (404, "DOSSIER-NOT-FOUND")


@pytest.mark.parametrize("address", ["a,b@kiosk.example", "a\r\nBcc: c@kiosk.example", "a@kiosk", ""])
def test_what_is_no_plain_address_is_refused_without_being_repeated(client: Client, address: str) -> None:
    body = {"kiosk_id": client.kiosk_id, "address": address}
    answer = client.http.put(f"{client.url}/v1/dossiers/{uuid.uuid4()}/receipt-mail", json=body)
    assert (answer.status_code, answer.json()["where"]) == (422, ["address: string_pattern_mismatch"])
