"""What a kiosk without all its devices sends: assurance, papers that are brought to the desk, receipts by mail."""

from __future__ import annotations

import contextlib
import email
import email.policy
import json
import socket
import socketserver
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from ministry_harness import Client, Ministry, manifest, opened, wait_until

from backend import desk, post
from backend.dossiers import Dossiers
from backend.service import Service
from backend.storage.models import Mail
from backend.tracking import TrackingQuestion
from backend.workflow import MoveError, Status

ADDRESS = "thu.nghiem@kiosk.example"
PAPERS = [
    {"component": "c1", "component_name_vi": "Tờ khai", "originals": 2, "copies": 0},
    {"component": "c3", "component_name_vi": "Giấy ủy quyền", "originals": 0, "copies": 1},
]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    ours = opened(tmp_path / "data")
    yield ours
    ours.close()


def submitted(service: Service, **changes: Any) -> dict[str, Any]:
    body = json.dumps(manifest("k", []) | changes, ensure_ascii=False).encode()
    status, receipt = Dossiers(service).receive(str(uuid.uuid4()), body, "k")
    assert status == 201
    found: dict[str, Any] = json.loads(receipt)
    return found


# --- assurance --------------------------------------------------------------------------------------------------------


def applicant(**changes: Any) -> dict[str, Any]:
    return {**manifest("k", [])["applicant"], **changes}


def test_the_assurance_of_an_applicant_is_kept_and_shown(ministry: Ministry, client: Client) -> None:
    receipt = client.submit(applicant=applicant(verified_by="qr", assurance="qr"))
    older = client.submit()
    listed = {row["dossier_code"]: row for row in json.loads(ministry.run("dossiers", "--json"))["dossiers"]}
    assert listed[receipt["dossier_code"]]["assurance"] == "qr"
    assert listed[older["dossier_code"]]["assurance"] is None
    assert f"{receipt['dossier_code']}\t" in ministry.run("dossiers")


def test_an_assurance_that_tells_another_story_is_refused(client: Client) -> None:
    body = client.manifest(applicant=applicant(verified_by="typed", assurance="chip_verified"))
    answer = client.put(str(uuid.uuid4()), body)
    assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST-INVALID")


# --- papers at the desk -----------------------------------------------------------------------------------------------


def test_a_dossier_without_its_papers_stays_registered_until_each_lies_on_the_desk(service: Service) -> None:
    code = submitted(service, at_desk=PAPERS)["dossier_code"]
    accept = desk.Decision(Status.ACCEPTED, officer="An")
    with pytest.raises(MoveError, match="MOVE-PAPERS-AWAITED: c1, c3"):
        desk.move(service, code, accept)
    desk.receive_papers(service, code, ["c1"], "An")
    with pytest.raises(MoveError, match="MOVE-PAPERS-AWAITED: c3"):
        desk.move(service, code, accept)
    papers = desk.receive_papers(service, code, ["c1", "c3"], "Bình")
    assert [paper.officer for paper in papers] == ["An", "Bình"]
    assert desk.move(service, code, accept).status is Status.ACCEPTED


def test_one_that_lacks_papers_can_still_be_turned_down(service: Service) -> None:
    code = submitted(service, at_desk=PAPERS)["dossier_code"]
    state = desk.move(service, code, desk.Decision(Status.NOT_ACCEPTED, reason="Không đủ điều kiện"))
    assert state.status is Status.NOT_ACCEPTED


def test_a_paper_that_is_none_of_the_dossiers_is_not_taken(service: Service) -> None:
    code = submitted(service, at_desk=PAPERS)["dossier_code"]
    with pytest.raises(MoveError, match="PAPER-NOT-AWAITED: c9"):
        desk.receive_papers(service, code, ["c9"], None)
    with pytest.raises(desk.UnknownDossierError):
        desk.papers(service, "G06-20260101-9999999")


def test_tracking_says_which_papers_are_awaited(ministry: Ministry, client: Client) -> None:
    receipt = client.submit(at_desk=PAPERS)
    code = receipt["dossier_code"]
    question = {"dossier_code": code, "lookup_code": receipt["lookup_code"]}
    answer = client.post("/v1/tracking", question).json()
    assert answer["awaited_papers"] == ["Tờ khai", "Giấy ủy quyền"]
    assert (answer["status"]["code"], answer["status"]["vi"]) == (1, "Mới đăng ký")
    assert "nộp bản giấy" in answer["status"]["plain_vi"]
    ministry.run("papers", code, "--received", "c1", "--received", "c3")
    answer = client.post("/v1/tracking", question).json()
    assert answer["awaited_papers"] == []
    assert "chờ Bộ phận Một cửa" in answer["status"]["plain_vi"]
    assert TrackingQuestion(kiosk_reference="K").dossier_code is None


# --- mail -------------------------------------------------------------------------------------------------------------


def letters(service: Service) -> list[EmailMessage]:
    folder = service.data / "mail"
    return [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in sorted(folder.glob("*"))]


def mail_of(service: Service, dossier: str) -> Mail:
    with service.database.read() as session:
        row = session.get(Mail, dossier)
    assert row is not None
    return row


