"""The line to the ministry: who is trusted, how long is waited, what becomes of strange answers, how uploads resume."""

from __future__ import annotations

import contextlib
import dataclasses
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from strange_peer import Authority, Reply, StrangePeer, answer, json_answer
from submission_bench import Ministry, make_settings, pdf

from kiosk_app.submission import Acknowledgement, Refusal, ServiceRefusal, ServiceTrouble, SubmissionSettings
from kiosk_app.submission.service import MinistryService, UploadsLost
from kiosk_app.submission.transport import Transport
from kiosk_app.submission.tus import TusClient

Peer = Callable[..., tuple[StrangePeer, Transport]]
RECEIPT = (
    b'{"uuid":"u","kiosk_reference":"K01-AAAA-BBBBBB","dossier_code":"G06-1","lookup_code":"AB2C",'
    b'"received_at":"2026-01-01T08:00:00+07:00","status":{"code":1,"vi":"x","en":"y"}}'
)
BODY = {"kiosk_reference": "K01-AAAA-BBBBBB"}


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = Authority(tmp_path / "pki")
    made.issue("kiosk")
    return made


@pytest.fixture
def local(tmp_path: Path, authority: Authority) -> SubmissionSettings:
    settings = make_settings(tmp_path / "kiosk", "https://127.0.0.1:9", authority.folder)
    return dataclasses.replace(settings, connect_timeout_s=1.0, read_timeout_s=0.6, request_limit_s=1.2)


@pytest.fixture
def peer(authority: Authority, local: SubmissionSettings) -> Iterator[Peer]:
    with contextlib.ExitStack() as stack:

        def make(*replies: Reply, context: ssl.SSLContext | None = None) -> tuple[StrangePeer, Transport]:
            server = stack.enter_context(contextlib.closing(StrangePeer(authority, *replies, context=context)))
            settings = dataclasses.replace(local, service_url=server.url)
            return server, stack.enter_context(contextlib.closing(Transport(settings)))

        yield make


def trouble_of(act: Callable[[], object]) -> str:
    started = time.monotonic()
    with pytest.raises(ServiceTrouble) as caught:
        act()
    assert time.monotonic() - started < 30
    return caught.value.code


# --- trust -----------------------------------------------------------------------------------------------------------


def server_context(authority: Authority, **issued: object) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("server", **issued))  # type: ignore[arg-type]
    return context


def test_a_good_service_is_trusted(peer: Peer) -> None:
    _, line = peer(answer("200 OK"))
    assert MinistryService(line).healthy()


@pytest.mark.parametrize("fault", ["another authority", "expired", "another name", "tls 1.2"])
def test_a_service_that_is_not_ours_is_refused(peer: Peer, authority: Authority, tmp_path: Path, fault: str) -> None:
    context = {
        "another authority": lambda: server_context(Authority(tmp_path / "other"), host="127.0.0.1"),
        "expired": lambda: server_context(authority, host="127.0.0.1", days=-1),
        "another name": lambda: server_context(authority, host="elsewhere.example"),
        "tls 1.2": lambda: server_context(authority, host="127.0.0.1"),
    }[fault]()
    if fault == "tls 1.2":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    server, line = peer(answer("200 OK"), context=context)
    code = {"expired": "NET-SERVER-DATES", "another name": "NET-SERVER-NAME", "tls 1.2": "NET-TLS-VERSION"}
    assert trouble_of(MinistryService(line).healthy) == code.get(fault, "NET-SERVER-CERT")
    assert server.requests == []


def test_nothing_in_the_environment_widens_the_trust(
    peer: Peer, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Authority(tmp_path / "other")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(other.folder / "ca.pem"))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    _, line = peer(answer("200 OK"), context=server_context(other, host="127.0.0.1"))
    assert trouble_of(MinistryService(line).healthy) == "NET-SERVER-CERT"
    _, line = peer(answer("200 OK"))
    assert MinistryService(line).healthy()


