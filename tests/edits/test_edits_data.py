"""The bundled facts of coding edits: made from the federal tables and from nothing else, and what they come to."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import precert
from precert import bundled
from precert.edits.in_force import not_in_force
from precert.edits.shelf import bundled_book
from precert.facts.model import Cell
from tools import edits as tool
from tools.anesthesia import listed

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
TABLES = [SHARED / "reference" / name for name in (tool.NCCI_FILE, tool.HCPCS_FILE, tool.OPPS_FILE)]
needs_tables = pytest.mark.skipif(not all(each.is_file() for each in TABLES), reason=f"the federal tables are not at hand under {SHARED}")
BOOK = bundled_book()
PATH = bundled.HERE / "edits" / "edits.json"


@needs_tables
def test_the_tool_writes_the_same_bytes(tmp_path: Path) -> None:
    """Run `python -m tools.edits SHARED` when the bundled lists have changed."""
    subprocess.run([sys.executable, "-m", "tools.edits", str(SHARED), "--out", str(tmp_path)], cwd=ROOT, check=True, capture_output=True)
    assert (tmp_path / "edits.json").read_bytes() == PATH.read_bytes()


def test_what_ships_is_on_paper_as_it_is_in_memory() -> None:
    assert BOOK.text() == PATH.read_text("utf-8")
    assert BOOK is bundled_book()


def test_no_code_ships_that_no_bundled_list_names() -> None:
    assert BOOK.watched <= set(listed())
    assert {path.name for path in PATH.parent.iterdir()} == {"edits.json"}


def test_the_page_for_coders_is_current() -> None:
    """Run `python -m tools.edits SHARED` when it is not."""
    text = tool.DOCS.read_text("utf-8")
    assert tool.redrawn(text, BOOK) == text
    assert f"| {len(BOOK.add_ons.codes)} |" in text


def test_the_federal_notion_and_the_label_of_the_list_are_apart() -> None:
    """62 federal add-ons carry no add-on label, and 21 of the 60 rows with one are federal add-ons."""
    rows = list(precert.rulebook("cigna-commercial"))
    labelled = [row.code for row in rows if row.printed is Cell.ADD_ON]
    federal = {row.code for row in rows} & BOOK.add_ons.codes.keys()
    assert (len(labelled), sum(code in federal for code in labelled)) == (60, 21)
    assert len(federal - set(labelled)) == 62


def test_what_the_releases_carry_of_the_federal_table_is_the_same() -> None:
    """R15 reads the releases' own part; both were made from one table, and name all primaries of a listed add-on."""
    for plan in ("cigna-commercial", "health-alliance-medical"):
        index = precert.rulebook(plan).index
        for code in index.codes():
            if code in index.add_ons:
                assert set(index.add_ons[code].primaries) == set(BOOK.add_ons.codes[code]) - {"CCCCC"}


def ended(day: date) -> set[str]:
    return {each.ordered for each in not_in_force(dict.fromkeys(sorted(BOOK.watched), ()), day, BOOK) if each.code == "code-ended"}


def test_codes_that_had_ended() -> None:
    assert ended(date(2024, 4, 1)) == {"K0553", "J2505", "K1001", "E2300"}
    assert ended(date(2024, 3, 31)) == {"K0553", "J2505", "K1001"}
    assert ended(date(2026, 3, 2)) == {"K0553", "J2505", "K1001", "E2300", "J1300", "0275T"}
    assert ended(date(2018, 1, 1)) == set()


# -- restated from the tables, row by row ----------------------------------------------------------------------------------


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def days() -> Iterator[date]:
    """The first and a late day of every month from the one before the first file to the one after the last, and days far off."""
    yield from (date(year, month, day) for year in range(2019, 2026) for month in range(1, 13) for day in (1, 28))
    yield from (
        date(1990, 1, 1),
        date(2016, 5, 31),
        date(2018, 12, 31),
        date(2026, 1, 31),
        date(2026, 2, 1),
        date(2026, 6, 30),
        date(2031, 7, 1),
    )


