"""Brings a store to this version's schema, under the writers' lock; refuses one that a newer version wrote.

alembic is imported only when there is something to migrate.
"""

from pathlib import Path

import sqlalchemy as sa

from precert.ports import StoreError
from precert.store.engine import Database
from precert.store.revisions import HEAD, REVISIONS, VERSION_TABLE, refuse_newer
from precert.store.schema import metadata

SCRIPTS = Path(__file__).with_name("migrations")


def bring_up(database: Database) -> None:
    """Migrate a store up to this version's schema; do nothing when it is there. Raises StoreError."""
    with database.reading("read the schema") as connection:
        if version(connection) == HEAD:
            return
    with database.writing("migrate the schema") as connection:
        found = version(connection)  # asked again: another process may have migrated it while this one waited
        refuse_newer(found, database.place)
        _refuse_others(found, connection, database.place)
        if found != HEAD:
            migrate(connection, HEAD)


def readable(database: Database) -> bool:
    """Tell whether a store was ever made here; nothing is migrated. Raises StoreError when a newer version wrote it."""
    with database.reading("read the schema") as connection:
        found = version(connection)
    refuse_newer(found, database.place)
    return found is not None


def version(connection: sa.Connection) -> str | None:
    """Return the revision a store is at, or None when it has none yet."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(sa.select(sa.column("version_num")).select_from(sa.table(VERSION_TABLE)))
    return found


def migrate(connection: sa.Connection, revision: str) -> None:
    """Migrate up or down to a revision, or to `base`, inside the connection's transaction."""
    from alembic import command  # noqa: PLC0415 - most openings have nothing to migrate
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    order = ("base", *REVISIONS)
    step = command.upgrade if order.index(revision) >= order.index(version(connection) or "base") else command.downgrade
    step(config, revision)


def _refuse_others(found: str | None, connection: sa.Connection, place: str) -> None:
    if found is None and set(sa.inspect(connection).get_table_names()) & set(metadata.tables):
        raise StoreError(f"{place} holds tables of another program that have the names of a store's: choose another database")
