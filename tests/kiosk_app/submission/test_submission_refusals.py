"""Every refusal of a certificate, from both sides: the code that the kiosk shows and the one in the service's log."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import ssl
from pathlib import Path

import pytest
from strange_peer import Authority
from submission_bench import Ministry, make_settings, wait_for

from kiosk_app.submission import ServiceTrouble, SubmissionSettings
from kiosk_app.submission.service import MinistryService
from kiosk_app.submission.transport import Transport
from tests.backend.dated_certificates import issued

YEAR = 365


def told(settings: SubmissionSettings) -> str:
    """The code that the kiosk has for it."""
    patient = dataclasses.replace(settings, connect_timeout_s=30.0, read_timeout_s=30.0, request_limit_s=60.0)
    with pytest.raises(ServiceTrouble) as caught, contextlib.closing(Transport(patient)) as line:
        MinistryService(line).healthy()
    return caught.value.code


def logged(ministry: Ministry, before: int) -> set[object]:
    """The codes that the service has noted since."""
    wait_for(lambda: len(ministry.logged("tls.refused")) > before, 60)
    return {line["code"] for line in ministry.logged("tls.refused")[before:]}


@pytest.fixture
def noted(ministry: Ministry) -> int:
    """How many refusals are in the log so far."""
    return len(ministry.logged("tls.refused"))


@pytest.mark.parametrize(
    ("first", "last", "kiosk", "service"),
    [
        (-30, -1, "NET-CERT-EXPIRED", "CERTIFICATE-EXPIRED"),
        (1, 30, "NET-CERT-REFUSED", "CERTIFICATE-NOT-YET-VALID"),
        # The service's clock a year ahead or behind looks like this to it.
        (-YEAR - 30, -YEAR, "NET-CERT-EXPIRED", "CERTIFICATE-EXPIRED"),
        (YEAR, YEAR + 30, "NET-CERT-REFUSED", "CERTIFICATE-NOT-YET-VALID"),
    ],
)
def test_a_certificate_whose_time_is_not_now_is_refused_with_the_reason(
    ministry: Ministry, tmp_path: Path, noted: int, first: int, last: int, kiosk: str, service: str
) -> None:
    certificate, key = issued(ministry.pki, tmp_path / "own", first, last)
    settings = make_settings(tmp_path, ministry.url, ministry.pki, certificate=certificate, private_key=key)
    assert told(settings) == kiosk
    assert logged(ministry, noted) == {service}


def test_a_certificate_of_another_authority_is_refused_with_the_reason(
    ministry: Ministry, tmp_path: Path, noted: int
) -> None:
    certificate, key = Authority(tmp_path / "other").issue("kiosk")
    settings = make_settings(tmp_path, ministry.url, ministry.pki, certificate=certificate, private_key=key)
    assert told(settings) == "NET-CERT-UNKNOWN"
    assert logged(ministry, noted) == {"CERTIFICATE-UNKNOWN-AUTHORITY"}


def test_without_a_certificate_nothing_is_tried_and_the_service_would_refuse(
    ministry: Ministry, tmp_path: Path, noted: int
) -> None:
    settings = make_settings(tmp_path, ministry.url, ministry.pki)
    assert told(dataclasses.replace(settings, certificate=tmp_path / "none", private_key=tmp_path / "none")) == (
        "NET-CERT-MISSING"
    )
    bare = ssl.create_default_context(cafile=str(ministry.pki / "ca.pem"))
    with (
        socket.create_connection(ministry.address, timeout=60) as plain,
        bare.wrap_socket(plain, server_hostname="localhost") as line,
        pytest.raises(ssl.SSLError) as caught,
    ):
        line.recv(1)
    assert caught.value.reason == "TLSV13_ALERT_CERTIFICATE_REQUIRED"
    assert logged(ministry, noted) == {"CERTIFICATE-MISSING"}


def test_tls_1_2_is_refused_with_the_reason(ministry: Ministry, noted: int) -> None:
    old = ssl.create_default_context(cafile=str(ministry.pki / "ca.pem"))
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    old.load_cert_chain(ministry.pki / "kiosk.pem", ministry.pki / "kiosk.key")
    with socket.create_connection(ministry.address, timeout=60) as plain, pytest.raises(ssl.SSLError) as caught:
        old.wrap_socket(plain, server_hostname="localhost")
    assert caught.value.reason == "TLSV1_ALERT_PROTOCOL_VERSION"
    assert logged(ministry, noted) == {"TLS-VERSION"}


def test_a_service_of_another_authority_is_refused_and_hears_it(ministry: Ministry, tmp_path: Path, noted: int) -> None:
    settings = make_settings(tmp_path, ministry.url, ministry.pki, ca=Authority(tmp_path / "other").folder / "ca.pem")
    assert told(settings) == "NET-SERVER-CERT"
    assert logged(ministry, noted) == {"REFUSED-BY-KIOSK"}


def test_a_service_under_another_name_is_refused_and_hears_it(ministry: Ministry, tmp_path: Path, noted: int) -> None:
    # The loopback address that the service listens on, by a name that is not in its certificate.
    host, port = ministry.address
    assert host == "127.0.0.1"
    other = make_settings(tmp_path, f"https://kiosk.localhost:{port}", ministry.pki)
    context = ssl.create_default_context(cafile=str(other.ca))
    context.load_cert_chain(other.certificate, other.private_key)
    with socket.create_connection((host, port), timeout=60) as plain, pytest.raises(ssl.SSLError) as caught:
        context.wrap_socket(plain, server_hostname="kiosk.localhost")
    from kiosk_app.submission.transport import trouble_of

    assert trouble_of(caught.value).code == "NET-SERVER-NAME"
    assert logged(ministry, noted) == {"REFUSED-BY-KIOSK"}


@pytest.mark.parametrize(("first", "last"), [(-YEAR - 30, -YEAR), (YEAR, YEAR + 30)])
def test_a_kiosk_whose_clock_is_a_year_off_sends_nothing_and_the_service_hears_it(
    tmp_path: Path, first: int, last: int
) -> None:
    """Of certificates only the difference of clocks is seen: a service whose certificate is of another year."""
    ministry = Ministry(tmp_path / "ministry")
    try:
        certificate, key = issued(ministry.pki, tmp_path / "own", first, last)
        ministry.kill()
        (ministry.pki / "ca.key").rename(tmp_path / "ca.key")  # else a new one would be made at the start
        (ministry.pki / "server.pem").write_bytes(certificate.read_bytes())
        (ministry.pki / "server.key").write_bytes(key.read_bytes())
        ministry.start()
        settings = make_settings(tmp_path, ministry.url.replace("127.0.0.1", "localhost"), ministry.pki)
        assert told(settings) == "NET-SERVER-DATES"
        assert logged(ministry, 0) == {"REFUSED-BY-KIOSK"}
    finally:
        ministry.kill()
