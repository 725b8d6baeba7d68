"""The tables, as the newest migration leaves them. `migrations/` makes them; a test holds the two together.

`n` orders what is appended. It is given under the writers' lock, so it has no gaps and grows in the order of the commits,
which a database's own sequence does not promise.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class Moment(sa.types.TypeDecorator[datetime]):
    """A time in UTC. SQLite keeps no time zone, so it is taken off and put back here."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Write UTC; SQLite writes it without saying so."""
        utc = value and value.astimezone(UTC)
        return utc.replace(tzinfo=None) if utc and dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read UTC; PostgreSQL answers in the session's time zone."""
        return value and (value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC))


def _text(name: str, *more: sa.ForeignKey) -> sa.Column[str]:
    return sa.Column(name, sa.Text, *more, nullable=False)


def _order() -> sa.Column[int]:
    return sa.Column("n", sa.Integer, primary_key=True, autoincrement=False)


metadata = sa.MetaData()

releases = sa.Table(
    "releases",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

publications = sa.Table(
    "publications",
    metadata,
    _order(),
    _text("release", sa.ForeignKey("releases.id", name="publications_release")),
    _text("plan"),
    _text("list"),
    sa.Column("known_at", sa.Date, nullable=False),
    sa.Index("publications_by_list", "list", "n"),
)

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

drafts = sa.Table(
    "drafts",
    metadata,
    _order(),
    _text("plan"),
    _text("list"),
    _text("name"),
    _text("document", sa.ForeignKey("documents.sha256", name="drafts_document")),
    _text("profile", sa.ForeignKey("documents.sha256", name="drafts_profile")),
    sa.Column("ingested_at", Moment, nullable=False),
    sa.Index("drafts_by_list", "list", "n"),
)

decisions = sa.Table(
    "decisions",
    metadata,
    _order(),
    _text("list"),
    _text("row"),
    _text("action"),
    _text("proposal"),
    sa.Column("code", sa.Text),
    _text("by"),
    sa.Column("at", Moment, nullable=False),
    _text("why"),
    sa.Index("decisions_by_list", "list", "n"),
)
