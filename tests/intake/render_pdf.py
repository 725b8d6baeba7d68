"""Renders a list that was read from text as a PDF: the same rows in many looks, for the tests of the PDF reader.

A look says how a page is drawn and nothing of what it says, so a document in any look has to read as its text does.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape, letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import BaseDocTemplate, Frame, LongTable, PageTemplate, Paragraph, Spacer
from reportlab.platypus.flowables import Flowable

from precert.intake.layouts.columns import clean, header
from precert.intake.readers.document import Document, Prose, RawRow

MARGIN = 30
_BOLD_CELL = re.compile(r"\s*(?:<b>.*</b>|\*\*.*\*\*)\s*", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a list is drawn."""

    name: str
    rules: Literal["grid", "rows", "none"] = "grid"
    valign: Literal["TOP", "MIDDLE", "BOTTOM"] = "MIDDLE"
    size: float = 8
    leading: float = 1.2
    padding: float = 3
    """Above and below a cell's text."""
    gutter: float = 4
    """Left and right of it."""
    landscape: bool = True
    a4: bool = False
    zebra: bool = False
    shaded_header: bool = False
    repeat: bool = True
    """Whether the header stands on every page."""
    rotate: int = 0
    """The page's /Rotate: 0, 90, 180 or 270."""
    split: bool = False
    """Whether a row may be split over two pages."""
    centred: bool = False
    """Whether short cells are centred across their column."""
    footer: bool = True
    turned: bool = False
    """Whether the text is drawn rotated, on a page that is not."""


@dataclass(frozen=True)
class _Table:
    rows: list[RawRow]


def render(document: Document, look: Look) -> bytes:
    """Return the document as a PDF in this look."""
    out = io.BytesIO()
    page = A4 if look.a4 else letter
    size = landscape(page) if look.landscape else page
    width, height = size
    frame = Frame(MARGIN, MARGIN, width - 2 * MARGIN, height - 2 * MARGIN, 0, 0, 0, 0)
    pdf = BaseDocTemplate(out, pagesize=(height, width) if look.turned else size, invariant=1)
    pdf.addPageTemplates(PageTemplate(frames=[frame], onPage=lambda canvas, _: _begin(canvas, look, width, height)))
    pdf.build(list(_story(document, look, width - 2 * MARGIN - 1)))
    return out.getvalue()


def _begin(canvas: Any, look: Look, width: float, height: float) -> None:  # noqa: ANN401 - reportlab carries no types
    if look.rotate:
        canvas.setPageRotation(look.rotate)
    if look.turned:
        canvas.translate(height, 0)
        canvas.rotate(90)
    if look.footer:
        canvas.setFont("Helvetica", 7)
        canvas.drawCentredString(width / 2, 14, f"Page {canvas.getPageNumber()}")
        canvas.drawString(MARGIN, height - 18, "Made for a test of precert")


def _story(document: Document, look: Look, width: float) -> Iterator[Flowable]:
    title = ParagraphStyle("title", fontName="Helvetica", fontSize=look.size + 3, leading=(look.size + 3) * 1.25)
    for block in _blocks(document):
        if isinstance(block, Prose):
            yield Paragraph(_marked(block.text), title)
        else:
            yield Spacer(1, 6)
            yield _table(block, look, width)
            yield Spacer(1, 10)


def _blocks(document: Document) -> Iterator[Prose | _Table]:
    """Yield prose as it stands, and the rows below one heading as one table; a heading that is repeated is printed once."""
    rows: list[RawRow] = []
    for block in document.blocks:
        is_new = isinstance(block, RawRow) and bool(rows) and header(block.cells) is not None
        if is_new and isinstance(block, RawRow) and block.cells == rows[0].cells:
            continue
        if rows and (is_new or isinstance(block, Prose)):
            yield _Table(rows)
            rows = []
        if isinstance(block, Prose):
            yield block
        else:
            rows.append(block)
    if rows:
        yield _Table(rows)


