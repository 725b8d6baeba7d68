"""A document that the text reader read, rendered as what else payers publish: CSV, workbooks and web pages.

Blank lines stay blank, a text outside the tables is a line, a row or a paragraph of its own, and what is in bold in the text is in bold.
"""

import csv
import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font

from precert.intake.readers.document import Document, Prose, RawRow

_BOLD = re.compile(r"<b>(.*)</b>", re.ASCII)


def as_csv(document: Document, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Return the document as delimited text; fields are quoted where they must be, between tabs all, for that is what is tried."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL if delimiter == "\t" else csv.QUOTE_MINIMAL)
    for block, blanks in _spaced(document):
        out.write("\r\n" * blanks)
        writer.writerow(block.cells if isinstance(block, RawRow) else [block.text])
    return out.getvalue().encode(encoding, "xmlcharrefreplace")  # Windows-1252 lacks a letter of the published list


def as_workbook(document: Document, *, numeric: bool = False) -> bytes:
    """Return the document as a workbook of one sheet; codes of digits are numbers under the format `00000` where asked."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title, row = "List", 0
    for block, blanks in _spaced(document):
        row += blanks + 1
        for at, text in enumerate(block.cells if isinstance(block, RawRow) else [block.text], 1):
            if text:
                cell = sheet.cell(row, at)
                assert isinstance(cell, Cell)
                _fill(cell, text, numeric=numeric)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_INLINE = re.compile(rb't="inlineStr"><is>(.*?)</is></c>', re.DOTALL)
_SHARED = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_shared_texts(data: bytes) -> bytes:
    """Return a workbook of openpyxl's as spreadsheets write it: the cells name their texts, which stand in a part of their own."""
    texts: list[bytes] = []

    def named(found: re.Match[bytes]) -> bytes:
        texts.append(found[1])
        return b't="s"><v>%d</v></c>' % (len(texts) - 1)

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            text = _INLINE.sub(named, before.read(name)) if "worksheets/" in name else before.read(name)
            override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % _SHARED
            after.writestr(name, text.replace(b"</Types>", override))
        items = b"".join(b"<si>%s</si>" % text for text in texts)
        after.writestr("xl/sharedStrings.xml", b'<sst xmlns="%s">%s</sst>' % (_MAIN, items))
    return out.getvalue()


def _fill(cell: Cell, text: str, *, numeric: bool) -> None:
    bold = _BOLD.fullmatch(text)
    if numeric and re.fullmatch("[0-9]{5}", text):
        cell.value, cell.number_format = int(text), "00000"
    else:
        cell.value = bold[1] if bold else text
        cell.font = Font(bold=bool(bold))


def as_page(document: Document) -> bytes:
    """Return the document as a web page: a table for rows that follow each other, a paragraph for every other text."""
    parts, is_open = ["<!DOCTYPE html>\n<html><head><meta charset=utf-8><title>List</title></head>\n<body>"], False
    for block, blanks in _spaced(document):
        if is_open and (blanks or isinstance(block, Prose)):
            parts.append("</table>")
            is_open = False
        if isinstance(block, Prose):
            parts.append(f"<p>{html.escape(block.text)}</p>")
            continue
        if not is_open:
            parts.append("<table>")
            is_open = True
        parts.append(f"<tr>{''.join(f'<td>{_in_markup(cell)}</td>' for cell in block.cells)}</tr>")
    return "\n".join([*parts, "</table>" * is_open, "</body></html>\n"]).encode()


def _in_markup(text: str) -> str:
    bold = _BOLD.fullmatch(text)
    return f"<b>{html.escape(bold[1])}</b>" if bold else html.escape(text)


def _spaced(document: Document) -> Iterator[tuple[RawRow | Prose, int]]:
    """Yield each block with how many blank lines stand above it."""
    before = 0
    for block in document.blocks:
        line = block.citation.line or 0
        yield block, line - before - 1
        before = line


RENDERED: dict[str, Callable[[Document], bytes]] = {
    "utf-8.csv": as_csv,
    "utf-8-sig.csv": lambda document: as_csv(document, "utf-8-sig"),
    "utf-16.csv": lambda document: as_csv(document, "utf-16"),
    "utf-16-le.csv": lambda document: as_csv(document, "utf-16-le"),
    "cp1252.csv": lambda document: as_csv(document, "cp1252"),
    "semicolon.csv": lambda document: as_csv(document, delimiter=";"),
    "tab.txt": lambda document: as_csv(document, delimiter="\t"),
    "text.xlsx": lambda document: with_shared_texts(as_workbook(document)),
    "numeric.xlsx": lambda document: as_workbook(document, numeric=True),
    "page.html": as_page,
}
"""By the name of the file."""
