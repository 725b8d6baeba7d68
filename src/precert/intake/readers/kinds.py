"""What kind of document some bytes are: by what they begin with, never by the name alone."""

import re

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
)
_PDF_WITHIN = 1024
"""Bytes before `%PDF-` that viewers forgive."""
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|table|meta|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


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
    start = data[: 2 * _PDF_WITHIN]
    return "html" if _HTML.match(_without_bom(start)) else "text"


def _without_bom(data: bytes) -> bytes:
    for bom in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].replace(b"\x00", b"")
    return data