def _marked(text: str, *, bold: bool = False) -> str:
    """Return a text as reportlab's markup: whole cells in bold stay so, other markup is dropped."""
    plain = escape(clean(text).encode("cp1252", "ignore").decode("cp1252"))  # what the built-in faces can draw
    return f"<b>{plain}</b>" if bold or _BOLD_CELL.fullmatch(text) else plain


def _table(block: _Table, look: Look, width: float) -> LongTable:
    columns = max(len(row.cells) for row in block.rows)
    style = ParagraphStyle("cell", fontName="Helvetica", fontSize=look.size, leading=look.size * look.leading)
    middle = ParagraphStyle("middle", parent=style, alignment=1)
    widths = _widths(block, look, width, columns)
    data = []
    for number, row in enumerate(block.rows):
        cells = [*row.cells, *[""] * (columns - len(row.cells))]
        styles = [middle if look.centred and at < width / 5 else style for at in widths]
        data.append([Paragraph(_marked(cell, bold=number == 0), each) for cell, each in zip(cells, styles, strict=True)])
    table = LongTable(data, colWidths=widths, repeatRows=1 if look.repeat else 0, splitInRow=1 if look.split else 0)
    table.setStyle(_style(look, len(data)))
    return table


def _style(look: Look, rows: int) -> list[tuple[Any, ...]]:
    whole = (0, 0), (-1, -1)
    style: list[tuple[Any, ...]] = [
        ("VALIGN", *whole, look.valign),
        ("TOPPADDING", *whole, look.padding),
        ("BOTTOMPADDING", *whole, look.padding),
        ("LEFTPADDING", *whole, look.gutter),
        ("RIGHTPADDING", *whole, look.gutter),
    ]
    if look.zebra:
        style += [("BACKGROUND", (0, at), (-1, at), colors.whitesmoke) for at in range(1, rows, 2)]
    if look.shaded_header:
        style.append(("BACKGROUND", (0, 0), (-1, 0), colors.lightgrey))
    if look.rules == "grid":
        style.append(("GRID", *whole, 0.5, colors.black))
    elif look.rules == "rows":
        style.append(("LINEBELOW", *whole, 0.4, colors.grey))
    return style


def _widths(block: _Table, look: Look, width: float, columns: int) -> list[float]:
    """Return the columns' widths: room for the longest word of each, and the rest by how much text they hold."""
    least, wanted = [0.0] * columns, [0.0] * columns
    for number, row in enumerate(block.rows):
        font = "Helvetica-Bold" if number == 0 or any(_BOLD_CELL.fullmatch(cell) for cell in row.cells) else "Helvetica"
        for at, cell in enumerate(row.cells):
            for word in clean(cell).split():
                least[at] = max(least[at], stringWidth(word, font, look.size))
            wanted[at] += len(cell) ** 0.5 if number else len(cell)
    least = [each + 2 * look.gutter + 0.5 for each in least]
    spare = width - sum(least)
    assert spare > 0, "the page is too narrow for this look"
    return [each + spare * part / sum(wanted) for each, part in zip(least, wanted, strict=True)]


LOOKS: Sequence[Look] = (
    Look(name="ruled"),
    Look(name="ruled-top-portrait", valign="TOP", landscape=False, size=6.5, gutter=2.5),
    Look(name="ruled-zebra-once", zebra=True, repeat=False, a4=True, size=9),
    Look(name="row-rules", rules="rows", valign="TOP", shaded_header=True),
    Look(name="borderless", rules="none"),
    Look(name="borderless-top", rules="none", valign="TOP", a4=True),
    Look(name="borderless-bottom", rules="none", valign="BOTTOM", size=7, padding=2),
    Look(name="borderless-dense-top", rules="none", valign="TOP", padding=0, size=7),
    Look(name="borderless-dense-middle", rules="none", padding=0, size=7),
    Look(name="borderless-zebra", rules="none", zebra=True, shaded_header=True, repeat=False),
    Look(name="borderless-centred", rules="none", centred=True, size=9),
    Look(name="borderless-portrait", rules="none", landscape=False, size=6.5, gutter=2.5, valign="TOP"),
    Look(name="ruled-split", split=True),
    Look(name="borderless-split", rules="none", split=True, valign="TOP"),
)
