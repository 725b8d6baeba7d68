"""Group commit: many threads hand in one entry each, and one commit keeps them all.

A commit costs a few syncs of the disk, whatever it holds. While one is under way the next entries gather, so that nobody waits
longer than for the commit before and its own.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import NamedTuple, Self

from precert.ports import AuditLog, Head, StoreError
from precert.store.chain import lines

LIMIT = 4096
"""Entries in one commit."""


class _Waiting(NamedTuple):
    entry: str
    head: Future[Head]


class GroupCommit:
    """Appends the entries of many threads to an audit log. Close it, or use it in a `with`."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self._waiting: list[_Waiting] = []
        self._closed = False
        self._changed = threading.Condition()
        # A daemon: a caller who is gone without closing was not told that anything is kept, and must not be kept waiting.
        self._thread = threading.Thread(target=self._run, name="precert group commit", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def append(self, entry: str) -> Head:
        """Append an entry and return when it is durable, with the head of its commit. Raises StoreError: then it is not kept."""
        return self.hand_in(entry).result()

    def hand_in(self, entry: str) -> Future[Head]:
        """Hand an entry in without waiting: the future tells as `append` does. Raises StoreError when it cannot be taken."""
        lines([entry])  # refused here, so that one caller's mistake does not cost the others their commit
        mine = _Waiting(entry, Future())
        with self._changed:
            if self._closed:
                raise StoreError("the audit log is closed")
            self._waiting.append(mine)
            self._changed.notify()
        return mine.head

    def close(self) -> None:
        """Keep what was handed in, then stop. Later entries are refused; closing again does nothing."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while batch := self._next():
            self._commit(batch)

    def _next(self) -> Sequence[_Waiting]:
        """Return the entries that wait, as soon as there are any; none when closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            batch, self._waiting = self._waiting[:LIMIT], self._waiting[LIMIT:]
        return batch

    def _commit(self, batch: Sequence[_Waiting]) -> None:
        try:
            head = self._log.append([each.entry for each in batch])
        except BaseException as error:  # noqa: BLE001 - whatever it is, the callers wait for it, and the next commit may do better
            for each in batch:
                each.head.set_exception(error)
        else:
            for each in batch:
                each.head.set_result(head)
