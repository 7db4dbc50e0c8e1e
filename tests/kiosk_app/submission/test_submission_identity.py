"""A code is good once, the key stays here, renewal never leaves a kiosk without a certificate, revoked is explained."""

from __future__ import annotations

import contextlib
import dataclasses
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from submission_bench import AgentProcess, Ministry, make_settings, seal_one, wait_for

from kiosk_app.submission import Acknowledgement, ServiceTrouble, SubmissionService, SubmissionSettings
from kiosk_app.submission.agent import Agent
from kiosk_app.submission.identity import EnrolmentFailed, Identity, enrol
from kiosk_app.submission.opening import Role
from kiosk_app.submission.service import MinistryService
from kiosk_app.submission.store import Store
from kiosk_app.submission.transport import Transport
from tests.backend.dated_certificates import issued

StartAgent = Callable[..., AgentProcess]


def own(folder: Path, ministry: Ministry, kiosk_id: str, **changes: object) -> SubmissionSettings:
    """A kiosk that looks after its certificate itself."""
    pair = folder / kiosk_id / "identity" / "kiosk.pem"
    files: dict[str, object] = {"ca": pair.with_name("ca.pem"), "certificate": pair, "private_key": pair}
    patient = {"kiosk_id": kiosk_id, "connect_timeout_s": 30.0, "read_timeout_s": 30.0, "request_limit_s": 60.0}
    return make_settings(folder / kiosk_id / "store", ministry.url, ministry.pki, **(files | patient | changes))


def enrolled(folder: Path, ministry: Ministry, kiosk_id: str, **changes: object) -> SubmissionSettings:
    settings = own(folder, ministry, kiosk_id, **changes)
    enrol(settings, ministry.enrolment_url, ministry.run("enrol", kiosk_id))
    return settings


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises((EnrolmentFailed, ServiceTrouble)) as caught:
        act()
    return caught.value.code


def healthy(settings: SubmissionSettings) -> bool:
    with contextlib.closing(Transport(settings)) as line:
        return MinistryService(line).healthy()


def beat(settings: SubmissionSettings) -> str:
    """A heartbeat; returns the code of what was wrong, or nothing."""
    body = {
        "kiosk_id": settings.kiosk_id,
        "version": "1",
        "at": datetime.now(UTC).isoformat(),
        "state": "home",
        "devices": [],
        "outbox": {"waiting": 0, "oldest_s": None},
    }
    try:
        with contextlib.closing(Transport(settings)) as line:
            MinistryService(line).heartbeat(body)
    except ServiceTrouble as error:
        return error.code
    return ""


def serial(settings: SubmissionSettings) -> int:
    return x509.load_pem_x509_certificate(settings.certificate.read_bytes()).serial_number


def test_a_code_gives_a_kiosk_its_certificate_and_the_key_is_only_here(ministry: Ministry, tmp_path: Path) -> None:
    settings = own(tmp_path, ministry, "new-kiosk")
    code = ministry.run("enrol", "new-kiosk")
    until = enrol(settings, ministry.enrolment_url, f" {code.lower()} ")
    assert until > datetime.now(UTC) + timedelta(days=300)
    assert healthy(settings)
    assert beat(settings) == ""
    assert beat(dataclasses.replace(settings, kiosk_id="demo-kiosk")) == "NET-FORBIDDEN"
    assert stat.S_IMODE(settings.certificate.stat().st_mode) == 0o600
    assert sorted(path.name for path in settings.certificate.parent.iterdir()) == ["ca.pem", "kiosk.pem"]
    secret = code.replace("-", "")[:16]
    kept = b"".join(path.read_bytes() for path in ministry.data.glob("ministry.sqlite*"))
    assert secret.encode() not in kept
    assert secret not in ministry.log.read_text("utf-8")
    assert not (ministry.pki / "kiosk-new-kiosk.key").exists()


