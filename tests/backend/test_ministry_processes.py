"""Several processes are one service: they agree through the database, whichever of them a kiosk reaches."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ministry_harness import TUS, Client, Ministry, described, opened, pdf, wait_until

from backend.problems import Problem
from backend.storage.database import insert_new
from backend.storage.files import TurnLostError
from backend.storage.models import DaySequence
from backend.tus import Uploads


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ministry, Ministry]]:
    """Two running processes on the same data."""
    data = tmp_path_factory.mktemp("pair") / "data"
    processes = Ministry(data, "tracking_misses_per_minute = 3\n"), Ministry(data)
    for process in processes:
        process.start()
    yield processes
    for process in processes:
        assert process.end() == 0


def test_an_upload_begun_at_one_process_goes_on_at_another(pair: tuple[Ministry, Ministry]) -> None:
    one, other = (Client(process) for process in pair)
    content = pdf("một", 600_000)
    location = one.create(len(content)).headers["Location"]
    assert one.patch(location, 0, content[:250_000]).status_code == 204
    assert other.offset(location) == 250_000
    assert other.patch(location, 250_000, content[250_000:]).status_code == 204
    dossier = str(uuid.uuid4())
    manifest = one.manifest() | {"files": [described(location, content)]}
    first, again = one.put(dossier, manifest), other.put(dossier, manifest)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content


def test_a_connection_that_another_process_has_succeeded_can_add_nothing(pair: tuple[Ministry, Ministry]) -> None:
    one, other = (Client(process) for process in pair)
    content = pdf("một", 2_000_000)
    location = one.create(len(content)).headers["Location"]
    head = (
        f"PATCH {location} HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
        f"Content-Type: application/offset+octet-stream\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    with pair[0].raw() as line:
        line.sendall(head.encode() + content[:1_300_000])
        wait_until(lambda: pair[0].stored(location) > 0)
        arrived = other.offset(location)
        assert 0 < arrived <= 1_300_000
        assert other.patch(location, arrived, content[arrived:-1]).status_code == 204
        # The old connection comes to life again, with other bytes.
        line.sendall(b"x" * (len(content) - 1_300_000))
        assert line.recv(4096).startswith(b"HTTP/1.1 423")
    assert other.offset(location) == len(content) - 1
    assert one.patch(location, len(content) - 1, content[-1:]).status_code == 204
    receipt = one.put(str(uuid.uuid4()), one.manifest() | {"files": [described(location, content)]})
    assert receipt.status_code == 201, receipt.text


def test_the_same_dossier_at_both_processes_at_once_is_one(pair: tuple[Ministry, Ministry]) -> None:
    dossier, manifest = str(uuid.uuid4()), Client(pair[0]).manifest(pdf("một", 200_000), pdf("hai"))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: Client(pair[n % 2]).put(dossier, manifest), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.content for answer in answers}) == 1
    listed = json.loads(pair[0].run("dossiers", "--json"))["dossiers"]
    assert sum(row["uuid"] == dossier for row in listed) == 1


def test_both_processes_count_one_row_of_codes_without_gap_or_double(pair: tuple[Ministry, Ministry]) -> None:
    def submitted(number: int) -> int:
        receipt = Client(pair[number % 2]).submit(pdf(str(number)))
        return int(receipt["dossier_code"].rpartition("-")[2])

    with ThreadPoolExecutor(6) as pool:
        numbers = sorted(pool.map(submitted, range(18)))
    assert numbers == list(range(numbers[0], numbers[0] + 18))


def test_the_same_bytes_from_two_kiosks_are_kept_once(pair: tuple[Ministry, Ministry]) -> None:
    pair[0].run("issue-certificate", "second")
    content = pdf("chung", 30_000)
    clients = [Client(pair[0]), Client(pair[1], "second", "kiosk-second")]
    with ThreadPoolExecutor(2) as pool:
        codes = [receipt["dossier_code"] for receipt in pool.map(lambda client: client.submit(content), clients)]
    kept = [json.loads(pair[0].run("files", code, "--json"))["files"][0]["path"] for code in codes]
    assert kept[0] == kept[1]


def test_wrong_codes_are_counted_together(pair: tuple[Ministry, Ministry]) -> None:
    pair[0].run("issue-certificate", "guesser")
    clients = [Client(process, "guesser", "kiosk-guesser") for process in pair]
    wrong = {"dossier_code": "G06-20200101-0000001", "lookup_code": "0000"}
    answers = [clients[n % 2].post("/v1/tracking", wrong).status_code for n in range(6)]
    assert answers == [404, 404, 404, 429, 429, 429]


def test_an_upload_deleted_at_one_process_is_gone_at_the_other(pair: tuple[Ministry, Ministry]) -> None:
    one, other = (Client(process) for process in pair)
    location = one.upload(b"12345")
    assert other.http.delete(other.url + location, headers=TUS, timeout=20).status_code == 204
    assert one.head(location).status_code == 404
    assert one.patch(location, 0, b"1").status_code == 404


def test_only_the_holder_of_the_latest_turn_may_append(tmp_path: Path) -> None:
    service = opened(tmp_path)
    try:
        row = Uploads(service).create("demo-kiosk", 5, "")
        service.files.append(row.id, 1, 0, b"123", lambda: True)
        with pytest.raises(TurnLostError):
            service.files.append(row.id, 1, 3, b"45", lambda: False)
        assert service.files.upload_length(row.id) == 3
        with pytest.raises(Problem, match="UPLOAD-NOT-FOUND"):
            Uploads(service).find("other-kiosk", row.id)
    finally:
        service.close()


def test_a_row_that_is_there_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    service = opened(tmp_path)
    try:
        with service.database.write() as session:
            said = [insert_new(session, DaySequence(day="20261122", last=last)) for last in (3, 9)]
            assert said == [True, False]
            assert session.get_one(DaySequence, "20261122").last == 3
    finally:
        service.close()
