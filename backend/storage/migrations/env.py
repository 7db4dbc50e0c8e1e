"""How Alembic runs the migrations: on the connection it is given, or as SQL text."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from backend.storage.models import Base


def _run() -> None:
    connection: Connection | None = context.config.attributes.get("connection")
    if connection is None:
        context.configure(
            dialect_name=context.config.attributes["dialect"],
            target_metadata=Base.metadata,
            as_sql=True,
            literal_binds=True,
        )
    else:
        context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


_run()