@pytest.mark.parametrize("fault", ["another authority", "expired"])
def test_a_service_that_does_not_accept_our_certificate_is_not_talked_to(
    peer: Peer, authority: Authority, local: SubmissionSettings, tmp_path: Path, fault: str
) -> None:
    issuer = Authority(tmp_path / "other") if fault == "another authority" else authority
    certificate, key = issuer.issue("mine", days=-1 if fault == "expired" else 30)
    server, _ = peer(answer("200 OK"))
    settings = dataclasses.replace(local, service_url=server.url, certificate=certificate, private_key=key)
    with contextlib.closing(Transport(settings)) as line:
        # TLS 1.3: our side is done with the handshake before theirs refuses, so the alert may be lost in the reset.
        told = "NET-CERT-EXPIRED" if fault == "expired" else "NET-CERT-UNKNOWN"
        assert trouble_of(MinistryService(line).healthy) in {told, "NET-UNREACHABLE"}
    assert server.requests == []


def test_the_ministry_drops_a_kiosk_of_another_authority(ministry: Ministry, tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path / "other").issue("kiosk")
    settings = make_settings(tmp_path, ministry.url, ministry.pki, certificate=certificate, private_key=key)
    with contextlib.closing(Transport(settings)) as line:
        assert trouble_of(MinistryService(line).healthy) == "NET-CERT-UNKNOWN"


def test_plain_http_and_missing_files_are_not_even_tried(local: SubmissionSettings) -> None:
    with pytest.raises(ValueError, match="https"):
        Transport(dataclasses.replace(local, service_url="http://127.0.0.1:9"))
    assert trouble_of(lambda: Transport(dataclasses.replace(local, ca=local.ca.with_name("none")))) == "NET-TLS"


# --- silence and nonsense --------------------------------------------------------------------------------------------


