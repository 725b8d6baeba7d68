"""Federal tables that a user added, each a file named by the SHA-256 of its text. What is altered is not opened."""

import os
from pathlib import Path

from precert.facts.release import address
from precert.ports import StoreError
from precert.store import files
from precert.store.places import home

FOLDER, SUFFIX = "reference", ".jsonl"


def folder() -> Path:
    """Return where tables are kept; nothing is there until one is added."""
    return home() / FOLDER


def keep(text: bytes) -> str:
    """Keep a table; return its content address. What is kept already is left as it is. Raises StoreError."""
    name = address(text)
    path = _path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or address(path.read_bytes()) != name:
            files.replace(path, text)
    except OSError as error:
        raise StoreError(f"the table cannot be kept in {path.parent}: {os.strerror(error.errno or 0)}") from error
    return name


def ids() -> tuple[str, ...]:
    """Return the content addresses of the tables that are kept, in order."""
    return tuple(sorted(f"sha256:{path.stem}" for path in folder().glob(f"*{SUFFIX}")))


def text(name: str) -> bytes:
    """Return a table by its content address. Raises StoreError where it is altered or cannot be read."""
    path = _path(name)
    try:
        found = path.read_bytes()
    except OSError as error:
        raise StoreError(f"the table {path} cannot be read: {os.strerror(error.errno or 0)}") from error
    if address(found) != name:
        raise StoreError(f"the table {path} is altered; remove it and add the file again")
    return found


def _path(name: str) -> Path:
    return folder() / f"{name.removeprefix('sha256:')}{SUFFIX}"
