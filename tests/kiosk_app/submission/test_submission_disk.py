"""A disk that is full or has become read-only: told in words, before a citizen starts, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

from own_mounts import told_beside
from submission_bench import ROOT

FULL_DISK = """
import sys, os
from pathlib import Path
sys.path[:0] = [{root!r}, {here!r}]
from submission_bench import make_settings, make_draft, seal_one, pdf
from kiosk_app.submission import SubmissionService, StoreFull
disk = Path({disk!r})
settings = make_settings(disk / "kiosk", "https://127.0.0.1:9", disk, min_free_bytes=100_000)
service = SubmissionService(settings)
service.check_accepting()
session = service.begin_session()
draft = make_draft(service, session)
sealed = [seal_one(service).uuid]
filler = disk / "filler"
with filler.open("wb", buffering=0) as stream:
    try:
        while True:
            stream.write(bytes(4096))
    except OSError:
        pass
acts = [
    service.check_accepting,
    lambda: seal_one(service),
    lambda: session.add_component("c", "C", "c.pdf", 1, pdf(50_000)),
    lambda: service.seal_and_queue(session, draft),
]
for number, act in enumerate(acts):
    try:
        act()
    except StoreFull as error:
        assert error.code == "STO-FULL"
    else:
        raise AssertionError(number)
filler.unlink()
service.seal_and_queue(session, draft)
sealed.append(draft.uuid)
service.end_session(session)
assert {{row.id for row in service.outbox_report()}} == set(sealed)
service.close()
service = SubmissionService(settings)
assert {{row.id for row in service.outbox_report()}} == set(sealed)
assert service.incidents() == ()
assert not list((disk / "kiosk").rglob("*.part"))
service.close()
print("held")
"""


def test_a_full_disk_refuses_in_words_and_loses_nothing(tmp_path: Path) -> None:
    # A real full file system, in a mount namespace that is gone with the process.
    script = FULL_DISK.format(root=str(ROOT), here=str(Path(__file__).parent), disk=str(tmp_path))
    assert told_beside(f'mount -t tmpfs -o size=1536k tmpfs "{tmp_path}"', script) == "held"


READ_ONLY = """
import subprocess, sys
from pathlib import Path
sys.path[:0] = [{root!r}, {here!r}]
from submission_bench import make_settings, seal_one
from kiosk_app.submission import StoreFailed, SubmissionService
disk, spool = Path({disk!r}), Path({spool!r})
service = SubmissionService(make_settings(disk / "kiosk", "https://127.0.0.1:9", disk, spool_folder=spool))
service.check_accepting()
seal_one(service)
subprocess.run(["mount", "-o", "remount,ro", {spool!r}], check=True)
try:
    service.check_accepting()
except StoreFailed as error:
    assert error.code == "STO-IO" and "read-only" in error.detail
else:
    raise AssertionError("a citizen would have been let in")
subprocess.run(["mount", "-o", "remount,rw", {spool!r}], check=True)
service.check_accepting()
service.close()
print("told")
"""


def test_a_disk_that_became_read_only_is_told_before_a_citizen_starts(tmp_path: Path) -> None:
    # The file system of the pages: that of the rows cannot be made read-only by hand while its database is open.
    for name in ("data", "spool"):
        (tmp_path / name).mkdir()
    script = READ_ONLY.format(
        root=str(ROOT), here=str(Path(__file__).parent), disk=str(tmp_path / "data"), spool=str(tmp_path / "spool")
    )
    assert told_beside(f'mount -t tmpfs -o size=8m tmpfs "{tmp_path / "spool"}"', script) == "told"
