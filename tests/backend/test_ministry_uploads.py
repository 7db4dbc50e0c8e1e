"""Uploads follow tus 1.0, survive cut lines and killed servers, and stay private."""

from __future__ import annotations

import base64
import signal
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from ministry_harness import TUS, Client, Ministry, described, opened, pdf, wait_until

from backend.problems import Problem
from backend.service import Service
from backend.tus import Uploads


def head_of_patch(ministry: Ministry, location: str, offset: int, announced: int) -> bytes:
    lines = [
        f"PATCH {location} HTTP/1.1",
        f"Host: localhost:{ministry.port}",
        "Tus-Resumable: 1.0.0",
        f"Upload-Offset: {offset}",
        "Content-Type: application/offset+octet-stream",
        f"Content-Length: {announced}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def test_the_server_says_what_it_supports(client: Client) -> None:
    answer = client.http.options(f"{client.url}/files/", timeout=20)
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,creation-with-upload,expiration,termination"
    assert int(answer.headers["Tus-Max-Size"]) > 0


def test_an_upload_in_parts_tells_its_offset_after_each(client: Client) -> None:
    content = pdf("một", 700_000)
    location = client.create(len(content)).headers["Location"]
    assert client.offset(location) == 0
    middle = 300_001
    assert client.patch(location, 0, content[:middle]).headers["Upload-Offset"] == str(middle)
    assert client.offset(location) == middle
    last = client.patch(location, middle, content[middle:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(content)))
    assert "Upload-Expires" in last.headers


def created_with(client: Client, content: bytes, length: int, **headers: str) -> requests.Response:
    sent = {**TUS, "Upload-Length": str(length), "Content-Type": "application/offset+octet-stream", **headers}
    return client.http.post(f"{client.url}/files/", headers=sent, data=content, timeout=20)


def test_an_upload_may_bring_its_bytes_when_it_is_created(client: Client, ministry: Ministry) -> None:
    content = pdf("một", 300_000)
    answer = created_with(client, content, len(content))
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(content)))
    assert ministry.stored(answer.headers["Location"]) == len(content)


def test_an_upload_created_with_some_of_its_bytes_goes_on_from_there(client: Client) -> None:
    location = created_with(client, b"123", 5).headers["Location"]
    assert client.offset(location) == 3
    assert client.patch(location, 3, b"45").status_code == 204


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [(b"123456", {}, 413), (b"12345", {"Content-Type": "application/pdf"}, 415)],
    ids=["more than announced", "another type"],
)
def test_an_upload_whose_first_bytes_are_refused_is_not_there(
    client: Client, ministry: Ministry, content: bytes, headers: dict[str, str], status: int
) -> None:
    before = set(kept(ministry))
    assert created_with(client, content, 5, **headers).status_code == status
    assert set(kept(ministry)) == before


def test_an_upload_that_was_cut_while_it_was_created_is_not_there(client: Client, ministry: Ministry) -> None:
    before = set(kept(ministry))
    lines = ["POST /files/ HTTP/1.1", f"Host: localhost:{ministry.port}", "Tus-Resumable: 1.0.0"]
    lines += ["Upload-Length: 1000", "Content-Type: application/offset+octet-stream", "Content-Length: 1000"]
    with ministry.raw() as line:
        line.sendall(("\r\n".join(lines) + "\r\n\r\n").encode() + b"x" * 400)
        wait_until(lambda: set(kept(ministry)) != before)
        line.shutdown(2)
    wait_until(lambda: set(kept(ministry)) == before)
    assert client.create(5).status_code == 201


def kept(ministry: Ministry) -> list[str]:
    """The uploads whose bytes the service has, finished or not."""
    with ministry.files() as files:
        return [upload for upload, _ in files.uploads()]


def test_metadata_may_be_empty_and_is_given_back_as_sent(client: Client) -> None:
    assert client.create(5, **{"Upload-Metadata": ""}).status_code == 201
    words = "filename " + base64.b64encode("tờ khai.pdf".encode()).decode() + ",final"
    location = client.create(5, **{"Upload-Metadata": words}).headers["Location"]
    assert client.head(location).headers["Upload-Metadata"] == words


@pytest.mark.parametrize("words", ["filename !!!", "a YQ==,a YQ==", "filename " + "A" * 5000])
def test_unreadable_metadata_is_refused(client: Client, words: str) -> None:
    assert client.create(5, **{"Upload-Metadata": words}).status_code == 400


def test_a_wrong_offset_is_a_conflict_and_tells_the_right_one(client: Client) -> None:
    location = client.create(10).headers["Location"]
    client.patch(location, 0, b"12345")
    answer = client.patch(location, 4, b"567890")
    assert (answer.status_code, answer.json()["code"]) == (409, "UPLOAD-OFFSET")
    assert answer.headers["Upload-Offset"] == "5"


