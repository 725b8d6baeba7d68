"""What the bytes of an audit log say for themselves: how a crash left its end, and, in words, what was altered.

Only a log whose hash is not the anchored one is walked block by block, so this may be slow; it has to be clear.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import BinaryIO

from precert.ports import StoreError
from precert.store.chain import HEADER_LIMIT, Anchor, Block, Chain, header_count, torn

PIECE = 1 << 20
MOST = 20
"""More findings than this help nobody."""


class Leftover(Enum):
    """What stands after the anchored head."""

    WHOLE = auto()
    """The block of a commit that was interrupted before its head was written."""
    TORN = auto()
    """The beginning of such a block."""
    FOREIGN = auto()
    """Anything else: somebody put it there."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The bytes after the anchored head, judged. `block` and `data` are those of a whole one; `words` say what it is."""

    kind: Leftover
    words: str
    block: Block | None = None
    data: bytes = b""


def judge(file: BinaryIO, anchor: Anchor, key: bytes) -> Tail:
    """Judge the bytes after an anchored head.

    A writer finishes or cuts what it finds before it appends, so a crash leaves one block at most. A block that has the
    right `mac`, number and `prev` is ours and has this place only.
    """
    file.seek(anchor.length)
    line = file.readline(HEADER_LIMIT)
    block = Block.parse(line, key)
    if block is None:
        begun = torn(line, anchor) and _zeros(file)
        return Tail(Leftover.TORN, "the beginning of a block's header") if begun else _foreign("bytes that this installation did not write")
    if block.number != anchor.blocks + 1 or block.prev != anchor.hash:
        return _foreign(f"block {block.number}, which does not continue it: a copy, or of another course of this log")
    body = file.read(block.length)
    if file.read(1):
        return _foreign("more than one commit: the head was put back to an older one, or something was appended")
    if not block.holds(body):
        return Tail(Leftover.TORN, f"a part of block {block.number}")
    return Tail(Leftover.WHOLE, f"block {block.number}", block, line + body)


def _foreign(what: str) -> Tail:
    return Tail(Leftover.FOREIGN, f"after the anchored head stands {what}")


def _zeros(file: BinaryIO) -> bool:
    return not any(piece.strip(b"\0") for piece in iter(lambda: file.read(PIECE), b""))


def hashed(file: BinaryIO, length: int) -> Chain:
    """Return the chain over a log's first bytes; over all of them when it is shorter. This is all a whole log needs."""
    chain = Chain.new()
    buffer = memoryview(bytearray(PIECE))
    while chain.length < length:
        count = file.readinto(buffer[: min(PIECE, length - chain.length)])  # type: ignore[attr-defined] # typeshed leaves it out
        if not count:
            break
        chain.update(buffer[:count])
    return chain


def entries(file: BinaryIO, length: int) -> Iterator[str]:
    """Yield the entries in a log's first bytes, unverified. Raises StoreError where they cannot be read as blocks."""
    while file.tell() < length:
        count = header_count(file.readline(HEADER_LIMIT))
        if count is None:
            raise StoreError(f"the audit log cannot be read before byte {file.tell()}: verify it")
        for _ in range(count):
            line = file.readline()
            if not line.endswith(b"\n"):
                raise StoreError(f"the audit log ends within an entry, at byte {file.tell()}: verify it")
            yield line[:-1].decode(errors="replace")


def walk(file: BinaryIO, length: int, key: bytes) -> list[str]:
    """Return in words what is wrong with the blocks in a log's first bytes."""
    walker = _Walker(file, length, key)
    walker.walk()
    more = len(walker.found) - MOST
    return walker.found[:MOST] + ([f"and {more} more"] if more > 0 else [])


class _Walker:
    """Goes through the blocks one by one, and after a broken one looks for the next that is ours."""

    def __init__(self, file: BinaryIO, length: int, key: bytes) -> None:
        self._file, self._key = file, key
        self._length = min(length, file.seek(0, 2))
        file.seek(0)
        self._due = 1
        self._chain = Chain.new()
        self.found: list[str] = []

    def walk(self) -> None:
        while (at := self._file.tell()) < self._length:
            line = self._file.readline(HEADER_LIMIT)
            block = Block.parse(line, self._key)
            if block is None:
                self.found.append(f"at byte {at} stands something that this installation did not write there as a block")
                self._find_next()
            else:
                self._place(block, at)
                self._content(block, at, line)

    def _place(self, block: Block, at: int) -> None:
        if block.number > self._due:
            gone = f"block {self._due} is" if block.number == self._due + 1 else f"blocks {self._due} to {block.number - 1} are"
            self.found.append(f"{gone} missing before byte {at}: deleted or moved")
        elif block.number < self._due:
            self.found.append(f"at byte {at} stands block {block.number}, which was due earlier: moved or repeated")
        elif block.prev != self._chain.hash and not self.found:
            self.found.append(f"block {block.number} at byte {at} continues another course of this log")
        self._due = max(self._due, block.number + 1)

    def _content(self, block: Block, at: int, line: bytes) -> None:
        start = self._file.tell()
        body = self._file.read(block.length)
        self._chain.update(line + body)
        if not block.holds(body):
            last = block.first + block.count
            which = f"entry {last}" if block.count == 1 else f"entries {block.first + 1} to {last}"
            cut = start + block.length > self._length
            self.found.append(f"block {block.number} at byte {at} ({which}) was {'cut short' if cut else 'altered'}")
            self._file.seek(start)
            self._find_next()

    def _find_next(self) -> None:
        """Go to the next header of ours: what stands between was altered, and may have any length."""
        while (at := self._file.tell()) < self._length:
            line = self._file.readline()
            if line.startswith(b'{"number":') and Block.parse(line, self._key):
                self._file.seek(at)
                return