def drip(line: ssl.SSLSocket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(100):
        time.sleep(0.2)
        line.sendall(b"x")


def drip_body(line: ssl.SSLSocket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        time.sleep(0.2)
        line.sendall(b"x")


def flood(line: ssl.SSLSocket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        line.sendall(bytes(1_000_000))


@pytest.mark.parametrize(
    ("reply", "codes"),
    [
        (lambda _: time.sleep(5), {"NET-SILENT"}),
        (drip, {"NET-SILENT"}),
        (drip_body, {"NET-SILENT"}),
        (flood, {"NET-GARBLED", "NET-SILENT"}),
        (b"garbage\r\n\r\n" * 50, {"NET-GARBLED"}),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort", {"NET-SILENT"}),
        (answer("500 Internal Server Error"), {"NET-BUSY"}),
        (answer("503 Service Unavailable", Retry_After="7"), {"NET-BUSY"}),
        (answer("429 Too Many Requests"), {"NET-BUSY"}),
        (answer("403 Forbidden"), {"NET-FORBIDDEN"}),
        (answer("404 Not Found"), {"NET-GARBLED"}),
        (answer("302 Found", Location="https://127.0.0.1:9/"), {"NET-GARBLED"}),
        (answer("400 Bad Request", b"<html>a proxy's page</html>", Content_Type="text/html"), {"NET-GARBLED"}),
        (answer("200 OK", b"<html></html>", Content_Type="text/html"), {"NET-GARBLED"}),
        (json_answer("200 OK", b"[1, 2]"), {"NET-GARBLED"}),
        (json_answer("200 OK", b'{"uuid": '), {"NET-GARBLED"}),
        (json_answer("200 OK", RECEIPT.replace(b'"u"', b'"another"')), {"NET-GARBLED"}),
        (json_answer("200 OK", RECEIPT.replace(b'"AB2C"', b"null")), {"NET-GARBLED"}),
        (json_answer("200 OK", RECEIPT.replace(b"BBBBBB", b"CCCCCC")), {"NET-GARBLED"}),
    ],
)
def test_no_strange_answer_is_taken_for_a_receipt_and_none_is_waited_for_long(
    peer: Peer, reply: Reply, codes: set[str]
) -> None:
    _, line = peer(reply)
    assert trouble_of(lambda: MinistryService(line).commit("u", BODY)) in codes


def test_a_receipt_and_each_refusal_are_told_apart(peer: Peer) -> None:
    problem = b'{"code":"%s","detail_vi":"ly do","detail_en":"reason"}'
    _, line = peer(
        json_answer("201 Created", RECEIPT),
        json_answer("409 Conflict", problem % b"DOSSIER-CONFLICT"),
        json_answer("422 Unprocessable", problem % b"PROCEDURE-NOT-RECEIVED"),
        json_answer("422 Unprocessable", problem % b"UPLOAD-MISSING"),
        json_answer("503 Unavailable", problem % b"X", Retry_After="7"),
    )
    service = MinistryService(line)
    receipt = service.commit("u", BODY)
    assert receipt == Acknowledgement("G06-1", "AB2C", "2026-01-01T08:00:00+07:00", 1, "x", "y")
    assert service.commit("u", BODY) == Refusal("DOSSIER-CONFLICT", "ly do", "reason")
    assert service.commit("u", BODY) == Refusal("PROCEDURE-NOT-RECEIVED", "ly do", "reason")
    with pytest.raises(UploadsLost):
        service.commit("u", BODY)
    with pytest.raises(ServiceTrouble) as caught:
        service.commit("u", BODY)
    assert caught.value.retry_after_s == 7


def test_a_wrong_code_is_not_found_and_guessing_is_slowed_down(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path / "ministry")  # its own, as it will not speak to this kiosk for a while
    with contextlib.ExitStack() as stack:
        stack.callback(ministry.kill)
        line = stack.enter_context(contextlib.closing(Transport(make_settings(tmp_path, ministry.url, ministry.pki))))
        service = MinistryService(line)
        with pytest.raises(ServiceRefusal) as refused:
            service.track("G06-20200101-0000001", "AAAA")
        assert refused.value.code == "NET-NOT-FOUND"
        assert refused.value.detail_vi

        def guess() -> None:
            for _ in range(200):
                with contextlib.suppress(ServiceRefusal):
                    service.track("G06-20200101-0000001", "AAAA")

        with pytest.raises(ServiceTrouble) as slowed:
            guess()
        assert slowed.value.code == "NET-LIMITED"
        assert slowed.value.retry_after_s


# --- uploads ---------------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Told:
    created: list[str] = dataclasses.field(default_factory=list)
    progress: list[int] = dataclasses.field(default_factory=list)


def upload(line: Transport, data: bytes, told: Told, known: str | None = None, **metadata: str) -> str:
    def read(offset: int, length: int) -> bytes:
        return data[offset : offset + length]

    return TusClient(line, 4).upload(len(data), read, metadata, known, told.created.append, told.progress.append)


CREATED = answer("201 Created", Location="/files/a")


def test_an_upload_without_metadata_sends_no_empty_header(peer: Peer) -> None:
    server, line = peer(CREATED, answer("204 No Content", Upload_Offset="3"))
    assert upload(line, b"abc", Told()) == "/files/a"
    assert "Upload-Metadata" not in server.requests[0]


def test_metadata_is_base64(peer: Peer) -> None:
    server, line = peer(CREATED, answer("204 No Content", Upload_Offset="3"))
    upload(line, b"abc", Told(), filename="đơn.pdf")
    assert "Upload-Metadata: filename xJHGoW4ucGRm" in server.requests[0]


def test_the_place_is_told_before_a_byte_is_sent_and_progress_after_each_chunk(peer: Peer) -> None:
    _, line = peer(
        CREATED,
        answer("204 No Content", Upload_Offset="4"),
        answer("204 No Content", Upload_Offset="8"),
        answer("204 No Content", Upload_Offset="9"),
    )
    told = Told()
    upload(line, b"123456789", told)
    assert (told.created, told.progress) == (["/files/a"], [0, 4, 8, 9])


def test_an_absolute_location_on_another_host_is_not_followed(peer: Peer) -> None:
    server, line = peer(
        answer("201 Created", Location="http://127.0.0.1:9/files/b"), answer("204 No Content", Upload_Offset="3")
    )
    assert upload(line, b"abc", Told()) == "/files/b"
    assert server.requests[1].startswith("PATCH /files/b ")


def test_a_known_upload_goes_on_where_the_server_says(peer: Peer) -> None:
    server, line = peer(
        answer("200 OK", Upload_Offset="6", Upload_Length="9"), answer("204 No Content", Upload_Offset="9")
    )
    told = Told()
    assert upload(line, b"123456789", told, "/files/a") == "/files/a"
    assert (told.created, told.progress) == ([], [6, 9])
    assert [request.split()[0] for request in server.requests] == ["HEAD", "PATCH"]


@pytest.mark.parametrize(
    "head",
    [
        answer("404 Not Found"),
        answer("410 Gone"),
        answer("200 OK", Upload_Offset="2", Upload_Length="99"),
        answer("200 OK", Upload_Offset="12"),
    ],
)
def test_a_forgotten_or_foreign_upload_is_begun_anew(peer: Peer, head: bytes) -> None:
    _, line = peer(
        head,
        answer("201 Created", Location="/files/new"),
        answer("204 No Content", Upload_Offset="4"),
        answer("204 No Content", Upload_Offset="8"),
        answer("204 No Content", Upload_Offset="9"),
    )
    assert upload(line, b"123456789", Told(), "/files/old") == "/files/new"


def test_a_differing_offset_is_asked_for_and_taken(peer: Peer) -> None:
    _, line = peer(
        CREATED,
        answer("409 Conflict"),
        answer("200 OK", Upload_Offset="5", Upload_Length="6"),
        answer("204 No Content", Upload_Offset="6"),
    )
    told = Told()
    upload(line, b"123456", told)
    assert told.progress == [0, 5, 6]


CAN = answer("204 No Content", Tus_Extension="creation,creation-with-upload")
WHOLE = answer("201 Created", Location="/files/a", Upload_Offset="3")


def learnt(line: Transport) -> TusClient:
    client = TusClient(line, 4)
    client.learn()
    return client


def upload_by(client: TusClient, data: bytes, told: Told) -> str:
    return client.upload(
        len(data), lambda at, n: data[at : at + n], {}, None, told.created.append, told.progress.append
    )


def test_a_file_of_one_chunk_goes_with_its_creation_where_the_server_can_do_that(peer: Peer) -> None:
    server, line = peer(CAN, WHOLE)
    told = Told()
    assert upload_by(learnt(line), b"abc", told) == "/files/a"
    assert (told.created, told.progress) == (["/files/a"], [3])
    assert [request.split()[0] for request in server.requests] == ["OPTIONS", "POST"]
    assert "Content-Type: application/offset+octet-stream" in server.requests[1]


@pytest.mark.parametrize(
    ("said", "data"),
    [
        (answer("204 No Content", Tus_Extension="creation,expiration"), b"abc"),
        (answer("404 Not Found"), b"abc"),
        (CAN, b"12345"),
    ],
    ids=["a server that cannot", "a server that does not say", "a file of more than a chunk"],
)
def test_any_other_file_comes_after_its_creation(peer: Peer, said: bytes, data: bytes) -> None:
    later = [answer("204 No Content", Upload_Offset=str(end)) for end in range(4, len(data), 4)]
    server, line = peer(said, CREATED, *later, answer("204 No Content", Upload_Offset=str(len(data))))
    upload_by(learnt(line), data, Told())
    assert "Content-Length: 0" in server.requests[1]
    assert server.requests[2].startswith("PATCH /files/a ")


@pytest.mark.parametrize("held", [{}, {"Upload_Offset": "0"}, {"Upload_Offset": "1"}])
def test_what_the_server_did_not_take_with_the_creation_is_sent_after_it(peer: Peer, held: dict[str, str]) -> None:
    created = answer("201 Created", Location="/files/a", **held)
    server, line = peer(CAN, created, answer("204 No Content", Upload_Offset="3"))
    told = Told()
    upload_by(learnt(line), b"abc", told)
    assert told.progress == [int(held.get("Upload_Offset", "0")), 3]
    assert f"Upload-Offset: {told.progress[0]}" in server.requests[2]


def test_a_server_that_holds_more_than_it_was_given_is_not_believed(peer: Peer) -> None:
    _, line = peer(CAN, answer("201 Created", Location="/files/a", Upload_Offset="4"))
    client = learnt(line)
    assert trouble_of(lambda: upload_by(client, b"abc", Told())) == "NET-GARBLED"


def test_after_a_cut_the_next_file_is_given_a_place_first_and_the_one_after_that_goes_at_once_again(peer: Peer) -> None:
    server, line = peer(CAN, lambda _: None, CREATED, answer("204 No Content", Upload_Offset="3"), WHOLE)
    client = learnt(line)
    assert trouble_of(lambda: upload_by(client, b"abc", Told())) in ("NET-UNREACHABLE", "NET-SILENT")
    upload_by(client, b"abc", Told())
    upload_by(client, b"abc", Told())
    assert [request.split()[0] for request in server.requests] == ["OPTIONS", "POST", "POST", "PATCH", "POST"]


@pytest.mark.parametrize(
    ("replies", "code"),
    [
        ((answer("201 Created"),), "NET-GARBLED"),
        ((CREATED, answer("204 No Content")), "NET-GARBLED"),
        ((CREATED, answer("204 No Content", Upload_Offset="-1")), "NET-GARBLED"),
        ((CREATED, answer("204 No Content", Upload_Offset="99")), "NET-GARBLED"),
        ((CREATED, answer("204 No Content", Upload_Offset="0")), "NET-BUSY"),
        ((CREATED, answer("423 Locked", Retry_After="5")), "NET-BUSY"),
        ((answer("500 Internal Server Error"),), "NET-BUSY"),
        (
            (CREATED, answer("409 Conflict"), answer("200 OK", Upload_Offset="0", Upload_Length="6"), answer("409 C")),
            "NET-GARBLED",
        ),
    ],
)
def test_a_strange_upload_server_is_left_after_a_few_requests(
    peer: Peer, replies: tuple[bytes, ...], code: str
) -> None:
    server, line = peer(*replies)
    assert trouble_of(lambda: upload(line, b"123456", Told())) == code
    assert len(server.requests) < 15


def test_too_large_a_file_is_a_refusal_and_no_trouble(peer: Peer) -> None:
    _, line = peer(
        json_answer("413 Content Too Large", b'{"code":"REQUEST-TOO-LARGE","detail_vi":"v","detail_en":"e"}')
    )
    with pytest.raises(ServiceRefusal) as caught:
        upload(line, b"123456", Told())
    assert (caught.value.problem, caught.value.detail_vi) == ("REQUEST-TOO-LARGE", "v")


def test_a_peer_that_takes_no_bytes_is_given_up(peer: Peer) -> None:
    _, line = peer(CREATED, lambda _: time.sleep(5))
    client = TusClient(line, 8_000_000)
    file = pdf(6_000_000)

    def read(offset: int, length: int) -> bytes:
        return file[offset : offset + length]

    given_up = trouble_of(lambda: client.upload(len(file), read, {}, None, lambda _: None, lambda _: None))
    assert given_up == "NET-SILENT"