def test_content_of_another_type_is_refused(client: Client) -> None:
    location = client.create(5).headers["Location"]
    assert client.patch(location, 0, b"12345", **{"Content-Type": "application/pdf"}).status_code == 415


def test_another_tus_version_is_refused_on_every_request(client: Client) -> None:
    location = client.create(5).headers["Location"]
    for method, path in (("POST", "/files/"), ("HEAD", location), ("PATCH", location), ("DELETE", location)):
        for headers in ({}, {"Tus-Resumable": "0.2.2"}):
            answer = client.http.request(method, client.url + path, headers=headers, timeout=20)
            assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_an_upload_larger_than_allowed_is_refused_at_once(client: Client) -> None:
    assert client.create(10**12).status_code == 413


@pytest.mark.parametrize("length", ["", "-1", "1e3", "٣"])
def test_a_length_that_is_no_number_is_refused(client: Client, length: str) -> None:
    headers = {**TUS, "Upload-Length": length.encode()}
    assert client.http.post(f"{client.url}/files/", headers=headers, timeout=20).status_code == 400


def test_more_bytes_than_announced_are_refused(client: Client) -> None:
    location = client.create(5).headers["Location"]
    assert client.patch(location, 0, b"123456").status_code == 413
    assert client.offset(location) == 0


def test_an_upload_does_not_exist_for_another_kiosk(client: Client, other: Client) -> None:
    location = client.create(5).headers["Location"]
    assert other.head(location).status_code == 404
    assert other.patch(location, 0, b"12345").status_code == 404
    assert other.http.delete(other.url + location, headers=TUS, timeout=20).status_code == 404
    assert client.offset(location) == 0


def test_a_terminated_upload_leaves_nothing(client: Client, ministry: Ministry) -> None:
    location = client.upload(b"12345")
    assert ministry.stored(location) == 5
    assert client.http.delete(client.url + location, headers=TUS, timeout=20).status_code == 204
    assert client.head(location).status_code == 404
    assert ministry.stored(location) == -1


def test_bytes_that_arrived_before_the_line_was_cut_are_kept(client: Client, ministry: Ministry) -> None:
    content = pdf("một", 400_000)
    location = client.create(len(content)).headers["Location"]
    with ministry.raw() as line:
        line.sendall(head_of_patch(ministry, location, 0, len(content)) + content[:200_000])
        line.shutdown(2)
    wait_until(lambda: client.offset(location) == 200_000)
    assert client.patch(location, 200_000, content[200_000:]).status_code == 204


def test_a_silent_old_connection_gives_way_to_the_kiosk_that_came_back(client: Client, ministry: Ministry) -> None:
    content = pdf("một", 1_400_000)
    location = client.create(len(content)).headers["Location"]
    with ministry.raw() as line:
        line.sendall(head_of_patch(ministry, location, 0, len(content)) + content[:1_390_000])
        wait_until(lambda: ministry.stored(location) > 0)
        arrived = client.offset(location)
        assert 0 < arrived <= 1_390_000
        assert client.patch(location, arrived, content[arrived:]).status_code == 204
        assert line.recv(4096).startswith(b"HTTP/1.1 423")


def test_a_connection_that_falls_silent_is_given_up_and_its_bytes_are_kept(strict: Ministry) -> None:
    client = Client(strict)
    location = client.create(1000).headers["Location"]
    with strict.raw() as line:
        line.sendall(head_of_patch(strict, location, 0, 1000) + b"x" * 400)
        assert line.recv(4096).startswith(b"HTTP/1.1 423")
    assert client.offset(location) == 400


def test_a_server_killed_in_the_middle_loses_nothing_and_answers_the_same_receipt(tmp_path: Path) -> None:
    content, dossier = pdf("một", 3_000_000), "11111111-2222-4333-8444-555555555555"
    ministry = Ministry(tmp_path / "data")
    ministry.start()
    try:
        client = Client(ministry)
        location = client.create(len(content)).headers["Location"]
        with ministry.raw() as line:
            line.sendall(head_of_patch(ministry, location, 0, len(content)))
            sender = threading.Thread(target=line.sendall, args=(content[:2_000_000],))
            sender.start()
            wait_until(lambda: ministry.stored(location) > 500_000)
            assert ministry.end(signal.SIGKILL) == -signal.SIGKILL
            sender.join(10)
        ministry.start()
        client = Client(ministry)
        arrived = client.offset(location)
        assert 500_000 < arrived <= 2_000_000
        assert client.patch(location, arrived, content[arrived:]).status_code == 204
        sent = client.manifest() | {"files": [described(location, content)]}
        first = client.put(dossier, sent)
        assert first.status_code == 201
        ministry.end(signal.SIGKILL)
        ministry.start()
        again = Client(ministry).put(dossier, sent)
        assert (again.status_code, again.content) == (200, first.content)
    finally:
        if ministry.process is not None:
            assert ministry.end() == 0


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    ours = opened(tmp_path)
    yield replace(ours, settings=ours.settings.model_copy(update={"max_open_uploads": 2}))
    ours.close()


