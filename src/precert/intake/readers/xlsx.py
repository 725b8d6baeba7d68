"""Workbooks (.xlsx, .xlsm): every sheet in order, read by openpyxl's parsers. Nothing in a workbook is run, and no link is followed."""

import hashlib
import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from precert.intake.readers.document import Document, Note, Prose, RawRow, UnreadableError

# What a file inside the archive tells of the whole.
_TOLD_BY = (
    ("xl/workbook.bin", "a binary workbook (.xlsb)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("META-INF/container.xml", "an e-book"),
)
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_CONTENT_TYPES = "[Content_Types].xml"


def read(name: str, data: bytes) -> Document:
    """Read a workbook. Citations carry the sheet and the row's number in it."""
    digest = hashlib.sha256(data).hexdigest()
    archive = _archive(name, data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what it does not keep when it writes; nothing is written here
            blocks, notes = _read(name, digest, archive)
    except (UnreadableError, MemoryError):
        raise
    except Exception as error:  # openpyxl raises whatever a file that lies makes it stumble over
        raise UnreadableError(f"`{name}` is a workbook that cannot be read: {type(error).__name__}") from error
    return Document(name=name, sha256=digest, blocks=blocks, notes=notes, kind="xlsx")


def _archive(name: str, data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableError(f"`{name}` begins as a workbook or a zip archive and is damaged") from error
    if len(set(names)) < len(names):
        raise UnreadableError(f"`{name}` is an archive that holds two files of one name: which one is meant cannot be told")
    what = _what(archive, names)
    if what:
        raise UnreadableError(f"`{name}` is {what}, and no workbook that can be read; save it as .xlsx")
    return archive


def _what(archive: zipfile.ZipFile, names: list[str]) -> str | None:
    """Return what an archive is that is no workbook, or None."""
    for inside, what in _TOLD_BY:
        if inside in names:
            return what
    if "mimetype" in names and archive.getinfo("mimetype").file_size < len(_OPEN_DOCUMENT) + 80:
        with archive.open("mimetype") as kind:
            if kind.read(len(_OPEN_DOCUMENT)) == _OPEN_DOCUMENT:
                return "an OpenDocument file (.ods, .odt)"
    return None if _CONTENT_TYPES in names else "a zip archive"


def _read(name: str, digest: str, archive: zipfile.ZipFile) -> tuple[tuple[RawRow | Prose, ...], tuple[Note, ...]]:
    from precert.intake.readers.worksheet import Looks, SheetReader  # noqa: PLC0415 - openpyxl is heavy, and many documents are no workbooks

    book = _Book(name, archive)
    reader = SheetReader(name, digest, Looks(book.styled), book.shared, book.styled.epoch)
    blocks: list[RawRow | Prose] = []
    notes: list[Note] = []
    for sheet in book.sheets():
        with archive.open(sheet.path) as source:
            rows, seen = reader.read(sheet.title, source, sheet.state, book.comments(sheet.path))
        blocks += rows
        notes += seen
    return tuple(blocks), tuple(notes)


@dataclass(frozen=True, slots=True)
class _SheetPart:
    """A sheet as the workbook names it, and where in the archive it is."""

    title: str
    path: str
    state: str


class _Book:
    """What the sheets of a workbook share: texts, styles, and their names and order."""

    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415 - as above
        from openpyxl.styles.stylesheet import apply_stylesheet  # noqa: PLC0415 - as above

        self.name, self.archive = name, archive
        reader: Any = ExcelReader(archive.fp, read_only=True, data_only=True, keep_links=False, rich_text=True)  # type: ignore[arg-type]  # it is a file
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        apply_stylesheet(archive, reader.wb)
        self.parser, self.shared, self.styled = reader.parser, reader.shared_strings, reader.wb

    def sheets(self) -> Iterator[_SheetPart]:
        """Yield the sheets in their order; one that is named and not there would be rows lost."""
        seen = set()
        for sheet in self.parser.sheets:
            rel = self.parser.rels[sheet.id]
            if "chartsheet" in rel.Type:
                continue
            if rel.target not in self.archive.NameToInfo or sheet.name.lower() in seen:
                raise UnreadableError(f"`{self.name}` is damaged: it names a sheet twice, or one that is not in it")
            seen.add(sheet.name.lower())
            yield _SheetPart(sheet.name, rel.target, sheet.state or "visible")

    def comments(self, path: str) -> dict[str, str]:
        """Return the cells of a sheet that carry a comment, and what it says."""
        from openpyxl.packaging.relationship import get_dependents, get_rels_path  # noqa: PLC0415 - as above
        from openpyxl.xml.constants import COMMENTS_NS, SHEET_MAIN_NS  # noqa: PLC0415 - as above
        from openpyxl.xml.functions import fromstring  # noqa: PLC0415 - as above

        rels = str(get_rels_path(path))  # type: ignore[no-untyped-call]  # its types are not written
        if rels not in self.archive.NameToInfo:
            return {}
        found: Any = get_dependents(self.archive, rels).find(COMMENTS_NS)
        read = (fromstring(self.archive.read(each.target)) for each in found)
        found_in = (comment for root in read for comment in root.iter(f"{{{SHEET_MAIN_NS}}}comment"))
        return {comment.get("ref", ""): "".join(comment.itertext()) for comment in found_in}
