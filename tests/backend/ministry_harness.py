"""The real service in a process of its own, and a plain client to talk to it."""

from __future__ import annotations

import hashlib
import json
import os
import select
import signal
import socket
import ssl
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import requests

from backend.service import Service, open_service
from backend.storage.files import FileStore

TUS = {"Tus-Resumable": "1.0.0"}
START_S = 120.0
#: Where `make test-postgres` has its servers (on_servers.py); without, rows and files are kept in the data folder.
POSTGRES = os.environ.get("MINISTRY_POSTGRES", "")
OBJECTS = os.environ.get("MINISTRY_OBJECTS", "")


def settled(data: Path, settings: str = "") -> Path:
    """A data folder with its settings and, where the tests run on servers, a database and a place for files of its own."""
    data.mkdir(parents=True, exist_ok=True)
    if POSTGRES and not (data / "backend.toml").exists():
        name = f"m_{hashlib.sha256(str(data).encode()).hexdigest()[:20]}"
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        database = POSTGRES.replace("/postgres?", f"/{name}?")
        # Small pieces, as into a folder, so that the tests of cut lines need no uploads of many megabytes.
        settings += f'database_url = "{database}"\nfiles_url = "{OBJECTS}/{name}"\nupload_piece_bytes = 262144\n'
    if settings:
        (data / "backend.toml").write_text(settings, "utf-8")
    return data


def opened(data: Path) -> Service:
    """The service's data, opened beside or without a server; the caller closes it."""
    return open_service(settled(data))


class Ministry:
    """`kiosk-backend serve` on a free port of 127.0.0.1, over one data folder."""

    def __init__(self, data: Path, settings: str = "") -> None:
        self.data = settled(data, settings)
        self.errors = data.parent / f"{data.name}.stderr"
        self.process: subprocess.Popen[str] | None = None
        self.url = ""

    @property
    def pki(self) -> Path:
        return self.data / "pki"

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "backend", *arguments, "--data", str(self.data)]

    def start(self) -> dict[str, Any]:
        with self.errors.open("a", encoding="utf-8") as errors:
            self.process = subprocess.Popen(
                self.command("serve", "--json"), stdout=subprocess.PIPE, stderr=errors, text=True
            )
        assert self.process.stdout is not None
        try:
            ready, _, _ = select.select([self.process.stdout], [], [], START_S)
            line = self.process.stdout.readline() if ready else ""
            assert line, self.errors.read_text("utf-8")
        except BaseException:  # also when somebody ends the tests meanwhile
            self.end(signal.SIGKILL)
            raise
        answer: dict[str, Any] = json.loads(line)
        self.url = answer["url"]
        return answer

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        assert self.process is not None
        process, self.process = self.process, None
        process.send_signal(number)
        try:
            return process.wait(60)
        finally:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()

    def run(self, *arguments: str, code: int = 0) -> str:
        """One officer's command; returns standard output."""
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    def session(self, name: str = "kiosk") -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.pki / "ca.pem")
        session.cert = (str(self.pki / f"{name}.pem"), str(self.pki / f"{name}.key"))
        return session

    @contextmanager
    def files(self) -> Iterator[FileStore]:
        """The server's file store, seen from beside it."""
        service = opened(self.data)
        try:
            yield service.files
        finally:
            service.close()

    def stored(self, location: str) -> int:
        """How many bytes of an upload are stored; -1 when it has gone."""
        with self.files() as files:
            try:
                return files.upload_length(location.rpartition("/")[2])
            except FileNotFoundError:
                return -1

    def raw(self) -> ssl.SSLSocket:
        """A bare TLS connection, to be cut in the middle."""
        context = ssl.create_default_context(cafile=str(self.pki / "ca.pem"))
        context.load_cert_chain(self.pki / "kiosk.pem", self.pki / "kiosk.key")
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        return context.wrap_socket(plain, server_hostname="localhost")


