"""The revisions of the schema, named where neither SQLAlchemy nor alembic has to be imported to know them."""

from precert.ports import StoreError

REVISIONS = ("0001", "0002")
"""Oldest first. A test holds them against `migrations/`."""
HEAD = REVISIONS[-1]
VERSION_TABLE = "precert_schema"


def refuse_newer(found: str | None, place: str) -> None:
    """Raise StoreError for a store that a newer version wrote: what its tables mean is not known here."""
    if found is not None and found not in REVISIONS:
        raise StoreError(f"{place} was written by a newer precert (its schema is not one of {', '.join(REVISIONS)}): upgrade precert")