def test_the_receipt_says_what_the_slip_would_have_said(service: Service) -> None:
    receipt = submitted(
        service, receipt_mail=ADDRESS, at_desk=PAPERS, applicant=applicant(verified_by="typed", assurance="typed")
    )
    assert post.MailRoom(service).send_due() == 1
    (letter,) = letters(service)
    body = letter.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    for said in (receipt["dossier_code"], receipt["lookup_code"], "Giấy ủy quyền (bản sao: 1)", "đối chiếu thẻ"):
        assert said in text
    assert (letter["To"], letter["Message-ID"].split("@")[0]) == (ADDRESS, f"<{receipt['uuid']}")
    (picture,) = letter.iter_attachments()
    assert picture.get_content().startswith(b"\x89PNG")
    assert oct((service.data / "mail" / f"{receipt['dossier_code']}.eml").stat().st_mode)[-3:] == "600"


def test_a_mail_is_sent_once_and_none_goes_to_who_did_not_ask(service: Service) -> None:
    submitted(service)
    asked = submitted(service, receipt_mail=ADDRESS)
    room = post.MailRoom(service)
    assert (room.send_due(), room.send_due()) == (1, 0)
    assert mail_of(service, asked["uuid"]).state == post.SENT
    assert len(letters(service)) == 1


@pytest.mark.parametrize("address", ["a,b@kiosk.example", "a@b@kiosk.example", "a\r\nBcc: c@kiosk.example", "a@kiosk"])
def test_what_is_more_than_one_plain_address_is_refused(client: Client, address: str) -> None:
    answer = client.put(str(uuid.uuid4()), client.manifest(receipt_mail=address))
    assert (answer.status_code, answer.json()["where"]) == (422, ["receipt_mail: string_pattern_mismatch"])
    assert address not in answer.text


class Desk(socketserver.StreamRequestHandler):
    """Enough of SMTP (RFC 5321) to take a mail, or to refuse its recipient with the server's `refusal`."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, Post)
        self._say("220 loopback")
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            verb = line.split()[0].upper().partition(":")[0]
            if verb == "RCPT" and server.refusal:
                self._say(server.refusal)
            elif verb == "DATA":
                self._say("354 go on")
                server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 loopback")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Post(socketserver.ThreadingTCPServer):
    """A mail server on loopback."""

    daemon_threads = True

    def __init__(self, refusal: str = "") -> None:
        self.refusal = refusal
        self.taken: list[bytes] = []
        super().__init__(("127.0.0.1", 0), Desk)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


@contextlib.contextmanager
def mail_server(refusal: str = "") -> Iterator[Post]:
    with Post(refusal) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def with_url(folder: Path, url: str) -> Service:
    folder.mkdir()
    (folder / "backend.toml").write_text(f'mail_url = "{url}"\nmail_from = "mot-cua@ministry.example"\n', "utf-8")
    return opened(folder)


def test_a_mail_goes_to_the_server_of_the_url(tmp_path: Path) -> None:
    with mail_server() as server, contextlib.closing(with_url(tmp_path / "data", server.url)) as service:
        receipt = submitted(service, receipt_mail=ADDRESS)
        assert post.MailRoom(service).send_due() == 1
    (taken,) = server.taken
    letter = email.message_from_bytes(taken, policy=email.policy.default)
    assert (letter["To"], letter["From"]) == (ADDRESS, "mot-cua@ministry.example")
    assert receipt["dossier_code"] in letter["Subject"]


def test_a_server_that_is_away_is_tried_again_later_and_given_up_after_days(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
    with contextlib.closing(with_url(tmp_path / "data", nobody)) as service:
        dossier = submitted(service, receipt_mail=ADDRESS)["uuid"]
        room = post.MailRoom(service)
        assert (room.send_due(), room.send_due()) == (0, 0)
        mail = mail_of(service, dossier)
        assert (mail.state, mail.attempts, mail.error) == (post.WAITING, 1, "ConnectionRefusedError")
        assert mail.due_at > service.now()
        begun = service.now()
        object.__setattr__(service, "now", lambda: begun + timedelta(hours=73))
        assert room.send_due() == 0
        assert mail_of(service, dossier).state == post.GIVEN_UP
    assert ADDRESS not in capsys.readouterr().err


def test_an_address_that_the_server_refuses_for_good_is_not_tried_for_days(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refusal = f"550 no such user {ADDRESS}"
    with mail_server(refusal) as server, contextlib.closing(with_url(tmp_path / "data", server.url)) as service:
        dossier = submitted(service, receipt_mail=ADDRESS)["uuid"]
        assert post.MailRoom(service).send_due() == 0
        assert mail_of(service, dossier).state == post.GIVEN_UP
    assert ADDRESS not in capsys.readouterr().err


def test_a_running_service_sends_as_soon_as_the_dossier_is_in(ministry: Ministry, client: Client) -> None:
    code = client.submit(receipt_mail=ADDRESS)["dossier_code"]
    wait_until(lambda: (ministry.data / "mail" / f"{code}.eml").exists(), 30)
    assert ADDRESS not in ministry.errors.read_text("utf-8")


def test_a_mail_url_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="mail_url"):
        with_url(tmp_path / "data", "http://mail.example")
