"""The rulebooks at hand, and the switch to what is newly published.

`bootstrap` looks into the store at every question, which is right for a process of one question and too dear for a service. Here
a rulebook is kept as long as the store has not changed since it was opened. Of a SQLite file that is seen by its stamp (a `stat`, some
microseconds, at every question), so that an answer follows a publication by whichever process at once; of another database by looking
several times a second. Opening happens in a thread while others are answered; nobody is turned away, and nobody gets an answer
from lists that were no longer in use when they asked.
"""

import asyncio
import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from precert import bootstrap
from precert.bootstrap import Rulebook
from precert.ports import Published
from precert.store.places import default_url, open_reader
from precert.surfaces.documents import search
from precert.surfaces.http.telemetry import Telemetry
from precert.surfaces.http.threads import work

Stamp = tuple[int, ...] | None
_MOST = 256
_POLL = 0.25
_SETTLED = 0.1
"""Seconds after which a file's time can be told from the next change's. Within them a stamp proves nothing."""
_WHOLE_SECONDS = 2.5
"""The same for file systems that keep whole seconds."""


class Shelf:
    """Rulebooks by plan and day, as long as what is published stays as it is."""

    def __init__(self, telemetry: Telemetry) -> None:
        url = default_url()
        self._telemetry = telemetry
        self._file = str(Path(url.removeprefix("sqlite:///")).absolute()) if url.startswith("sqlite:///") else None
        self._changes = 0
        self._stamp: Stamp = None
        self._buildings = 0
        self._books: dict[tuple[str, date | None], Rulebook] = {}
        self._preparing: asyncio.Future[None] | None = None
        self._opening: dict[tuple[str, date | None, Stamp], asyncio.Future[Rulebook]] = {}

    def stamp(self) -> Stamp:
        """Return what changes with every publication."""
        if self._file is None:
            return (self._changes,)
        try:
            told = os.stat(self._file)  # noqa: PTH116 - at every question; a path object costs as much again
        except FileNotFoundError:
            return None
        return told.st_ino, told.st_size, told.st_mtime_ns, self._changes

    def at_hand(self, plan: str, known_at: date | None) -> Rulebook | None:
        """Return a rulebook that is open and still in use."""
        stamp = self.stamp()
        if stamp != self._stamp:
            self._switch(stamp)
        return self._books.get((plan, known_at))

    async def get(self, plan: str, known_at: date | None = None) -> Rulebook:
        """Return a plan's rulebook, opened when it is not at hand. Raises RequestError, StoreError, ReleaseError."""
        found = self.at_hand(plan, known_at)
        if found is not None:
            return found
        stamp = self.stamp()
        asked = (plan, known_at, stamp)
        if asked not in self._opening:
            self._opening[asked] = asyncio.ensure_future(self._opened(plan, known_at))
            self._opening[asked].add_done_callback(lambda _: self._opening.pop(asked, None))
        book = await asyncio.shield(self._opening[asked])
        if stamp == self._stamp and _settled(stamp):
            if len(self._books) >= _MOST:
                self._books.clear()
            self._books[plan, known_at] = book
            self._preparing = asyncio.ensure_future(self._prepared(book))  # so that whoever types next does not wait for it
        return book

    async def _opened(self, plan: str, known_at: date | None) -> Rulebook:
        with self._building():
            return await work(bootstrap.rulebook, plan, known_at)

    async def _prepared(self, book: Rulebook) -> None:
        with self._building():
            await work(search.prepared, book)

    @contextmanager
    def _building(self) -> Iterator[None]:
        """Build something of a great many objects that stay: nobody looks among them for garbage, neither meanwhile nor afterwards."""
        gc.disable()
        self._buildings += 1
        try:
            yield
        finally:
            self._buildings -= 1
            if not self._buildings:
                gc.freeze()
                gc.enable()

    def _switch(self, stamp: Stamp) -> None:
        if self._stamp is not None:
            self._telemetry.switches.inc()
        self._stamp = stamp
        self._books.clear()

    def changed(self) -> None:
        """Take note that something was published by this process."""
        self._changes += 1

    async def watch(self) -> None:
        """Look for publications, for as long as it runs, where a stamp cannot tell of them."""
        seen: tuple[Published, ...] | None = None
        while self._file is None:
            now = await work(_published)
            self._changes += now != seen
            seen = now
            await asyncio.sleep(_POLL)


def _published() -> tuple[Published, ...] | None:
    try:
        reader = open_reader()
        return tuple(reader.published()) if reader else ()
    except Exception:  # noqa: BLE001 - a database that is away now may be back at the next look; questions say that it is away
        return None


def _settled(stamp: Stamp) -> bool:
    """Tell whether the file's next change will have another stamp."""
    if stamp is None or len(stamp) == 1:
        return True
    changed = stamp[2] / 1e9
    return time.time() - changed > (_SETTLED if stamp[2] % 1_000_000_000 else _WHOLE_SECONDS)
