"""Nobody gets in without a certificate of the ministry's authority over TLS 1.3."""

from __future__ import annotations

import signal
import socket
import ssl
import stat
from pathlib import Path

import pytest
import requests
from dated_certificates import issued
from ministry_harness import Client, Ministry, running

from backend.tls import Pki, PkiError


def refused(session: requests.Session, ministry: Ministry) -> bool:
    """Whether the connection itself fails, with no HTTP answer of any kind."""
    try:
        session.get(f"{ministry.url}/v1/health", timeout=10)
    except requests.exceptions.ConnectionError:
        return True
    return False


def test_a_kiosk_with_its_certificate_is_let_in(client: Client) -> None:
    assert client.http.get(f"{client.url}/v1/health", timeout=10).json()["status"] == "ok"


def test_without_a_client_certificate_the_connection_is_refused(ministry: Ministry) -> None:
    session = ministry.session()
    session.cert = None
    assert refused(session, ministry)


def test_a_certificate_of_another_authority_is_refused(ministry: Ministry, tmp_path: Path) -> None:
    foreign = Pki(tmp_path)
    foreign.prepare(10)
    session = ministry.session()
    session.cert = (str(tmp_path / "kiosk.pem"), str(tmp_path / "kiosk.key"))
    assert refused(session, ministry)


def test_an_expired_certificate_is_refused(ministry: Ministry, tmp_path: Path) -> None:
    certificate, key = issued(ministry.pki, tmp_path, -2, -1)
    session = ministry.session()
    session.cert = (str(certificate), str(key))
    assert refused(session, ministry)


def test_the_servers_own_certificate_opens_nothing(ministry: Ministry) -> None:
    assert refused(ministry.session("server"), ministry)


def test_tls_1_2_is_refused(ministry: Ministry) -> None:
    context = ssl.create_default_context(cafile=str(ministry.pki / "ca.pem"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(ministry.pki / "kiosk.pem", ministry.pki / "kiosk.key")
    with ministry.raw() as line:
        assert line.version() == "TLSv1.3"
    with (
        socket.create_connection(("127.0.0.1", ministry.port), timeout=10) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        context.wrap_socket(plain, server_hostname="localhost")


def test_the_server_shows_a_certificate_good_for_its_addresses(ministry: Ministry) -> None:
    for host in ("localhost", "127.0.0.1"):
        url = f"https://{host}:{ministry.port}/v1/health"
        assert ministry.session().get(url, timeout=10).status_code == 200


def test_keys_and_data_are_readable_by_the_owner_only(ministry: Ministry) -> None:
    names = {path.name for path in ministry.pki.iterdir()}
    assert {"ca.pem", "server.pem", "server.key", "kiosk.pem", "kiosk.key"} <= names
    for path in [*ministry.pki.iterdir(), *ministry.data.glob("ministry.sqlite*")]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_a_second_start_keeps_the_authority_and_its_certificates(tmp_path: Path) -> None:
    pki = Pki(tmp_path)
    pki.prepare(10)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    pki.prepare(10)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_site_with_its_own_authority_needs_no_signing_key_here(tmp_path: Path) -> None:
    pki = Pki(tmp_path)
    pki.prepare(10)
    (tmp_path / "ca.key").unlink()
    (tmp_path / "kiosk.pem").unlink()
    pki.prepare(10)
    assert pki.server_context().verify_mode is ssl.CERT_REQUIRED
    with pytest.raises(PkiError):
        pki.issue("kiosk-2", 10)


def test_a_kiosk_id_unfit_for_a_certificate_is_refused(tmp_path: Path) -> None:
    pki = Pki(tmp_path)
    pki.prepare(10)
    for unfit in ("", "../kiosk", "a b", "x" * 65, "kiosk\n"):
        with pytest.raises(PkiError):
            pki.issue(unfit, 10)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_service_cleanly_and_soon_even_with_a_kiosk_connected(
    tmp_path: Path, number: signal.Signals
) -> None:
    with running(tmp_path / "data") as ministry:
        client = Client(ministry)
        assert client.http.get(f"{client.url}/v1/health", timeout=10).status_code == 200
        assert ministry.end(number) == 0
        log = ministry.errors.read_text("utf-8")
        assert "Traceback" not in log
        assert log.splitlines()[-1].find("service.stopped") > 0
