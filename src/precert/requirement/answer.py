"""The answer and its one JSON shape (contract.md, "Case and determination").

A `Ruling` is what holds for one line; those that read nothing from the case are shared by all cases, with their JSON. A
`Determination` puts the rulings of a case together. `to_json` writes members in the contract's order; `to_dict` reads them
back, so there is one statement of the shape, and adds the digest.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from precert.facts.compile import Index, Row
from precert.facts.condition import Condition, Contact, SegmentOnly
from precert.facts.model import Cell, Citation, Reference, Review
from precert.requirement.case import Case, Line
from precert.requirement.explain import DISCLAIMER, CaseFinding, Notice, Reason
from precert.requirement.terms import Limit, Manager, Need, Requirement

SCHEMA = "precert.determination/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedBy:
    """Who manages a line; `name` is None when the list does not say."""

    kind: Manager
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one row says for one line."""

    requirement: Requirement
    managed_by: ManagedBy | None = None
    platform: str | None = None
    limits: tuple[Limit, ...] = ()
    needs: tuple[Need, ...] = ()
    primaries: tuple[int, ...] = ()
    """0-based indexes of the lines whose authorization carries this one."""
    reasons: tuple[Reason, ...] = ()
    findings: tuple[CaseFinding, ...] = ()

    @property
    def says(self) -> tuple[object, ...]:
        """What two outcomes must share to be the same answer (R30)."""
        return self.requirement, self.managed_by, self.platform, self.limits, self.needs


