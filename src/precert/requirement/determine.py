"""The meaning: what a plan's published lists ask for each line of a case. The only statement of the rules (semantics.md).

Read this file, then `hearing.py`: this one rules every line, builds the cases (R40) and looks at the case as a whole (R7, R24,
R44); a hearing says what each row says for one line, and weighs the rows against each other.

Pure: no clock, no I/O, no order of sets. A code whose rows read nothing from the case is ruled once and remembered.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from precert.facts.compile import Index
from precert.facts.condition import Refused
from precert.facts.model import Cell
from precert.requirement.answer import Determination, Group, LineAnswer, Ruling
from precert.requirement.case import Case, Line, RequestError
from precert.requirement.explain import CaseFinding, finding
from precert.requirement.hearing import INVALID, NOT_ON_LIST, Hearing
from precert.requirement.terms import FindingCode, Requirement
from precert.requirement.voices import reads_nothing

STALE_AFTER = timedelta(days=92)

# R40: what is grouped into cases to build.
_GROUPED = frozenset({Requirement.REQUIRED, Requirement.UNLISTED, Requirement.FOLLOWS_PRIMARY})

_ANY_DAY = date.min


def determine(case: Case | Mapping[str, Any], index: Index) -> Determination:
    """Answer a case from the compiled releases of its plan.

    `case` is a `Case` or its JSON members. Raises RequestError when the case is of another plan, names a program the plan does
    not have, or asks for what was known before the oldest release here.
    """
    if not isinstance(case, Case):
        case = Case.from_dict(case)
    _check(case, index)
    rulings = _rulings(case, index)
    lines = tuple([LineAnswer(at + 1, line, rulings[at]) for at, line in enumerate(case.lines)])
    return Determination(case, index, lines, _groups(rulings), _elsewhere(index, rulings), _findings(case, index, rulings))


def _check(case: Case, index: Index) -> None:
    if case.plan != index.plan:
        raise RequestError("unknown-plan", f"the case is of plan `{case.plan}`, and these are the lists of `{index.plan}`")
    if case.known_at is not None and any(held.known_at > case.known_at for held in index.held):
        raise RequestError("no-release", f"the releases here were not known on {case.known_at}")
    if case.programs:
        known = [each.name for each in index.programs]
        for name in case.programs:
            if name not in known:
                raise RequestError("bad-field", f"`{name}` is no program of `{case.plan}`; its programs are {', '.join(known)}")


def _elsewhere(index: Index, rulings: list[Ruling]) -> tuple[str, ...]:
    """R6, R27: the lists published elsewhere, where a line's code may stand in one."""
    named = any([ruling.elsewhere for ruling in rulings])  # noqa: C419 - a list is read faster than a generator
    return tuple([each.name for each in index.programs if each.elsewhere]) if named else ()


def _rulings(case: Case, index: Index) -> list[Ruling]:
    """Rule every line: from memory where its rows read nothing from the case, else by a hearing."""
    known = [_remembered(line.code, index) for line in case.lines] if case.programs is None else [None] * len(case.lines)
    if None not in known:
        return known  # type: ignore[return-value] # the line above
    hearing = Hearing(case, index, known)
    return [ruling or hearing.ruling(at) for at, ruling in enumerate(known)]


def _remembered(code: str | None, index: Index) -> Ruling | None:
    """Return the ruling of a code whose rows say the same in every case; None where they may not."""
    if code is None:
        return INVALID
    if code in index.memory:
        known: Ruling | None = index.memory[code]
        return known
    rows = index.rows(code)
    if not rows and code not in index.damaged and code not in index.pointers:
        return NOT_ON_LIST  # and not kept: any number of codes may be asked for
    ruling = None
    if all(reads_nothing(row) for row in rows):
        alone = Case(plan=index.plan, date_of_service=_ANY_DAY, lines=(Line(token=code, code=code),))
        ruling = Hearing(alone, index, [None]).ruling(0)
        if ruling.conflict:  # other lines may settle it (R31)
            ruling = None
    index.memory[code] = ruling
    return ruling


