"""Where lines come from and answers go: files that are looked at before the engine is, and an output that is whole or not there."""

import csv
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from precert.request import RequestError

PARQUET, CSV = "parquet", "csv"
_MAGIC = b"PAR1"


def kind_of(path: Path) -> str:
    """Tell what a file of lines is by its first bytes. Raises RequestError `unreadable-input`."""
    if path.is_dir():
        raise RequestError("unreadable-input", f"`{path}` is a directory; name one file of lines")
    try:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
    except OSError as error:
        raise RequestError("unreadable-input", f"`{path}` cannot be read: {error.strerror}") from error
    if not start:
        raise RequestError("unreadable-input", f"`{path}` is empty; it should have a header at least")
    return PARQUET if start == _MAGIC else CSV


def csv_header(path: Path) -> list[str]:
    """Return the names in the first line of a CSV file. Raises RequestError `unreadable-input`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = next(csv.reader(file, strict=True))
    except (UnicodeDecodeError, csv.Error, StopIteration) as error:
        raise RequestError("unreadable-input", f"`{path}` is neither Parquet nor CSV in UTF-8: {error or 'it has no header'}") from error
    folded = [name.casefold() for name in names]
    doubled = [name for at, name in enumerate(names) if folded[at] in folded[:at]]
    if doubled or "" in names:
        two = f"two columns `{doubled[0] if doubled else ''}` (whether letters are small or capital tells none apart)"
        raise RequestError("unreadable-input", f"`{path}` has " + (two if doubled else "a column without a name"))
    return names


def output_kind(path: Path, source: Path | None) -> str:
    """Tell what to write by a file's suffix. Raises RequestError `bad-output`."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in {PARQUET, CSV}:
        raise RequestError("bad-output", f"`{path}` should end in .parquet or .csv")
    if not path.parent.is_dir():
        raise RequestError("bad-output", f"there is no folder `{path.parent}`")
    if path.is_dir() or (source is not None and path.exists() and path.samefile(source)):
        raise RequestError("bad-output", f"`{path}` is {'a directory' if path.is_dir() else 'the input'}")
    return kind


@contextmanager
def whole_or_nothing(path: Path) -> Iterator[Path]:
    """Give a name to write under; the file gets its own name when it is whole."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def folder(beside: str | Path | None) -> Iterator[Path]:
    """Give a folder for what does not fit into memory; it goes away with what is in it."""
    try:
        made = tempfile.TemporaryDirectory(prefix=".precert-", dir=beside)
    except OSError as error:
        raise RequestError("bad-output", f"no temporary folder can be made in `{beside}`: {error.strerror}") from error
    with made as name:
        yield Path(name).resolve()


_MEMORY = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,3})? ?(?:[KMGT]i?)?B", re.ASCII | re.IGNORECASE)


def memory(size: object) -> str:
    """Check a size such as `512MB`. Raises RequestError `bad-memory`."""
    if not isinstance(size, str) or not _MEMORY.fullmatch(size):
        raise RequestError("bad-memory", f"the memory is `{size}`; it should be a size such as `512MB` or `4GB`")
    return size