@dataclass(frozen=True, slots=True)
class Candidate:
    """An in-force row of the code, and whether its outcome is the answer."""

    row: Row
    outcome: Outcome
    decides: bool


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What is answered for one line. Without slots: its JSON is kept beside it once written."""

    outcome: Outcome
    decider: Row | None = None
    conflict: bool = False
    reasons: tuple[Reason, ...]
    notices: tuple[Notice, ...] = ()
    contacts: tuple[Contact, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    citations: tuple[Citation, ...] = ()
    elsewhere: bool = False
    """Whether the lists published elsewhere are to be named (R6, R27)."""

    @cached_property
    def group(self) -> str:
        """What the lines of one case to build share (R40): manager, platform, program."""
        managed_by = self.outcome.managed_by
        return _dump([managed_by and managed_by.kind, managed_by and managed_by.name, self.outcome.platform, self.program])

    @property
    def program(self) -> str | None:
        """The deciding program."""
        return self.decider.listing.program if self.decider else None

    @cached_property
    def json(self) -> str:
        """The members of the line that do not come from the order, without the opening brace."""
        return _dump(_ruling(self))[1:]


class LineAnswer(NamedTuple):
    """One line of the order and its ruling. `number` is 1-based. A tuple: one is made for every line asked."""

    number: int
    line: Line
    ruling: Ruling

    @property
    def requirement(self) -> Requirement:
        """What the list asks for this line."""
        return self.ruling.outcome.requirement


class Group(NamedTuple):
    """A case to build: who manages it, on which platform, in which program, and its lines, 1-based."""

    managed_by: ManagedBy | None
    platform: str | None
    program: str | None
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Determination:
    """The answer for a whole case. Equal cases against equal releases give equal bytes (R42)."""

    case: Case
    index: Index
    lines: tuple[LineAnswer, ...]
    cases: tuple[Group, ...]
    elsewhere: tuple[str, ...]
    findings: tuple[CaseFinding, ...]
    references: tuple[Reference, ...] = ()
    """What findings from beside the lists were made from; the releases name their own."""

    def to_json(self) -> str:
        """Return the answer as JSON text, members in the contract's order, without the digest."""
        lines = ",".join([_line(each) for each in self.lines])
        held = _held(self.index, self.references)
        return (
            f'{{"schema":"{SCHEMA}",{_asked(self.case)},{held},"lines":[{lines}],"cases":{_groups(self.cases)},'
            f'"elsewhere":{_dump(self.elsewhere) if self.elsewhere else "[]"},'
            f'"findings":{_dump([_finding(each) for each in self.findings]) if self.findings else "[]"},'
            f'"disclaimer":{_DISCLAIMER}}}'
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as a new dictionary in the shape of contract.md, with its digest."""
        answer: dict[str, Any] = json.loads(self.to_json())
        return answer | {"digest": digest(answer)}

    def __str__(self) -> str:
        """Return the answer as a plain-text table."""
        from precert.requirement import present  # noqa: PLC0415 - only a person's view pays for it

        return present.text(self.to_dict())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from precert.requirement import present  # noqa: PLC0415 - as above

        return present.html(self.to_dict())


def digest(answer: dict[str, Any]) -> str:
    """Return the SHA-256 of the RFC 8785 form of an answer without its digest.

    Answers hold text, integers, booleans and null, and member names are ASCII; for those, sorted and compact JSON is that form.
    """
    canonical = json.dumps(
        {name: value for name, value in answer.items() if name != "digest"}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_DISCLAIMER = _dump(DISCLAIMER)


def _asked(case: Case) -> str:
    known_at = f'"{case.known_at.isoformat()}"' if case.known_at else "null"
    rest = ["null", "null", "null", "null", "null"]
    told = (case.segment, case.state, case.place_of_service, case.programs, case.reference)
    if told != (None, None, None, None, None):
        rest = [_dump(each) for each in told]
    segment, state, place, programs, reference = rest
    return (
        f'"plan":{encode_basestring(case.plan)},"date_of_service":"{case.date_of_service.isoformat()}","known_at":{known_at},'
        f'"segment":{segment},"state":{state},"place_of_service":{place},"programs":{programs},"reference":{reference}'
    )


def _held(index: Index, beside: tuple[Reference, ...]) -> str:
    written = index.written or _written(index)
    if not beside:
        return written
    return f"{written[:-1]}{',' if index.references else ''}{_dump(_references(beside))[1:]}"


def _written(index: Index) -> str:
    releases = [
        {"id": held.id, "list": held.list, "edition": held.edition or None, "known_at": held.known_at.isoformat()} for held in index.held
    ]
    index.written = f'"releases":{_dump(releases)},"references":{_dump(_references(index.references))}'
    return index.written


def _references(references: tuple[Reference, ...]) -> list[dict[str, str]]:
    return [{"name": each.name, "edition": each.edition, "id": each.id} for each in references]


def _line(answer: LineAnswer) -> str:
    line = answer.line
    modifiers = _dump(line.modifiers) if line.modifiers else "[]"
    code = f'"{line.code}"' if line.code else encode_basestring(line.token)
    return f'{{"number":{answer.number},"code":{code},"modifiers":{modifiers},"units":{line.units},{answer.ruling.json}'


def _groups(groups: tuple[Group, ...]) -> str:
    return _dump(
        [
            {"managed_by": _managed_by(each.managed_by), "platform": each.platform, "program": each.program, "lines": each.lines}
            for each in groups
        ]
    )


def _ruling(ruling: Ruling) -> dict[str, Any]:
    outcome, decider = ruling.outcome, ruling.decider.listing if ruling.decider else None
    return {
        "requirement": outcome.requirement,
        "managed_by": _managed_by(outcome.managed_by),
        "platform": outcome.platform,
        "program": decider.program if decider else None,
        "category": decider.category if decider else None,
        "section": decider.section if decider else None,
        "primary_lines": [each + 1 for each in outcome.primaries],
        "limits": outcome.limits,
        "needs": outcome.needs,
        "notices": [
            {"kind": each.kind, "text": each.text, "codes": each.codes, "citation": citation(each.citation)} for each in ruling.notices
        ],
        "contacts": [{"phone": each.phone, "option": each.option, "fax": each.fax} for each in ruling.contacts],
        "conflict": ruling.conflict,
        "reasons": [{"rule": each.rule, "code": each.code, "text": each.text} for each in ruling.reasons],
        "candidates": [_candidate(each) for each in ruling.candidates],
        "citations": [citation(each) for each in ruling.citations],
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    outcome, listing = candidate.outcome, candidate.row.listing
    return {
        "requirement": outcome.requirement,
        "managed_by": _managed_by(outcome.managed_by),
        "platform": outcome.platform,
        "program": listing.program,
        "conditions": [condition(each) for each in listing.conditions],
        "decides": candidate.decides,
        "printed": {
            "requirement": printed(candidate.row),
            "platform": listing.platform,
            "product": listing.product,
            "category": listing.category,
            "section": listing.section,
            "grouping": listing.grouping,
            "um_cs": listing.um_cs,
        },
        "review": _review(listing.review),
        "citation": citation(listing.citation),
    }


def _review(review: Review | None) -> dict[str, Any] | None:
    if review is None:
        return None
    return {"action": review.action, "by": review.by, "at": review.at, "why": review.why, "printed": review.printed}


def printed(row: Row) -> str | None:
    """Return the normalised requirement cell of a row; None on a membership list."""
    segment = row.conditions.get(SegmentOnly)
    if row.listing.printed is Cell.IN_SEGMENT and isinstance(segment, SegmentOnly):
        return f"In Scope for {segment.segment.replace('-', ' ').upper()} Only"
    return row.listing.printed


def condition(each: Condition) -> dict[str, Any]:
    """Return a condition's JSON members: its kind, and what it is made of."""
    members = {name: getattr(each, name) for name in each.__slots__}
    if "contacts" in members:
        members["contacts"] = [{"phone": one.phone, "option": one.option, "fax": one.fax} for one in members["contacts"]]
    return {"kind": each.kind} | members


def citation(each: Citation | None) -> dict[str, Any] | None:
    """Return a citation's JSON members."""
    if each is None:
        return None
    return {
        "document": each.document,
        "sha256": each.sha256,
        "line": each.line,
        "page": each.page,
        "sheet": each.sheet,
        "row": each.row,
    }


def _managed_by(manager: ManagedBy | None) -> dict[str, Any] | None:
    return {"kind": manager.kind, "name": manager.name} if manager else None


def _finding(found: CaseFinding) -> dict[str, Any]:
    return {
        "code": found.code,
        "severity": found.severity,
        "lines": found.lines,
        "message": found.message,
        "exception": found.exception,
        "citation": citation(found.citation),
    }
