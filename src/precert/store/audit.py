"""The audit log in a folder: `log.jsonl` (the blocks), `head.json` (where they end), `key`, and `lock`.

A commit appends a block and syncs it, then puts a new head in place of the old one; only then is it acknowledged. Whatever
interrupts it, the log is the old one, or the new one, or the old one and a part of a block, which the next writer cuts off.

Who can read the key can write a log of their own. `docs/store.md` says what is found and what cannot be.
"""

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path

from precert.ports import Head, StoreError
from precert.store import files, forensics
from precert.store.chain import Anchor, Block, Chain, lines, segment_start

LOST_KEY = "the key of the audit log is missing: nothing can show whether the log is whole"


class AlteredError(StoreError):
    """Somebody altered the log, its head or its key."""


class FileAuditLog:
    """An append-only chain of entries in a folder. Threads and processes may share it.

    `recovered` says what an interrupted commit had left, and what became of it: that is no alteration.
    """

    def __init__(self, folder: Path, *, key: Path | None = None) -> None:
        """Use a folder, made when something is first appended. `key` is where the key is, if not in the folder."""
        self._folder = folder
        self._log, self._head, self._lock = folder / "log.jsonl", folder / "head.json", folder / "lock"
        self._key_file = key or folder / "key"
        self._known: tuple[bytes, Chain] | None = None
        self.recovered: list[str] = []

    def append(self, entries: Iterable[str]) -> Head:
        """Append entries as one commit: all of them are durable when this returns, or none. Raises StoreError.

        Where the disk fails the undoing too, the message says that the commit may stay: whole, never a part of it.
        """
        given = list(entries)
        body = lines(given)
        with self._alone("append to"):
            key = self._key() or self._begin()
            anchor, chain = self._end(key)
            if not given:
                return anchor.head
            block = Block.of(body, len(given), anchor)
            return self._commit(block, block.render(key) + body, anchor, chain, key).head

    def entries(self) -> Iterator[str]:
        """Yield every entry, oldest first, unverified. Raises StoreError where the log cannot be read."""
        length = self.head().length
        if length:
            with self._told("read"), self._log.open("rb") as file:
                yield from forensics.entries(file, length)

    def find(self, text: str) -> str | None:
        """Return the first entry that holds a text, unverified; None when none does. Raises StoreError where the log cannot be read."""
        length = self.head().length
        if not length:
            return None
        with self._told("read"), self._log.open("rb") as file, mmap(file.fileno(), length, access=ACCESS_READ) as log:
            at = log.find(text.encode())
            return log[log.rfind(b"\n", 0, at) + 1 : log.find(b"\n", at)].decode() if at >= 0 else None

    def head(self) -> Head:
        """Return the anchored head. Raises StoreError when it is missing or not of this key."""
        with self._told("read"):
            key = self._key()
            if key is None and self._unused():
                return Anchor.empty().head
            return self._anchor(key or b"").head

    def verify(self, witness: Head | None = None) -> Sequence[str]:
        """Return what was altered, in words; nothing when the log is whole. Raises StoreError when it cannot be read.

        `witness` is a head that somebody wrote down elsewhere: the log must still begin with it.
        """
        if witness is None and not self._made():
            return []
        with self._alone("verify"):
            key = self._key()
            if key is None:
                return [] if self._unused() and witness is None else [LOST_KEY]
            try:
                anchor = self._anchor(key)
            except AlteredError as error:
                return [str(error), *self._walk(key, self._size())]
            try:
                anchor, after = self._settle(anchor, key)
            except AlteredError:
                after = []  # a block is left that cannot be joined to what is before it: that is told below
        # Without the lock: what is anchored does not change any more, and writers need not wait for the hash of all of it.
        with self._told("verify"):
            return [*self._anchored(anchor, key), *after, *self._witnessed(witness)]

    # What a writer does. The lock is held.

    def _begin(self) -> bytes:
        """Begin a log: its empty head first, its key last, so that where there is a key there is a head."""
        if not self._unused():
            raise AlteredError(LOST_KEY)
        key = secrets.token_bytes(32)
        files.replace(self._head, Anchor.empty().render(key))
        files.replace(self._key_file, key.hex().encode() + b"\n")
        return key

    def _end(self, key: bytes) -> tuple[Anchor, Chain]:
        """Return the head and the chain up to it, after finishing or cutting what an interrupted commit left."""
        anchor, after = self._settle(self._anchor(key), key)
        if after or self._size() < anchor.length:
            raise AlteredError(f"the audit log is altered: {after[0] if after else 'it ends before its head'}. Verify it")
        return anchor, self._chain(anchor, key)

    def _commit(self, block: Block, data: bytes, anchor: Anchor, chain: Chain, key: bytes) -> Anchor:
        grown = chain.copy()
        grown.update(data)
        new = anchor.after(block, grown)
        self._known = None
        try:
            files.append(self._log, data)
            files.replace(self._head, new.render(key))
        except OSError as error:
            stays = "" if self._undo(anchor, key) else "; it may stay in the log, whole, though it is not acknowledged"
            raise StoreError(f"cannot append to the audit log in {self._folder}: {error.strerror}{stays}") from None
        self._known = (new.render(key), grown)
        return new

    def _undo(self, anchor: Anchor, key: bytes) -> bool:
        """Take a commit back, the head first: a head must never anchor more than the log holds. Tell whether that went well.

        Where it did not, a block is left that nobody was told of, or a part of one; the next writer finishes or cuts it.
        """
        old = anchor.render(key)
        try:
            if self._head.read_bytes() != old:
                files.replace(self._head, old)
            files.cut(self._log, anchor.length)
        except OSError:
            return False
        return True

    def _settle(self, anchor: Anchor, key: bytes) -> tuple[Anchor, list[str]]:
        """Finish or cut what an interrupted commit left after the head; say what else stands there."""
        if self._size() <= anchor.length:
            return anchor, []
        with self._log.open("rb") as file:
            tail = forensics.judge(file, anchor, key)
        if tail.kind is forensics.Leftover.FOREIGN:
            return anchor, [tail.words]
        if tail.block is None:
            files.cut(self._log, anchor.length)
            self.recovered.append(f"an interrupted commit had left {tail.words}: cut off; it was never acknowledged")
            return anchor, []
        anchor = self._finish(anchor, tail.block, tail.data, key)
        self.recovered.append(f"an interrupted commit had left {tail.words} whole: its head was written")
        return anchor, []

    def _finish(self, anchor: Anchor, block: Block, data: bytes, key: bytes) -> Anchor:
        chain = self._chain(anchor, key)
        chain.update(data)
        new = anchor.after(block, chain)
        files.append(self._log, b"")  # synced: the writer died perhaps before it did
        files.replace(self._head, new.render(key))
        self._known = (new.render(key), chain)
        return new

    def _chain(self, anchor: Anchor, key: bytes) -> Chain:
        """Return the chain up to a head: the known one, or of the last segment, read again and held against the head."""
        if self._known is not None and self._known[0] == anchor.render(key):
            return self._known[1].copy()
        chain = Chain(anchor.length, anchor.seed)
        if anchor.length:
            with self._log.open("rb") as file:
                file.seek(segment_start(anchor.length))
                chain.update(file.read(anchor.length - file.tell()))
        if chain.hash != anchor.hash:
            raise AlteredError("the audit log is altered near its end. Verify it")
        return chain

    # What a verifier does.

    def _anchored(self, anchor: Anchor, key: bytes) -> list[str]:
        chain = self._hashed(anchor.length)
        if chain is None:
            return [f"the log is missing; its head anchors {anchor.entries} entries"]
        if chain.hash == anchor.hash:
            return []
        found = self._walk(key, anchor.length)
        if chain.length < anchor.length:
            found.insert(0, f"the log holds {chain.length} of the {anchor.length} bytes that its head anchors: it was cut, or replaced")
        return found or ["the log is another one than its head anchors"]

    def _walk(self, key: bytes, length: int) -> list[str]:
        try:
            with self._log.open("rb") as file:
                return forensics.walk(file, length, key)
        except FileNotFoundError:
            return ["the log is missing"]

    def _witnessed(self, witness: Head | None) -> list[str]:
        chain = None if witness is None else self._hashed(witness.length)
        if witness is None or (chain is not None and chain.hash == witness.hash):
            return []
        return [f"the log does not begin with the {witness.length} bytes that were witnessed: it is an older or another one"]

    def _hashed(self, length: int) -> Chain | None:
        try:
            with self._log.open("rb") as file:
                return forensics.hashed(file, length)
        except FileNotFoundError:
            return None if length else Chain.new()

    # Files.

    def _anchor(self, key: bytes) -> Anchor:
        data = _read(self._head)
        if data is None:
            raise AlteredError("the head of the audit log is missing")
        anchor = Anchor.parse(data, key)
        if anchor is None:
            raise AlteredError("the head of the audit log is altered, or was made by another installation")
        return anchor

    def _key(self) -> bytes | None:
        data = _read(self._key_file)
        if data is None:
            return None
        try:
            return bytes.fromhex(data.decode().strip())
        except ValueError:
            return b""  # a key that is none: nothing was made by it

    def _made(self) -> bool:
        with self._told("verify"):
            try:
                return bool(os.stat(self._folder))  # noqa: PTH116 - `exists` takes every error for absence
            except FileNotFoundError:
                return False

    def _unused(self) -> bool:
        """Tell whether nothing was ever appended here, as far as can be told without a key."""
        if self._size():
            return False
        data = _read(self._head)
        try:
            return data is None or json.loads(data)["length"] == 0
        except (ValueError, TypeError, KeyError, RecursionError):
            return False

    def _size(self) -> int:
        try:
            return os.stat(self._log).st_size  # noqa: PTH116
        except FileNotFoundError:
            return 0

    @contextmanager
    def _alone(self, what: str) -> Iterator[None]:
        with self._told(what):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with files.locked(self._lock):
                yield

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            raise StoreError(f"cannot {what} the audit log in {self._folder}: another process holds it") from None
        except OSError as error:
            raise StoreError(f"cannot {what} the audit log in {self._folder}: {error.strerror}") from None


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
