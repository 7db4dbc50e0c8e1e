"""What every endpoint answers to bad input: a problem document, and nothing is stored."""

from __future__ import annotations

import contextlib
import json
import ssl
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from ministry_harness import TUS, Client, Ministry, described, opened, pdf, running
from sqlalchemy import func, select

import backend
from backend.log import Event
from backend.problems import KINDS
from backend.service import Service
from backend.storage.models import Base, Dossier, Misses
from backend.tls import Pki

CONTRACT: dict[str, Any] = yaml.safe_load((Path(backend.__file__).parent / "openapi.yaml").read_text("utf-8"))
VERBS = ("get", "put", "post", "delete", "head", "patch")
ROUTES = [(verb.upper(), path) for path, item in CONTRACT["paths"].items() for verb in item if verb in VERBS]
WITH_JSON = [
    (verb.upper(), path)
    for path, item in CONTRACT["paths"].items()
    for verb, route in item.items()
    if verb in VERBS and "application/json" in route.get("requestBody", {}).get("content", {})
]
WITH_PLACE = [(verb, path) for verb, path in ROUTES if "{" in path]
JSON = {"Content-Type": "application/json"}
#: uvicorn's own limit for a head.
MOST_OF_A_HEAD = 16_384
DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    """A service that holds one dossier and one unfinished upload, to which nothing may come."""
    with running(tmp_path_factory.mktemp("victim") / "data", "max_manifest_bytes = 100000\n") as service:
        Pki(service.pki).issue("other-kiosk", 10)
        client = Client(service)
        client.submit(pdf("một"))
        client.create(1000)
        yield service


@pytest.fixture(scope="module")
def beside(victim: Ministry) -> Iterator[Service]:
    """What the service has stored, seen from beside it."""
    service = opened(victim.data)
    yield service
    service.close()


@pytest.fixture
def untouched(victim: Ministry, beside: Service) -> Iterator[Client]:
    """A kiosk's client; afterwards every table and the file store are as they were."""

    def state() -> tuple[dict[str, Any], list[Any], list[Any]]:
        with beside.database.read() as session:
            # Wrong codes are counted: that is no content.
            tables = [table for table in Base.metadata.sorted_tables if table.name != Misses.__tablename__]
            rows = {table.name: session.scalar(select(func.count()).select_from(table)) for table in tables}
        uploads = [(name, beside.files.upload_length(name)) for name, _ in beside.files.uploads()]
        return rows, sorted(uploads), sorted(name for name, _ in beside.files.kept())

    before = state()
    yield Client(victim)
    assert state() == before


def refused(answer: requests.Response) -> str:
    """The code of a problem document."""
    assert 400 <= answer.status_code < 500, answer.status_code
    if answer.request.method == "HEAD":
        return ""
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["code"] in KINDS
    assert document["type"] == f"urn:kiosk:problem:{document['code']}"
    return str(document["code"])


def place(path: str, value: str = "") -> str:
    return path.replace("{uuid}", value or str(uuid.uuid4())).replace("{upload}", value or "0" * 32)


@pytest.mark.parametrize(("verb", "path"), WITH_JSON)
@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (b"", {"REQUEST-MALFORMED"}),
        (b"{", {"REQUEST-MALFORMED"}),
        (b'{"a": "\x00"}', {"REQUEST-MALFORMED", "REQUEST-INVALID"}),
        (b'{"a\\u0000": "\\u0000"}', {"REQUEST-INVALID"}),
        (b"\xff\xfe{}", {"REQUEST-MALFORMED"}),
        (b"[]", {"REQUEST-INVALID"}),
        (b"null", {"REQUEST-INVALID"}),
        (b"{}", {"REQUEST-INVALID"}),
        (b'{"kiosk_id": NaN}', {"REQUEST-MALFORMED", "REQUEST-INVALID"}),
        (DEEP, {"REQUEST-MALFORMED", "REQUEST-TOO-LARGE"}),
        (b'{"a": "' + b"x" * 5_000_000 + b'"}', {"REQUEST-TOO-LARGE"}),
    ],
    ids=["empty", "cut", "nul", "nul-key", "not-utf8", "array", "null", "nothing", "nan", "deep", "giant"],
)
def test_a_body_outside_the_contract(untouched: Client, verb: str, path: str, body: bytes, codes: set[str]) -> None:
    answer = untouched.http.request(verb, untouched.url + place(path), data=body, headers=JSON, timeout=60)
    assert refused(answer) in codes


