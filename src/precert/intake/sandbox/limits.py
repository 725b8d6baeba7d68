"""How much a document and its reader may take. A caller may set their own."""

from dataclasses import dataclass

KB, MB, GB = 1 << 10, 1 << 20, 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is refused, and when a reader is stopped."""

    file: int = 50 * MB
    memory: int = GB
    """Bytes that the reader may hold at its peak."""
    cpu: int = 25
    """Seconds of processor time for the whole document."""
    seconds: float = 27.0
    """On the clock, for a document without pages or of one, and between two pages: who waits for a document waits half a minute."""
    page: float = 15.0
    """Seconds on the clock that each page after the first adds."""
    total: float = 1_800.0
    """Seconds on the clock for any document."""
    threads: bool = False
    """Recognising text takes threads, and more address space than it ever fills."""
    pages: int = 2_000
    cells: int = 5_000_000
    """Cells of the rectangle that a sheet's cells span, the empty ones counted."""
    entries: int = 1_000
    """Parts of a workbook's archive."""
    entry: int = 256 * MB
    unpacked: int = 512 * MB
    """All parts of a workbook together."""
    ratio: int = 100
    """How many times its size a part may unpack to, once it unpacks to more than a megabyte."""
    answer: int = 512 * MB
    """Bytes of a reader's answer."""


PLAIN = Limits()
PAGED = Limits(cpu=1_800, threads=True)
"""A long document takes its time, page by page; a short one has no more than a document of another kind."""


def limits_of(kind: str) -> Limits:
    """Return the limits of a kind of document."""
    return PAGED if kind in {"pdf", "image"} else PLAIN
