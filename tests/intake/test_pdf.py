"""A list drawn as a PDF reads as its text does, however it is drawn; what cannot be told is set aside, and nothing is listed wrong."""

import io
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pdfplumber")
pytest.importorskip("reportlab")

from reportlab.lib import colors
from reportlab.platypus import SimpleDocTemplate, Table

from precert import bundled
from precert.facts.model import Listing
from precert.intake.layouts.profile import Profile, read_profile
from precert.intake.pipeline import IngestReport, ingest
from precert.intake.readers import read
from precert.intake.readers.document import Document, RawRow
from precert.intake.repair import Known
from tests.intake.make import HEADER, listed
from tests.intake.render_pdf import LOOKS, Look, render
from tests.intake.test_seeds import SHARED

SAMPLES = Path(__file__).parents[2] / "samples" / "example-commercial"
SAMPLE = read_profile((SAMPLES / "profile.toml").read_bytes())
SEED = SHARED / "seeds" / "003_db63ac5a01d801bc.txt"
needs_seed = pytest.mark.skipif(not SEED.exists(), reason=f"the published list is not at hand: no {SEED} (it may not be shipped)")

DENSE = {look.name for look in LOOKS if not look.padding}
"""Looks without room between rows: five rows may be too few to tell how cells stand, and are set aside then."""
BY_NAME = {look.name: look for look in LOOKS}


@dataclass(frozen=True)
class Compared:
    """What became of the listings of a text once it is drawn."""

    exact: int
    wrong: list[Listing]
    listings: int
    aside: int


def listings(report: IngestReport) -> list[Listing]:
    nowhere = replace(report.sheet.listed[0].listing.citation, line=None, page=None, row=None, document="", sha256="")
    return [replace(row.listing, citation=nowhere) for row in report.sheet.listed]


def compare(document: Document, data: bytes, by: Profile, look: Look) -> Compared:
    text = ingest(document.name, data, by, known=Known(), read=lambda _, __: document)
    drawn = ingest("list.pdf", render(document, look), by, known=Known())
    wanted, found = Counter(map(repr, listings(text))), Counter(map(repr, listings(drawn)))
    wrong = [each for each in listings(drawn) if repr(each) in found - wanted]
    return Compared((wanted & found).total(), wrong, wanted.total(), len(drawn.sheet.set_aside) - len(text.sheet.set_aside))


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.stem)
def test_a_small_list_reads_as_its_text_does(path: Path, look: Look) -> None:
    data = path.read_bytes()
    found = compare(read(path.name, data), data, SAMPLE, look)
    assert found.wrong == []
    if look.name in DENSE:
        assert found.exact + found.aside >= found.listings
    else:
        assert (found.exact, found.aside) == (found.listings, 0)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_is_shown_turned_reads_as_upright(turn: int) -> None:
    path = SAMPLES / "product-and-category.txt"
    found = compare(read(path.name, path.read_bytes()), path.read_bytes(), SAMPLE, replace(BY_NAME["borderless"], rotate=turn))
    assert (found.exact, found.wrong) == (found.listings, [])


@pytest.mark.parametrize("name", ["ruled", "borderless-top"])
def test_text_that_is_drawn_sideways_reads_as_upright(name: str) -> None:
    path = SAMPLES / "product-and-category.txt"
    found = compare(read(path.name, path.read_bytes()), path.read_bytes(), SAMPLE, replace(BY_NAME[name], turned=True))
    assert (found.exact, found.wrong) == (found.listings, [])


def test_a_row_says_its_page_its_number_and_where_each_cell_stands() -> None:
    document = read("list.txt", (SAMPLES / "product-and-category.txt").read_bytes())
    drawn = read("list.pdf", render(document, BY_NAME["ruled"]))
    rows = [block for block in drawn.blocks if isinstance(block, RawRow)]
    assert drawn.kind == "pdf"
    assert len({row.citation for row in rows}) == len(rows)
    first = [row.citation.row for row in rows if row.citation.page == 1]
    assert first == list(range(1, len(first) + 1))
    code = next(row for row in rows if "22551" in row.cells)
    box = code.boxes[code.cells.index("22551")]
    assert box is not None
    assert 200 < box.left < box.right < 400
    assert box.bottom - box.top == pytest.approx(8, abs=1)
    assert all((box is None) == (not cell) for cell, box in zip(code.cells, code.boxes, strict=True))


