"""One's own dossiers are told for a proven card, found without the number, and to nobody in bulk."""

from __future__ import annotations

import hmac
import sqlite3
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ministry_harness import POSTGRES, Client, Ministry, pdf, running

from backend import desk, person_token
from backend.desk import Decision
from backend.service import Service, open_service
from backend.workflow import Status

QUESTIONS = 3


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    """A service of its own: these questions are counted."""
    with running(tmp_path_factory.mktemp("people") / "data", "person_questions_per_minute = 1000\n") as service:
        yield service


@pytest.fixture
def officer(registry: Ministry) -> Iterator[Service]:
    service = open_service(registry.data)
    yield service
    service.close()


def named(client: Client, number: str) -> str:
    """The token that a kiosk makes of a number."""
    key = client.http.get(f"{client.url}/v1/people/key", timeout=20).json()["key"]
    return hmac.digest(bytes.fromhex(key), number.encode(), "sha256").hex()


def submit(client: Client, number: str, assurance: str = "chip_verified") -> dict[str, Any]:
    manifest = client.manifest(pdf("một"))
    manifest["applicant"] |= {
        "identity_number": number,
        "assurance": assurance,
        "verified_by": assurance.partition("_")[0],
    }
    answer = client.put(str(uuid.uuid4()), manifest)
    assert answer.status_code == 201, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


def mine(client: Client, number: str) -> list[dict[str, Any]]:
    answer = client.post("/v1/people/dossiers", {"person": named(client, number)})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    found: list[dict[str, Any]] = answer.json()["dossiers"]
    return found


def test_a_person_is_told_their_own_dossiers_newest_first(registry: Ministry) -> None:
    client = Client(registry)
    first, second = submit(client, "001099000201"), submit(client, "001099000201")
    submit(client, "001099000202")
    assert [one["dossier_code"] for one in mine(client, "001099000201")] == [
        second["dossier_code"],
        first["dossier_code"],
    ]


def test_what_is_told_is_enough_to_track_each(registry: Ministry) -> None:
    client = Client(registry)
    submit(client, "001099000203")
    (one,) = mine(client, "001099000203")
    asked = {name: one[name] for name in ("dossier_code", "lookup_code")}
    assert client.post("/v1/tracking", asked).json()["status"]["code"] == one["status"]["code"] == 1


@pytest.mark.parametrize("assurance", ["qr", "typed"])
def test_a_dossier_under_a_number_that_no_chip_gave_is_told_once_an_officer_took_it_in(
    registry: Ministry, officer: Service, assurance: str
) -> None:
    client = Client(registry)
    number = "001099000204" if assurance == "qr" else "001099000205"
    receipt = submit(client, number, assurance)
    assert mine(client, number) == []
    desk.move(officer, receipt["dossier_code"], Decision(Status.ACCEPTED))
    assert [one["dossier_code"] for one in mine(client, number)] == [receipt["dossier_code"]]


def test_a_person_without_dossiers_gets_an_empty_list(registry: Ministry) -> None:
    assert mine(Client(registry), "001099000299") == []


@pytest.mark.parametrize("question", [{}, {"person": "001099000201"}, {"person": "A" * 64}, {"identity_number": "1"}])
def test_a_number_is_no_question(registry: Ministry, question: dict[str, str]) -> None:
    assert Client(registry).post("/v1/people/dossiers", question).status_code == 422


@pytest.mark.skipif(bool(POSTGRES), reason="looks into the file of SQLite")
def test_the_number_stands_in_no_log_and_no_index(registry: Ministry) -> None:
    client = Client(registry)
    submit(client, "001099000206")
    token = named(client, "001099000206")
    assert mine(client, "001099000206")
    logged = registry.errors.read_text("utf-8")
    assert "person.asked" in logged
    assert "001099000206" not in logged
    assert token not in logged
    with sqlite3.connect(f"file:{registry.data}/ministry.sqlite?mode=ro", uri=True) as connection:
        (kept,) = connection.execute("SELECT count(*) FROM dossiers WHERE person = ?", (token,)).fetchone()
    assert kept == 1


def test_every_question_of_a_kiosk_counts_also_the_right_ones(tmp_path: Path) -> None:
    with running(tmp_path / "data", f"person_questions_per_minute = {QUESTIONS}\n") as service:
        client = Client(service)
        answers = [client.post("/v1/people/dossiers", {"person": "0" * 64}) for _ in range(QUESTIONS + 1)]
    assert [answer.status_code for answer in answers] == [200] * QUESTIONS + [429]
    assert answers[-1].json()["code"] == "TRACKING-LIMITED"
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_the_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    first = person_token.load_key(tmp_path)
    assert person_token.load_key(tmp_path) == first
    assert len(first) == 32
    assert stat.S_IMODE((tmp_path / "person.key").stat().st_mode) == 0o600
    assert [item.name for item in tmp_path.iterdir()] == ["person.key"]


@pytest.mark.skipif(bool(POSTGRES), reason="looks into the file of SQLite")
def test_dossiers_from_before_there_were_tokens_are_found_too(registry: Ministry, officer: Service) -> None:
    client = Client(registry)
    receipt = submit(client, "001099000207")
    with sqlite3.connect(registry.data / "ministry.sqlite", timeout=20) as connection:
        connection.execute("UPDATE dossiers SET person = NULL WHERE dossier_code = ?", (receipt["dossier_code"],))
    connection.close()
    assert mine(client, "001099000207") == []
    person_token.catch_up(officer.database, officer.person_key)
    assert [one["dossier_code"] for one in mine(client, "001099000207")] == [receipt["dossier_code"]]
