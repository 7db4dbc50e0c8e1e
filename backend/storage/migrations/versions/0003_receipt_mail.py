"""The address of a receipt that was asked for after the dossier was received."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add one column."""
    op.add_column("mails", sa.Column("address", sa.String(400)))


def downgrade() -> None:
    """Not offered: received dossiers are never dropped by a tool."""
    raise NotImplementedError("received dossiers are kept")