@needs_tables
def test_days_in_force_are_those_of_the_tables() -> None:
    """The plainest reading: an HCPCS date where there is one; else the file of the day's own quarter, or any file before."""
    hcpcs, opps = ({row["code"]: row for row in table(path)} for path in TABLES[1:])
    quarters = [name for name in next(iter(opps.values())) if name != "code" and not name.endswith("a")]
    left = {
        code: [name for at, name in enumerate(quarters) if at and row.get(quarters[at - 1]) and not row.get(name)]
        for code in BOOK.watched
        for row in [opps.get(code, {})]
    }
    reach = max(row["added"] for row in hcpcs.values())
    for day in days():
        told = {(each.ordered, each.code.value) for each in not_in_force(dict.fromkeys(BOOK.watched, ()), day, BOOK)}
        before = [name for name in quarters if f"{name}-01" <= day.isoformat()]
        own = [name for name in before if name[:4] == f"{day.year}" and (int(name[5:]) - 1) // 3 == (day.month - 1) // 3]
        for code in BOOK.watched:
            dated, held, gone = hcpcs.get(code), opps.get(code, {}), left[code]
            if dated and day.isoformat() < dated["added"]:
                expected = "code-not-yet-added"
            elif dated and dated["ended"] and day.isoformat() > dated["ended"]:
                expected = "code-ended"
            elif not dated and any(held.values()) and own and not any(held.get(name) for name in before):
                expected = "code-not-yet-added"
            elif gone and gone[0] in before and not (dated and (dated["ended"] or f"{gone[0]}-01" <= reach)):
                expected = "code-ended"
            else:
                expected = None
            assert ((code, expected) in told) == bool(expected), (code, day, expected)
            assert expected or not any(ordered == code for ordered, _ in told), (code, day)


@needs_tables
def test_primaries_are_those_of_the_table() -> None:
    rows = table(TABLES[0])
    codes = set(listed())
    for code in {row["add_on_code"] for row in rows} & codes:
        assert set(BOOK.add_ons.codes[code]) == {row["primary_code"] for row in rows if row["add_on_code"] == code}
    assert set(BOOK.add_ons.codes) == {row["add_on_code"] for row in rows} & codes


@needs_tables
def test_tables_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    for path in TABLES:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    altered = tmp_path / tool.HCPCS_FILE
    altered.write_text(altered.read_text("utf-8").replace("K0553,2017-07-01,2022-12-31", "K0553,2017-07-01,2020-12-31"), "utf-8")
    with pytest.raises(ValueError, match="contradict each other: K0553"):
        tool.build(tmp_path)
    altered.write_text(TABLES[1].read_text("utf-8").replace("A6515,", "A6515,").replace("E0492,2024-01-01,", "E0492,2024-02-01,"), "utf-8")
    with pytest.raises(ValueError, match="contradict each other: E0492"):
        tool.build(tmp_path)


def test_a_code_that_left_and_came_back_is_refused(tmp_path: Path) -> None:
    path = tmp_path / tool.OPPS_FILE
    path.write_text("code,2019-01,2020-01,2020-01a,2020-04\n22551,S,,S,S\n", "utf-8")
    with pytest.raises(ValueError, match="22551 is missing from a file between two that hold it"):
        tool.opps(path, {"22551"})
    assert tool.opps(path, set()).codes == {}


def test_the_reference_is_that_of_the_facts() -> None:
    raw = json.loads(PATH.read_text("utf-8"))
    for each in (BOOK.add_ons, BOOK.hcpcs, BOOK.opps):
        assert raw[each.name]["id"] == each.reference.id
        assert (each.reference.name, each.reference.edition) == (each.name, each.edition)
    assert [BOOK.add_ons.edition, BOOK.hcpcs.edition, BOOK.opps.edition] == ["2024Q2", "2024", "2026-04"]