def _groups(rulings: list[Ruling]) -> tuple[Group, ...]:
    """R40: the cases to build, ordered by their lowest line."""
    opened: dict[str, tuple[Ruling, list[int]]] = {}
    for at, ruling in enumerate(rulings):
        if ruling.outcome.requirement in _GROUPED:
            joins = _joins(ruling, rulings)
            opened.setdefault(joins.group, (joins, []))[1].append(at + 1)
    return tuple([Group(joins.outcome.managed_by, joins.outcome.platform, joins.program, tuple(lines)) for joins, lines in opened.values()])


def _joins(ruling: Ruling, rulings: list[Ruling]) -> Ruling:
    """Return the ruling whose case a line joins: that of its earliest primary on its platform, else its own."""
    if ruling.outcome.requirement is not Requirement.FOLLOWS_PRIMARY:
        return ruling
    primaries = [rulings[at] for at in ruling.outcome.primaries]
    fitting = [each for each in primaries if each.outcome.requirement in _GROUPED and each.outcome.platform == ruling.outcome.platform]
    return min(fitting, key=_position) if fitting else ruling


def _position(ruling: Ruling) -> int:
    assert ruling.decider is not None
    return ruling.decider.position


def _findings(case: Case, index: Index, rulings: list[Ruling]) -> tuple[CaseFinding, ...]:
    found = _dated(case, index)
    if index.unread:  # R7
        off = tuple([n for n, ruling in enumerate(rulings, 1) if ruling.outcome.requirement is Requirement.NOT_ON_LIST])
        found += [finding(FindingCode.LIST_HAS_UNREAD_ROWS, off, citation=index.unread[0])] if off else []
    for number, ruling in enumerate(rulings, 1):
        found += ruling.outcome.findings
        found += _contradicted(number, ruling)
    return tuple(found + _together(case, index))


def _contradicted(number: int, ruling: Ruling) -> list[CaseFinding]:
    """R14: a notation decided against its cell."""
    if ruling.outcome.requirement is not Requirement.INVESTIGATIONAL:
        return []
    rows = [each.row for each in ruling.candidates if each.decides and Refused in each.row.conditions]
    against = [row.listing.citation for row in rows if row.listing.printed is not Cell.INVESTIGATIONAL]
    return [finding(FindingCode.NOTATION_CONTRADICTS_CELL, (number,), citation=against[0], line=str(number))] if against else []


def _dated(case: Case, index: Index) -> list[CaseFinding]:
    """R44: an answer from a list of another time. Neither changes an answer."""
    found, day = [], case.date_of_service
    for held in index.held:
        if held.secondary:  # R63
            found.append(finding(FindingCode.SECONDARY_SOURCE, list=held.list))
        if not held.dated and held.edition and day.year < int(held.edition):
            found.append(finding(FindingCode.DOS_BEFORE_EDITION, edition=held.edition, list=held.list))
        if day - held.known_at > STALE_AFTER:
            found.append(finding(FindingCode.LIST_MAY_BE_STALE, list=held.list, known_at=held.known_at.isoformat()))
    return found


def _together(case: Case, index: Index) -> list[CaseFinding]:
    """R24: every forbidden pair of codes in the case, listed or not, with all the lines that order either."""
    lines: dict[str, list[int]] = {}
    for number, line in enumerate(case.lines, 1):
        lines.setdefault(line.code or "", []).append(number)
    found = {}
    for code in lines:
        for pair in index.not_together.get(code, ()):
            if pair.other != pair.code and pair.code in lines and pair.other in lines:
                first, second = sorted((pair.code, pair.other), key=lambda each: lines[each][0])
                found[first, second] = finding(
                    FindingCode.DO_NOT_REPORT_TOGETHER,
                    tuple(sorted(lines[first] + lines[second])),
                    citation=pair.citation,
                    exception=pair.exception,
                    first=first,
                    second=second,
                )
    return sorted(found.values(), key=lambda each: each.lines)
