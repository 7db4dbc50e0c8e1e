"""Codes for enrolling kiosks, the certificates issued to them, and revocations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.storage.models import UtcDateTime

revision = "0007"
down_revision: str | None = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add three tables."""
    op.create_table(
        "enrolments",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("kiosk_id", sa.String(64), nullable=False, index=True),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.Column("key_digest", sa.String(64)),
    )
    op.create_table(
        "certificates",
        sa.Column("serial", sa.String(40), primary_key=True),
        sa.Column("kiosk_id", sa.String(64), nullable=False, index=True),
        sa.Column("issued_at", UtcDateTime, nullable=False),
        sa.Column("not_after", UtcDateTime, nullable=False),
    )
    op.create_table(
        "revocations",
        sa.Column("kiosk_id", sa.String(64), primary_key=True),
        sa.Column("revoked_at", UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    """Not offered: received dossiers are never dropped by a tool."""
    raise NotImplementedError("received dossiers are kept")
