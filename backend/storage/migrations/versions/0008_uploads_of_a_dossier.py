"""Which dossier an upload is for, so that one in use keeps the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column and its index; uploads under way are for no dossier and keep the time that they have."""
    op.add_column("uploads", sa.Column("dossier", sa.String(36)))
    op.create_index("ix_uploads_dossier", "uploads", ["dossier"])


def downgrade() -> None:
    """Not offered: received dossiers are never dropped by a tool."""
    raise NotImplementedError("received dossiers are kept")
