"""Releases and reviews in a database: one implementation for SQLite and PostgreSQL, in SQLAlchemy Core.

Everything is appended. A release and its publication are one transaction; a reader gets a release in one statement, so it
sees all of it or none.
"""

import os
from collections.abc import Sequence
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from precert.facts.release import address
from precert.ports import Decision, Draft, Published, StoreError
from precert.store import check
from precert.store.engine import Database, LostError, database
from precert.store.migrate import bring_up, readable
from precert.store.schema import decisions, documents, drafts, publications, releases

_PUBLISHED = sa.select(
    publications.c.n,
    publications.c.release.label("id"),
    publications.c.plan,
    publications.c.list,
    publications.c.known_at,
)
_DOCUMENT, _PROFILE = documents.alias(), documents.alias()
_DRAFT = (
    sa.select(
        drafts.c.plan,
        drafts.c.list,
        drafts.c.name,
        drafts.c.document,
        _DOCUMENT.c.data,
        drafts.c.profile.label("profile_digest"),
        _PROFILE.c.data.label("profile"),
        drafts.c.ingested_at,
    )
    .join(_DOCUMENT, _DOCUMENT.c.sha256 == drafts.c.document)
    .join(_PROFILE, _PROFILE.c.sha256 == drafts.c.profile)
    .where(drafts.c.n.in_(sa.select(sa.func.max(drafts.c.n)).group_by(drafts.c.list)))
)
_DECISION = sa.select(*(each for each in decisions.c if each.name != "n"))


def open_database(url: str) -> "SqlStore":
    """Open the store at a URL; make it when it is not there, and migrate it when it is older. Raises StoreError."""
    found = SqlStore(database(url))
    try:
        bring_up(found.database)
    except BaseException:
        found.close()
        raise
    return found


def open_for_reading(url: str) -> "SqlStore | None":
    """Open the store at a URL as it is, to read what is published; None when none was made there. Raises StoreError."""
    found = SqlStore(database(url))
    made = False
    try:
        made = readable(found.database)
    finally:
        if not made:
            found.close()
    return found if made else None


_readers: dict[tuple[str, int], "SqlStore"] = {}


def kept_reader(url: str) -> "SqlStore | None":
    """As `open_for_reading`, but the same store each time: who asks at every question must not take a connection each time."""
    mine = url, os.getpid()  # no connection is carried over a fork
    kept = _readers.get(mine)
    if kept is not None:
        return kept if readable(kept.database) else None
    found = open_for_reading(url)
    if found is not None and _readers.setdefault(mine, found) is not found:
        found.close()  # another thread was faster
    return _readers.get(mine)