def test_a_box_stands_where_a_person_sees_it_when_the_text_is_turned() -> None:
    document = read("list.txt", (SAMPLES / "product-and-category.txt").read_bytes())
    upright, turned = (read("list.pdf", render(document, replace(BY_NAME["ruled"], turned=turn))) for turn in (False, True))
    boxes = [
        next(row.boxes[row.cells.index("22551")] for row in each.blocks if isinstance(row, RawRow) and "22551" in row.cells)
        for each in (upright, turned)
    ]
    assert boxes[0]
    assert boxes[1]
    # drawn turned by a quarter to the left: what was left is below, and what was above is left
    assert (boxes[1].left, boxes[1].right) == pytest.approx((boxes[0].top, boxes[0].bottom), abs=1)
    assert (792 - boxes[1].bottom, 792 - boxes[1].top) == pytest.approx((boxes[0].left, boxes[0].right), abs=1)


# -- cells that are not a row's own -------------------------------------------------------------------------------------


def spanned(*rows: tuple[str, ...], style: list[tuple[Any, ...]]) -> list[tuple[tuple[str, ...], str | None]]:
    """Draw rows as a ruled table with merged cells; return the rows read, and their doubts."""
    out = io.BytesIO()
    table = Table([HEADER, *rows], colWidths=[80, 60, 180, 80, 80, 60], rowHeights=24)
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *style])
    SimpleDocTemplate(out, invariant=1).build([table])
    return [(block.cells, block.doubt) for block in read("list.pdf", out.getvalue()).blocks if isinstance(block, RawRow)][1:]


def test_a_cell_that_is_merged_down_holds_for_each_of_its_rows() -> None:
    rows = [listed("22551"), ("", *listed("22552")[1:]), ("", *listed("22554")[1:]), listed("22558")]
    found = spanned(*rows, style=[("SPAN", (0, 1), (0, 3))])
    assert found == [(listed(code), None) for code in ("22551", "22552", "22554", "22558")]


def test_a_title_that_is_merged_across_stands_in_its_first_column() -> None:
    found = spanned(listed("22551"), ("Neck of a made-up kind", *[""] * 5), listed("22552"), style=[("SPAN", (0, 2), (-1, 2))])
    assert found == [(listed("22551"), None), (("Neck of a made-up kind", *[""] * 5), None), (listed("22552"), None)]


def test_a_text_that_reaches_over_its_rule_is_not_believed() -> None:
    long = "Made up: a description that is far too long for the cell that it is drawn into"
    found = spanned(listed("22551"), listed("22552", description=long), listed("22554"), style=[])
    assert [doubt is None for _, doubt in found] == [True, False, True]


# -- the published list ------------------------------------------------------------------------------------------------


def part(document: Document, first: int, last: int) -> Document:
    return replace(document, blocks=tuple(block for block in document.blocks if first <= (block.citation.line or 0) <= last))


@needs_seed
@pytest.mark.parametrize("name", ["ruled", "borderless", "borderless-dense-middle"])
def test_programs_of_the_published_list_read_as_their_text_does(name: str) -> None:
    by = read_profile((bundled.PROFILES / "cigna-commercial.toml").read_bytes())
    data = SEED.read_bytes()
    found = compare(part(read(SEED.name, data), 306, 442), data, by, BY_NAME[name])
    assert found.listings == 82
    assert found.wrong == []
    assert found.exact >= 78
    assert found.aside >= found.listings - found.exact


@needs_seed
@pytest.mark.long
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_the_published_list_reads_as_its_text_does(look: Look) -> None:
    by = read_profile((bundled.PROFILES / "cigna-commercial.toml").read_bytes())
    data = SEED.read_bytes()
    found = compare(read(SEED.name, data), data, by, look)
    assert found.listings == 1602
    assert found.wrong == []
    assert found.exact >= 0.995 * found.listings
    assert found.aside >= found.listings - found.exact
