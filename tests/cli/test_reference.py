"""`precert reference`: federal tables added and listed."""

import json
from pathlib import Path

import pytest

from precert.store import references
from tests.cli.conftest import Run

AOC = b"AOC_Edit_Type\tAdd-On_Code\tPrimary_Code\tAOC_Edit_DelDT\n1\t22552\t22551\t\n2\t0054T\tCCCCC\t\n"
OPPS = b"code,2026-01,2026-04\n22551,J1,J1\n"


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRECERT_HOME", str(tmp_path / "home"))
    (tmp_path / "AOC_V2024Q2-MCR.txt").write_bytes(AOC)
    (tmp_path / "status.csv").write_bytes(OPPS)
    return tmp_path


def test_nothing_is_added_yet(inside: Run) -> None:
    told = inside("reference")
    assert (told.status, told.err) == (0, "")
    assert "No table is added" in told.out


def test_tables_are_added_and_listed(inside: Run, own_home: Path) -> None:
    added = inside("reference", "add", str(own_home / "AOC_V2024Q2-MCR.txt"))
    assert (added.status, added.err) == (0, "")
    assert "NCCI add-on code edits, 2024Q2, is added: 2 pairs, from AOC_V2024Q2-MCR.txt" in added.out
    assert "was added before, and nothing changed" in inside("reference", "add", str(own_home / "AOC_V2024Q2-MCR.txt")).out
    inside("reference", "add", str(own_home / "status.csv"))
    listed = inside("reference", "list")
    assert listed.status == 0
    assert [line.split()[0] for line in listed.out.splitlines()[2:]] == ["NCCI", "OPPS"]
    assert "2026-01..2026-04" in listed.out


def test_as_json(inside: Run, own_home: Path) -> None:
    added = json.loads(inside("reference", "add", str(own_home / "status.csv"), "--json").out)
    again = json.loads(inside("reference", "add", str(own_home / "status.csv"), "--json").out)
    listed = json.loads(inside("reference", "list", "--json").out)
    (table,) = listed["tables"]
    assert (added["added"], again["added"]) == ({"id": table["id"], "new": True}, {"id": table["id"], "new": False})
    assert (listed["added"], listed["schema"]) == (None, "precert.reference/1")
    assert (table["kind"], table["edition"], table["as_of"], table["codes"], table["pairs"]) == (
        "opps",
        "2026-01..2026-04",
        "2026-04-01",
        1,
        0,
    )
    assert [f"sha256:{path.stem}" for path in references.folder().iterdir()] == [table["id"]]


def test_the_edition_may_be_given(inside: Run, own_home: Path) -> None:
    (own_home / "aoc.txt").write_bytes(AOC)
    refused = inside("reference", "add", str(own_home / "aoc.txt"))
    assert refused.status == 2
    assert "give --edition" in refused.err
    assert "2025Q1, is added" in inside("reference", "add", str(own_home / "aoc.txt"), "--edition", "2025Q1").out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add",), "add takes one FILE"),
        (("add", "a", "b"), "add takes one FILE"),
        (("list", "a"), "list takes nothing more"),
        (("remove", "a"), "say add FILE, or list"),
        (("add", "nowhere.csv"), "`nowhere.csv` cannot be read"),
    ],
)
def test_what_cannot_be_read_is_status_2(inside: Run, words: tuple[str, ...], why: str) -> None:
    told = inside("reference", *words)
    assert (told.status, told.out) == (2, "")
    assert why in told.err


def test_a_file_that_is_no_table_is_refused_saying_what_was_tried(inside: Run, own_home: Path) -> None:
    (own_home / "list.csv").write_bytes(b"Code,Description\n22551,Made up\n")
    told = inside("reference", "add", str(own_home / "list.csv"))
    assert (told.status, told.out) == (2, "")
    assert "neither the columns nor the fixed positions" in told.err
    assert not references.folder().exists()


def test_an_altered_table_is_status_3(inside: Run, own_home: Path) -> None:
    inside("reference", "add", str(own_home / "status.csv"))
    (kept,) = references.folder().iterdir()
    kept.rename(kept.with_name("0" * 64 + ".jsonl"))
    told = inside("reference")
    assert told.status == 3
    assert "is altered; remove it and add the file again" in told.err
