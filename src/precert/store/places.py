"""Where a store is, and how it is opened. Importing this costs nothing; opening imports what that store needs, no more."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from precert.store.audit import FileAuditLog
    from precert.store.quick import QuickReader
    from precert.store.sql import SqlStore

URL_SETTING, HOME_SETTING = "PRECERT_DATABASE_URL", "PRECERT_HOME"
FILE = "store.sqlite"


def home() -> Path:
    """Return the folder of what is kept here: `PRECERT_HOME`, else the user's data folder of this system."""
    if given := os.environ.get(HOME_SETTING):
        return Path(given).expanduser().absolute()
    from platformdirs import user_data_path  # noqa: PLC0415 - paid for by those who keep something without a setting

    return user_data_path("precert", appauthor=False)


def default_url() -> str:
    """Return the URL of the store: `PRECERT_DATABASE_URL`, else a SQLite file in `home()`."""
    return os.environ.get(URL_SETTING) or f"sqlite:///{home() / FILE}"


def open_store(url: str | None = None) -> "SqlStore":
    """Open the store at a URL, or the default one: make it when absent, migrate it when older. Raises StoreError."""
    from precert.store.sql import open_database  # noqa: PLC0415 - SQLAlchemy takes longer to import than a check takes

    return open_database(url or default_url())


def open_reader(url: str | None = None) -> "QuickReader | SqlStore | None":
    """Open a store to read what is published (`ReleaseReader`), or return None when none was ever made. Raises StoreError.

    This is what answering an order uses: it makes nothing, migrates nothing, and for a SQLite file imports no SQLAlchemy.
    """
    url = url or default_url()
    if not url.startswith("sqlite:///"):
        from precert.store.sql import kept_reader  # noqa: PLC0415 - as in open_store

        return kept_reader(url)
    from precert.store.quick import QuickReader  # noqa: PLC0415 - a driver

    file = Path(url.removeprefix("sqlite:///")).absolute()
    # An empty file is a store whose first opening has not finished, or was killed.
    return QuickReader(file) if file.is_file() and file.stat().st_size else None


def open_audit_log(folder: Path | None = None) -> "FileAuditLog":
    """Open the audit log in a folder, or the one of this home. Raises StoreError."""
    from precert.store.audit import FileAuditLog  # noqa: PLC0415 - only records need it

    return FileAuditLog(folder or home() / "audit")
