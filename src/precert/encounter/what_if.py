"""R70: what would be answered if a line ordered a neighbour of its code: one that a surgeon may change to on the day.

Neighbours are the listed codes of the same program and category whose descriptions name the same parts of the spine, and the federal
add-ons that have the very primaries of this one. Each is asked as the case with that one code changed, by `determine` and nothing
else; only those for which somebody would do otherwise are told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from precert.edits.book import Book
from precert.edits.in_force import not_in_force
from precert.facts.compile import Index, Row
from precert.requirement.answer import Determination, LineAnswer, digest
from precert.requirement.case import Case, Line, RequestError
from precert.requirement.determine import determine

MOST_TOLD = 12
"""How many neighbours of one line are told, in the order of their codes."""
MOST_LINES = 50
"""Every line is asked with each of its neighbours, and every question reads the whole case."""


class Kinship(StrEnum):
    """Why a code is a neighbour of another."""

    SAME_PLACE = "same-place"  # the same program and category, and the description names the same parts of the spine
    ADD_ON_FAMILY = "add-on-family"  # a federal add-on to exactly the same primaries


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A neighbour whose answer differs: the line as it would be answered, and the other lines that would be answered otherwise."""

    code: str
    kinship: Kinship
    line: LineAnswer
    changed: tuple[str, ...]
    """The members of the line that would differ; none where only other lines would."""
    others: tuple[tuple[LineAnswer, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWhatIf:
    """What is known of one line's neighbours: how many were asked, those that differ, and how many of these are not told."""

    number: int
    asked: int
    alternatives: tuple[Alternative, ...]
    left_out: int


def what_if(told: Determination, edits: Book) -> tuple[LineWhatIf, ...]:
    """Ask a case again with each neighbour of each of its lines. Raises RequestError `too-many-lines`."""
    if len(told.lines) > MOST_LINES:
        raise RequestError("too-many-lines", f"the case has {len(told.lines)} lines; neighbours are asked for at most {MOST_LINES}")
    return tuple(_of_line(told, at, edits) for at in range(len(told.lines)))


def _of_line(told: Determination, at: int, edits: Book) -> LineWhatIf:
    near = neighbours(told.lines[at], told.case, told.index, edits)
    found = [each for code, kinship in sorted(near.items()) if (each := _alternative(told, at, code, kinship))]
    return LineWhatIf(number=at + 1, asked=len(near), alternatives=tuple(found[:MOST_TOLD]), left_out=max(0, len(found) - MOST_TOLD))


def neighbours(line: LineAnswer, case: Case, index: Index, edits: Book) -> dict[str, Kinship]:
    """Return the neighbours of a line's code, each with why it is one: codes that a list names, and that are in force, on the day."""
    code = line.line.code
    if code is None:
        return {}
    places = {_place(each.row) for each in line.ruling.candidates if each.row.listing.facts.regions}
    primaries = index.add_ons[code].primaries if code in index.add_ons else ()
    near = dict.fromkeys(_family(code, primaries, index), Kinship.ADD_ON_FAMILY)
    for other in index.codes() if places else ():
        if any(_place(row) in places for row in _in_force(other, case, index)):
            near[other] = Kinship.SAME_PLACE
    out = {each.ordered for each in not_in_force(dict.fromkeys(near, ()), case.date_of_service, edits)}
    return {other: kinship for other, kinship in near.items() if other not in {code, *out} and any(_in_force(other, case, index))}


def _place(row: Row) -> tuple[str, str | None, frozenset[str]]:
    listing = row.listing
    return listing.program, listing.category, frozenset(listing.facts.regions)


def _family(code: str, primaries: tuple[str, ...], index: Index) -> Iterator[str]:
    return (each.code for each in index.add_ons.values() if primaries and each.primaries == primaries and each.code != code)


def _in_force(code: str, case: Case, index: Index) -> Iterator[Row]:
    return (row for row in index.rows(code) if row.listing.in_force(case.date_of_service))


def _alternative(told: Determination, at: int, code: str, kinship: Kinship) -> Alternative | None:
    again = determine(_with_code(told.case, at, code), told.index)
    others = [(line, _differing(told.lines[number], line)) for number, line in enumerate(again.lines) if number != at]
    changed = _differing(told.lines[at], again.lines[at])
    touched = tuple(each for each in others if each[1])
    if not changed and not touched:
        return None
    return Alternative(code=code, kinship=kinship, line=again.lines[at], changed=changed, others=touched)


def _with_code(case: Case, at: int, code: str) -> Case:
    line = case.lines[at]
    other = Line(token=code, code=code, modifiers=line.modifiers, units=line.units)
    return replace(case, lines=(*case.lines[:at], other, *case.lines[at + 1 :]))


def _differing(before: LineAnswer, after: LineAnswer) -> tuple[str, ...]:
    """Return the members in which two answers to a line differ and that somebody acts on."""
    was, now = _members(before), _members(after)
    return tuple(name for name in was if was[name] != now[name])


# -- as JSON ---------------------------------------------------------------------------------------------------------------


def document(told: Determination, found: Iterable[LineWhatIf]) -> dict[str, Any]:
    """Return an answer in the shape of contract.md with its member `what_if`, which the digest covers."""
    answer = told.to_dict() | {"what_if": [_line(each) for each in found]}
    return answer | {"digest": digest(answer)}


def _line(each: LineWhatIf) -> dict[str, Any]:
    return {
        "line": each.number,
        "asked": each.asked,
        "alternatives": [_told(alternative) for alternative in each.alternatives],
        "left_out": each.left_out,
    }


def _told(each: Alternative) -> dict[str, Any]:
    return {
        "code": each.code,
        "kinship": str(each.kinship),
        "changed": list(each.changed),
        **_members(each.line),
        "others": [{"line": line.number, "changed": list(changed), **_members(line)} for line, changed in each.others],
    }


def _members(line: LineAnswer) -> dict[str, Any]:
    """Return what somebody acts on in the answer to a line."""
    ruling, outcome = line.ruling, line.ruling.outcome
    manager = outcome.managed_by
    return {
        "requirement": str(outcome.requirement),
        "managed_by": {"kind": str(manager.kind), "name": manager.name} if manager else None,
        "platform": outcome.platform,
        "program": ruling.program,
        "conflict": ruling.conflict,
        "limits": [str(each) for each in outcome.limits],
        "needs": [str(each) for each in outcome.needs],
    }
