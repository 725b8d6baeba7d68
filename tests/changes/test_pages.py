"""How a difference and a crosswalk are written: golden pages, schemas, and cells that do no harm.

`PRECERT_GOLDEN=1 python -m pytest tests/changes/test_pages.py` writes the golden pages anew; read them before they are committed.
"""

import csv
import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from precert.changes import crosswalk, diff, matrix_pages, pages, read_orders, render, report
from precert.changes.report import Report
from precert.changes.touched import compare_orders
from precert.facts.condition import Contact, PurchaseOnly, SegmentOnly, ThroughPlan
from precert.facts.model import AddOn, Cell, Delegate, Facts, Fingerprint, NotTogether, Pointer, Program, Reference, SetAside
from precert.facts.release import Release

from .made import cite, header, index, moved, release, releases, row

GOLDEN = Path(__file__).parent / "golden"
SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
DAY = date(2026, 11, 21)
D1, D2, D3 = date(2026, 1, 1), date(2026, 7, 1), date(2027, 1, 1)
FORMULA, PIPES, ESCAPE = "=HYPERLINK(1)", "a | b_c <d> & [e](f)", "\x1b[31mred\tand\nred"


def spelled(letter: str, *, cut: bool = False, length: int = 9) -> Fingerprint:
    return Fingerprint(length=length, digest=letter * 16, cut=cut)


BEFORE = release(
    row("22551", 1),
    row("22552", 2, printed=Cell.ADD_ON),
    row("22558", 3, category=PIPES),
    row("22585", 4, begins=D1),
    row("22586", 5),
    row("22600", 6, fingerprint=spelled("0")),
    row("22610", 7, fingerprint=spelled("0")),
    row("22612", 8, conditions=(PurchaseOnly(over=4),)),
    row("27412", 9, program="Joint", fingerprint=spelled("0", cut=True)),
    *(row(f"430{at:02}", 20 + at, program="Joint", category="Old Name") for at in range(14)),
    row("G0260", 40, program="Joint"),
    row("L8680", 41, ends=D2),
    of=header(programs=(Program(name="Spine"), Program(name="Joint"), Program(name="Old Program"))),
    set_aside=(SetAside(reason="blank-code", printed="", program="Spine", citation=cite(50)),),
    pointers=(Pointer(code="22559", use=("22558",), when="", citation=cite(3)),),
    add_ons=(AddOn(code="22552", primaries=("22551",)),),
)
AFTER = replace(
    moved(BEFORE, 2),
    listings=(
        row("22551", 3, printed=Cell.NO, platform=FORMULA),
        row("22552", 4, printed=Cell.ADD_ON),
        row("22558", 5, category=ESCAPE, section="-x"),
        row("22585", 6, begins=D2),
        row("22586", 7, ends=D3),
        row("22600", 8, fingerprint=spelled("1")),
        row("22610", 9, fingerprint=spelled("0"), facts=Facts(regions=("lumbar",), unlisted=True)),
        row("22612", 10, conditions=(ThroughPlan(contacts=(Contact(phone="1-2", option="3"),)), SegmentOnly(segment="fl-dsnp"))),
        row("27412", 11, program="Joint", fingerprint=spelled("1", length=12)),
        *(row(f"430{at:02}", 22 + at, program="Joint", category="New Name") for at in range(14)),
        row("G0260", 42, program="Spine"),
        row("22999", 60, begins=D3),
        row("22998", 61, printed=None, platform=None),
    ),
    header=header(
        edition="2027",
        delegate=Delegate(name="Another", evidence="made up"),
        documents=(("made.txt", "b" * 64),),
        programs=(Program(name="Spine", setting="home"), Program(name="Joint"), Program(name="Lists of Others", elsewhere=True)),
        references=(Reference(name="table", edition="1", id="sha256:1"),),
        secondary=True,
    ),
    set_aside=(),
    pointers=(Pointer(code="22559", use=("22999",), when="", citation=cite(5, "b" * 64)),),
    not_together=(NotTogether(code="22551", other="22558", exception=None, citation=cite(3, "b" * 64)),),
)
AFTER = replace(AFTER, listings=tuple(replace(each, citation=cite(each.citation.line or 0, "b" * 64)) for each in AFTER.listings))
ORDERS = """case_id,line_number,code,date_of_service,plan
a,10,22552,2026-12-01,
a,20,22551,2026-12-01,
=b|c,1,22551,2027-02-01,
d,1,22558,2026-12-01,
d,2,22551,soon,
e,1,22612,2026-12-01,
f,1,22552,2026-12-01,
g,1,22551,2026-12-01,another
h,1,22551,2026-12-01,
h,2,22558,2026-12-01,
h,3,22559,2026-12-01,
"""


