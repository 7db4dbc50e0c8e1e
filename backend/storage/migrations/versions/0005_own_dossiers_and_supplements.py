"""One's own dossiers by a keyed token, requests for more papers, and the supplements that answer them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.storage.models import UtcDateTime

revision = "0005"
down_revision: str | None = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add three columns and two tables."""
    op.add_column("dossiers", sa.Column("person", sa.String(64)))
    op.create_index("ix_dossiers_person", "dossiers", ["person"])
    op.add_column("history", sa.Column("until", sa.Date))
    op.add_column("dossier_files", sa.Column("supplement_id", sa.String(36)))
    op.create_table(
        "asked_papers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("dossier_id", sa.String(36), sa.ForeignKey("dossiers.id"), nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("component", sa.String(64), nullable=False),
        sa.Column("component_name_vi", sa.Text, nullable=False),
        sa.Column("originals", sa.Integer, nullable=False),
        sa.Column("copies", sa.Integer, nullable=False),
        sa.UniqueConstraint("dossier_id", "step", "position"),
    )
    op.create_table(
        "supplements",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("dossier_id", sa.String(36), sa.ForeignKey("dossiers.id"), nullable=False, index=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("kiosk_id", sa.String(64), nullable=False),
        sa.Column("kiosk_reference", sa.String(64), nullable=False, unique=True),
        sa.Column("manifest", sa.Text, nullable=False),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    """Not offered: received dossiers are never dropped by a tool."""
    raise NotImplementedError("received dossiers are kept")
