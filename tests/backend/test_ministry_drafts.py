"""A draft is kept sealed, told to its person alone, one of a procedure, and becomes one dossier whoever opened it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from ministry_harness import Client, Ministry, described, manifest, opened, pdf, running

from backend import person_token, retention
from backend.dossiers import Dossiers
from backend.drafts import Drafts
from backend.problems import Problem
from backend.service import Service
from backend.tls import Pki
from backend.tus import Uploads

NUMBER = "001099000301"


@pytest.fixture(scope="module")
def keeper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    """A service of its own: questions about people are counted."""
    settings = "person_questions_per_minute = 1000\nperson_questions_per_hour = 9000\ndraft_days = 14\nmax_drafts = 3\n"
    with running(tmp_path_factory.mktemp("drafts") / "data", settings) as service:
        Pki(service.pki).issue("other-kiosk", 10)
        yield service


@pytest.fixture
def here(keeper: Ministry) -> Client:
    return Client(keeper)


@pytest.fixture
def there(keeper: Ministry) -> Client:
    """Another kiosk."""
    return Client(keeper, "other-kiosk", "kiosk-other-kiosk")


def token() -> str:
    """Somebody, or something, that no other test knows."""
    return os.urandom(32).hex()


def sealed(size: int = 3000) -> bytes:
    """Bytes as a kiosk seals them: nothing in them can be read."""
    return b"KSF1" + os.urandom(size)


def draft_body(client: Client, person: str, slot: str, *pieces: bytes, **changes: Any) -> dict[str, Any]:
    files = [
        {"upload": client.upload(piece), "bytes": len(piece), "sha256": hashlib.sha256(piece).hexdigest()}
        for piece in pieces
    ]
    body = {"kiosk_id": client.kiosk_id, "person": person, "slot": slot, "lineage": str(uuid.uuid4())}
    return body | {"header": base64.b64encode(sealed(100)).decode(), "files": files} | changes


def put(client: Client, draft: str, body: dict[str, Any]) -> requests.Response:
    return client.http.put(f"{client.url}/v1/drafts/{draft}", json=body, timeout=30)


def save(client: Client, person: str, slot: str, *pieces: bytes, **changes: Any) -> tuple[str, dict[str, Any]]:
    """Saves a draft; its name, and what was sent."""
    draft, body = str(uuid.uuid4()), draft_body(client, person, slot, *(pieces or (sealed(),)), **changes)
    answer = put(client, draft, body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["uuid"] == draft
    return draft, body


def listed(client: Client, person: str) -> list[dict[str, Any]]:
    answer = client.post("/v1/people/drafts", {"person": person})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    found: list[dict[str, Any]] = answer.json()["drafts"]
    return found


def fetch(client: Client, draft: str, position: int, person: str) -> requests.Response:
    where = f"{client.url}/v1/drafts/{draft}/files/{position}"
    return client.http.get(where, headers={"Kiosk-Person": person}, timeout=20)


def delete(client: Client, draft: str, person: str) -> int:
    headers = {"Kiosk-Person": person}
    return client.http.delete(f"{client.url}/v1/drafts/{draft}", headers=headers, timeout=20).status_code


def submit(client: Client, lineage: str | None, dossier: str = "") -> requests.Response:
    body = client.manifest(pdf("một"))
    body["applicant"]["identity_number"] = NUMBER
    return client.put(dossier or str(uuid.uuid4()), body | ({"draft": lineage} if lineage else {}))


def named(client: Client, number: str = NUMBER) -> str:
    key = client.http.get(f"{client.url}/v1/people/key", timeout=20).json()["key"]
    return person_token.token(bytes.fromhex(key), number)


def test_a_draft_saved_at_one_kiosk_is_told_and_given_out_whole_at_another(here: Client, there: Client) -> None:
    person, slot, pieces = token(), token(), (sealed(), sealed(200_000), sealed(5))
    draft, body = save(here, person, slot, *pieces)
    (told,) = listed(there, person)
    assert {name: told[name] for name in ("uuid", "slot", "lineage", "header")} == {
        "uuid": draft,
        "slot": slot,
        "lineage": body["lineage"],
        "header": body["header"],
    }
    assert [item["sha256"] for item in told["files"]] == [hashlib.sha256(piece).hexdigest() for piece in pieces]
    assert [fetch(there, draft, at, person).content for at in range(3)] == list(pieces)


def test_the_last_day_is_told_before_and_after_saving(here: Client) -> None:
    person = token()
    assert here.post("/v1/people/drafts", {"person": person}).json() == {"keep_days": 14, "drafts": []}
    save(here, person, token())
    (told,) = listed(here, person)
    assert told["saved_at"][:10] < told["until"]


def test_another_person_finds_neither_the_draft_nor_its_pieces_and_deletes_nothing(here: Client) -> None:
    person, stranger = token(), token()
    draft, _ = save(here, person, token())
    assert listed(here, stranger) == []
    assert fetch(here, draft, 0, stranger).json()["code"] == "DRAFT-NOT-FOUND"
    assert delete(here, draft, stranger) == 204
    assert fetch(here, draft, 0, person).status_code == 200


def test_a_question_without_a_person_is_refused(here: Client) -> None:
    draft, _ = save(here, token(), token())
    for person in ("", NUMBER, "A" * 64):
        assert fetch(here, draft, 0, person).status_code == 422
    assert here.http.delete(f"{here.url}/v1/drafts/{draft}", timeout=20).status_code == 422


def test_saving_again_with_the_same_name_gives_the_same_receipt(here: Client) -> None:
    draft, body = str(uuid.uuid4()), draft_body(here, token(), token(), sealed())
    first, again = put(here, draft, body), put(here, draft, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert put(here, draft, body | {"header": "QUJD"}).json()["code"] == "DOSSIER-CONFLICT"


def test_a_second_draft_of_a_procedure_replaces_the_first_only_when_it_names_it(here: Client, there: Client) -> None:
    person, slot, old = token(), token(), sealed()
    first, _ = save(here, person, slot, old)
    refused = put(there, str(uuid.uuid4()), draft_body(there, person, slot, sealed()))
    assert (refused.status_code, refused.json()["code"]) == (409, "DRAFT-EXISTS")
    assert [item["uuid"] for item in listed(here, person)] == [first]
    second, _ = save(there, person, slot, sealed(), replaces=first)
    assert [item["uuid"] for item in listed(here, person)] == [second]
    assert fetch(here, first, 0, person).status_code == 404


def test_drafts_of_several_procedures_lie_beside_each_other_up_to_a_bound(here: Client) -> None:
    person = token()
    for _ in range(3):
        save(here, person, token())
    refused = put(here, str(uuid.uuid4()), draft_body(here, person, token(), sealed()))
    assert (refused.status_code, refused.json()["code"]) == (409, "DRAFTS-TOO-MANY")
    assert len(listed(here, person)) == 3


def test_two_kiosks_that_save_at_once_leave_one_draft(here: Client, there: Client) -> None:
    person, slot = token(), token()
    bodies = [(client, draft_body(client, person, slot, sealed())) for client in (here, there) for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda item: put(item[0], str(uuid.uuid4()), item[1]), bodies))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert len(listed(here, person)) == 1


def test_on_the_citizens_wish_the_draft_and_its_bytes_are_gone(here: Client, keeper: Ministry) -> None:
    person, piece = token(), sealed()
    draft, _ = save(here, person, token(), piece)
    digest = hashlib.sha256(piece).hexdigest()
    with keeper.files() as files:
        assert files.holds(digest)
    assert delete(here, draft, person) == 204
    assert delete(here, draft, person) == 204
    with keeper.files() as files:
        assert not files.holds(digest)
    assert listed(here, person) == []
    assert fetch(here, draft, 0, person).status_code == 404


def test_receiving_the_dossier_deletes_the_draft_and_refusing_it_does_not(here: Client) -> None:
    person = named(here)
    draft, body = save(here, person, token())
    invalid = here.manifest(pdf("một")) | {"draft": body["lineage"], "channel": 9}
    assert here.put(str(uuid.uuid4()), invalid).status_code == 422
    assert [item["uuid"] for item in listed(here, person)] == [draft]
    assert submit(here, body["lineage"]).status_code == 201
    assert listed(here, person) == []


def test_of_one_draft_opened_at_two_kiosks_the_second_dossier_is_refused(here: Client, there: Client) -> None:
    _, body = save(here, named(here), token())
    dossier = str(uuid.uuid4())
    first = submit(here, body["lineage"], dossier)
    second = submit(there, body["lineage"])
    assert first.status_code == 201
    assert (second.status_code, second.json()["code"]) == (409, "DRAFT-SUBMITTED")
    assert second.json()["detail_vi"]


def test_the_first_kiosks_repeated_dossier_still_gets_its_receipt(here: Client) -> None:
    _, body = save(here, named(here), token())
    dossier, sent = str(uuid.uuid4()), here.manifest(pdf("một")) | {"draft": body["lineage"]}
    sent["applicant"]["identity_number"] = NUMBER
    first, again = here.put(dossier, sent), here.put(dossier, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_two_kiosks_that_submit_at_once_bring_one_dossier(here: Client, there: Client) -> None:
    _, body = save(here, named(here), token())
    manifests = []
    for client in (here, there) * 3:
        sent = client.manifest(pdf("một")) | {"draft": body["lineage"]}
        sent["applicant"]["identity_number"] = NUMBER
        manifests.append((client, sent))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda item: item[0].put(str(uuid.uuid4()), item[1]), manifests))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5


def test_a_draft_that_was_opened_and_saved_again_is_the_same_one(here: Client, there: Client) -> None:
    person, slot = named(here), token()
    first, body = save(here, person, slot)
    again, _ = save(there, person, slot, lineage=body["lineage"], replaces=first)
    assert [item["uuid"] for item in listed(here, person)] == [again]
    assert submit(here, body["lineage"]).status_code == 201
    assert listed(there, person) == []
    assert submit(there, body["lineage"]).json()["code"] == "DRAFT-SUBMITTED"


def test_a_draft_cannot_be_saved_after_a_dossier_was_made_of_it(here: Client, there: Client) -> None:
    person, slot = named(here), token()
    _, body = save(here, person, slot)
    assert submit(here, body["lineage"]).status_code == 201
    refused = put(there, str(uuid.uuid4()), draft_body(there, person, slot, sealed(), lineage=body["lineage"]))
    assert refused.json()["code"] == "DRAFT-SUBMITTED"


def test_somebody_elses_dossier_takes_no_draft_away(here: Client) -> None:
    person = token()
    draft, body = save(here, person, token())
    assert submit(here, body["lineage"]).json()["code"] == "REQUEST-INVALID"
    assert [item["uuid"] for item in listed(here, person)] == [draft]


def test_what_is_not_sealed_is_not_kept(here: Client) -> None:
    person = token()
    refused = put(here, str(uuid.uuid4()), draft_body(here, person, token(), pdf("lộ")))
    assert refused.status_code == 422
    assert listed(here, person) == []


def test_a_wrong_hash_another_kiosks_name_and_a_missing_upload_keep_nothing(here: Client, there: Client) -> None:
    person, slot = token(), token()
    good = draft_body(here, person, slot, sealed())
    wrong = [{**good["files"][0], "sha256": "0" * 64}]
    cases = [
        (here, good | {"files": wrong}, "UPLOAD-HASH-MISMATCH"),
        (there, good, "KIOSK-MISMATCH"),
        (there, good | {"kiosk_id": "other-kiosk"}, "UPLOAD-MISSING"),
        (here, good | {"lineage": "../../etc"}, "REQUEST-INVALID"),
        (here, good | {"files": []}, "REQUEST-INVALID"),
        (here, good | {"files": good["files"] * 201}, "REQUEST-INVALID"),
    ]
    for client, body, code in cases:
        assert put(client, str(uuid.uuid4()), body).json()["code"] == code
    assert listed(here, person) == []


def test_nothing_of_a_person_stands_in_the_log(here: Client, keeper: Ministry) -> None:
    person = token()
    draft, body = save(here, person, token())
    assert fetch(here, draft, 0, person).status_code == 200
    assert delete(here, draft, person) == 204
    logged = keeper.errors.read_text("utf-8")
    assert "draft.saved" in logged
    assert "draft.deleted" in logged
    for secret in (person, body["slot"], body["header"], NUMBER):
        assert secret not in logged


# --- beside a server: days pass --------------------------------------------------------------------------------------


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    ours = opened(tmp_path / "data")
    yield replace(ours, settings=ours.settings.model_copy(update={"draft_days": 10}))
    ours.close()


def later(service: Service, days: int) -> Service:
    moment = service.now() + timedelta(days=days)
    return replace(service, now=lambda: moment)


def saved(service: Service, person: str, piece: bytes) -> dict[str, Any]:
    row = Uploads(service).create("k", len(piece), "")
    service.files.append(row.id, 1, 0, piece, lambda: True)
    file = {"upload": f"/files/{row.id}", "bytes": len(piece), "sha256": hashlib.sha256(piece).hexdigest()}
    lineage = str(uuid.uuid4())
    body = {"kiosk_id": "k", "person": person, "slot": token(), "lineage": lineage, "header": "QUJD", "files": [file]}
    Drafts(service).save(lineage, json.dumps(body).encode(), "k")
    return body


def test_after_its_last_day_a_draft_is_told_to_nobody_and_its_bytes_go(service: Service) -> None:
    person, piece = token(), sealed()
    body = saved(service, person, piece)
    digest = hashlib.sha256(piece).hexdigest()
    assert retention.sweep(later(service, 10)) == (0, 0)
    assert len(Drafts(later(service, 10)).of(person)) == 1
    assert Drafts(later(service, 11)).of(person) == []
    with pytest.raises(Problem, match="DRAFT-NOT-FOUND"):
        Drafts(later(service, 11)).piece(body["lineage"], person, 0)
    assert retention.sweep(later(service, 11)) == (0, 1)
    assert not service.files.holds(digest)


def test_the_bytes_of_a_submitted_draft_go_with_the_next_sweep(service: Service) -> None:
    piece, content = sealed(), pdf("một")
    body = saved(service, person_token.token(service.person_key, NUMBER), piece)
    row = Uploads(service).create("k", len(content), "")
    service.files.append(row.id, 1, 0, content, lambda: True)
    sent = manifest("k", [described(f"/files/{row.id}", content)]) | {"draft": body["lineage"]}
    sent["applicant"]["identity_number"] = NUMBER
    assert Dossiers(service).receive(str(uuid.uuid4()), json.dumps(sent).encode(), "k")[0] == 201
    assert retention.sweep(service) == (0, 1)
    assert not service.files.holds(hashlib.sha256(piece).hexdigest())
    assert service.files.holds(hashlib.sha256(content).hexdigest())


def test_a_draft_larger_than_allowed_is_refused_before_anything_is_kept(service: Service) -> None:
    small = replace(service, settings=service.settings.model_copy(update={"max_draft_bytes": 1000}))
    with pytest.raises(Problem, match="REQUEST-TOO-LARGE"):
        saved(small, token(), sealed(2000))
    assert list(service.files.kept()) == []
