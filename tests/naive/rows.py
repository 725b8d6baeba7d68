"""The printed rows, read straight from the seed text: no reader, no layout file, no release.

This is the second, independent reading of the documents. It exists only for tests and
imports nothing of the package under test.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CIGNA = "cigna-commercial"
ALLIANCE = "health-alliance-medical"

SEED_FILES = {CIGNA: "003_db63ac5a01d801bc.txt", ALLIANCE: "000_4ec7730ef9e478f2.txt"}

# R7: what a reviewer would be asked about the damaged rows of 000: line -> proposed code.
OPEN_PROPOSALS = {
    16: "20938",
    24: "22515",
    96: "63081",
    97: "63082",
    98: "0095T",
    99: "0098T",
    100: "0164T",
}

CODE = re.compile(r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}", re.ASCII)

# R1: a cell is the set of its words, so case, markup, spacing, and word order do not matter.
REQUIREMENT_WORDS = {
    frozenset({"yes"}): "Yes",
    frozenset({"no"}): "No",
    frozenset({"out", "of", "scope"}): "Out of Scope",
    frozenset({"add", "on", "code"}): "Add-on Code",
    frozenset({"unlisted"}): "Unlisted",
    frozenset({"experimental", "investigational"}): "Experimental/Investigational",
    frozenset({"in", "scope", "for", "fl", "dsnp", "only"}): "In Scope for FL DSNP Only",
}
PLATFORM_WORDS = {
    frozenset({"carecore", "national"}): "CareCore National",
    frozenset({"medsolutions"}): "MedSolutions",
    frozenset({"out", "of", "scope"}): "Out of Scope",
    frozenset({"authorization", "required", "through", "cigna"}): "Authorization required through Cigna",
}


@dataclass
class Row:
    """One listing as printed, its requirement and platform cells brought to one spelling."""

    plan: str
    list: str
    program: str
    product: str | None
    category: str | None
    section: str | None
    code: str
    requirement: str | None
    platform: str | None
    notation: str
    grouping: str | None
    descriptor: str
    line: int


@dataclass
class SetAside:
    """One damaged row: where it stands, what its code cell prints, what it may have been."""

    plan: str
    line: int
    printed: str
    proposed: tuple[str, ...]


@dataclass
class Cells:
    """One physical table row with the names of its columns and where it stands."""

    line: int
    program: str
    section: str | None
    named: dict[str, str]


def rows_from_seed(seeds_dir: Path, plan: str) -> list[Row]:
    """Every sound listing of the plan's document, in document order."""
    return [_row(plan, cells) for cells in _data_rows(seeds_dir, plan) if not _is_damaged(cells)]


def set_aside_from_seed(
    seeds_dir: Path,
    plan: str,
    proposals: Mapping[int, str | tuple[str, ...]] | None = None,
) -> list[SetAside]:
    """The damaged rows; `proposals` adds to the constant ones, line by line (`()` empties one)."""
    known: dict[int, str | tuple[str, ...]] = {**OPEN_PROPOSALS, **(proposals or {})}
    found = []
    for cells in _data_rows(seeds_dir, plan):
        if _is_damaged(cells):
            named = known.get(cells.line, ())
            codes = (named,) if isinstance(named, str) else tuple(named)
            found.append(SetAside(plan, cells.line, cells.named.get("code", ""), codes))
    return found


def federal_primaries(csv_path: Path) -> dict[str, set[str]]:
    """R15: add-on code -> the primaries the federal table names, `CCCCC` left out."""
    primaries: dict[str, set[str]] = {}
    with csv_path.open(encoding="utf-8", newline="") as handle:
        for entry in csv.DictReader(handle):
            if entry["primary_code"] != "CCCCC":
                primaries.setdefault(entry["add_on_code"], set()).add(entry["primary_code"])
    return primaries


def _data_rows(seeds_dir: Path, plan: str) -> list[Cells]:
    """Table rows that are neither headers nor section titles (R3), with their section."""
    text = (Path(seeds_dir) / SEED_FILES[plan]).read_text(encoding="utf-8")
    program = "Spine" if plan == ALLIANCE else ""
    columns: list[str] = []
    section: str | None = None
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        cells = line.split("\t")
        if len(cells) == 1:
            title = re.search(r"List: *([^*]+)", line)
            if title and plan == CIGNA:
                program, section = title.group(1).strip(), None
        elif "Code Description" in line:
            columns = [_column(cell) for cell in cells]
        else:
            named = {name: _plain(cell) for name, cell in zip(columns, cells, strict=True)}
            if _is_section(named):
                section = named["code"] or named["descriptor"]
            else:
                found.append(Cells(number, program, section, named))
    return found


def _column(header: str) -> str:
    """Our name for a column, told by a word of its header."""
    words = (
        ("Description", "descriptor"),
        ("Code", "code"),
        ("Required", "requirement"),
        ("Platform", "platform"),
        ("Product", "product"),
        ("Category", "category"),
        ("Notation", "notation"),
        ("Grouping", "grouping"),
        ("UM + CS", "um_cs"),
    )
    return next(name for word, name in words if word in header)


def _plain(cell: str) -> str:
    """The cell without markup and surrounding blanks."""
    return re.sub(r"<[^>]*>", "", cell).strip()


def _is_section(named: dict[str, str]) -> bool:
    """R3: a title inside the table has no category and fills code or descriptor, not both."""
    if named.get("product") or named.get("category"):
        return False
    if CODE.fullmatch(named["code"]):
        return False
    return (named["code"] == "") != (named["descriptor"] == "")


def _is_damaged(cells: Cells) -> bool:
    """R7: no well-formed code, or an anesthesia number (00100-01999) among procedures."""
    code = cells.named["code"]
    if not CODE.fullmatch(code):
        return True
    return code.isdigit() and 100 <= int(code) <= 1999


def _row(plan: str, cells: Cells) -> Row:
    """One listing; a word outside the vocabulary stops the reading (R1)."""
    named = cells.named
    member = plan == ALLIANCE  # R2: a membership list has neither column
    return Row(
        plan=plan,
        list=plan,
        program=cells.program,
        product=named.get("product") or None,
        category=_category(named.get("category", "")),
        section=cells.section,
        code=named["code"],
        requirement=None if member else REQUIREMENT_WORDS[_words(named["requirement"])],
        platform=None if member else PLATFORM_WORDS[_words(named["platform"])],
        notation=named.get("notation", ""),
        grouping=named.get("grouping") or None,
        descriptor=named["descriptor"],
        line=cells.line,
    )


def _category(cell: str) -> str | None:
    """R4: debris in the category cell is no category."""
    return None if cell in {"", "0", "#N/A"} else cell


def _words(cell: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", cell.lower()))
