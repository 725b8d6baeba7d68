"""Pictures of pages, sharp and spoilt: codes are read right or their rows are set aside, and none is listed that is not printed."""

import io
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import pytest

pytest.importorskip("pdfplumber")
pytest.importorskip("rapidocr")
pytest.importorskip("reportlab")

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from precert.facts.model import Citation
from precert.intake.pipeline import IngestReport, ingest, known_from
from precert.intake.readers import Document, RawRow, UnreadableError, ocr, read
from precert.intake.readers.page import Page, Word
from precert.intake.repair import Known
from tests.intake.make import HEADER, listed, profile, table
from tests.intake.render_pdf import Look, render

LOG = logging.getLogger(__name__)
RULED = Look(name="scan")
ROWS = [listed("22551", description="Made up: the first"), listed("L8680", description="Made up: the next", notes="Purchase only")]
TABLE = [HEADER, *ROWS]


def pictures(document: Document, dpi: int, look: Look = RULED) -> list[Image.Image]:
    """Return the pages of a document as a scanner gives them."""
    pdfium = pytest.importorskip("pypdfium2")
    with pdfium.PdfDocument(render(document, look)) as pdf:
        return [page.render(scale=dpi / 72).to_pil().convert("L") for page in pdf]


def spoilt(picture: Image.Image, dpi: int) -> Image.Image:
    """Return a picture as a bad copy: aslant, blurred, noisy, and pressed hard."""
    aslant = picture.rotate(0.7, fillcolor=255, resample=Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(0.8 * dpi / 200))
    noise = np.random.default_rng(1).normal(0, 14, (aslant.size[1], aslant.size[0]))
    noisy = Image.fromarray(np.clip(np.asarray(aslant, float) + noise, 0, 255).astype("uint8"))
    pressed = io.BytesIO()
    noisy.save(pressed, "JPEG", quality=45)
    return Image.open(io.BytesIO(pressed.getvalue())).convert("L")


def tiff(pages: Sequence[Image.Image], dpi: int) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], dpi=(dpi, dpi), compression="tiff_lzw")
    return out.getvalue()


LEFTS = (40, 240, 420, 900, 1220, 1520, 1860)
FONT = ImageFont.load_default(size=28)


def drawn() -> Image.Image:
    """Return a small table as a picture."""
    picture = Image.new("L", (1900, 400), 255)
    pen = ImageDraw.Draw(picture)
    for number in range(len(ROWS) + 2):
        pen.line((LEFTS[0], 60 + 80 * number, LEFTS[-1], 60 + 80 * number), fill=0, width=2)
    for left in LEFTS:
        pen.line((left, 60, left, 60 + 80 * (len(ROWS) + 1)), fill=0, width=2)
    for number, row in enumerate([HEADER, *ROWS]):
        for left, cell in zip(LEFTS, row, strict=False):
            pen.text((left + 14, 84 + 80 * number), cell, fill=0, font=FONT)
    return picture


