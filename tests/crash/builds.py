"""Kiosks that are built wrong on purpose: each has to be found out, or the test that passes ours tests nothing."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from kiosk_app.submission import database
from kiosk_app.submission.database import Database
from kiosk_app.submission.print_journal import PrintJournal
from kiosk_app.submission.store import Store


def _row_first() -> None:
    """The row is committed before the files are in their place."""
    place, insert = Store._place_files, Store._insert
    later: list[Any] = []

    def place_later(self: Store, *arguments: Any) -> None:
        later.append(arguments)

    def insert_first(self: Store, *arguments: Any) -> None:
        insert(self, *arguments)
        place(self, *later.pop())

    Store._place_files = place_later  # type: ignore[method-assign]
    Store._insert = insert_first  # type: ignore[method-assign]


def _autocommit() -> None:
    """Every statement is a transaction of its own."""

    @contextmanager
    def nothing(self: Database) -> Iterator[None]:
        yield

    Database.transaction = nothing  # type: ignore[assignment,method-assign]


def _no_journal() -> None:
    """A print is noted when it is over, not before."""
    PrintJournal.intend = lambda self, subject, kind=None: f"{subject}/{secrets.token_hex(4)}"  # type: ignore[method-assign,assignment,misc]
    PrintJournal.sent = lambda self, job: None  # type: ignore[method-assign,misc,assignment]

    def confirmed(self: PrintJournal, job: str) -> None:
        self._database.change(
            "INSERT OR REPLACE INTO print_job (job, kind, subject, dossier, state, copy, inked, intended_at, state_at)"
            " VALUES (?, 'slip', ?, ?, 'confirmed', 1, 1, 0, 0)",
            (job, job.partition("/")[0], job.partition("/")[0]),
        )

    PrintJournal.confirmed = confirmed  # type: ignore[method-assign]


def _no_fsync() -> None:
    """Nothing is asked of the disk but to take the bytes."""
    os.fsync = lambda descriptor: None  # type: ignore[assignment,misc]
    connect = database.sqlite.connect

    class Careless:
        """A connection that hears OFF whenever FULL is asked for."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            self.__dict__["_inner"] = connect(*arguments, **named)

        def execute(self, sql: str, parameters: Any = ()) -> Any:
            return self._inner.execute(sql.replace("synchronous = FULL", "synchronous = OFF"), parameters)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.__dict__["_inner"], name)

        def __setattr__(self, name: str, value: Any) -> None:
            setattr(self.__dict__["_inner"], name, value)

    class Driver:
        """The database's module with such connections."""

        def __getattr__(self, name: str) -> Any:
            return Careless if name == "connect" else getattr(_sqlite, name)

    _sqlite = database.sqlite
    database.sqlite = Driver()  # type: ignore[assignment]


BUILDS: Final[dict[str, Callable[[], None]]] = {
    "ours": lambda: None,
    "row-first": _row_first,
    "autocommit": _autocommit,
    "no-journal": _no_journal,
    "no-fsync": _no_fsync,
}


def use(name: str) -> None:
    """Makes this process one of that build."""
    BUILDS[name]()
