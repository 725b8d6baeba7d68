"""The bundled data: made from the documents and from nothing else, in agreement with itself and with the page for coders."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from precert import bundled
from precert.anesthesiology.answer import anesthesia
from precert.anesthesiology.page import Page, Says
from precert.anesthesiology.shelf import bundled_book
from precert.anesthesiology.table import Rule
from precert.anesthesiology.terms import REGION
from tools import anesthesia as tool

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
SEED, TABLE = SHARED / "seeds" / tool.DOCUMENT, SHARED / "reference" / tool.TABLE
needs_documents = pytest.mark.skipif(not (SEED.is_file() and TABLE.is_file()), reason=f"the documents are not at hand under {SHARED}")
BOOK = bundled_book()


@needs_documents
def test_the_page_is_what_our_reader_reads() -> None:
    known_at = tool.learned(SEED, tool.DATA)
    assert known_at == date(2026, 11, 21)
    assert tool.read_page(SEED, known_at).text() == (tool.DATA / "page.json").read_text("utf-8")


@needs_documents
def test_the_status_is_that_of_the_table() -> None:
    """Run `python -m tools.anesthesia SHARED` when the bundled lists have changed."""
    assert tool.read_status(TABLE, tool.concerned(BOOK.page)).text() == (tool.DATA / "status.json").read_text("utf-8")


@needs_documents
def test_the_tool_writes_the_same_bytes(tmp_path: Path) -> None:
    for more in (["--known-at", "2026-11-21"], []):
        subprocess.run(
            [sys.executable, "-m", "tools.anesthesia", str(SHARED), "--out", str(tmp_path), *more],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        for name in ("page.json", "status.json"):
            assert (tmp_path / name).read_bytes() == (tool.DATA / name).read_bytes()


@needs_documents
def test_a_new_page_needs_the_day_it_became_known(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.anesthesia", str(SHARED), "--out", str(tmp_path)], cwd=ROOT, check=False, capture_output=True
    )
    assert done.returncode == 2
    assert b"--known-at" in done.stderr


def test_what_ships_is_on_paper_as_it_is_in_memory() -> None:
    assert BOOK.page.text() == (tool.DATA / "page.json").read_text("utf-8")
    assert BOOK.status.text() == (tool.DATA / "status.json").read_text("utf-8")
    assert BOOK is bundled_book()


def test_no_status_ships_that_concerns_nobody() -> None:
    assert set(BOOK.status.codes) <= tool.concerned(BOOK.page)
    assert {path.suffix for path in (bundled.HERE / "anesthesia").iterdir()} == {".json"}


def test_the_page_holds_ten_codes_and_its_range() -> None:
    covers = next(each for each in BOOK.page.statements if each.says is Says.COVERS)
    assert covers.codes == (BOOK.page.codes[0], BOOK.page.codes[-1]) == ("00600", "00670")
    assert len(BOOK.page.codes) == 10
    assert all(BOOK.page.of(code, Says.IN_MIPS) for code in BOOK.page.codes)


# -- the table against the page --------------------------------------------------------------------------------------------


def printed(page: Page, rule: Rule) -> dict[str, object]:
    """What the page says a rule's code is for."""
    assert rule.code
    facts: dict[str, object] = {}
    for each in page.of(rule.code, Says.REGION, Says.REQUIRES):
        facts |= {REGION: each.regions} if each.regions else dict(each.when)
    return facts


@pytest.mark.parametrize("rule", [each for each in BOOK.table.rules if each.code], ids=lambda rule: rule.code)
def test_a_rule_asks_for_what_the_page_prints_or_says_that_it_is_inferred(rule: Rule) -> None:
    asks, says = dict(rule.when), printed(BOOK.page, rule)
    regions = says.pop(REGION, ())
    assert (asks.pop(REGION, None),) == regions or (rule.code in {"00640", "00670"} and len(regions) in {0, 3})  # type: ignore[arg-type]
    assert asks == ({"lumbar_puncture": True} if rule.inferred else says)
    assert (rule.rank == 10) == bool(BOOK.page.of(rule.code or "", Says.LEAST_SPECIFIC))
    added = BOOK.page.first(rule.code or "", Says.ADDED)
    assert added
    assert rule.begins == date.fromisoformat(added.since or "")


def test_pointers_are_those_that_the_page_names() -> None:
    named = {each.codes for each in BOOK.page.statements if each.says is Says.USE_INSTEAD and not set(each.codes) & set(BOOK.page.codes)}
    assert {rule.pointers for rule in BOOK.table.rules if rule.pointers} == named


def test_every_use_instead_of_the_page_is_what_the_table_decides() -> None:
    rules = {rule.code: rule for rule in BOOK.table.rules if rule.code}
    stated = [each for each in BOOK.page.statements if each.says is Says.USE_INSTEAD]
    assert len(stated) == 5
    for each in stated:
        facts = {**dict(rules[each.code].when), **dict(each.when)}
        choice = anesthesia(date="2026-05-01", **facts)  # type: ignore[arg-type]
        assert each.codes in ((choice.code,), choice.pointers)


# -- the page for coders ---------------------------------------------------------------------------------------------------


def test_the_page_for_coders_is_current() -> None:
    """Run `python -m tools.anesthesia SHARED` when it is not."""
    text = tool.DOCS.read_text("utf-8")
    assert tool.redrawn(text, BOOK) == text
    assert all(f"**{code}**" in text for code in BOOK.page.codes)
    assert text.count("Our inference:") == 2


def test_the_commands_of_the_page_for_coders_run() -> None:
    commands = [line.split()[1:] for line in tool.DOCS.read_text("utf-8").splitlines() if line.startswith("    precert ")]
    assert len(commands) >= 3
    for each in commands:
        done = subprocess.run([sys.executable, "-m", "precert.surfaces.cli.main", *each, "--json"], check=True, capture_output=True)
        assert json.loads(done.stdout)["schema"] == "precert.anesthesia/1"
