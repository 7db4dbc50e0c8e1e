"""How surely a citizen was known, papers that are brought to the desk, and receipts by e-mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.storage.models import UtcDateTime

revision = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add one column and two tables."""
    op.add_column("dossiers", sa.Column("assurance", sa.String(16)))
    op.create_table(
        "desk_papers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("dossier_id", sa.String(36), sa.ForeignKey("dossiers.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("component", sa.String(64), nullable=False),
        sa.Column("component_name_vi", sa.Text, nullable=False),
        sa.Column("originals", sa.Integer, nullable=False),
        sa.Column("copies", sa.Integer, nullable=False),
        sa.Column("received_at", UtcDateTime),
        sa.Column("officer", sa.Text),
        sa.UniqueConstraint("dossier_id", "position"),
    )
    op.create_table(
        "mails",
        sa.Column("dossier_id", sa.String(36), sa.ForeignKey("dossiers.id"), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False, index=True),
        sa.Column("sent_at", UtcDateTime),
        sa.Column("error", sa.String(64)),
    )


def downgrade() -> None:
    """Not offered: received dossiers are never dropped by a tool."""
    raise NotImplementedError("received dossiers are kept")
