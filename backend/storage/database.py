"""The database: connections, transactions and migrations."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, cast

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend.storage.models import Base

_MIGRATIONS = Path(__file__).with_name("migrations")
#: How long PostgreSQL may let a kiosk wait, as in libpq: seconds to connect; milliseconds for a statement and for a lock.
_PATIENCE = {"connect_timeout": 10, "options": "-c statement_timeout=60000 -c lock_timeout=15000"}
#: Any number that nobody else takes: the lock under which tables are made.
_MIGRATION_LOCK = 7_146_235_180_094


def default_url(data: Path) -> str:
    """The SQLite database inside a data folder."""
    return f"sqlite:///{(data / 'ministry.sqlite').absolute()}"


class DatabaseError(Exception):
    """The database cannot be opened or migrated. `code` is DATABASE-UNUSABLE."""

    code = "DATABASE-UNUSABLE"


class Database:
    """Sessions on one database, SQLite or PostgreSQL. Thread safe; close() when done.

    Raises DatabaseError when the URL cannot be used.
    """

    def __init__(self, url: str) -> None:
        # hide_parameters: an error's text must never carry a citizen's data into a log.
        # SQLite has one writer, and those who wait for it look again at growing intervals: in this process they queue.
        self._writing: AbstractContextManager[object] = nullcontext()
        try:
            parsed = make_url(url)
            if parsed.drivername in ("postgresql", "postgres"):
                parsed = parsed.set(drivername="postgresql+psycopg")
            if parsed.get_backend_name() == "sqlite":
                # As many connections as the server has worker threads: none waits for another's.
                self._engine = create_engine(parsed, hide_parameters=True, pool_size=8, max_overflow=40)
                _prepare_sqlite(self._engine)
                self._writing = threading.Lock()
            else:
                self._engine = create_engine(
                    parsed,
                    hide_parameters=True,
                    pool_size=8,
                    max_overflow=12,
                    pool_pre_ping=True,
                    connect_args=_PATIENCE,
                )
        except (SQLAlchemyError, ImportError, OSError, TypeError) as error:
            # By type only: the URL may hold a password.
            raise DatabaseError(type(error).__name__) from None

    def migrate(self) -> None:
        """Bring the tables to the current version; safe while another process does the same.

        Raises DatabaseError.
        """
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        try:
            writer = self._engine.connect().execution_options(write=True)
            with writer as connection, connection.begin():
                if self._engine.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATION_LOCK})
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except (SQLAlchemyError, CommandError) as error:
            raise DatabaseError(type(error).__name__) from None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking only."""
        with self._engine.connect() as connection, Session(connection) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one transaction, committed and durable when the block ends well."""
        with (
            self._writing,
            self._engine.connect().execution_options(write=True) as connection,
            Session(connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @property
    def engine(self) -> Engine:
        """The engine beneath, for tools that inspect the schema."""
        return self._engine

    def close(self) -> None:
        """Release every connection."""
        self._engine.dispose()


def insert_new(session: Session, row: Base) -> bool:
    """Insert a row unless one with its key is there, and say whether it was inserted.

    On a database with many writers it waits for one that is inserting the same key.
    """
    table = cast(Table, type(row).__table__)
    values = {column.name: getattr(row, column.name) for column in table.columns}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(values).on_conflict_do_nothing()
    # Asked back, since not every driver counts the rows of such a statement.
    return session.connection().execute(statement.returning(*table.primary_key)).first() is not None


def upsert(session: Session, model: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows, or replace those whose key is there."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    table = cast(Table, model.__table__)
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    session.connection().execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), list(rows))


def _prepare_sqlite(engine: Engine) -> None:
    path = engine.url.database
    if path and path != ":memory:":
        # The file holds personal data: it must never exist with wider rights, not for a moment.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))

    @event.listens_for(engine, "connect")
    def _on_connect(dbapi: Any, _record: object) -> None:
        # The driver's own BEGIN comes too late (before the first write only); ours is explicit.
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        cursor.execute("PRAGMA busy_timeout=15000")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # A writer takes the lock at once, so that two of them queue instead of one failing.
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
