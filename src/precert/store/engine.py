"""Engines and transactions for both databases: where they differ, it is here.

SQLite keeps a rollback journal and syncs its directory too (synchronous EXTRA, which is FULL and more). Both journals passed
the kill -9 proof. The write-ahead log was not chosen: SQLite 3.7.0 to 3.51.2, which most Pythons carry, can damage a
database when two processes write and checkpoint at one instant (the "WAL-reset bug"), and it needs shared memory, which a
home on a network does not have. Publishing is rare, so that readers who wait for its last milliseconds lose nothing.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from precert.ports import StoreError
from precert.store.errors import BUSY_SECONDS, postgres_reason, sqlite_reason

PRAGMAS: tuple[str, ...] = ("foreign_keys = ON", "journal_mode = DELETE", "synchronous = EXTRA", "fullfsync = ON", "trusted_schema = OFF")
LOCK = 0x70726563657274
"""The PostgreSQL advisory lock of all writers: `precert` in ASCII. Waiting for it is what puts publishers in order."""
BEGIN = "precert_begin"


class LostError(StoreError):
    """The connection was lost on the way: whether the database did what was asked is not known yet."""


class Cursor(Protocol):
    """What is used of a driver's cursor."""

    def execute(self, statement: str) -> object:
        """Execute one statement."""

    def close(self) -> None:
        """Let go of it."""


class DriverConnection(Protocol):
    """What is used of a driver's own connection."""

    isolation_level: str | None

    def cursor(self) -> Cursor:
        """Return a new cursor."""

    def close(self) -> None:
        """Close it."""


@dataclass(frozen=True, slots=True)
class Database:
    """An engine, and what to call the place in messages."""

    engine: sa.Engine
    place: str

    @contextmanager
    def reading(self, what: str) -> Iterator[sa.Connection]:
        """Give a connection that sees one state of the store per statement. Raises StoreError."""
        with self._told(what), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, what: str) -> Iterator[sa.Connection]:
        """Give a connection alone among writers; what it does is kept when the block ends, and not at all when it raises."""
        with self._told(what), self.engine.connect() as connection:
            # The lock is taken first: a SQLite transaction that has read and then wants to write can wait for itself.
            connection.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    _alone(connection)
                yield connection

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            kind = LostError if _lost(error) else StoreError
            raise kind(f"cannot {what} in {self.place}: {_reason(error)}") from None


def _lost(error: SQLAlchemyError) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _reason(error: SQLAlchemyError) -> str:
    if isinstance(error, PoolTimeoutError):
        return "all of its connections are in use"
    if not isinstance(error, DBAPIError):
        return f"it cannot be used ({type(error).__name__})"
    if isinstance(error.orig, sqlite3.Error):
        return sqlite_reason(error.orig)
    return postgres_reason(getattr(error.orig, "sqlstate", None), lost=error.connection_invalidated)


def _alone(connection: sa.Connection) -> None:
    """Wait for every other writer, for so long; and see to it that a commit is on disk even where the cluster does not wait."""
    connection.execute(sa.select(sa.func.set_config("lock_timeout", f"{BUSY_SECONDS}s", True)))
    off = sa.func.current_setting("synchronous_commit") == "off"
    connection.execute(sa.select(sa.func.set_config("synchronous_commit", "on", True)).where(off))
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))


def database(url: str) -> Database:
    """Return the database a URL names, `sqlite:///FILE` or `postgresql://...`. Raises StoreError."""
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        raise StoreError("the store's URL cannot be read; write `sqlite:///FILE` or `postgresql://USER@HOST/DATABASE`") from None
    kind = parsed.drivername.partition("+")[0]
    if kind == "sqlite":
        return _sqlite(parsed)
    if kind in ("postgresql", "postgres"):
        return _postgres(parsed)
    raise StoreError("a store is kept in SQLite or PostgreSQL: its URL begins with `sqlite:` or `postgresql:`")


def _sqlite(url: sa.URL) -> Database:
    if not url.database or url.database == ":memory:":
        raise StoreError("the store's URL names no file: write `sqlite:///FILE`")
    file = Path(url.database).absolute()
    _make(file)
    # Connections are not pooled: one costs less than a look-up, and none is carried over a fork, where it would break the locks.
    engine = sa.create_engine(
        sa.URL.create("sqlite+pysqlite", database=str(file)),
        poolclass=sa.NullPool,
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return Database(engine, str(file))


def _make(file: Path) -> None:
    """Make the file, readable by its owner only: it holds documents that others have rights in."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"cannot make the store {file}: {error.strerror}") from None


def _prepare(connection: DriverConnection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin` says, not where the driver guesses
    try:
        with closing(connection.cursor()) as cursor:
            for pragma in PRAGMAS:
                cursor.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()  # the pool has not seen it yet, and would leave it open
        raise


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN"))


def _postgres(url: sa.URL) -> Database:
    query = {"connect_timeout": "10"} | dict(url.query)
    try:
        engine = sa.create_engine(url.set(drivername="postgresql+psycopg", query=query), pool_pre_ping=True, hide_parameters=True)
    except ModuleNotFoundError:
        raise StoreError('a PostgreSQL store needs its driver: pip install "precert[postgres]"') from None
    host = url.host or query.get("host") or "localhost"
    return Database(engine, f"PostgreSQL, {host}/{url.database or ''}")
