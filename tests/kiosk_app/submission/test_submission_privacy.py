"""No name, number or page lies on the disk in plain, at no stage of a dossier's life."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from submission_bench import CANARY, CANARY_NUMBER, AgentProcess, make_draft, pdf

from kiosk_app.submission import Acknowledgement, SubmissionService, SubmissionSettings

MARKS = (CANARY, CANARY_NUMBER, "Máy thử nghiệm", "0900000000")


def needles() -> list[bytes]:
    found = [pdf(40_000, 0)[1000:1032], b"%PDF-1.7"]
    for mark in MARKS:
        text = mark.encode()
        found += [text, mark.encode("utf-16-le"), json.dumps(mark)[1:-1].encode(), text.hex().encode()]
        # base64 looks different for each of the three places where a text can begin
        found += [base64.b64encode(bytes(shift) + text)[4:-4] for shift in range(3)]
    return found


def leaks(folder: Path) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        content = (path.read_bytes() if path.is_file() else b"") + str(path.relative_to(folder)).encode()
        found += [f"{path.name}: {needle!r}" for needle in needles() if needle in content]
    return found


def test_the_hunt_finds_what_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "control").write_text(f"... {CANARY} ...")
    assert leaks(tmp_path)


def test_nothing_personal_is_on_the_disk_in_plain_at_any_stage(
    settings: SubmissionSettings,
    start_agent: Callable[..., AgentProcess],
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = settings.data_folder
    with caplog.at_level(logging.DEBUG), contextlib.closing(SubmissionService(settings)) as kiosk:
        session = kiosk.begin_session()
        draft = make_draft(kiosk, session)
        assert leaks(folder) == [], "during the session"
        kiosk.seal_and_queue(session, draft)
        assert leaks(folder) == [], "sealed"
        kiosk.end_session(session)
        agent = start_agent(settings)
        until = time.monotonic() + 20
        while kiosk.wait_ack(draft.uuid, 0) is None and time.monotonic() < until:
            assert leaks(folder) == [], "being sent"
        assert isinstance(kiosk.wait_ack(draft.uuid, 0), Acknowledgement)
        job = kiosk.receipt_intended(draft.uuid)
        kiosk.receipt_confirmed(job)
        until = time.monotonic() + 10
        while list((folder / "dossiers").iterdir()):
            assert time.monotonic() < until, "the receipt is on paper, the content should be gone"
            time.sleep(0.05)
        assert leaks(folder) == [], "erased"
        log = caplog.text + agent.stop()
    assert not any(mark in log or mark in repr(draft) for mark in MARKS)
    with contextlib.closing(SubmissionService(settings)) as kiosk:
        assert isinstance(kiosk.wait_ack(draft.uuid, 0), Acknowledgement), "the codes stay"


def test_a_session_leaves_no_folder_even_if_a_dying_process_still_writes_a_page(kiosk: SubmissionService) -> None:
    for _ in range(20):
        session = kiosk.begin_session()
        writing = threading.Event()

        def write(folder: Path = session.folder, writing: threading.Event = writing) -> None:
            with contextlib.suppress(OSError):
                for number in range(200):
                    (folder / f"{number}.page").write_bytes(bytes(4096))
                    writing.set()

        writer = threading.Thread(target=write)
        writer.start()
        writing.wait(10)
        kiosk.end_session(session)
        writer.join()
        assert not session.folder.exists()
