"""A driver's error, as one line that says what happened: no SQL, no values, nothing of the driver's own text.

A driver's text may quote what was being kept, and its SQL helps nobody who runs `precert publish`. The code that the
database gave is added, for whoever has to look further.
"""

import sqlite3

BUSY_SECONDS = 30
"""How long a writer or reader waits for another one."""

_BUSY = f"another process holds it, and did not let go within {BUSY_SECONDS} seconds"
_SQLITE = {
    "SQLITE_AUTH": "it may not be opened",
    "SQLITE_BUSY": _BUSY,
    "SQLITE_CANTOPEN": "the file, or its journal beside it, cannot be opened",
    "SQLITE_CONSTRAINT": "it contradicts what is kept",
    "SQLITE_CORRUPT": "the file is damaged; restore it from a backup",
    "SQLITE_ERROR": "the file does not have the tables of a store",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR": "the disk cannot be read or written, or has no room",
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_NOTADB": "the file is not a SQLite database",
    "SQLITE_PERM": "it may not be opened",
    "SQLITE_READONLY": "it cannot be written",
    "SQLITE_TOOBIG": "it is too large",
}
_POSTGRES = {
    "08": "the connection was lost",
    "22": "the database cannot hold a value",
    "23": "it contradicts what is kept",
    "25": "the database takes no writing",
    "3F": "the database does not take what it was asked",
    "40": "the database gave up on it because of others; try again",
    "42": "the database does not take what it was asked",
    "53": "the database has no room or no connection left",
    "55": _BUSY,
    "57": "the database is shutting down or starting",
    "58": "the database cannot read or write its disk",
    "XX": "the database is damaged",
}
"""By the class of the SQLSTATE, which is its first two characters."""


def sqlite_reason(error: sqlite3.Error) -> str:
    """Return what happened in SQLite, in words, with its own code for it."""
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    kind = "_".join(name.split("_")[:2])
    return f"{_SQLITE.get(kind, 'it cannot be used')} ({name})"


def postgres_reason(state: str | None, *, lost: bool) -> str:
    """Return what happened in PostgreSQL, in words; without a SQLSTATE, the database never spoke, or went away."""
    if state is None:
        return _POSTGRES["08"] if lost else "the database cannot be reached, or refuses this user, password or name of a database"
    return f"{_POSTGRES.get(state[:2], 'the database cannot do it')} (SQLSTATE {state})"
