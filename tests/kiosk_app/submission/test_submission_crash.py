"""Killed or failed at a system call: a dossier is either committed whole or was never there, and a restart converges.

strace delivers SIGKILL, EIO or ENOSPC at the n-th call that changes the disk. `KIOSK_CRASH_POINTS` sets how many points are
tried for each fault (0: every one); without it a spread of a few keeps the run short.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from submission_bench import ROOT, AgentProcess, Ministry, make_settings, pdf, seal_one, wait_for

from kiosk_app.submission import Acknowledgement, DossierState, Role, SubmissionService, SubmissionSettings
from kiosk_app.submission.store import Store

POINTS = int(os.environ.get("KIOSK_CRASH_POINTS", "8"))
CALLS = "write,pwrite64,fsync,fdatasync,rename,link,mkdir,unlink,unlinkat,rmdir,ftruncate"
SIZES = (9_000, 30_000)
HASHES = [hashlib.sha256(pdf(size, n)).hexdigest() for n, size in enumerate(SIZES)]
AGENT_CALLS = "write,sendto,pwrite64,fsync,fdatasync,unlink,unlinkat,rmdir,ftruncate"

SEALING = """
import sys
sys.path[:0] = [{root!r}, {here!r}]
from pathlib import Path
from submission_bench import make_settings, make_draft
from kiosk_app.submission import SubmissionService, SubmissionError
try:
    service = SubmissionService(make_settings(Path({data!r}), "https://127.0.0.1:9", Path({data!r})))
    session = service.begin_session()
    draft = make_draft(service, session, {sizes!r})
    service.seal_and_queue(session, draft)
except SubmissionError as error:
    print("failed", error.code, flush=True)
else:
    print("sealed", draft.uuid, flush=True)
    service.end_session(session)
    service.close()
"""


def can_trace() -> bool:
    """Whether this computer lets strace look at a process; some containers do not."""
    if shutil.which("strace") is None:
        return False
    return (
        subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, timeout=30, check=False).returncode
        == 0
    )


pytestmark = pytest.mark.skipif(not can_trace(), reason="strace is not installed or may not trace here")


def sealing(data: Path, *strace: str) -> subprocess.CompletedProcess[str]:
    """Seals one dossier in a process under strace."""
    data.parent.mkdir(exist_ok=True)
    script = SEALING.format(root=str(ROOT), here=str(Path(__file__).parent), data=str(data), sizes=SIZES)
    return subprocess.run(
        ["strace", "-f", "-qq", "-o", str(data.parent / "trace"), *strace, sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )


def spread(total: int) -> list[int]:
    """Which of the calls to fail at."""
    count = min(POINTS, total) if POINTS else total
    return sorted({1 + (total - 1) * n // max(1, count - 1) for n in range(count)})


def calls_of(data: Path) -> int:
    """How many such calls an undisturbed sealing makes."""
    done = sealing(data, "-e", f"trace={CALLS}")
    assert done.stdout.startswith("sealed"), done.stderr
    return len((data.parent / "trace").read_text("utf-8").splitlines())


def state_after(settings: SubmissionSettings) -> list[str]:
    """Starts again and says which dossiers are there, each checked to its last byte."""
    with contextlib.closing(SubmissionService(settings)) as service:
        uuids = [row.id for row in service.outbox_report()]
        assert service.incidents() == ()
        assert not list(settings.sessions_folder.glob("*"))
        assert sorted(folder.name for folder in (settings.data_folder / "dossiers").iterdir()) == sorted(uuids)
    with contextlib.closing(Store(settings, Role.READER)) as store:
        for uuid in uuids:
            assert store.state(uuid) is DossierState.SEALED
            found = [hashlib.sha256(store.read_file(uuid, file)).hexdigest() for file in store.files(uuid)]
            assert found == HASHES
    return uuids


@pytest.mark.parametrize("fault", ["signal=SIGKILL", "error=EIO", "error=ENOSPC"])
def test_sealing_hit_at_any_write_is_all_or_nothing(tmp_path: Path, fault: str) -> None:
    total = calls_of(tmp_path / "count" / "kiosk")
    hits = 0
    for point in spread(total):
        data = tmp_path / str(point) / "kiosk"
        done = sealing(data, "-e", f"trace={CALLS}", "-e", f"inject={CALLS}:{fault}:when={point}")
        assert done.returncode in (0, 1, -signal.SIGKILL, 128 + signal.SIGKILL), done.stderr
        hits += done.returncode != 0 or "failed" in done.stdout
        there = state_after(make_settings(data, "https://127.0.0.1:9", data))
        match done.stdout.split():  # less than two words: the fault hit the script's own output
            case ["sealed", uuid]:
                assert there == [uuid], f"call {point}: said sealed, but is not there"
            case ["failed", code]:
                assert code.startswith("STO-")
                assert there == [], f"call {point}: said failed, but is there"
    assert hits > 0, "no fault was felt: the test tests nothing"


def test_the_check_itself_notices_a_torn_dossier(offline: SubmissionSettings) -> None:
    with contextlib.closing(SubmissionService(offline)) as kiosk:
        draft = seal_one(kiosk, SIZES)
    path = offline.data_folder / "dossiers" / draft.uuid / f"{draft.files[1].file_id}.sealed"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Exception, match="seal does not hold"):
        state_after(offline)


def test_an_agent_killed_at_any_call_loses_nothing_and_sends_nothing_twice(
    kiosk: SubmissionService,
    settings: SubmissionSettings,
    start_agent: Callable[..., AgentProcess],
    ministry: Ministry,
    tmp_path: Path,
) -> None:
    def brought(*strace: str) -> tuple[str, bool]:
        """One dossier, one agent under strace; whether the agent survived."""
        draft = seal_one(kiosk, SIZES)
        prefix = ("strace", "-f", "-qq", "-o", str(tmp_path / "trace"), *strace)
        agent = start_agent(settings, prefix)
        wait_for(lambda: agent.process.poll() is not None or kiosk.wait_ack(draft.uuid, 0) is not None, 40)
        survived = agent.process.poll() is None
        agent.stop()
        return draft.uuid, survived

    uuid, survived = brought("-e", f"trace={AGENT_CALLS}")
    assert survived
    total = len((tmp_path / "trace").read_text("utf-8").splitlines())
    uuids, deaths = [uuid], 0
    for point in spread(total):
        uuid, survived = brought(
            "-e", f"trace={AGENT_CALLS}", "-e", f"inject={AGENT_CALLS}:signal=SIGKILL:when={point}"
        )
        uuids.append(uuid)
        deaths += not survived
    assert deaths > 0, "no agent was killed: the test tests nothing"
    start_agent(settings)
    for uuid in uuids:
        assert isinstance(kiosk.wait_ack(uuid, 40), Acknowledgement)
        assert ministry.files_of(uuid) == HASHES
    ours = [str(row["id"]) for row in ministry.dossiers() if row["id"] in set(uuids)]
    assert sorted(ours) == sorted(uuids)
