"""Fees, calls for an officer, and when a finished dossier's content was taken away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.storage.models import UtcDateTime

revision = "0006"
down_revision: str | None = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add one column and two tables."""
    op.add_column("dossiers", sa.Column("content_removed_at", UtcDateTime))
    op.create_table(
        "payments",
        sa.Column("dossier_id", sa.String(36), sa.ForeignKey("dossiers.id"), primary_key=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False, unique=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("platform_reference", sa.String(64)),
    )
    op.create_table(
        "help_calls",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("kiosk_id", sa.String(64), nullable=False, index=True),
        sa.Column("step", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("called_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("expected_at", UtcDateTime),
    )


def downgrade() -> None:
    """Not offered: received dossiers are never dropped by a tool."""
    raise NotImplementedError("received dossiers are kept")