@contextmanager
def running(data: Path, settings: str = "") -> Iterator[Ministry]:
    """A running service, ended at the end."""
    ministry = Ministry(data, settings)
    ministry.start()
    try:
        yield ministry
    finally:
        if ministry.process is not None:
            assert ministry.end() == 0


class Client:
    """Uploads and submits like a kiosk, without its retries."""

    def __init__(self, ministry: Ministry, kiosk_id: str = "demo-kiosk", name: str = "kiosk") -> None:
        self.url = ministry.url
        self.kiosk_id = kiosk_id
        self.http = ministry.session(name)

    def create(self, length: int, **headers: str) -> requests.Response:
        sent = {**TUS, "Upload-Length": str(length), **headers}
        return self.http.post(f"{self.url}/files/", headers=sent, timeout=20)

    def patch(self, location: str, offset: int, content: bytes, **headers: str) -> requests.Response:
        sent = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream", **headers}
        return self.http.patch(self.url + location, data=content, headers=sent, timeout=20)

    def head(self, location: str) -> requests.Response:
        return self.http.head(self.url + location, headers=TUS, timeout=20)

    def offset(self, location: str) -> int:
        answer = self.head(location)
        assert answer.status_code == 200
        return int(answer.headers["Upload-Offset"])

    def upload(self, content: bytes) -> str:
        location = self.create(len(content)).headers["Location"]
        assert self.patch(location, 0, content).status_code == 204
        return location

    def put(self, dossier: str, manifest: dict[str, Any]) -> requests.Response:
        body = json.dumps(manifest, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        return self.http.put(f"{self.url}/v1/dossiers/{dossier}", data=body, headers=headers, timeout=30)

    def post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return self.http.post(self.url + path, json=body, timeout=20)

    def manifest(self, *contents: bytes, **changes: Any) -> dict[str, Any]:
        """A manifest whose files have been uploaded."""
        files = [described(self.upload(content), content) for content in contents]
        return manifest(self.kiosk_id, files) | changes

    def submit(self, *contents: bytes, **changes: Any) -> dict[str, Any]:
        answer = self.put(str(uuid.uuid4()), self.manifest(*contents, **changes))
        assert answer.status_code == 201, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt


def pdf(words: str, size: int = 2000) -> bytes:
    """Bytes that differ by their words; the service stores, it does not render."""
    return b"%PDF-1.7\n" + words.encode() + os.urandom(8) + b"\0" * size


def described(location: str, content: bytes) -> dict[str, Any]:
    return {
        "upload": location,
        "component": "application-form",
        "component_name_vi": "Tờ khai",
        "name": "to-khai.pdf",
        "pages": 1,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def manifest(kiosk_id: str, files: list[dict[str, Any]]) -> dict[str, Any]:
    token = uuid.uuid4().hex[:10].upper()
    return {
        "kiosk_id": kiosk_id,
        "kiosk_reference": f"K01-{token[:4]}-{token[4:]}",
        "procedure": {
            "local_id": "PO-03",
            "code": "1.004428",
            "name_vi": "Thủ tục thử nghiệm",
            "name_en": "Procedure under test",
        },
        "channel": 2,
        "assisted": False,
        "applicant": {
            "kind": 0,
            "identity_number": "001099000001",
            "full_name": "NGUYỄN VĂN THỬ NGHIỆM",
            "birth_date": "1990-01-31",
            "verified_by": "chip",
        },
        "answers": {"purpose": "thử nghiệm", "count": 2, "ratio": 0.5, "agree": True, "other": None},
        "consent": {"version": "2026-01", "at": "2026-11-20T09:00:00+07:00", "notices": False},
        "declared_at": "2026-11-20T09:10:00+07:00",
        "submitted_at": "2026-11-20T09:11:00+07:00",
        "result_delivery": "counter",
        "files": files,
    }


def wait_until(condition: Any, seconds: float = 10.0) -> None:
    """Poll a condition; fails when it does not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition did not come true"
        time.sleep(0.02)
