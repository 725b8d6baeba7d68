"""What the house asks of the world: where releases, reviews and records are kept, and what day it is.

Protocols only; `store/` implements them (SQLite, PostgreSQL, memory) and `bootstrap.py` chooses. One contract suite runs
against every implementation. Everything that is kept is immutable or appended: nothing here updates in place.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


class StoreError(RuntimeError):
    """The store could not do what was asked; nothing was changed. The message says what and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published release: its content address, its plan and list, and the day it became known. Publications are ordered."""

    id: str
    plan: str
    list: str
    known_at: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The latest ingest of a list, kept whole so that a review can be repeated: the document and the profile it was read by."""

    plan: str
    list: str
    name: str
    data: bytes
    profile: bytes
    ingested_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's decision on one damaged row. `row` identifies the row by what it prints, so that it survives a new ingest."""

    list: str
    row: str
    """Digest of the row's printed cells and of which of such rows it is."""
    action: str
    """accept, reject, or correct."""
    proposal: str
    """The proposal's id at the time of the decision."""
    code: str | None
    """The code decided; None for a rejection."""
    by: str
    at: datetime
    why: str


class ReleaseReader(Protocol):
    """Reads what is published. Answering an order needs no more, and must not pay for more."""

    def published(self) -> Sequence[Published]:
        """Return every publication, oldest first. Raises StoreError."""

    def open(self, release_id: str) -> bytes:
        """Return a release's canonical text. Raises StoreError when it is absent; the caller checks its address."""


class ReleaseStore(ReleaseReader, Protocol):
    """Keeps releases by content address, and the order in which they were published."""

    def publish(self, release: bytes, published: Published) -> Published:
        """Keep a release and publish it, both or neither; publishing what the list already has current changes nothing.

        Returns the publication that is current afterwards. Raises StoreError: the store is as it was, or, where the disk failed
        at the very end of the commit, the message says that it may not be.
        """


class ReviewStore(Protocol):
    """Keeps what a review works on: drafts (with the wording of their documents) and decisions."""

    def keep_draft(self, draft: Draft) -> None:
        """Keep a list's draft in place of its last one. Earlier documents stay readable by their digest."""

    def draft(self, list_id: str) -> Draft | None:
        """Return a list's draft, or None."""

    def drafts(self) -> Sequence[Draft]:
        """Return every list's draft, by list id."""

    def document(self, sha256: str) -> bytes | None:
        """Return a document ever kept, by the SHA-256 of its bytes, or None."""

    def decide(self, decision: Decision) -> None:
        """Append a decision."""

    def decisions(self, list_id: str) -> Sequence[Decision]:
        """Return a list's decisions, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where an audit log ends: how many bytes and entries it holds, and the hash that chains them."""

    entries: int
    length: int
    hash: str


class AuditLog(Protocol):
    """An append-only chain of entries. An entry is a line of JSON text without line breaks."""

    def append(self, entries: Iterable[str]) -> Head:
        """Append entries as one commit: all of them are durable when this returns, or none. Raises StoreError.

        Where a disk fails both the commit and its undoing, the message says that it may stay, unacknowledged but whole.
        """

    def entries(self) -> Iterator[str]:
        """Yield every entry, oldest first, unverified."""

    def head(self) -> Head:
        """Return the anchored head."""

    def verify(self) -> Sequence[str]:
        """Return what was altered, in words; nothing when the log is whole."""


class Clock(Protocol):
    """The only way to learn the time."""

    def now(self) -> datetime:
        """Return the time, in UTC."""
