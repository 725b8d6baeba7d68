"""The first schema: releases, their publications, documents, drafts, decisions."""

import sqlalchemy as sa
from alembic import op

from precert.store.schema import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _releases()
    _documents()
    _decisions()


def _releases() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "publications",
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("release", sa.Text, sa.ForeignKey("releases.id", name="publications_release"), nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("list", sa.Text, nullable=False),
        sa.Column("known_at", sa.Date, nullable=False),
    )


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("list", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("document", sa.Text, sa.ForeignKey("documents.sha256", name="drafts_document"), nullable=False),
        sa.Column("profile", sa.Text, sa.ForeignKey("documents.sha256", name="drafts_profile"), nullable=False),
        sa.Column("ingested_at", Moment, nullable=False),
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("list", sa.Text, nullable=False),
        sa.Column("row", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("proposal", sa.Text, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables, and with them all that is kept."""
    for table in ("decisions", "drafts", "documents", "publications", "releases"):
        op.drop_table(table)
