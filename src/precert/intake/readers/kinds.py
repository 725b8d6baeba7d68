"""What kind of document some bytes are: by what they begin with, never by the name alone."""

import re

from precert.intake.readers.decoding import decode
from precert.intake.readers.delimiter import delimiter_of
from precert.intake.readers.document import UnreadableError

# What a file begins with, and what reads it; or why nothing here does.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "xlsx"),
    (b"PK\x05\x06", "xlsx"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\xff\xd8\xff", "image"),
)
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Office file (.xls, .doc), or a workbook locked with a password; save it as .xlsx without one",
    ),
    (b"{\\rtf", "a rich text file; save it as .xlsx or .pdf"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"MIME-Version:", "a web archive; save the page as plain .html"),
    (b"From: <Saved by", "a web archive; save the page as plain .html"),
)
_PDF_WITHIN = 1024
"""Bytes before `%PDF-` that viewers forgive."""
_PREAMBLE = rb"(?>(?:\s*(?:<\?xml[^>]{0,200}\?>|<!--.{0,2000}?-->)){0,5})\s*"
_HTML = re.compile(_PREAMBLE + rb"<(?:!doctype\s+html|html|head|body|table|meta|div|title|link|style|script)\b", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(_PREAMBLE + rb"<[a-z]", re.IGNORECASE | re.DOTALL)
_TABLE = re.compile(rb"<(?:table|tr|td)\b", re.IGNORECASE)
_XML = re.compile(rb"\s*<(?:\?xml\s|!doctype\b)", re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\xff\xfe", b"\xfe\xff")


def kind_of(name: str, data: bytes) -> str:
    """Return which reader reads these bytes: text, csv, xlsx, html, pdf, image. Raises UnreadableError for what none reads."""
    for magic, why in _REFUSED:
        if data.startswith(magic):
            raise UnreadableError(f"`{name}` is {why}")
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return "pdf"
    start = _as_ascii(data[: 8 * _PDF_WITHIN])
    if _HTML.match(start) or (_MARKUP.match(start) and _TABLE.search(_as_ascii(data))):
        return "html"
    if _XML.match(start):
        raise UnreadableError(f"`{name}` is an XML document and no web page; save it as .xlsx or .csv")
    return "text" if delimiter_of(name, decode(name, data).text) is None else "csv"


def _as_ascii(data: bytes) -> bytes:
    """Return what markup is told by, of text in any encoding that keeps ASCII apart."""
    for mark in _MARKS:
        if data.startswith(mark):
            data = data[len(mark) :]
            break
    return data.replace(b"\x00", b"")
