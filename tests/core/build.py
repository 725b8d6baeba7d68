"""Small lists made in code, for rules that the published lists do not exercise."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import settings

from precert.facts import release as paper
from precert.facts.compile import Index, compile_releases
from precert.facts.condition import Condition
from precert.facts.model import Cell, Citation, Components, Delegate, Listing, Program
from precert.facts.release import Header, Release
from precert.requirement.determine import determine

steady = settings(deadline=None, derandomize=True, database=None)
"""The same examples every day, however slow the machine."""

KNOWN_AT = date(2026, 1, 15)
DOCUMENT = ("list.txt", "ab" * 32)
PLAN = "sample"
DAY, NIGHT, HOME, AWAY = (
    Program(name="Day"),
    Program(name="Night"),
    Program(name="Home", setting="home"),
    Program(name="Away", elsewhere=True),
)

Answer = dict[str, Any]


def at(line: int) -> Citation:
    return Citation(document=DOCUMENT[0], sha256=DOCUMENT[1], line=line)


def row(code: str, printed: Cell | None = Cell.YES, *conditions: Condition, program: str = "Day", **more: Any) -> Listing:  # noqa: ANN401
    """A listing; its line is numbered by `release`. Its platform is East unless given."""
    return Listing(code=code, program=program, printed=printed, conditions=conditions, citation=at(0), **({"platform": "East"} | more))


def header(**more: Any) -> Header:  # noqa: ANN401
    usual: dict[str, Any] = {
        "plan": PLAN,
        "list": PLAN,
        "title": "A sample",
        "edition": "2026",
        "payer": "Sample",
        "delegate": Delegate(name="Runner", evidence="written here"),
        "documents": (DOCUMENT,),
        "programs": (DAY, NIGHT, HOME, AWAY),
        "families": (("bones", "Bones"),),
        "components": Components(category="Chairs", excluded=(("K0001", "K0014"),)),
    }
    return Header(**(usual | more))


def release(*rows: Listing, about: Header | None = None, **facts: Any) -> Release:  # noqa: ANN401
    numbered = tuple(each if each.citation.line else replace(each, citation=at(n)) for n, each in enumerate(rows, 1))
    return Release(header=about or header(), listings=numbered, **facts)


def raw(made: Release) -> paper.RawRelease:
    return paper.parse(made.text().encode())


def index(*releases: Release, known_at: date = KNOWN_AT) -> Index:
    return compile_releases([(raw(each), known_at) for each in releases])


def listing(*rows: Listing, **facts: Any) -> Index:  # noqa: ANN401
    """The index of a release of these rows."""
    return index(release(*rows, **facts))


def ask(held: Index, *lines: str | dict[str, Any], day: str = "2026-03-02", **case: Any) -> Answer:  # noqa: ANN401
    """Ask of an index; a line is a code or its members."""
    order = [{"code": line} if isinstance(line, str) else line for line in lines]
    answer = determine({"plan": held.plan, "date_of_service": day, "lines": order, **case}, held)
    told: Answer = json.loads(answer.to_json())
    return told


def brief(line: Answer) -> tuple[str, str | None, str | None]:
    """The requirement, who manages it, and the platform."""
    return line["requirement"], line["managed_by"] and line["managed_by"]["kind"], line["platform"]


def reasons(line: Answer) -> list[str]:
    return [each["code"] for each in line["reasons"]]


def lines_of(citations: Sequence[dict[str, Any]]) -> list[int]:
    return [each["line"] for each in citations]


def found(answer: Answer) -> list[tuple[str, list[int]]]:
    """The findings, each with its lines."""
    return [(each["code"], each["lines"]) for each in answer["findings"]]