class SqlStore:
    """A release store and a review store in one database. Threads may share it; close it, or use it in a `with`."""

    def __init__(self, opened: Database) -> None:
        self.database = opened

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every connection."""
        self.database.engine.dispose()

    def publish(self, release: bytes, published: Published) -> Published:
        """Keep a release and publish it, both or neither; publishing what the list already has current changes nothing.

        Returns the publication that is current afterwards. Raises StoreError: the store is as it was, or the message says more.
        """
        check.publication(release, published)
        n = None
        try:
            with self.database.writing(f"publish {check.named(published.id)}") as connection:
                _keep_release(connection, release, published.id)
                current = _current(connection, published.list)
                if current is not None and current.id == published.id:
                    return current
                n = _append(connection, publications, _publication(published))
        except StoreError as error:
            if n is None:
                raise
            self._look_again(n, published, error)
        return published

    def _look_again(self, n: int, published: Published, error: StoreError) -> None:
        """Find out what an error in the midst of a commit left. Raises StoreError unless it is kept, and for good.

        Asked under the writers' lock, which a transaction whose connection was lost still holds while it lives. A disk may
        fail at the very last sync: then the commit is there, and nobody can promise that it outlives a failure of power.
        """
        try:
            with self.database.writing("look again") as connection:
                found = connection.execute(_PUBLISHED.where(publications.c.n == n)).mappings().first()
        except StoreError:
            raise StoreError(f"{error}; whether it is published could not be seen: look before you try again") from None
        if found is None or _published(found) != published:
            raise error
        if not isinstance(error, LostError):
            raise StoreError(f"{error}; it is published all the same, but may not outlive a failure of power") from None

    def published(self) -> Sequence[Published]:
        """Return every publication, oldest first. Raises StoreError."""
        with self.database.reading("read what is published") as connection:
            rows = connection.execute(_PUBLISHED.order_by(publications.c.n)).mappings().all()
        return [_published(row) for row in rows]

    def open(self, release_id: str) -> bytes:
        """Return a release's canonical text. Raises StoreError when it is absent; the caller checks its address."""
        check.texts([release_id])
        with self.database.reading(f"open {check.named(release_id)}") as connection:
            found = _data(connection, releases.c.id, release_id)
        if found is None:
            raise StoreError(f"{self.database.place} does not hold {check.named(release_id)}")
        return found

    def keep_draft(self, draft: Draft) -> None:
        """Keep a list's draft in place of its last one. Earlier documents stay readable by their digest. Raises StoreError."""
        draft = check.draft(draft)
        values = {"plan": draft.plan, "list": draft.list, "name": draft.name, "ingested_at": draft.ingested_at}
        with self.database.writing("keep a draft") as connection:
            kept = {"document": _keep_document(connection, draft.data), "profile": _keep_document(connection, draft.profile)}
            _append(connection, drafts, values | kept)

    def draft(self, list_id: str) -> Draft | None:
        """Return a list's draft, or None. Raises StoreError, also when its document is altered."""
        check.texts([list_id])
        with self.database.reading("read a draft") as connection:
            row = connection.execute(_DRAFT.where(drafts.c.list == list_id)).mappings().first()
        return None if row is None else self._draft(row)

    def drafts(self) -> Sequence[Draft]:
        """Return every list's draft, by list id. Raises StoreError."""
        with self.database.reading("read the drafts") as connection:
            rows = connection.execute(_DRAFT).mappings().all()
        # Sorted here: databases differ in how they order text.
        return sorted((self._draft(row) for row in rows), key=lambda each: each.list)

    def _draft(self, row: sa.RowMapping) -> Draft:
        self._whole(row["data"], row["document"])
        self._whole(row["profile"], row["profile_digest"])
        return Draft(**{name: row[name] for name in ("plan", "list", "name", "data", "profile", "ingested_at")})

    def document(self, sha256: str) -> bytes | None:
        """Return a document or profile ever kept, by the SHA-256 of its bytes, or None. Raises StoreError when it is altered."""
        check.texts([sha256])
        with self.database.reading("read a document") as connection:
            found = _data(connection, documents.c.sha256, sha256)
        return None if found is None else self._whole(found, sha256)

    def _whole(self, data: bytes, digest: str) -> bytes:
        if check.digest(data) != digest:
            raise StoreError(f"the document {digest} in {self.database.place} is altered: restore the store from a backup")
        return data

    def decide(self, decision: Decision) -> None:
        """Append a decision. Raises StoreError."""
        decision = check.decision(decision)
        with self.database.writing("keep a decision") as connection:
            _append(connection, decisions, asdict(decision))

    def decisions(self, list_id: str) -> Sequence[Decision]:
        """Return a list's decisions, oldest first. Raises StoreError."""
        check.texts([list_id])
        query = _DECISION.where(decisions.c.list == list_id).order_by(decisions.c.n)
        with self.database.reading("read decisions") as connection:
            rows = connection.execute(query).mappings().all()
        return [Decision(**row) for row in rows]


def _append(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> int:
    n: int = connection.scalars(sa.select(sa.func.coalesce(sa.func.max(table.c.n), 0) + 1)).one()
    connection.execute(sa.insert(table).values(n=n, **values))
    return n


def _keep_release(connection: sa.Connection, release: bytes, release_id: str) -> None:
    kept = _data(connection, releases.c.id, release_id)
    if kept is None:
        connection.execute(sa.insert(releases).values(id=release_id, data=release))
    elif address(kept) != release_id:
        raise StoreError(f"{check.named(release_id)} is kept already, and its copy is altered: restore the store from a backup")


def _keep_document(connection: sa.Connection, data: bytes) -> str:
    digest = check.digest(data)
    kept = _data(connection, documents.c.sha256, digest)
    if kept is None:
        connection.execute(sa.insert(documents).values(sha256=digest, data=data))
    elif kept != data:
        raise StoreError(f"the document {digest} is kept already, and its copy is altered: restore the store from a backup")
    return digest


def _data(connection: sa.Connection, key: sa.Column[Any], value: str) -> bytes | None:
    found: bytes | None = connection.scalar(sa.select(key.table.c.data).where(key == value))
    return found


def _current(connection: sa.Connection, list_id: str) -> Published | None:
    query = _PUBLISHED.where(publications.c.list == list_id).order_by(publications.c.n.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None else _published(row)


def _published(row: sa.RowMapping) -> Published:
    return Published(id=row["id"], plan=row["plan"], list=row["list"], known_at=row["known_at"])


def _publication(published: Published) -> dict[str, Any]:
    return {"release": published.id, "plan": published.plan, "list": published.list, "known_at": published.known_at}
