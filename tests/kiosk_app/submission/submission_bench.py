"""What the submission tests work with: the real ministry service as a process, agents as processes, drafts of nobody."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from kiosk_app.submission import (
    Applicant,
    Consent,
    DossierDraft,
    ProcedureRef,
    SessionSpool,
    SubmissionService,
    SubmissionSettings,
    settings_to_json,
)

ROOT = Path(__file__).resolve().parents[3]
CANARY = "NGUYỄN VĂN THỬ NGHIỆM"
CANARY_NUMBER = "001099000123"


class Ministry:
    """The reference service as a subprocess on a free port; it can be killed and started again."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.log = data.parent / f"{data.name}.log"
        self._process: subprocess.Popen[str] | None = None
        self.url = ""
        self.enrolment_url = ""
        self.start()

    def start(self) -> None:
        """Starts and waits for the ready line."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command("serve", "--port", "0", "--enrolment-port", "0", "--json"),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=ROOT,
            )
        assert self._process.stdout is not None
        ready = json.loads(self._process.stdout.readline())
        self.url, self.enrolment_url = ready["url"], ready["enrolment_url"]

    def run(self, *arguments: str) -> str:
        """An officer's command; what it printed."""
        done = subprocess.run(
            self._command(*arguments), capture_output=True, text=True, cwd=ROOT, timeout=150, check=True
        )
        return done.stdout.strip()

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "backend", *arguments, "--data", str(self.data)]

    def logged(self, event: str) -> list[dict[str, object]]:
        """The events of that name in the service's log."""
        lines = [json.loads(line) for line in self.log.read_text("utf-8").splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, _, port = self.url.removeprefix("https://").rpartition(":")
        return host, int(port)

    @property
    def pki(self) -> Path:
        """ca.pem, kiosk.pem, kiosk.key, server.pem, server.key."""
        return self.data / "pki"

    def dossiers(self) -> list[dict[str, object]]:
        """What the ministry really has."""
        with sqlite3.connect(f"file:{self.data}/ministry.sqlite?mode=ro", uri=True) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute("SELECT * FROM dossiers ORDER BY received_at")]

    def files_of(self, uuid: str) -> list[str]:
        """The SHA-256 of each file kept for a dossier."""
        with sqlite3.connect(f"file:{self.data}/ministry.sqlite?mode=ro", uri=True) as connection:
            rows = connection.execute(
                "SELECT sha256 FROM dossier_files WHERE dossier_id = ? ORDER BY position", (uuid,)
            )
            return [row[0] for row in rows]


def make_settings(data: Path, url: str, pki: Path, **changes: object) -> SubmissionSettings:
    """Settings of an impatient kiosk."""
    settings = SubmissionSettings(
        data_folder=data,
        service_url=url,
        ca=pki / "ca.pem",
        certificate=pki / "kiosk.pem",
        private_key=pki / "kiosk.key",
        kiosk_id="demo-kiosk",
        kiosk_short="K01",
        min_free_bytes=0,
        connect_timeout_s=2.0,
        read_timeout_s=2.0,
        request_limit_s=6.0,
        chunk_bytes=64 * 1024,
        backoff_base_s=0.1,
        backoff_ceiling_s=0.5,
        heartbeat_s=60.0,
        busy_timeout_s=2.0,
    )
    return dataclasses.replace(settings, **changes)  # type: ignore[arg-type]


def pdf(size: int, seed: int = 0) -> bytes:
    """Bytes that look like a PDF and do not compress."""
    return b"%PDF-1.7\n" + random.Random(seed).randbytes(size) + b"\n%%EOF\n"


def make_draft(
    service: SubmissionService, session: SessionSpool, sizes: tuple[int, ...] = (40_000, 90_000), **changes: object
) -> DossierDraft:
    """A whole dossier of a person who does not exist, its components sealed into the session."""
    files = tuple(
        service.add_component_pdf(session, f"c{n}", f"Giấy tờ {n}", f"giay-to-{n}.pdf", 1, pdf(size, n))
        for n, size in enumerate(sizes)
    )
    now = datetime.now(UTC)
    draft = DossierDraft(
        uuid=session.dossier_uuid,
        kiosk_reference=service.new_kiosk_reference(),
        procedure=ProcedureRef("IP-01", None, "Thủ tục đăng ký sáng chế", "Registration of an invention"),
        applicant=Applicant(0, CANARY_NUMBER, CANARY, "1990-01-02", "chip", phone="0900000000"),
        answers={"title": "Máy thử nghiệm", "pages": 3, "agent": False, "note": None},
        consent=Consent("2026-01", now, notices=False),
        declared_at=now,
        submitted_at=now,
        result_delivery="counter",
        language="vi",
        files=files,
    )
    return dataclasses.replace(draft, **changes)  # type: ignore[arg-type]


def seal_one(service: SubmissionService, sizes: tuple[int, ...] = (40_000, 90_000), **changes: object) -> DossierDraft:
    """Seals one dossier and ends its session."""
    session = service.begin_session()
    draft = make_draft(service, session, sizes, **changes)
    service.seal_and_queue(session, draft)
    service.end_session(session)
    return draft


class AgentProcess:
    """`python -m kiosk_app.submission.agent` as a subprocess."""

    def __init__(self, settings: SubmissionSettings, prefix: tuple[str, ...] = ()) -> None:
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "kiosk_app.submission.agent", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            start_new_session=True,  # a group of its own, so that a tracer never leaves the agent behind
        )
        assert self.process.stdin is not None
        self.process.stdin.write(settings_to_json(settings) + "\n")
        self.process.stdin.close()
        self.process.stdin = None

    def kill(self) -> None:
        """SIGKILL, now."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()

    def stop(self) -> str:
        """SIGTERM; returns what it wrote."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        _, errors = self.process.communicate(timeout=20)
        return errors


def wait_for(condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
    """Waits until it is so."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.02)
