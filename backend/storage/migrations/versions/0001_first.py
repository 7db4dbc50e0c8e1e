"""The first tables, and the triggers that keep the history append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.storage.models import UtcDateTime

revision = "0001"
down_revision: str | None = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False, index=True),
        sa.Column("length", sa.BigInteger, nullable=False),
        sa.Column("tus_metadata", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
    )
    op.create_table(
        "dossiers",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("dossier_code", sa.String(64), nullable=False, unique=True),
        sa.Column("lookup_code", sa.String(16), nullable=False),
        sa.Column("kiosk_id", sa.String(64), nullable=False, index=True),
        sa.Column("kiosk_reference", sa.String(64), nullable=False, unique=True),
        sa.Column("procedure_local_id", sa.String(32), nullable=False),
        sa.Column("procedure_code", sa.String(16)),
        sa.Column("procedure_name_vi", sa.Text, nullable=False),
        sa.Column("procedure_name_en", sa.Text),
        sa.Column("channel", sa.Integer, nullable=False),
        sa.Column("assisted", sa.Boolean, nullable=False),
        sa.Column("manifest", sa.Text, nullable=False),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("status", sa.Integer, nullable=False, index=True),
        sa.Column("accepted_at", UtcDateTime),
        sa.Column("legal_value", sa.Integer),
        sa.Column("legal_unit", sa.String(16)),
        sa.Column("due_date", sa.Date),
        sa.Column("paused_since", sa.Date),
        sa.Column("paused_left", sa.Integer),
        sa.Column("paused_due", sa.Date),
        sa.Column("finished_on", sa.Date),
    )
    op.create_table(
        "dossier_files",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("dossier_id", sa.String(36), sa.ForeignKey("dossiers.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("component", sa.String(64), nullable=False),
        sa.Column("component_name_vi", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, index=True),
        sa.UniqueConstraint("dossier_id", "position"),
    )
    op.create_table(
        "history",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("dossier_id", sa.String(36), sa.ForeignKey("dossiers.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("unit_vi", sa.Text, nullable=False),
        sa.Column("unit_en", sa.Text, nullable=False),
        sa.Column("officer", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("due_date", sa.Date),
        sa.UniqueConstraint("dossier_id", "position"),
    )
    op.create_table(
        "day_sequences",
        sa.Column("day", sa.String(8), primary_key=True),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "kiosks",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("heartbeat", sa.Text, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
    )
    _keep_history_append_only()


def _keep_history_append_only() -> None:
    if op.get_context().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER history_no_{verb.lower()} BEFORE {verb} ON history "
                "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION history_append_only() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION 'history is append-only'; END $$ LANGUAGE plpgsql"
    )
    op.execute(
        "CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE ON history "
        "FOR EACH ROW EXECUTE FUNCTION history_append_only()"
    )


def downgrade() -> None:
    """Not offered: received dossiers are never dropped by a tool."""
    raise NotImplementedError("received dossiers are kept")
