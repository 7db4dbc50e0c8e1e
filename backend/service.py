"""The parts of one running service, opened from a data folder and closed together."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from backend import person_token, procedures, settings, working_days
from backend.procedures import Procedures
from backend.settings import Settings
from backend.storage.database import Database, default_url
from backend.storage.files import FileStore, FolderStore
from backend.storage.objects import ObjectStore
from backend.workflow import Rules, Status
from backend.working_days import Calendar


class DataFolderError(Exception):
    """The data folder cannot be used now. `code` is DATA-FOLDER-UNUSABLE."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


@dataclass(frozen=True)
class Service:
    """Everything a request handler or an officer's command needs. `now` gives aware moments."""

    data: Path
    settings: Settings
    database: Database
    files: FileStore
    procedures: Procedures
    rules: Rules
    person_key: bytes = field(repr=False)
    now: Callable[[], datetime]

    @property
    def calendar(self) -> Calendar:
        """The working-day calendar."""
        return self.rules.calendar

    def close(self) -> None:
        """Release the database."""
        self.database.close()


def open_service(data: Path, database_url: str | None = None, files_url: str | None = None) -> Service:
    """Open (and where needed create or migrate) the service's data.

    A URL wins over that of `backend.toml`; without any, rows and files are kept in the folder itself.
    Raises SettingsError, CalendarError, ProceduresError, DataFolderError, DatabaseError, ObjectStoreError.
    """
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        chosen = settings.load(data)
        entries = working_days.load_entries(Path(__file__).with_name("calendar.toml"))
        if (data / "calendar.toml").exists():
            entries |= working_days.load_entries(data / "calendar.toml")
        elsewhere = files_url or chosen.files_url
        files: FileStore = ObjectStore(elsewhere) if elsewhere else FolderStore(data)
        person_key = person_token.load_key(data)
    except OSError as error:
        raise DataFolderError("DATA-FOLDER-UNUSABLE", str(error)) from error
    database = Database(database_url or chosen.database_url or default_url(data))
    database.migrate()
    person_token.catch_up(database, person_key)
    return Service(
        data=data,
        settings=chosen,
        database=database,
        files=files,
        procedures=procedures.load(data),
        rules=Rules(
            Calendar(entries, chosen.cut_off),
            frozenset(map(Status, chosen.paused_statuses)),
        ),
        person_key=person_key,
        now=lambda: datetime.now(UTC),
    )


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Let one process at a time prepare what several find in one data folder; the kernel frees it if one dies."""
    handle = os.open(data / "prepare.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