@pytest.mark.parametrize(("verb", "path"), WITH_JSON)
@pytest.mark.parametrize("kind", ["", "text/plain", "application/xml", "multipart/form-data", "application/jsonx"])
def test_a_wrong_content_type(untouched: Client, verb: str, path: str, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = untouched.http.request(verb, untouched.url + place(path), data=b"{}", headers=headers, timeout=60)
    assert refused(answer) == "MEDIA-TYPE"


@pytest.mark.parametrize(("verb", "path"), WITH_PLACE)
@pytest.mark.parametrize(
    "trick",
    [
        "..%2f..%2fetc%2fpasswd",
        "%00",
        "%2e%2e",
        "a" * 4000,
        "00000000-0000-4000-8000-00000000000g",
        "%ff%fe",
        "ÿ",
        "'--",
    ],
)
def test_a_path_that_names_nothing(untouched: Client, verb: str, path: str, trick: str) -> None:
    headers = TUS | {"Upload-Offset": "0"} if path.startswith("/files") else JSON
    answer = untouched.http.request(verb, untouched.url + place(path, trick), data=b"{}", headers=headers, timeout=60)
    assert refused(answer) in {"", "NOT-FOUND", "UPLOAD-NOT-FOUND", "REQUEST-INVALID", "METHOD-NOT-ALLOWED"}


def endless(victim: Ministry, verb: str, path: str, length: int) -> bytes:
    """What comes back for so many bytes of a head that does not end. A refusal may end the line while one still speaks,
    and an end of that kind may overtake the answer."""
    begun = f"{verb} {place(path)} HTTP/1.1\r\nHost: localhost\r\nX-Long: ".encode()
    answer = b""
    with victim.raw() as line:
        with contextlib.suppress(ssl.SSLError, ConnectionError):
            line.sendall(begun.ljust(length, b"x"))
        with contextlib.suppress(ssl.SSLError, ConnectionError):
            while chunk := line.recv(65536):
                answer += chunk
    return answer


@pytest.mark.parametrize(("verb", "path"), ROUTES)
def test_a_head_that_is_a_byte_too_long(victim: Ministry, untouched: Client, verb: str, path: str) -> None:
    # The service can refuse only when it has read the last byte, so nothing overtakes its answer.
    head, _, body = endless(victim, verb, path, MOST_OF_A_HEAD + 1).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 4")
    assert b"content-type: application/problem+json" in head.lower()
    assert json.loads(body)["code"] == "REQUEST-MALFORMED"


@pytest.mark.parametrize(("verb", "path"), ROUTES)
def test_headers_without_end(victim: Ministry, untouched: Client, verb: str, path: str) -> None:
    answer = endless(victim, verb, path, 200_000)
    assert answer.startswith(b"HTTP/1.1 4") or not answer
    # Refused, and neither broken nor dead: the same process goes on, and nothing took it by surprise.
    assert refused(untouched.http.get(f"{untouched.url}/v1/", timeout=60)) == "NOT-FOUND"
    assert victim.process is not None
    assert victim.process.poll() is None
    assert Event.UNHANDLED.value not in victim.errors.read_text("utf-8")


@pytest.mark.parametrize("verb", ["TRACE", "OPTIONS", "PROPFIND"])
def test_another_verb(untouched: Client, verb: str) -> None:
    for _, path in ROUTES:
        if verb != "OPTIONS" or path != "/files/":
            answer = untouched.http.request(verb, untouched.url + place(path), timeout=60)
            assert refused(answer) == "METHOD-NOT-ALLOWED"
            allowed = {one.upper() for one in CONTRACT["paths"][path] if one in (*VERBS, "options")}
            assert set(answer.headers["allow"].split(", ")) == allowed, "every verb of the path, not only one route's"


def test_a_path_outside_the_contract(untouched: Client) -> None:
    for path in ("/", "/v1", "/v1/dossiers", "/openapi.json", "/docs", "/files", "/v1/tracking/", "//files//"):
        assert refused(untouched.http.get(untouched.url + path, timeout=60)) in {"NOT-FOUND", "METHOD-NOT-ALLOWED"}


# --- refusals that need something uploaded: the upload is the test's own, and is deleted again ------------------------


def refused_dossier(client: Client, content: bytes, **changes: Any) -> str:
    location = client.upload(content)
    try:
        file = described(location, content) | changes
        return refused(client.put(str(uuid.uuid4()), client.manifest() | {"files": [file]}))
    finally:
        assert client.http.delete(client.url + location, headers=TUS, timeout=20).status_code == 204


def test_a_file_whose_checksum_or_length_differs(untouched: Client) -> None:
    content = pdf("một")
    assert refused_dossier(untouched, content, sha256="0" * 64) == "UPLOAD-HASH-MISMATCH"
    assert refused_dossier(untouched, content, bytes=len(content) + 1) == "UPLOAD-HASH-MISMATCH"


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00" * 100, b"<html></html>", b"\xff\xd8\xff\xe0" * 300, b" " * 2000 + b"%PDF-1.7"]
)
def test_a_file_that_is_no_pdf(untouched: Client, content: bytes) -> None:
    assert refused_dossier(untouched, content) == "FILE-NOT-PDF"


