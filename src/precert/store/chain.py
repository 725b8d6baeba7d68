"""The form of an audit log, without any file: the running hash, a block, and the head that anchors the log.

The log is blocks, one per commit. A block is a header line and its entries, a line each. The header says which block it is,
how many entries precede it, how long its entries are and their SHA-256, and `prev`: the hash of every byte before the block.
Its `mac` (HMAC-SHA-256 by a key that is not in the log) says that this installation wrote it.

The running hash is of the log's bytes, not of its blocks: the SHA-256 of each mebibyte begins with the hash of all before it.
So a reader verifies as fast as it can hash, without parsing, and a writer that starts anew hashes at most the last mebibyte.

The head, kept apart from the log, says where the log ends and its hash there, with a `mac`.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self, TypeVar

from precert.ports import Head, StoreError

SEGMENT = 1 << 20
FORMAT = "precert.audit/1"
HEADER_LIMIT = 1024
"""No header line is longer."""
_SEED = hashlib.sha256(FORMAT.encode()).hexdigest()


class Chain:
    """The running hash after some bytes. `seed` is the hash of all whole segments before the one it is in."""

    __slots__ = ("_room", "_state", "length", "seed")

    def __init__(self, length: int, seed: str) -> None:
        """Begin at the start of the segment that a log of this length ends in; its bytes from there follow by `update`."""
        self.length = segment_start(length)
        self._begin(seed)

    @classmethod
    def new(cls) -> Self:
        """Return the chain of an empty log."""
        return cls(0, _SEED)

    @property
    def hash(self) -> str:
        """The hash of every byte so far."""
        return self._state.hexdigest()

    def copy(self) -> "Chain":
        """Return a chain that goes on from here by itself."""
        other = Chain(self.length, self.seed)
        other.length, other._room, other._state = self.length, self._room, self._state.copy()
        return other

    def update(self, data: bytes | bytearray | memoryview) -> None:
        """Go on over some bytes."""
        rest = memoryview(data)
        while rest:
            if not self._room:
                self._begin(self.hash)
            part = rest[: self._room]
            self._state.update(part)
            self.length += len(part)
            self._room -= len(part)
            rest = rest[len(part) :]

    def _begin(self, seed: str) -> None:
        self.seed, self._room = seed, SEGMENT
        self._state = hashlib.sha256(bytes.fromhex(seed))


def segment_start(length: int) -> int:
    """Return where the segment begins that a log of this length ends in."""
    return max(0, length - 1) // SEGMENT * SEGMENT


def lines(entries: Sequence[str]) -> bytes:
    """Return entries as lines. Raises StoreError when one is not a single line of text."""
    for each in entries:
        if not each or "\n" in each or "\r" in each:
            raise StoreError("an entry of the audit log is one line of text, without line breaks and not empty")
    try:
        return "".join(each + "\n" for each in entries).encode()
    except UnicodeEncodeError:
        raise StoreError("an entry of the audit log holds half of a surrogate pair, which cannot be kept") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The head as it is kept: what the port shows, and what a writer needs to go on."""

    blocks: int
    entries: int
    length: int
    hash: str
    seed: str

    domain: ClassVar[str] = "head"

    @classmethod
    def empty(cls) -> Self:
        """Return the head of an empty log."""
        chain = Chain.new()
        return cls(blocks=0, entries=0, length=0, hash=chain.hash, seed=chain.seed)

    def after(self, block: "Block", chain: Chain) -> "Anchor":
        """Return the head once a block is appended, with the chain after it."""
        entries = self.entries + block.count
        return Anchor(blocks=block.number, entries=entries, length=chain.length, hash=chain.hash, seed=chain.seed)

    @property
    def head(self) -> Head:
        """The head as the port shows it."""
        return Head(entries=self.entries, length=self.length, hash=self.hash)

    def render(self, key: bytes) -> bytes:
        """Write it as a line, with its `mac`."""
        return _render(self.domain, asdict(self), key)

    @classmethod
    def parse(cls, data: bytes, key: bytes) -> "Anchor | None":
        """Read what `render` wrote; None when it is anything else, or by another key."""
        return _parse(cls, data, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The header of a block."""

    number: int
    """From 1."""
    first: int
    """How many entries precede it."""
    count: int
    length: int
    """The bytes of its entries."""
    body: str
    prev: str

    domain: ClassVar[str] = "block"

    @classmethod
    def of(cls, body: bytes, count: int, after: Anchor) -> Self:
        """Return the block of some entries that follows a head."""
        digest = hashlib.sha256(body).hexdigest()
        return cls(number=after.blocks + 1, first=after.entries, count=count, length=len(body), body=digest, prev=after.hash)

    def render(self, key: bytes) -> bytes:
        """Write the header line, with its `mac`."""
        return _render(self.domain, asdict(self), key)

    @classmethod
    def parse(cls, line: bytes, key: bytes) -> "Block | None":
        """Read what `render` wrote; None when it is anything else, or by another key."""
        return _parse(cls, line, key)

    def holds(self, body: bytes | memoryview) -> bool:
        """Tell whether these are its entries."""
        return len(body) == self.length and hashlib.sha256(body).hexdigest() == self.body


def header_count(line: bytes) -> int | None:
    """Return how many entries follow a header line, unverified; None when it is no header."""
    try:
        count = json.loads(line)["count"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return count if isinstance(count, int) else None


_T = TypeVar("_T", Anchor, Block)


def _render(domain: str, members: dict[str, Any], key: bytes) -> bytes:
    text = json.dumps(members, separators=(",", ":"))
    mac = hmac.digest(key, f"{FORMAT} {domain} {text}".encode(), "sha256").hex()
    # The members keep the order of the class, so that the line begins with what is known before the block is: see `torn`.
    return f'{text[:-1]},"mac":"{mac}"}}\n'.encode()


def _parse(cls: type[_T], data: bytes, key: bytes) -> _T | None:
    try:
        members = json.loads(data)
        members.pop("mac")
        found = cls(**members)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    # Written again and compared whole: what is not exactly our own form was not written by us.
    return found if hmac.compare_digest(found.render(key), data) else None


def torn(tail: bytes, after: Anchor) -> bool:
    """Tell whether bytes after a head can be the beginning of the next block's header, as a crash leaves it.

    A crash may leave zeros where the disk did not get to write. The header's own `mac` settles it once the line is whole.
    """
    begun = tail.rstrip(b"\0")
    known = f'{{"number":{after.blocks + 1},"first":{after.entries},"count":'.encode()
    return begun[: len(known)] == known[: len(begun)] and len(begun) < HEADER_LIMIT and b"\n" not in begun
