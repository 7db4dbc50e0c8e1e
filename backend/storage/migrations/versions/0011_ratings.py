"""Ratings at the kiosks, by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision: str | None = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add one table."""
    op.create_table(
        "ratings",
        sa.Column("kiosk_id", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        *(sa.Column(f"mark_{mark}", sa.Integer, nullable=False) for mark in range(1, 6)),
    )
    op.create_index("ix_ratings_day", "ratings", ["day"])


def downgrade() -> None:
    """Not offered: received dossiers are never dropped by a tool."""
    raise NotImplementedError("received dossiers are kept")
