"""Every port, in memory: what tests use, and a second opinion on what the contract says. Nothing outlives the process."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from precert.ports import Decision, Draft, Head, Published, StoreError
from precert.store import check
from precert.store.chain import Chain, lines


class MemoryStore:
    """A release store and a review store."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._releases: dict[str, bytes] = {}
        self._published: list[Published] = []
        self._documents: dict[str, bytes] = {}
        self._drafts: dict[str, Draft] = {}
        self._decisions: list[Decision] = []

    def publish(self, release: bytes, published: Published) -> Published:
        """Keep a release and publish it; publishing what the list already has current changes nothing. Raises StoreError."""
        check.publication(release, published)
        with self._lock:
            self._releases.setdefault(published.id, release)
            of_list = [each for each in self._published if each.list == published.list]
            if of_list and of_list[-1].id == published.id:
                return of_list[-1]
            self._published.append(published)
        return published

    def published(self) -> Sequence[Published]:
        """Return every publication, oldest first."""
        with self._lock:
            return list(self._published)

    def open(self, release_id: str) -> bytes:
        """Return a release's canonical text. Raises StoreError when it is absent."""
        check.texts([release_id])
        with self._lock:
            if release_id in self._releases:
                return self._releases[release_id]
        raise StoreError(f"the memory does not hold {check.named(release_id)}")

    def keep_draft(self, draft: Draft) -> None:
        """Keep a list's draft in place of its last one. Raises StoreError."""
        draft = check.draft(draft)
        with self._lock:
            self._documents |= {check.digest(data): data for data in (draft.data, draft.profile)}
            self._drafts[draft.list] = draft

    def draft(self, list_id: str) -> Draft | None:
        """Return a list's draft, or None."""
        check.texts([list_id])
        with self._lock:
            return self._drafts.get(list_id)

    def drafts(self) -> Sequence[Draft]:
        """Return every list's draft, by list id."""
        with self._lock:
            return [self._drafts[each] for each in sorted(self._drafts)]

    def document(self, sha256: str) -> bytes | None:
        """Return a document or profile ever kept, by the SHA-256 of its bytes, or None."""
        check.texts([sha256])
        with self._lock:
            return self._documents.get(sha256)

    def decide(self, decision: Decision) -> None:
        """Append a decision. Raises StoreError."""
        decision = check.decision(decision)
        with self._lock:
            self._decisions.append(decision)

    def decisions(self, list_id: str) -> Sequence[Decision]:
        """Return a list's decisions, oldest first."""
        check.texts([list_id])
        with self._lock:
            return [each for each in self._decisions if each.list == list_id]

    def close(self) -> None:
        """Do nothing: what is in memory goes with the object."""


class MemoryAuditLog:
    """An audit log that nobody can reach from outside, and so cannot alter."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[str] = []
        self._chain = Chain.new()

    def append(self, entries: Iterable[str]) -> Head:
        """Append entries as one commit. Raises StoreError, and then none of them is kept."""
        given = list(entries)
        body = lines(given)
        with self._lock:
            self._chain.update(body)
            self._entries += given
            return self._head()

    def entries(self) -> Iterator[str]:
        """Yield every entry, oldest first."""
        with self._lock:
            kept = list(self._entries)
        yield from kept

    def head(self) -> Head:
        """Return the head."""
        with self._lock:
            return self._head()

    def _head(self) -> Head:
        return Head(entries=len(self._entries), length=self._chain.length, hash=self._chain.hash)

    def verify(self) -> Sequence[str]:
        """Return nothing: it is whole."""
        return []


class FixedClock:
    """A clock that shows what it was set to."""

    def __init__(self, time: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)) -> None:
        self.time = time

    def now(self) -> datetime:
        """Return the time it was set to."""
        return self.time