def test_a_code_is_good_once_for_one_key(ministry: Ministry, tmp_path: Path) -> None:
    code = ministry.run("enrol", "once")
    enrol(own(tmp_path / "a", ministry, "once"), ministry.enrolment_url, code)
    thief = own(tmp_path / "b", ministry, "once")
    assert code_of(lambda: enrol(thief, ministry.enrolment_url, code)) == "NET-ENROL-CODE"
    assert not thief.certificate.exists()
    assert "enrolment.refused" in ministry.log.read_text("utf-8")


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_code(ministry: Ministry, tmp_path: Path) -> None:
    settings, code = own(tmp_path, ministry, "again"), ministry.run("enrol", "again")
    identity = Identity(settings)
    request = identity.request()
    assert identity.request() != ""  # the key is made once: what is asked again is asked for the same key
    before = x509.load_pem_x509_csr(request.encode()).public_key()
    enrol(settings, ministry.enrolment_url, code)
    assert x509.load_pem_x509_certificate(settings.certificate.read_bytes()).public_key() == before
    # As if it had never arrived: key still the next one, certificate not there.
    pair = settings.certificate.read_bytes()
    settings.certificate.with_name("next.key").write_bytes(pair[pair.index(b"-----BEGIN PRIVATE KEY") :])
    settings.certificate.unlink()
    enrol(settings, ministry.enrolment_url, code)
    assert healthy(settings)


def test_a_newer_code_ends_an_unused_one(ministry: Ministry, tmp_path: Path) -> None:
    old, new = ministry.run("enrol", "newer"), ministry.run("enrol", "newer")
    settings = own(tmp_path, ministry, "newer")
    assert code_of(lambda: enrol(settings, ministry.enrolment_url, old)) == "NET-ENROL-CODE"
    enrol(settings, ministry.enrolment_url, new)


def test_a_service_that_is_not_the_one_of_the_code_is_told_nothing(ministry: Ministry, tmp_path: Path) -> None:
    impostor = Ministry(tmp_path / "impostor")
    try:
        code, settings = ministry.run("enrol", "careful"), own(tmp_path, ministry, "careful")
        assert code_of(lambda: enrol(settings, impostor.enrolment_url, code)) == "NET-ENROL-PIN"
        wait_for(lambda: bool(impostor.logged("request")), 60)  # noted once the answer is out
        asked = [line["route"] for line in impostor.logged("request")]
        assert asked == ["/v1/authority"]
        # The code is still good at the service that gave it.
        enrol(settings, ministry.enrolment_url, code)
    finally:
        impostor.kill()


def test_a_code_for_another_kiosk_is_not_used_here(ministry: Ministry, tmp_path: Path) -> None:
    code, settings = ministry.run("enrol", "theirs"), own(tmp_path, ministry, "mine")
    assert code_of(lambda: enrol(settings, ministry.enrolment_url, code)) == "NET-ENROL-KIOSK"
    assert not settings.certificate.exists()


def test_what_is_no_code_is_not_even_sent(ministry: Ministry, tmp_path: Path) -> None:
    settings = own(tmp_path, ministry, "typo")
    for typed in ("", "AAAA", "U" * 32, "0" * 33):
        assert code_of(lambda typed=typed: enrol(settings, "https://127.0.0.1:9", typed)) == "NET-ENROL-CODE"


def test_guessing_codes_is_slowed_down(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path / "ministry")
    try:
        settings, code = own(tmp_path, ministry, "guesser"), ministry.run("enrol", "guesser")
        wrong = "0" * 16 + code.replace("-", "")[16:]
        codes = [code_of(lambda: enrol(settings, ministry.enrolment_url, wrong)) for _ in range(11)]
        assert codes == ["NET-ENROL-CODE"] * 10 + ["NET-ENROL-LIMITED"]
    finally:
        ministry.kill()


def test_the_enrolment_address_serves_nothing_else(ministry: Ministry, tmp_path: Path) -> None:
    settings = enrolled(tmp_path, ministry, "curious")
    door = dataclasses.replace(settings, service_url=ministry.enrolment_url)
    with contextlib.closing(Transport(door)) as line:
        for method, path in (("GET", "/v1/health"), ("POST", "/files/"), ("POST", "/v1/certificates")):
            assert line.request(method, path, body=b"").status == 404


def test_a_revoked_kiosk_is_told_so_also_on_an_open_line_and_a_new_code_lets_it_in(
    ministry: Ministry, tmp_path: Path
) -> None:
    settings = enrolled(tmp_path, ministry, "stolen")
    with contextlib.closing(Transport(settings)) as line:
        assert line.request("GET", "/v1/health").status == 200
        ministry.run("revoke", "stolen")
        wait_for(lambda: line.request("GET", "/v1/health").status == 403, 60)
        assert line.request("GET", "/v1/health").document()["code"] == "CERTIFICATE-REVOKED"
    assert beat(settings) == "NET-CERT-REVOKED"
    with contextlib.closing(Transport(settings)) as line:
        assert code_of(lambda: MinistryService(line).renew(Identity(settings).request())) == "NET-CERT-REVOKED"
    assert "kiosk.revoked" not in ministry.log.read_text("utf-8")  # said by the officer's command, not by the service
    enrol(settings, ministry.enrolment_url, ministry.run("enrol", "stolen"))
    wait_for(lambda: beat(settings) == "", 60)


