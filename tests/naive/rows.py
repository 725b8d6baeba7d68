"""The printed rows, read straight from the seed text: no reader, no layout file, no release.

This is the second, independent reading of the documents. It exists only for tests and
imports nothing of the package under test.

A stranger's clone has no seeds. For it the same rows can be had from the text of the bundled
releases, plain JSON lines: they hold no wording, so what stood in a notation is written again
in the few key words that the naive engine looks for. That tests the meaning (dates, cases,
programs, segments) but not the reading of the notations; the seeds test both.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


# --- the same from a release -------------------------------------------------------------


@dataclass
class Known:
    """Everything the naive engine is told: rows of every plan, federal primaries, damaged rows."""

    rows: list[Row]
    federal: dict[str, set[str]]
    set_aside: list[SetAside]


def known_from_releases(paths: list[Path]) -> Known:
    """What the texts of releases, one a plan, tell together."""
    known = Known([], {}, [])
    for path in paths:
        known.rows += rows_from_release(path)
        known.set_aside += set_aside_from_release(path)
        for code, primaries in federal_from_release(path).items():
            known.federal[code] = known.federal.get(code, set()) | primaries
    return known


def rows_from_release(path: Path) -> list[Row]:
    """Every listing of a release, in document order, its meaning written in our few words."""
    header, facts = _release(path)
    beside = {line: " ".join(said) for line, said in _beside(facts).items()}
    rows = [_released(header, fact, beside) for fact in facts if fact["kind"] == "listing"]
    return sorted(rows, key=lambda row: row.line)


def set_aside_from_release(path: Path) -> list[SetAside]:
    """The damaged rows of a release, with the codes its open proposals name."""
    header, facts = _release(path)
    proposed: dict[int, list[str]] = {}
    for fact in facts:
        if fact["kind"] == "proposal" and fact["status"] == "open":
            proposed.setdefault(fact["line"], []).append(fact["proposed"])
    return [
        SetAside(header["plan"], fact["line"], fact.get("printed", ""), tuple(proposed.get(fact["line"], ())))
        for fact in facts
        if fact["kind"] == "set-aside"
    ]


def federal_from_release(path: Path) -> dict[str, set[str]]:
    """R15: the federal add-ons that a release carries."""
    return {fact["code"]: set(fact.get("primaries", ())) for fact in _release(path)[1] if fact["kind"] == "add-on"}


def _release(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The header and the facts of a release's text."""
    header, *facts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return header, facts


def _released(header: dict[str, Any], fact: dict[str, Any], beside: dict[int, str]) -> Row:
    conditions = {each["kind"]: each for each in fact.get("conditions", ())}
    only = conditions.get("segment-only", {})
    printed = fact.get("printed")
    if printed == "In Scope for Segment Only":
        printed = f"In Scope for {_segment_name(only)} Only"
    said = [beside.get(fact["line"], "")]
    said += [f"{_segment_name(only)} only"] if only.get("notice") else []
    said += [f"effective {_us(fact['changed'])}"] if "changed" in fact and not {"not-required", "through-plan"} & set(conditions) else []
    return Row(
        plan=header["plan"],
        list=header["list"],
        program=fact["program"],
        product=fact.get("product"),
        category=fact.get("category"),
        section=fact.get("section"),
        code=fact["code"],
        requirement=printed,
        platform=fact.get("platform"),
        notation="; ".join(_notation(fact, conditions)),
        grouping=None,  # its date is in the notation
        descriptor=" ".join(each for each in said if each),
        line=fact["line"],
    )


def _segment_name(only: dict[str, Any]) -> str:
    return str(only["segment"]).replace("-", " ").upper()


def _us(day: str) -> str:
    year, month, of_month = day.split("-")
    return f"{month}/{of_month}/{year}"


def _notation(fact: dict[str, Any], conditions: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Our short words for what was printed beside a row (engine.py, `INTERPRETED`)."""
    if "begins" in fact:
        yield f"add {_us(fact['begins'])}"
    for kind, members in conditions.items():
        if kind in _SHORT:
            yield _SHORT[kind]
        elif kind == "managed-with":
            yield f"managed if submitted with {members['family'].upper()}"
            yield from (f"companion procedure to {code}" for code in members.get("companions", ()))
        elif kind == "not-required":
            # Without a day it holds on every day.
            yield f"no PA required effective {_us(fact.get('changed', '1900-01-01'))}"
        elif kind == "through-plan":
            yield from (f"{each['phone']} option {each['option']} fax {each['fax']}" for each in members.get("contacts", ()))
            if "changed" in fact:
                yield f"precertification through cigna effective {_us(fact['changed'])}"
            elif not members.get("contacts") and fact.get("platform") != "Authorization required through Cigna":
                raise ValueError(f"line {fact['line']}: no words for {kind} without a day, a contact or a platform")
        elif kind == "refused":
            yield f"{fact['code']} experimental investigational denied"
        elif kind == "purchase-only":
            yield f"with >{members['over']} components purchase only" if "over" in members else "purchase only"
        elif kind not in _ELSEWHERE:
            raise ValueError(f"line {fact['line']}: no words for {kind}")


_SHORT = {"part-of": "part of sleep DME", "register-device": "not require precertification register device", "uninterpreted": "?"}
_ELSEWHERE = {"client-specific", "segment-only"}  # told by the section, the cell, or the descriptor


def _beside(facts: list[dict[str, Any]]) -> dict[int, list[str]]:
    """R24, R26: what a descriptor said of other codes, by line."""
    listed = {fact["line"]: fact["code"] for fact in facts if fact["kind"] == "listing"}
    forbidden: dict[int, tuple[dict[str, None], dict[str, None]]] = {}
    pointed: dict[int, list[str]] = {}
    said: dict[int, list[str]] = {}
    for fact in facts:
        if fact["kind"] == "not-together":
            these, those = forbidden.setdefault(fact["line"], ({}, {}))
            these[fact["code"]] = those[fact["other"]] = None
        elif fact["kind"] == "pointer" and fact["code"] == listed[fact["line"]]:
            said.setdefault(fact["line"], []).append(f"use code {' or '.join(fact['use'])}")
        elif fact["kind"] == "pointer":
            pointed.setdefault(fact["line"], []).append(fact["code"])
    for line, codes in pointed.items():
        said.setdefault(line, []).append(f"in place of {' and '.join(codes)}")
    for line, (these, those) in forbidden.items():
        said.setdefault(line, []).append(f"(do not report {', '.join(these)} with {', '.join(those)})")
    return said


# --- the tables of a seed ----------------------------------------------------------------


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