def as_drawn(_: object) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Return the words of that picture, as a recogniser that makes no mistake would."""
    pen = ImageDraw.Draw(Image.new("L", (1, 1)))
    places = [(cell, left + 14, 84 + 80 * n) for n, row in enumerate([HEADER, *ROWS]) for left, cell in zip(LEFTS, row, strict=False)]
    return [(cell, pen.textbbox((left, top), cell, font=FONT)) for cell, left, top in places if cell]


def saved(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, dpi=(200, 200))
    return out.getvalue()


def rows(document: Document) -> list[tuple[str, ...]]:
    return [block.cells for block in document.blocks if isinstance(block, RawRow)]


@pytest.mark.parametrize("kind", ["PNG", pytest.param("PDF", marks=pytest.mark.long)])
def test_a_picture_of_a_table_is_read(kind: str) -> None:
    found = read("list", saved(drawn(), kind))
    assert found.kind == {"PNG": "image", "PDF": "pdf"}[kind]
    assert [note.code for note in found.notes] == ["read-by-ocr"]
    # a recogniser loses blanks between words now and then
    assert [[cell.replace(" ", "") for cell in row] for row in rows(found)] == [[cell.replace(" ", "") for cell in row] for row in TABLE]


def test_pages_of_one_tiff_are_read_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_words", as_drawn)
    monkeypatch.setattr(ocr, "_second", lambda _, found: [False] * len(found))
    found = read("list.tif", tiff([drawn(), drawn()], 200))
    assert [block.citation.page for block in found.blocks if isinstance(block, RawRow)] == [1, 1, 1, 2, 2, 2]


def test_readings_that_differ_set_the_row_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    def differing(_: object, found: list[tuple[str, Any]]) -> list[bool]:
        return [text == "L8680" for text, _ in found]

    monkeypatch.setattr(ocr, "_words", as_drawn)
    monkeypatch.setattr(ocr, "_second", differing)
    found = read("list.png", saved(drawn(), "PNG"))
    assert [block.doubt for block in found.blocks if isinstance(block, RawRow)] == [None, None, "ocr-readings-differ"]
    assert [note.code for note in found.notes] == ["read-by-ocr", "ocr-readings-differ"]


def test_a_page_that_lies_aslant_is_set_straight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_words", lambda _: [("22551", (100.0, 100.0, 160.0, 130.0))])
    monkeypatch.setattr(ocr, "_second", lambda *_: [False])
    aslant = drawn().rotate(1.5, fillcolor=255, resample=Image.Resampling.BICUBIC)
    page: Page = ocr.page_of(aslant, 1, 200, Citation(document="x", sha256="0", page=1))
    assert [note.code for note in page.notes] == ["read-by-ocr", "page-set-straight"]
    assert "1.5 degrees" in page.notes[1].message
    assert len(page.down) == 7
    assert [word.text for word in page.words if isinstance(word, Word)] == ["22551"]


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, saved(drawn(), "PNG")[:700], b"II*\x00" + b"\xff" * 64])
def test_a_broken_picture_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError, match="cannot be read as a picture"):
        read("list.png", data)


def test_a_picture_of_too_many_dots_is_refused_unread() -> None:
    with pytest.raises(UnreadableError, match="9000 x 9000 dots"):
        read("list.png", saved(Image.new("1", (9000, 9000), 1), "PNG"))


# -- four pages --------------------------------------------------------------------------------------------------------


def four_pages() -> bytes:
    """Return a made-up list of four pages: codes of each kind, among them many that look like others."""
    text = "Made up: one of many, and long enough to go on over more than one line of its cell, as such texts are known to do"
    codes = [f"{letter}{number:04d}" for letter in "AEJKL" for number in range(17, 9000, 540)]
    codes += [f"{number:05d}" for number in range(20661, 99999, 2311)] + [f"{number:04d}T" for number in range(101, 990, 47)]
    return table(HEADER, *(listed(code, description=text[: 40 + at % 75]) for at, code in enumerate(sorted(set(codes)))))


# Without rules, where a row ends is told by distances, which a recogniser blurs: such rows are set aside, up to a fifth of a page so far.
_LEAST = {("grid", False): 0.98, ("grid", True): 0.9, ("none", False): 0.75, ("none", True): 0.7}


@pytest.mark.long
@pytest.mark.parametrize("dpi", [200, 300])
@pytest.mark.parametrize("is_spoilt", [False, True], ids=["clean", "spoilt"])
@pytest.mark.parametrize("rules", ["grid", "none"])
def test_codes_of_four_pages_are_read_right_or_set_aside(dpi: int, rules: Literal["grid", "none"], *, is_spoilt: bool) -> None:
    data = four_pages()
    document = read("list.txt", data)
    look = replace(RULED, rules=rules)
    scan = tiff([spoilt(page, dpi) if is_spoilt else page for page in pictures(document, dpi, look)[:4]], dpi)
    drawn_rows = [block for block in read("list.pdf", render(document, look)).blocks if isinstance(block, RawRow)]
    text = ingest("list.txt", data, profile(), known=Known())
    printed = Counter(code for row in drawn_rows if (row.citation.page or 0) <= 4 for code in row.cells if code in set(codes(text)))
    scanned = read("list.tif", scan)
    alone, known = (
        ingest("list.tif", scan, profile(), known=each, read=lambda *_: scanned) for each in (Known(), known_from([text.release]))
    )
    right, wrong = (Counter(codes(alone)) & printed).total(), Counter(codes(alone)) - printed
    message = "%d dpi, rules %s, spoilt %s: %d of %d codes right, %d wrong where no release is at hand"
    LOG.info(message, dpi, rules, is_spoilt, right, printed.total(), wrong.total())
    assert not Counter(codes(known)) - printed
    assert right >= _LEAST[rules, is_spoilt] * printed.total()


def codes(report: IngestReport) -> list[str]:
    return [row.listing.code for row in report.sheet.listed]
