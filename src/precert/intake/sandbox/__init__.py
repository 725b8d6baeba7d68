"""Reads documents from strangers: looked over first, then read in a process that can do nothing but read.

`read` refuses what is too large or built to hurt before any parser sees it (`precheck.py`), and has the rest read by a child process
(`process.py`, `child.py`) that has given up memory, time, files, processes and the network (`guards.py`), and whose answer is checked
member by member (`wire.py`). A parser that dies, hangs or lies costs one error. `cache.py` keeps readings, so that a draft is read once.
"""

from collections.abc import Callable
from pathlib import Path

from precert.intake.readers.document import Document
from precert.intake.sandbox.limits import Limits, limits_of
from precert.intake.sandbox.refusal import Refusal, RefusedError

_READERS = "precert.intake.readers"

__all__ = ["Limits", "Refusal", "RefusedError", "load", "read"]


def read(name: str, data: bytes, *, limits: Limits | None = None, progress: Callable[[int, int], object] | None = None) -> Document:
    """Read a document by its name and bytes in a child process; `progress` hears (pages done, pages in all).

    Raises RefusedError with a stable `code`, or UnreadableError or MissingExtraError as the reader does.
    """
    # The child imports this package too, and needs none of these.
    from precert.intake.sandbox import precheck, process  # noqa: PLC0415

    precheck.size(name, len(data), limits or Limits())
    kind = precheck.seen_as(data)
    held = limits or limits_of(kind)
    precheck.look_over(name, data, kind, held)
    return process.read(name, data, module=_READERS, limits=held, progress=progress).document


def load(path: Path, limits: Limits | None = None) -> bytes:
    """Return a file's bytes; what is larger than is read is not taken into memory. Raises OSError or RefusedError."""
    from precert.intake.sandbox import precheck  # noqa: PLC0415 - as in read

    held = limits or Limits()
    with path.open("rb") as file:
        data = file.read(held.file + 1)
    precheck.size(path.name, len(data), held)
    return data
