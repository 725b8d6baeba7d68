"""What every store refuses alike, whatever it keeps things in, so that no store takes what another could not give back."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, datetime

from precert.facts.release import address
from precert.ports import Decision, Draft, Published, StoreError

_ID = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)


def named(release_id: str) -> str:
    """Return a release id for a message. What is not shaped like one is not echoed."""
    return f"release {release_id}" if _ID.fullmatch(release_id) else "a release of that id (it is not a content address)"


def digest(data: bytes) -> str:
    """Return the SHA-256 of a document, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def publication(release: bytes, published: Published) -> None:
    """Raise StoreError unless the bytes are the release that the publication names."""
    if address(release) != published.id:
        raise StoreError(f"the text is not {named(published.id)}: its address is {address(release)}")
    texts([published.plan, published.list])


def draft(given: Draft) -> Draft:
    """Return the draft as every store keeps it, its time in UTC. Raises StoreError when one could not."""
    texts([given.plan, given.list, given.name])
    return replace(given, ingested_at=_utc(given.ingested_at))


def decision(given: Decision) -> Decision:
    """Return the decision as every store keeps it, its time in UTC. Raises StoreError when one could not."""
    texts(value for each in fields(given) if isinstance(value := getattr(given, each.name), str))
    return replace(given, at=_utc(given.at))


def texts(given: Iterable[str]) -> None:
    """Raise StoreError for text that PostgreSQL or UTF-8 cannot hold; SQLite would take it and fail a later move."""
    for text in given:
        if "\0" in text or not _encodable(text):
            raise StoreError("a text holds a character that cannot be kept (NUL or half of a surrogate pair)")


def _utc(given: datetime) -> datetime:
    if given.utcoffset() is None:  # nobody knows then what time it is
        raise StoreError("a time without a time zone cannot be kept")
    return given.astimezone(UTC)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
