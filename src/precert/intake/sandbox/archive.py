"""Looks over a workbook's archive without a parser: its parts are counted, inflated within what they declare, and searched.

Only what a workbook needs is let through: parts side by side, stored or deflated, none twice, XML in an encoding that is ASCII where
ASCII is meant, without declarations of its own, and sheets whose cells span a rectangle that can be read.
"""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from struct import unpack_from
from typing import NoReturn
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from precert.intake.sandbox.limits import MB, Limits
from precert.intake.sandbox.refusal import Refusal, RefusedError

_ENTRY_SIGN = b"PK\x01\x02"
_LOCAL_HEADER = 30
_LOCKED = 0x1
_CHUNK = MB
_OVERLAP = 256
"""Bytes of a chunk that are searched again with the next: longer than anything that is searched for."""

_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)\b")
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}['\"]([\w.:-]{1,40})['\"]")
_PLAIN = {b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252"}
_REFERENCE = re.compile(rb"[\s:]r=['\"]\$?([A-Za-z]{1,3})\$?([0-9]{1,7})['\"]")
_DIMENSION = re.compile(rb"dimension\s[^>]{0,60}?ref=['\"][A-Za-z]{1,3}[0-9]{1,7}:([A-Za-z]{1,3})([0-9]{1,7})['\"]")
_ROW = re.compile(rb"row\s[^>]{0,80}?\br=['\"]([0-9]{1,7})['\"]")


def look_over(name: str, data: bytes, limits: Limits) -> None:
    """Refuse a workbook that is built to hurt. Raises RefusedError."""
    try:
        parts = _parts(name, data, limits)
        for part in parts:
            _search(name, _inflated(name, data, part), limits)
    except (BadZipFile, zlib.error, ValueError, NotImplementedError) as error:
        if isinstance(error, RefusedError):
            raise
        raise RefusedError(Refusal.ARCHIVE_DAMAGED, f"`{name}` is damaged: its archive cannot be unpacked; fetch it again") from error


def _parts(name: str, data: bytes, limits: Limits) -> list[ZipInfo]:
    """Return an archive's parts, whose sizes are what they declare."""
    if data.count(_ENTRY_SIGN) > limits.entries:  # before any of them is read
        _refuse(name, Refusal.ARCHIVE_ENTRIES, f"it has more than {limits.entries:,} parts")
    with ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
    if len({part.filename.lower() for part in parts}) != len(parts):
        _refuse(name, Refusal.ARCHIVE_DAMAGED, "two of its parts have one name, and which one counts nobody can say")
    if any(part.flag_bits & _LOCKED or part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts):
        _refuse(name, Refusal.ARCHIVE_LOCKED, "it is locked, or not packed as workbooks are; save it as .xlsx without a password")
    if any(part.file_size > limits.entry for part in parts) or sum(part.file_size for part in parts) > limits.unpacked:
        _refuse(
            name, Refusal.ARCHIVE_BOMB, f"it unpacks to more than {limits.unpacked // MB} MB, or a part of it to {limits.entry // MB} MB"
        )
    if any(part.file_size > max(MB, limits.ratio * part.compress_size) for part in parts):
        _refuse(name, Refusal.ARCHIVE_BOMB, f"a part of it unpacks to more than {limits.ratio} times its size")
    placed = sorted(parts, key=lambda part: part.header_offset)
    if any(_end(data, one) > other.header_offset for one, other in pairwise(placed)):
        _refuse(name, Refusal.ARCHIVE_DAMAGED, "its parts overlap")
    return parts


def _end(data: bytes, part: ZipInfo) -> int:
    return _start(data, part) + part.compress_size


def _start(data: bytes, part: ZipInfo) -> int:
    """Return where a part's bytes begin: its name and extra field stand before them, as long as its own header says."""
    if data[part.header_offset : part.header_offset + 4] != b"PK\x03\x04" or part.header_offset + _LOCAL_HEADER > len(data):
        raise BadZipFile
    name_length, extra_length = unpack_from("<HH", data, part.header_offset + 26)
    return part.header_offset + _LOCAL_HEADER + int(name_length) + int(extra_length)


def _inflated(name: str, data: bytes, part: ZipInfo) -> Iterator[bytes]:
    """Yield a part's bytes in chunks, and never more than it declares."""
    start = _start(data, part)
    packed = memoryview(data)[start : start + part.compress_size]
    length = 0
    for chunk in _chunks(packed, part):
        length += len(chunk)
        if length > part.file_size:
            _refuse(name, Refusal.ARCHIVE_BOMB, "a part of it unpacks to more than it declares")
        yield chunk
    if length != part.file_size:
        _refuse(name, Refusal.ARCHIVE_DAMAGED, "a part of it unpacks to less than it declares; fetch it again")


def _chunks(packed: memoryview, part: ZipInfo) -> Iterator[bytes]:
    if part.compress_type == ZIP_STORED:
        yield from (bytes(packed[at : at + _CHUNK]) for at in range(0, len(packed), _CHUNK))
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    rest: bytes | memoryview = packed
    while not inflater.eof:
        chunk = inflater.decompress(rest, _CHUNK)
        rest = inflater.unconsumed_tail
        if not chunk and not rest:
            return
        yield chunk


def _search(name: str, chunks: Iterator[bytes], limits: Limits) -> None:
    """Search a part that is markup; of any other, see only that it unpacks to what it declares."""
    before, markup, box = b"", None, _Box()
    for chunk in chunks:
        if markup is None:
            markup = _is_markup(name, chunk)
        if not markup:
            continue
        text = before + chunk
        if _DECLARED.search(text):
            _refuse(name, Refusal.DOCTYPE, "a part of it declares a document type or entities, which no workbook does")
        box.widen(text)
        if box.cells > limits.cells:
            _refuse(name, Refusal.TOO_MANY_CELLS, f"a sheet of it spans more than {limits.cells:,} cells; delete what stands far off")
        before = text[-_OVERLAP:]


def _is_markup(name: str, start: bytes) -> bool:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or (b"\x00" in start[:4] and b"<" in start[:4]):
        _refuse(name, Refusal.MARKUP_ENCODING, "a part of it is in UTF-16 or UTF-32; save it again as .xlsx")
    declared = _ENCODING.match(text)
    if declared and declared[1].lower() not in _PLAIN:
        _refuse(name, Refusal.MARKUP_ENCODING, "a part of it is in an encoding that workbooks are not written in; save it again as .xlsx")
    return text.startswith(b"<")


class _Box:
    """The rectangle that a sheet's cells span, from its first cell."""

    def __init__(self) -> None:
        self.columns = self.rows = 0

    @property
    def cells(self) -> int:
        return self.columns * self.rows

    def widen(self, text: bytes) -> None:
        if dimension := _DIMENSION.search(text):
            self._hold(dimension[1], dimension[2])
        for row in _ROW.findall(text):
            self.rows = max(self.rows, int(row))
        widest = b""
        for column, row in _REFERENCE.findall(text):
            if (len(column), column) > (len(widest), widest):
                widest = column
            self.rows = max(self.rows, int(row))
        if widest:
            self._hold(widest, b"1")

    def _hold(self, column: bytes, row: bytes) -> None:
        self.columns = max(self.columns, _number(column))
        self.rows = max(self.rows, int(row))


def _number(column: bytes) -> int:
    number = 0
    for letter in column.upper():
        number = 26 * number + letter - 64
    return number


def _refuse(name: str, code: Refusal, why: str) -> NoReturn:
    raise RefusedError(code, f"`{name}` is refused: {why}")
