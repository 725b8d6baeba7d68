"""From a downloaded file to a table: an archive's parts are tried in turn, and what a part is, its content says.

What is not recognised is refused, saying what was tried: a table half understood would be worse than none.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from precert.intake import readers
from precert.intake.layouts.columns import clean
from precert.intake.readers.document import Document, Prose, RawRow, UnreadableError
from precert.intake.reference import edition, fixed, rows
from precert.intake.reference.found import Found
from precert.intake.reference.table import Table
from precert.intake.sandbox import archive
from precert.intake.sandbox.limits import Limits

_ARCHIVE = b"PK\x03\x04"
_WORKBOOK = "[Content_Types].xml"
_READ_AS_TABLES = (".xlsx", ".csv", ".txt", ".tsv", ".html", ".htm")
Read = Callable[[str, bytes], Document]


class UnknownTableError(ValueError):
    """A file that is none of the tables that are read here; the message says what was tried."""


def read_table(name: str, data: bytes, *, named: str | None = None, read: Read = readers.read) -> Table:
    """Read a federal table from a file as it was downloaded.

    `named` is its edition, where neither the file nor its name tells; `read` is how a document's bytes are read. Raises
    UnknownTableError, or UnreadableError where an archive cannot be unpacked or would hurt.
    """
    trying = _Trying(name, named, read)
    tables = [table for part, held in _parts(name, data) if (table := trying.table(part, held))]
    if not tables:
        raise UnknownTableError(f"`{name}` is none of the tables that are read here: {'; '.join(trying.tried) or 'it is empty'}")
    # An archive often holds one table in several formats, and a short one of what changed: the fullest is the table.
    fullest = max(tables, key=lambda each: len(each.codes) + len(each.pairs))
    return replace(fullest, sha256=hashlib.sha256(data).hexdigest())


def _parts(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file, or the parts of an archive that may be tables."""
    if not data.startswith(_ARCHIVE):
        yield name, data
        return
    archive.look_over(name, data, Limits())
    try:
        with ZipFile(BytesIO(data)) as parts:
            if _WORKBOOK in parts.namelist():
                yield name, data
                return
            for part in sorted(parts.namelist()):
                if part.lower().endswith(_READ_AS_TABLES):
                    yield part, parts.read(part)
    except BadZipFile as error:
        raise UnreadableError(f"`{name}` cannot be unpacked") from error


class _Trying:
    """Reads one file after another as a table, and notes why one is none."""

    def __init__(self, name: str, named: str | None, read: Read) -> None:
        self.name, self.named, self.read = name, named, read
        self.tried: list[str] = []

    def table(self, part: str, data: bytes) -> Table | None:
        """Return the table that a file is, or None."""
        lines = fixed.lines(data)
        found, titles = fixed.table(lines), lines[: rows.HEADER_WITHIN]
        if found is None:
            printed = self._rows(part, data)
            found, titles = rows.table(printed), [" ".join(cells) for cells in printed[: rows.HEADER_WITHIN]]
        told = edition.of(found, (part, self.name), titles, self.named) if found else None
        if found and told:
            edited, as_of, facts = told
            document = part if part == self.name else f"{self.name}: {part}"
            return Table(kind=found.kind, edition=edited, as_of=as_of, document=document, sha256="", codes=facts.codes, pairs=facts.pairs)
        self.tried.append(_why(part, found))
        return None

    def _rows(self, part: str, data: bytes) -> list[tuple[str, ...]]:
        try:
            return [_cells(block) for block in self.read(part, data).blocks]
        except UnreadableError as error:
            self.tried.append(str(error))
            return []


def _why(part: str, found: Found | None) -> str:
    if found:
        return f"`{part}` is a table of {found.kind}, and neither it nor its name tells which edition: give --edition"
    return f"`{part}` has neither the columns nor the fixed positions of HCPCS codes, of OPPS statuses, or of NCCI add-on codes"


def _cells(block: RawRow | Prose) -> tuple[str, ...]:
    return tuple(clean(cell) for cell in block.cells) if isinstance(block, RawRow) else (clean(block.text),)