def reported(*, booked: bool = True) -> Report:
    before, after = index(BEFORE), index(AFTER)
    return Report(
        difference=diff(BEFORE, AFTER),
        day=DAY,
        known_before=D1,
        known_after=DAY if booked else None,
        booked=compare_orders(read_orders(ORDERS, "made"), before, after) if booked else None,
    )


CODES = ("22551", "22552", "22559", "22612", "22586", "99213", "=x|y")
MATRIX = crosswalk(
    CODES, {"made": index(BEFORE), "other": index(replace(AFTER, header=replace(AFTER.header, plan="other", edition="")))}, D2
)


def as_text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


WRITTEN: dict[str, Callable[[], str]] = {
    "diff.txt": lambda: pages.text(reported()),
    "diff.md": lambda: pages.markdown(reported()),
    "diff.csv": lambda: pages.csv(reported()),
    "diff.json": lambda: as_text(report.to_dict(reported())),
    "crosswalk.txt": lambda: matrix_pages.text(MATRIX),
    "crosswalk.md": lambda: matrix_pages.markdown(MATRIX),
    "crosswalk.csv": lambda: matrix_pages.csv(MATRIX),
    "crosswalk.json": lambda: as_text(matrix_pages.to_dict(MATRIX)),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_golden(name: str) -> None:
    path, written = GOLDEN / name, WRITTEN[name]()
    if os.environ.get("PRECERT_GOLDEN"):  # pragma: no cover - by hand
        path.parent.mkdir(exist_ok=True)
        path.write_text(written, "utf-8")
    assert written == path.read_text("utf-8")


def test_nothing_changed() -> None:
    same = Report(difference=diff(BEFORE, BEFORE), day=DAY)
    assert "Nothing changed.\n" in pages.text(same)
    assert "Nothing changed." in pages.markdown(same)
    assert len(pages.csv(same).splitlines()) == 1
    assert "Nothing changed but where things are printed." in pages.text(Report(difference=diff(BEFORE, moved(BEFORE, 1)), day=DAY))


def test_releases_of_different_lists() -> None:
    other = replace(BEFORE, header=replace(BEFORE.header, list="other"))
    assert "These are releases of different lists." in pages.text(Report(difference=diff(BEFORE, other), day=DAY))


def test_no_booked_order_changes() -> None:
    orders = read_orders("case_id,code,date_of_service\na,99213,2026-12-01\n", "made")
    same = replace(reported(booked=False), booked=compare_orders(orders, index(BEFORE), index(BEFORE)))
    assert "cases whose answer changes: 0 of 1; rows in the file: 1" in pages.text(same)
    assert "## Booked orders: cases whose answer changes: 0 of 1; rows in the file: 1\n\nNone.\n" in pages.markdown(same)


def test_only_what_changed_of_an_order_is_said() -> None:
    other = row("22558", 2, printed=Cell.NO)
    before, after = (release(row("22551", printed=Cell.NO, program=name), other) for name in ("Spine", "Joint"))
    orders = read_orders("case_id,code,date_of_service\na,22551,2026-12-01\na,22558,2026-12-01\n", "made")
    found = Report(difference=diff(before, after), day=DAY, booked=compare_orders(orders, index(before), index(after)))
    assert pages.text(found).endswith("  a, date of service 2026-12-01\n    line 1, 22551: program Spine -> Joint\n")
    assert [each.split(",")[-1] for each in pages.csv(found).splitlines() if each.startswith("order")] == ["1"]


# -- cells that do no harm -------------------------------------------------------------------------------------------------


def test_no_cell_of_csv_is_a_formula() -> None:
    for name in ("diff.csv", "crosswalk.csv"):
        cells = [cell for line in csv.reader(WRITTEN[name]().splitlines(), strict=True) for cell in line]
        assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]
        assert [cell for cell in cells if cell.startswith("'=")]


