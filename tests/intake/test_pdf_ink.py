"""Text nobody sees is never read, and the row it stands in is not believed; a PDF that cannot be read is refused in plain words."""

import io
import sys
from collections.abc import Callable

import pytest

pytest.importorskip("pdfplumber")
pytest.importorskip("reportlab")

from reportlab.lib.colors import Color, black, white
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from precert.intake.readers import Document, MissingExtraError, Prose, RawRow, UnreadableError, read
from tests.intake.make import HEADER, listed

LEFTS = (40, 110, 170, 340, 430, 520)
TOP, STEP = 740, 24
NAMED = (("22551", "first"), ("22552", "next"), ("22554", "last"))
ROWS = [HEADER, *(listed(code, description=f"Made up: the {word} one") for code, word in NAMED)]

Draw = Callable[[Canvas], None]


def table(draw: Draw = lambda _: None, *, below: Draw = lambda _: None, encrypt: StandardEncryption | None = None) -> bytes:
    """Return a page with a table of three listings, and what is drawn below and upon it."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792), invariant=1, encrypt=encrypt)
    below(canvas)
    for number, row in enumerate(ROWS):
        canvas.setFont("Helvetica-Bold" if not number else "Helvetica", 9)
        for left, cell in zip(LEFTS, row, strict=True):
            canvas.drawString(left, TOP - STEP * number, cell)
    canvas.setFont("Helvetica", 9)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def rows(document: Document) -> list[RawRow]:
    return [block for block in document.blocks if isinstance(block, RawRow)]


def doubts(data: bytes) -> list[str | None]:
    return [row.doubt for row in rows(read("list.pdf", data))[1:]]


def notes(data: bytes) -> list[str]:
    return [note.code for note in read("list.pdf", data).notes]


def cells(data: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in rows(read("list.pdf", data))[1:]]


PLAIN = [tuple(row) for row in ROWS[1:]]


def test_a_table_without_anything_hidden_is_believed() -> None:
    assert cells(table()) == PLAIN
    assert doubts(table()) == [None, None, None]
    assert notes(table()) == []


def at_the_second(canvas: Canvas, text: str = "No PA") -> None:
    """Draw a text into the blank notes cell of the second listing."""
    canvas.drawString(LEFTS[5], TOP - 2 * STEP, text)


def invisible(canvas: Canvas) -> None:
    text = canvas.beginText(LEFTS[5], TOP - 2 * STEP)
    text.setTextRenderMode(3)
    text.textOut("No PA")
    canvas.drawText(text)


def in_white(canvas: Canvas) -> None:
    canvas.setFillColor(white)
    at_the_second(canvas)


def almost_white(canvas: Canvas) -> None:
    canvas.setFillColorRGB(0.97, 0.96, 0.98)
    at_the_second(canvas)


def tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 1)
    at_the_second(canvas)


def transparent(canvas: Canvas) -> None:
    canvas.setFillColor(Color(0, 0, 0, alpha=0.01))
    at_the_second(canvas)


def clipped(canvas: Canvas) -> None:
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(0, 0, 10, 10)
    canvas.clipPath(path, stroke=0, fill=0)
    at_the_second(canvas)
    canvas.restoreState()


def painted_over(canvas: Canvas) -> None:
    at_the_second(canvas)
    canvas.setFillColor(white)
    canvas.rect(LEFTS[5] - 2, TOP - 2 * STEP - 3, 80, 14, stroke=0, fill=1)


def black_on_black(canvas: Canvas) -> None:
    canvas.setFillColor(black)
    canvas.rect(LEFTS[5] - 2, TOP - 2 * STEP - 3, 80, 14, stroke=0, fill=1)
    at_the_second(canvas)


def off_the_page(canvas: Canvas) -> None:
    canvas.drawString(700, TOP - 2 * STEP, "No PA")


def in_a_form_drawn_in_white(canvas: Canvas) -> None:
    canvas.beginForm("hidden")
    canvas.drawString(LEFTS[5], TOP - 2 * STEP, "No PA")
    canvas.endForm()
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(0, 0, 10, 10)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.doForm("hidden")
    canvas.restoreState()


HIDDEN = [
    invisible, in_white, almost_white, tiny, transparent, clipped, painted_over, black_on_black, off_the_page, in_a_form_drawn_in_white,
]  # fmt: skip


@pytest.mark.parametrize("draw", HIDDEN, ids=lambda draw: draw.__name__)
def test_hidden_text_is_not_read_and_its_row_is_not_believed(draw: Draw) -> None:
    data = table(draw)
    assert cells(data) == PLAIN
    assert doubts(data) == [None, "hidden-text", None]
    assert notes(data) == ["hidden-text"]


def test_white_text_on_a_dark_ground_is_seen() -> None:
    def dark(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.1, 0.2, 0.4)
        canvas.rect(LEFTS[5] - 2, TOP - 2 * STEP - 3, 80, 14, stroke=0, fill=1)
        in_white(canvas)

    data = table(dark)
    assert doubts(data) == [None, None, None]
    assert cells(data)[1][5] == "No PA"


def test_text_on_a_shade_that_lets_it_through_is_seen() -> None:
    def marker(canvas: Canvas) -> None:
        canvas.setFillColor(Color(1, 1, 0, alpha=0.4))
        canvas.rect(LEFTS[0] - 2, TOP - 2 * STEP - 3, 540, 14, stroke=0, fill=1)

    assert doubts(table(marker)) == [None, None, None]
    assert cells(table(marker)) == PLAIN


def test_texts_that_stand_on_each_other_are_not_believed() -> None:
    data = table(lambda canvas: canvas.drawString(LEFTS[3] + 1, TOP - 2 * STEP, "No"))
    assert doubts(data) == [None, "overlapping-text", None]
    assert notes(data) == ["overlapping-text"]


def test_text_that_is_drawn_twice_to_make_it_bold_is_read_once() -> None:
    def again(canvas: Canvas) -> None:
        for left, cell in zip(LEFTS, ROWS[2], strict=True):
            canvas.drawString(left + 0.3, TOP - 2 * STEP, cell)

    data = table(again)
    assert [tuple(cell.replace("<b>", "").replace("</b>", "") for cell in row) for row in cells(data)] == PLAIN
    assert doubts(data) == [None, None, None]


def test_text_that_is_struck_out_is_not_believed() -> None:
    data = table(lambda canvas: canvas.line(LEFTS[0] - 2, TOP - 2 * STEP + 3, 600, TOP - 2 * STEP + 3))
    assert doubts(data) == [None, "struck-out", None]


def test_a_watermark_is_not_read_and_is_noted() -> None:
    def watermark(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillGray(0.8)
        canvas.translate(200, 600)
        canvas.rotate(45)
        canvas.drawString(0, 0, "DRAFT")
        canvas.restoreState()

    data = table(below=watermark)
    assert cells(data) == PLAIN
    assert notes(data) == ["text-aslant"]


def test_what_stands_around_a_table_is_prose() -> None:
    def around(canvas: Canvas) -> None:
        canvas.drawString(40, 770, "A made-up list of what needs authorization, and of what does not")
        canvas.drawCentredString(306, 30, "Page 1 of 1")

    found = [block.text for block in read("list.pdf", table(around)).blocks if isinstance(block, Prose)]
    assert found == ["A made-up list of what needs authorization, and of what does not", "Page 1 of 1"]


def test_a_row_without_its_code_is_a_row_of_its_own() -> None:
    def unnamed(canvas: Canvas) -> None:
        for left, cell in zip(LEFTS, ("Back", "", "Made up: without a code", "Yes", "North Portal", ""), strict=True):
            canvas.drawString(left, TOP - 4 * STEP, cell)

    assert [row[1] for row in cells(table(unnamed))] == ["22551", "22552", "22554", ""]


# -- what cannot be read -----------------------------------------------------------------------------------------------


def test_a_locked_pdf_is_refused_with_what_to_do() -> None:
    locked = table(encrypt=StandardEncryption("secret", canPrint=0))
    with pytest.raises(UnreadableError, match=r"`list\.pdf` is locked with a password; save it without one"):
        read("list.pdf", locked)


BROKEN = [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\x00" * 500, table()[:900], table()[:-200].replace(b"stream", b"strxam")]


@pytest.mark.parametrize("data", BROKEN)
def test_a_broken_pdf_is_refused_or_read_and_never_fails_otherwise(data: bytes) -> None:
    try:
        found = read("list.pdf", data)
    except UnreadableError as error:
        assert str(error).startswith("`list.pdf` ")  # noqa: PT017 - either is right
    else:
        assert all(tuple(row.cells) in [tuple(each) for each in ROWS] or row.doubt for row in rows(found))


def nested(levels: int, calls: int) -> bytes:
    """Return a PDF whose drawing draws another some times over, and so on: each level multiplies the work."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792), invariant=1)
    canvas.beginForm("f0")
    canvas.drawString(40, 700, "22551")
    canvas.endForm()
    for level in range(1, levels + 1):
        canvas.beginForm(f"f{level}")
        for _ in range(calls):
            canvas.doForm(f"f{level - 1}")
        canvas.endForm()
    canvas.doForm(f"f{levels}")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize(("levels", "calls"), [(30, 1), (10, 10)])
def test_drawings_within_drawings_without_end_are_refused(levels: int, calls: int) -> None:
    with pytest.raises(UnreadableError, match="drawings within drawings without end"):
        read("list.pdf", nested(levels, calls))


def test_the_extra_that_reads_pdf_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pdfplumber", None)
    with pytest.raises(MissingExtraError, match=r'pip install "precert\[pdf\]"'):
        read("list.pdf", table())


def test_the_extra_that_reads_pictures_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    picture = io.BytesIO()
    with pytest.importorskip("pypdfium2").PdfDocument(table()) as pdf:
        pdf[0].render().to_pil().save(picture, "PNG")
    with pytest.raises(MissingExtraError, match=r'pip install "precert\[ocr\]"'):
        read("list.png", picture.getvalue())
