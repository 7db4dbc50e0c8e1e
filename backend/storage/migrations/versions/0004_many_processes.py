"""What several processes need to agree: turns of uploads, wrong codes, permanent files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.storage.models import UtcDateTime

revision = "0004"
down_revision: str | None = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add one column and two tables; the files of dossiers that were received before are entered."""
    op.add_column("uploads", sa.Column("turn", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "stored_files",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("kept_at", UtcDateTime, nullable=False),
    )
    op.execute(
        "INSERT INTO stored_files (sha256, bytes, kept_at) SELECT f.sha256, max(f.bytes), min(d.received_at) "
        "FROM dossier_files f JOIN dossiers d ON d.id = f.dossier_id GROUP BY f.sha256"
    )
    op.create_table(
        "misses",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("times", sa.Text, nullable=False),
        sa.Column("forget_at", UtcDateTime, nullable=False, index=True),
    )
    _say_why_history_stays()


def _say_why_history_stays() -> None:
    # On PostgreSQL the refusal of a changed history is of the class of broken rules, as SQLite's is, and also holds
    # for emptying the whole table.
    if op.get_context().dialect.name == "sqlite":
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION history_append_only() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION 'history is append-only' USING ERRCODE = 'restrict_violation'; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        "CREATE TRIGGER history_is_not_emptied BEFORE TRUNCATE ON history "
        "FOR EACH STATEMENT EXECUTE FUNCTION history_append_only()"
    )


def downgrade() -> None:
    """Not offered: received dossiers are never dropped by a tool."""
    raise NotImplementedError("received dossiers are kept")
