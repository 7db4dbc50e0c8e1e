"""Bytes are kept as long as a dossier needs them and no longer; damage is found."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from ministry_harness import described, manifest, opened, pdf

from backend import desk, retention
from backend.desk import Decision
from backend.dossiers import Dossiers
from backend.service import Service
from backend.storage.models import Dossier
from backend.tus import Uploads
from backend.workflow import Status


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    ours = opened(tmp_path / "data")
    yield replace(ours, settings=ours.settings.model_copy(update={"keep_finished_days": 30}))
    ours.close()


def uploaded(service: Service, content: bytes) -> dict[str, Any]:
    row = Uploads(service).create("k", len(content), "")
    service.files.append(row.id, 1, 0, content, lambda: True)
    return described(f"/files/{row.id}", content)


def submitted(service: Service, *contents: bytes) -> dict[str, Any]:
    body = json.dumps(manifest("k", [uploaded(service, content) for content in contents])).encode()
    receipt: dict[str, Any] = json.loads(Dossiers(service).receive(str(uuid.uuid4()), body, "k")[1])
    return receipt


def later(service: Service, days: int) -> Service:
    moment = service.now() + timedelta(days=days)
    return replace(service, now=lambda: moment)


def test_content_goes_a_while_after_the_end_but_codes_receipt_and_history_stay(service: Service) -> None:
    content = pdf("một")
    receipt = submitted(service, content)
    assert retention.sweep(later(service, 400)) == (0, 0)
    desk.move(service, receipt["dossier_code"], Decision(Status.NOT_ACCEPTED, reason="Sai thủ tục"))
    assert retention.sweep(later(service, 29)) == (0, 0)
    assert retention.sweep(later(service, 31)) == (1, 1)
    assert retention.sweep(later(service, 32)) == (0, 0)
    opened(service.data).close()  # a start after it gives no name back
    assert not service.files.holds(sha256(content).hexdigest())
    with service.database.read() as session:
        row = session.get(Dossier, receipt["uuid"])
        assert row is not None
        assert (row.manifest, row.person) == ("{}", None)
        assert json.loads(row.receipt) == receipt
        assert [step.status for step in row.history] == [1, 3]


def test_bytes_that_another_dossier_needs_stay(service: Service) -> None:
    content, digest = pdf("chung"), ""
    digest = sha256(content).hexdigest()
    first, second = submitted(service, content), submitted(service, content)
    desk.move(service, first["dossier_code"], Decision(Status.NOT_ACCEPTED, reason="Sai thủ tục"))
    assert retention.sweep(later(service, 31)) == (1, 0)
    assert b"".join(service.files.read(digest)) == content
    desk.move(service, second["dossier_code"], Decision(Status.NOT_ACCEPTED, reason="Sai thủ tục"))
    assert retention.sweep(later(service, 31)) == (1, 1)
    assert not service.files.holds(digest)
    submitted(service, content)
    assert service.files.holds(digest)


def test_bytes_that_a_crash_left_without_a_dossier_are_swept_when_they_are_old(service: Service) -> None:
    content = pdf("lạc")
    file = uploaded(service, content)
    service.files.keep(file["upload"].rpartition("/")[2], file["sha256"])
    assert retention.sweep(service) == (0, 0)
    assert retention.sweep(later(service, 2)) == (0, 1)
    assert not service.files.holds(file["sha256"])


def test_bytes_that_vanish_between_keeping_and_committing_are_kept_again(service: Service) -> None:
    content = pdf("một")
    digest = sha256(content).hexdigest()

    class Vanishing:
        """The file store, out of which a sweep takes the bytes once, right after they were kept."""

        def __init__(self) -> None:
            self.left = 1

        def __getattr__(self, name: str) -> Any:
            return getattr(service.files, name)

        def keep(self, upload: str, kept: str) -> None:
            service.files.keep(upload, kept)
            if self.left:
                self.left -= 1
                service.files.remove(kept)

    submitted(replace(service, files=Vanishing()), content)
    assert b"".join(service.files.read(digest)) == content


def test_damaged_and_missing_files_are_found(service: Service) -> None:
    whole, lost = pdf("một"), pdf("hai")
    submitted(service, whole, lost)
    assert list(retention.verify(service)) == []
    service.files.remove(sha256(lost).hexdigest())
    assert list(retention.verify(service)) == [retention.Fault(sha256(lost).hexdigest(), "missing")]
