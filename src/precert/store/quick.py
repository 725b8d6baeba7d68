"""What is published in a SQLite store, read with the standard library alone.

An order is answered in tens of milliseconds, and importing SQLAlchemy alone takes longer. This reads the same two tables by
the same two questions, and nothing else; the contract suite asks it what it asks the others.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from precert.ports import Published, StoreError
from precert.store import check
from precert.store.errors import BUSY_SECONDS, sqlite_reason
from precert.store.revisions import VERSION_TABLE, refuse_newer

_PUBLISHED = "SELECT release, plan, list, known_at FROM publications ORDER BY n"
_VERSION = f"SELECT version_num FROM {VERSION_TABLE}"  # noqa: S608 - a constant of ours
_OPEN = "SELECT data FROM releases WHERE id = ?"


class QuickReader:
    """The reading half of a release store, over a SQLite file that is there. Threads may share it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def published(self) -> Sequence[Published]:
        """Return every publication, oldest first. Raises StoreError."""
        with self._reading("read what is published") as connection:
            rows = connection.execute(_PUBLISHED).fetchall()
        return [Published(id=row[0], plan=row[1], list=row[2], known_at=date.fromisoformat(row[3])) for row in rows]

    def open(self, release_id: str) -> bytes:
        """Return a release's canonical text. Raises StoreError when it is absent; the caller checks its address."""
        check.texts([release_id])
        with self._reading(f"open {check.named(release_id)}") as connection:
            row = connection.execute(_OPEN, (release_id,)).fetchone()
        if row is None:
            raise StoreError(f"{self._file} does not hold {check.named(release_id)}")
        found: bytes = row[0]
        return found

    def close(self) -> None:
        """Do nothing: each reading opens the file and closes it again."""

    @contextmanager
    def _reading(self, what: str) -> Iterator[sqlite3.Connection]:
        # `rw` makes no file, and can still undo what a killed writer left half done; `ro` could not open such a store at all.
        try:
            with closing(sqlite3.connect(f"{self._file.as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)) as connection:
                row = connection.execute(_VERSION).fetchone()
                refuse_newer(row and row[0], str(self._file))
                yield connection
        except sqlite3.Error as error:
            raise StoreError(f"cannot {what} in {self._file}: {sqlite_reason(error)}") from None