def test_one_bad_file_keeps_the_good_ones_out_too(untouched: Client) -> None:
    good, bad = pdf("một"), b"none"
    locations = untouched.upload(good), untouched.upload(bad)
    files = [described(locations[0], good), described(locations[1], bad)]
    assert refused(untouched.put(str(uuid.uuid4()), untouched.manifest() | {"files": files})) == "FILE-NOT-PDF"
    for location in locations:
        untouched.http.delete(untouched.url + location, headers=TUS, timeout=20)


def test_a_file_name_that_is_a_path(untouched: Client) -> None:
    for name in ("../../etc/passwd", "a/b.pdf", "a\\b.pdf", "a\x00.pdf", "", "x" * 201):
        assert refused_dossier(untouched, pdf("một"), name=name) == "REQUEST-INVALID"


def test_another_kiosks_dossier_uploads_payment_and_call(victim: Ministry, beside: Service, untouched: Client) -> None:
    other = Client(victim, "other-kiosk", "kiosk-other-kiosk")
    content = pdf("một")
    stolen = described(untouched.upload(content), content)
    assert refused(other.put(str(uuid.uuid4()), other.manifest() | {"files": [stolen]})) == "UPLOAD-MISSING"
    assert refused(other.put(str(uuid.uuid4()), other.manifest() | {"kiosk_id": "demo-kiosk"})) == "KIOSK-MISMATCH"
    untouched.http.delete(untouched.url + stolen["upload"], headers=TUS, timeout=20)
    with beside.database.read() as session:
        known = session.scalars(select(Dossier.id)).first()
    assert refused(other.http.get(f"{other.url}/v1/dossiers/{known}/history", timeout=20)) == "DOSSIER-NOT-FOUND"
    confirmation = {"purpose": "HS1", "amount_vnd": 1, "reference": "r", "paid": True}
    assert refused(other.post("/v1/payments/confirmations", confirmation)) == "PLATFORM-ONLY"


def test_a_manifest_of_very_many_files_or_answers(untouched: Client) -> None:
    file = described("/files/" + "0" * 32, b"x")
    assert (
        refused(untouched.put(str(uuid.uuid4()), untouched.manifest() | {"files": [file] * 201})) == "REQUEST-INVALID"
    )
    answers = {f"a{n}": 1 for n in range(2001)}
    assert refused(untouched.put(str(uuid.uuid4()), untouched.manifest() | {"answers": answers})) == "REQUEST-INVALID"
    answers = {f"a{n}": "x" * 19_000 for n in range(20)}
    assert refused(untouched.put(str(uuid.uuid4()), untouched.manifest() | {"answers": answers})) == "REQUEST-TOO-LARGE"