def test_a_row_of_markdown_has_as_many_cells_as_its_head() -> None:
    for name in ("diff.md", "crosswalk.md"):
        tables = [line.replace("\\|", "") for line in WRITTEN[name]().splitlines() if line.startswith("|")]
        assert {line.count("|") for line in tables if line.startswith("| change")} == ({7} if name == "diff.md" else set())
        widths = [line.count("|") for line in tables]
        starts = [at for at, line in enumerate(tables) if line.startswith("| ---")]
        for start, end in zip(starts, [*starts[1:], len(tables) + 1], strict=True):
            assert len(set(widths[start - 1 : end - 1])) == 1


def test_nothing_written_moves_a_cursor() -> None:
    for name, write in WRITTEN.items():
        if not name.endswith(".json"):
            assert all(line.isprintable() for line in write().split("\n"))


@given(st.text(max_size=8))
def test_any_text_is_one_cell(text: str) -> None:
    (cells,) = list(csv.reader([render.csv_text((text, "b"), ())], strict=True)) if text.isprintable() else [["", "b"]]
    assert len(cells) == 2
    (_, row_read) = list(csv.reader(render.csv_text(("a", "b"), [(text, "b")]).splitlines(keepends=True), strict=True))
    assert len(row_read) == 2
    assert not row_read[0].startswith(("=", "+", "-", "@"))
    assert render.markdown_table(("a",), [(text,)]).count("\n") == 3


# -- JSON ------------------------------------------------------------------------------------------------------------------


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / name).read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


DIFF, CROSSWALK = validator("diff-1.json"), validator("crosswalk-1.json")


def fits(schema: Draft202012Validator, document: dict[str, Any]) -> None:
    read = json.loads(json.dumps(document))
    assert not [f"{'/'.join(map(str, each.absolute_path))}: {each.message[:200]}" for each in schema.iter_errors(read)]
    for member in read:
        assert not schema.is_valid({name: value for name, value in read.items() if name != member})
    assert not schema.is_valid(read | {"note": "x"})


def test_documents_fit_their_schemas() -> None:
    fits(DIFF, report.to_dict(reported()))
    fits(DIFF, report.to_dict(reported(booked=False)))
    fits(DIFF, report.to_dict(Report(difference=diff(BEFORE, BEFORE), day=DAY)))
    fits(CROSSWALK, matrix_pages.to_dict(MATRIX))


@settings(max_examples=40, deadline=None)
@given(releases(), releases())
def test_any_difference_fits_and_can_be_written(a: Release, b: Release) -> None:
    found = Report(difference=diff(a, b), day=D2)
    document = json.loads(json.dumps(report.to_dict(found)))
    for change in document["changes"]:
        change["codes"] = [code for code in change["codes"] if len(code) == 5]
    assert not list(DIFF.iter_errors(document))
    for write in (pages.text, pages.markdown, pages.csv):
        assert write(found)


def test_counts_add_up() -> None:
    document = report.to_dict(reported())
    counts = document["counts"]
    assert sum(counts[each] for each in ("future", "current", "past")) == len(document["changes"])
    assert counts["list"] == len(document["list_changes"])
    assert {each["timing"] for each in document["changes"]} == {"future", "current", "past"}
