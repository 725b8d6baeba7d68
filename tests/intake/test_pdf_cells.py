"""A rule is the border of a cell: a list of codes that goes on over its lines is one cell, and no line of it is a row."""

import io
import random
from collections.abc import Sequence
from typing import Any

import pytest
from reportlab.lib import pagesizes
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from precert.intake.layouts.profile import default_profile
from precert.intake.pipeline import IngestReport, ingest
from precert.intake.repair import Known

HEAD = ("Category", "Code", "PA Required")
BODY = getSampleStyleSheet()["BodyText"]


def read(rows: Sequence[tuple[str, ...]], align: str = "BOTTOM") -> IngestReport:
    file = io.BytesIO()
    cells: list[list[Any]] = [[*HEAD], *([Paragraph(cell, BODY) if "<br/>" in cell else cell for cell in row] for row in rows)]
    table = Table(cells, colWidths=(120, 160, 120), style=[("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), align)])
    SimpleDocTemplate(file, pagesize=pagesizes.letter).build([table])
    return ingest("made-up.pdf", file.getvalue(), default_profile("made-up"), known=Known())


def answers(report: IngestReport) -> dict[str, str]:
    return {row.listing.code: str(row.listing.printed) for row in report.sheet.listed}


LISTS = {
    "22600-22614,<br/>22630 except<br/>22610": {*map(str, range(22600, 22615)), "22630"} - {"22610"},
    "72148, 72149,<br/>72156-<br/>72158": {"72148", "72149", "72156", "72157", "72158"},
    "K0800<br/>and K0801": {"K0800", "K0801"},
    "97110 thru<br/>97112": {"97110", "97111", "97112"},
}


@pytest.mark.parametrize("align", ["TOP", "MIDDLE", "BOTTOM"])
@pytest.mark.parametrize("cell", LISTS)
def test_a_list_over_several_lines_is_read_whole_whatever_stands_elsewhere(cell: str, align: str) -> None:
    for others in ([("Knee", "27447", "No")], [("Knee", "27447", "No"), ("Neck", "22551<br/>22552", "Yes<br/>No")]):
        found = answers(read([("Spine", cell, "Yes"), *others], align))
        assert {code for code in found if code not in {"27447", "22551", "22552"}} == LISTS[cell]
        assert found["27447"] == "No"


@pytest.mark.parametrize("seed", range(12))
def test_no_code_is_listed_that_its_cell_does_not_list(seed: int) -> None:
    rng = random.Random(seed)
    rows: list[tuple[str, str, str]] = []
    allowed: dict[str, set[str]] = {}
    for number in range(8):
        cell = rng.choice([*LISTS, f"{30000 + number}", f"{31000 + number}<br/>{32000 + number}"])
        says = rng.choice(["Yes", "No"])
        for code in LISTS.get(cell, set(cell.split("<br/>"))):
            allowed.setdefault(code, set()).add(says)
        rows.append((f"Group {number}", cell, says))
    for code, says in answers(read(rows, rng.choice(["TOP", "MIDDLE", "BOTTOM"]))).items():
        assert says in allowed.get(code, ()), code