def test_an_unused_upload_expires_and_its_bytes_go(service: Service) -> None:
    row = Uploads(service).create("demo-kiosk", 5, "")
    assert Uploads(service).sweep() == 0
    later = replace(service, now=lambda: row.expires_at)
    with pytest.raises(Problem, match="UPLOAD-NOT-FOUND"):
        Uploads(later).find("demo-kiosk", row.id)
    assert Uploads(later).sweep() == 1
    assert list(service.files.uploads()) == []


def metadata(dossier: str) -> str:
    return f"filename {base64.b64encode(b'1.pdf').decode()},dossier {base64.b64encode(dossier.encode()).decode()}"


def test_a_slow_kiosk_keeps_the_files_that_it_has_finished_and_what_nobody_claims_goes(service: Service) -> None:
    began, unused = service.now(), timedelta(seconds=service.settings.upload_unused_s)
    dossier = str(uuid.uuid4())
    uploads = Uploads(service)
    finished, forgotten = uploads.create("demo-kiosk", 5, metadata(dossier)), uploads.create("demo-kiosk", 5, "")
    elsewhere = uploads.create("other-kiosk", 5, metadata(dossier))
    # The second file takes more than two weeks, a little of it again and again.
    at = began
    later = replace(service, now=lambda: at, settings=service.settings.model_copy(update={"max_open_uploads": 9}))
    slow = Uploads(later).create("demo-kiosk", 5, metadata(dossier))
    swept = 0
    while at < began + timedelta(days=16):
        at += unused * 0.9
        Uploads(later).find("demo-kiosk", slow.id)
        swept += Uploads(later).sweep()
    assert swept == 2
    assert Uploads(later).find("demo-kiosk", finished.id).expires_at > at
    for owner, gone in (("demo-kiosk", forgotten), ("other-kiosk", elsewhere)):
        with pytest.raises(Problem, match="UPLOAD-NOT-FOUND"):
            Uploads(later).find(owner, gone.id)
    # Once nobody speaks of the dossier any more, all of it goes.
    at += unused
    assert Uploads(later).sweep() == 2
    assert list(service.files.uploads()) == []


def test_a_new_file_of_a_dossier_keeps_the_others_as_long_as_itself(service: Service) -> None:
    dossier, at = str(uuid.uuid4()), service.now()
    uploads = Uploads(replace(service, now=lambda: at))
    first = uploads.create("demo-kiosk", 5, metadata(dossier))
    at += timedelta(seconds=service.settings.upload_unused_s - 1)
    second = uploads.create("demo-kiosk", 5, metadata(dossier))
    assert uploads.find("demo-kiosk", first.id).expires_at == second.expires_at


@pytest.mark.parametrize("said", ["", "g" * 36, "A" * 36, "../../" + "a" * 30, "\u0111" * 12])
def test_what_is_no_dossier_keeps_nothing(service: Service, said: str) -> None:
    at = service.now()
    uploads = Uploads(replace(service, now=lambda: at))
    first = uploads.create("demo-kiosk", 5, metadata(said))
    at += timedelta(seconds=service.settings.upload_unused_s / 2)
    uploads.create("demo-kiosk", 5, metadata(said))
    at += timedelta(seconds=service.settings.upload_unused_s / 2)
    with pytest.raises(Problem, match="UPLOAD-NOT-FOUND"):
        uploads.find("demo-kiosk", first.id)


def test_bytes_without_a_row_are_swept_when_they_are_no_longer_fresh(service: Service) -> None:
    service.files.new_upload()
    assert Uploads(service).sweep() == 0
    tomorrow = service.now() + timedelta(days=1)
    assert Uploads(replace(service, now=lambda: tomorrow)).sweep() == 1
    assert list(service.files.uploads()) == []


def test_a_kiosk_cannot_open_uploads_without_end(service: Service) -> None:
    uploads = Uploads(service)
    for _ in range(2):
        uploads.create("demo-kiosk", 5, "")
    with pytest.raises(Problem, match="UPLOADS-TOO-MANY"):
        uploads.create("demo-kiosk", 5, "")
    uploads.create("other-kiosk", 5, "")