def test_the_agent_renews_in_time_and_only_then(ministry: Ministry, tmp_path: Path) -> None:
    settings = enrolled(tmp_path, ministry, "steady")
    identity, now = Identity(settings), datetime.now(UTC)
    ends = x509.load_pem_x509_certificate(settings.certificate.read_bytes()).not_valid_after_utc
    assert not identity.due(now)
    assert identity.due(ends - (ends - now) / 4)
    assert not identity.due(ends + timedelta(seconds=1))


def test_a_renewed_certificate_has_another_key_and_takes_over_only_when_it_works(
    ministry: Ministry, tmp_path: Path
) -> None:
    settings = enrolled(tmp_path, ministry, "renewing")
    identity, before = Identity(settings), settings.certificate.read_bytes()
    with contextlib.closing(Transport(settings)) as line:
        identity.keep_next(MinistryService(line).renew(identity.request()))
    assert settings.certificate.read_bytes() == before
    assert beat(identity.with_next()) == ""
    identity.adopt()
    after = x509.load_pem_x509_certificate(settings.certificate.read_bytes())
    assert after.public_key() != x509.load_pem_x509_certificate(before).public_key()
    assert beat(settings) == ""
    assert sorted(path.name for path in settings.certificate.parent.iterdir()) == ["ca.pem", "kiosk.pem"]


def test_a_certificate_for_another_key_or_kiosk_is_not_kept(ministry: Ministry, tmp_path: Path) -> None:
    settings, other = enrolled(tmp_path, ministry, "picky"), enrolled(tmp_path, ministry, "someone")
    text = other.certificate.read_text("ascii")
    foreign = text[: text.index("-----BEGIN PRIVATE KEY")]
    assert code_of(lambda: Identity(settings).keep_next(foreign)) == "NET-GARBLED"
    assert healthy(settings)


def aged(settings: SubmissionSettings, ministry: Ministry, left_days: int) -> None:
    """Puts a certificate there that is nearly over, as the ministry's authority would have issued it long ago."""
    certificate, key = issued(ministry.pki, settings.data_folder.parent / "aged", -300, left_days)
    settings.certificate.write_bytes(certificate.read_bytes() + key.read_bytes())


def test_an_agent_renews_a_certificate_that_is_nearly_over_and_goes_on_sending(
    ministry: Ministry, tmp_path: Path, start_agent: StartAgent
) -> None:
    # Patient: a renewal that a slow machine cuts off is tried again only after ten minutes.
    settings = dataclasses.replace(
        enrolled(tmp_path, ministry, "demo-kiosk"), read_timeout_s=60.0, request_limit_s=120.0
    )
    aged(settings, ministry, 5)
    before = serial(settings)
    with contextlib.closing(SubmissionService(settings)) as kiosk:
        start_agent(settings)
        wait_for(lambda: serial(settings) != before, 120)
        draft = seal_one(kiosk)
        assert isinstance(kiosk.wait_ack(draft.uuid, 60), Acknowledgement)
    assert any(line["kiosk_id"] == "demo-kiosk" for line in ministry.logged("pki.certificate_renewed"))


def test_a_next_certificate_that_the_service_refuses_is_dropped_and_the_old_one_stays(
    ministry: Ministry, tmp_path: Path
) -> None:
    settings = enrolled(tmp_path, ministry, "demo-kiosk")
    aged(settings, ministry, 5)
    before = settings.certificate.read_bytes()
    expired = tmp_path / "expired"
    certificate, key = issued(ministry.pki, expired, -300, -1)
    Identity(settings).next.write_bytes(certificate.read_bytes() + key.read_bytes())
    with (
        contextlib.closing(Store(settings, Role.AGENT)) as store,
        contextlib.closing(Agent(store)) as agent,
    ):
        agent.step()
        assert settings.certificate.read_bytes() == before
        assert not Identity(settings).next.exists()
        agent.woken()
        agent.step()
    assert settings.certificate.read_bytes() != before
    assert beat(settings) == ""
