"""A hearing: one case before one index. What each row says for a line (R10-R22), and the rows weighed against each other (R30-R32).

- `voices.py`: the rows that speak for a code, and which of them are rivals (R10, R21, R28).
- `printed.py`: what a row says by itself: the table of cells (R2, R11, R18), and the notations that read nothing else.
- `Hearing.outcome` says what one row says for one line: that, and what the notation makes of the other lines.
- `Hearing.ruling` weighs the rows of a line, or says why no row answers (R7, R26, R28).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from precert import codes
from precert.facts.compile import Index, Row
from precert.facts.condition import (
    ClientSpecific,
    Contact,
    ManagedWith,
    NotRequired,
    PartOf,
    PlacesOnly,
    PurchaseOnly,
    Refused,
    RegisterDevice,
    SegmentOnly,
    StatesOnly,
    ThroughPlan,
    Uninterpreted,
)
from precert.facts.model import Cell
from precert.requirement.answer import Candidate, ManagedBy, Outcome, Ruling
from precert.requirement.case import Case
from precert.requirement.explain import NOTICES, Notice, Reason, finding, reason
from precert.requirement.printed import buildable, manager, printed, refused, through_plan, undetermined
from precert.requirement.terms import STRICTNESS, FindingCode, Limit, Manager, Need, NoticeKind, Requirement
from precert.requirement.voices import only_at_home, reads_nothing, voices

# R20: a modifier that says how an item is furnished. NU bought new, UE bought used, RR rented.
_RENTAL = "RR"
_FURNISHED = frozenset({"NU", "UE", _RENTAL})

_MOST_KEPT = 50_000
"""How much an index may remember: orders differ without end."""


class Hearing:
    """One case before one index. `known` holds the rulings already remembered, by line."""

    def __init__(self, case: Case, index: Index, known: Sequence[Ruling | None]) -> None:
        self.case, self.index, self.known = case, index, known
        self.voices = [voices(line.code, case, index) for line in case.lines]
        self._required: dict[int, Row | None] = {}
        self._units: list[int] | None = None

    def others(self, at: int) -> list[int]:
        """Every line but this one: no line speaks for itself."""
        return [other for other in range(len(self.voices)) if other != at]

    # -- weighing the rows of one line ---------------------------------------------------------------------------------

    def ruling(self, at: int) -> Ruling:
        """Answer one line."""
        code, rivals = self.case.lines[at].code, self.voices[at].rivals
        if code is None:
            return INVALID
        if not rivals:
            return self._unanswered(code, at)
        candidates = self.voices[at].candidates
        if len(candidates) > 1:
            return self._weighed(at, {row.position: self.outcome(row, at) for row in candidates})
        # One row: its outcome is all there is, and equal outcomes are one ruling, written once.
        (row,) = candidates
        outcome, memory = self.outcome(row, at), self.index.memory
        ruling: Ruling | None = memory.get((row.position, outcome))
        if ruling is None:
            ruling = self._weighed(at, {row.position: outcome})
            if len(memory) < _MOST_KEPT:
                memory[row.position, outcome] = ruling
        return ruling

    def _weighed(self, at: int, outcomes: Mapping[int, Outcome]) -> Ruling:
        deciding, conflict, why = self._weigh(at, outcomes)
        row, outcome = deciding[0]
        rows = [each for each, _ in deciding]
        contacts = [contact for each in rows for contact in _contacts(each)]
        return Ruling(
            outcome=outcome,
            decider=row,
            conflict=conflict,
            reasons=(*outcome.reasons, *_reviewed(row), *self._cross_referred(at, row), *why),
            notices=self._notices(at, rows),
            contacts=tuple(dict.fromkeys(contacts)),
            candidates=self._candidates(at, outcomes, rows),
            citations=tuple([each.listing.citation for each in (self.voices[at].rivals if conflict else rows)]),
            elsewhere=only_at_home(self.voices[at].rivals),
        )

    def _cross_referred(self, at: int, decider: Row) -> list[Reason]:
        """R21: say so where a cross-reference took a row out, or was of no use."""
        voices = self.voices[at]
        found = [reason("superseded")] if len(voices.rivals) < len(voices.standing) else []
        return found + ([reason("part-of")] if PartOf in decider.conditions else [])

    def _weigh(self, at: int, outcomes: Mapping[int, Outcome]) -> tuple[list[tuple[Row, Outcome]], bool, list[Reason]]:
        """Choose among rival rows: (the rows that decide, whether they conflict, why)."""
        spoken = [(row, outcomes[row.position]) for row in self.voices[at].rivals]
        # R30: the same outcome in every candidate is one answer.
        if _agree(spoken):
            return spoken, False, [reason("programs-agree")] if len(spoken) > 1 else []
        # R31: the other lines of the case may belong to exactly one of the programs.
        why: list[Reason] = []
        programs = {row.listing.program for row, _ in spoken} & self._settling_programs(at)
        if len(programs) == 1:
            spoken = [each for each in spoken if each[0].listing.program in programs]
            why = [reason("settled")]
            if _agree(spoken):
                return spoken, False, why
        # R32: otherwise the most restrictive decides, the earliest row on a tie.
        strictest = min(spoken, key=lambda each: (STRICTNESS[each[1].requirement], each[0].position))
        return [strictest], True, [*why, reason("strictest")]

    def _settling_programs(self, at: int) -> set[str]:
        """The programs of the other lines that have exactly one and whose cell prints Yes (R31)."""
        settling = set()
        for other in self.others(at):
            programs = {row.listing.program for row in self.voices[other].rivals}
            if len(programs) == 1 and any(row.listing.printed is Cell.YES for row in self.voices[other].rivals):
                settling |= programs
        return settling

    def required_by(self, at: int) -> Row | None:
        """Return the row by which a line resolves to `required`, or None.

        Known before any add-on is decided: an add-on's row never makes its line required, and whatever it says, a row that
        does is more restrictive.
        """
        known = self.known[at]
        if known:
            return known.decider if known.outcome.requirement is Requirement.REQUIRED else None
        if at not in self._required:
            self._required[at] = None
            if self.voices[at].rivals:
                outcomes = {row.position: _NO_PRIMARY if _is_add_on(row) else self.outcome(row, at) for row in self.voices[at].rivals}
                row, outcome = self._weigh(at, outcomes)[0][0]
                self._required[at] = row if outcome.requirement is Requirement.REQUIRED else None
        return self._required[at]

    # -- what one row says for one line --------------------------------------------------------------------------------

    def outcome(self, row: Row, at: int) -> Outcome:
        """Say what one row asks for one line, with the limits it sets (R20)."""
        kept: Outcome | None = self.index.memory.get(row.position)
        if kept is not None:
            return kept
        outcome = self._asked(row, at)
        if PurchaseOnly in row.conditions:
            return self._limited(outcome, row, at)
        if reads_nothing(row):
            self.index.memory[row.position] = outcome
        return outcome

    def _asked(self, row: Row, at: int) -> Outcome:
        listing, conditions = row.listing, row.conditions
        if listing.changed and self.case.date_of_service < listing.changed:
            return undetermined(Need.EARLIER_RELEASE, "changed-since", day=listing.changed.isoformat())
        if NotRequired in conditions:
            said = Outcome(requirement=Requirement.NOT_REQUIRED, reasons=(reason("no-pa-since", day=_since(row)),))
        elif Refused in conditions:
            said = refused(self.index, row)
        elif listing.printed is Cell.ADD_ON:
            said = self._managed_with(row, at) if ManagedWith in conditions else self._add_on(row, at)
        elif listing.printed is Cell.IN_SEGMENT:
            said = self._in_segment(row)
        else:
            said = printed(self.index, row, listing.printed)
        return self._in_states(row, self._in_place(row, through_plan(self.index, row, said)))

    def _add_on(self, row: Row, at: int) -> Outcome:
        """R15: carried by a required line that the federal table names or, where it names none, of the same place in the list."""
        named = self.index.add_ons.get(row.listing.code)
        primaries = []
        for other in self.others(at):
            by = self.required_by(other)
            if by and (self.case.lines[other].code in named.primaries if named and named.primaries else _same_place(row, by)):
                primaries.append(other)
        return self._carried(row, row.listing.platform, primaries, "has-primary") if primaries else _NO_PRIMARY

    def _managed_with(self, row: Row, at: int) -> Outcome:
        """R16, R17: managed by the delegate beside an anchor, else by the plan."""
        condition = row.conditions[ManagedWith]
        assert isinstance(condition, ManagedWith)
        anchors = {other: rows for other in self.others(at) if (rows := self.voices[other].anchors(condition.family))}
        if not anchors:
            if any(self.voices[other].free_of_condition(condition.family) for other in self.others(at)):
                return undetermined(Need.PRIMARY_PROCEDURE, "weak-anchor")
            plan = ManagedBy(kind=Manager.PLAN, name=self.index.payer)
            return Outcome(requirement=Requirement.ASK_PLAN, managed_by=plan, reasons=(reason("no-anchor"),))
        earliest = sorted([each for found in anchors.values() for each in found], key=lambda each: each.position)
        printed = row.listing.platform
        platform = printed if any(each.listing.platform == printed for each in earliest) else earliest[0].listing.platform
        companions = [other for other in anchors if self.case.lines[other].code in condition.companions]
        ordered = companions + [other for other in anchors if other not in companions]
        outcome = self._carried(row, platform, ordered, "has-companion" if companions else "has-anchor")
        held = {line.code for line in self.case.lines}
        if not condition.companions or held.intersection(condition.companions):
            return outcome
        codes_named = ", ".join(condition.companions)
        missing = finding(FindingCode.COMPANION_MISSING, (at + 1,), citation=row.listing.citation, line=str(at + 1), codes=codes_named)
        return replace(outcome, findings=(missing,))

    def _carried(self, row: Row, platform: str | None, primaries: list[int], why: str) -> Outcome:
        return Outcome(
            requirement=Requirement.FOLLOWS_PRIMARY,
            managed_by=manager(self.index, row, Manager.DELEGATE),
            platform=buildable(platform),
            primaries=tuple(primaries),
            reasons=(reason(why),),
        )

    def _in_segment(self, row: Row) -> Outcome:
        """R19: in scope for one segment; for another, the plan's; for none given, unknown."""
        only = row.conditions[SegmentOnly]
        assert isinstance(only, SegmentOnly)
        if self.case.segment is None:
            return undetermined(Need.SEGMENT, "segment-unknown")
        inside = self.case.segment == only.segment
        as_printed = printed(self.index, row, Cell.YES if inside else Cell.OUT_OF_SCOPE)
        return replace(as_printed, reasons=(reason("in-segment" if inside else "other-segment"),))

    def _in_states(self, row: Row, said: Outcome) -> Outcome:
        """R61: a row of some states asks for the state where none is given."""
        if StatesOnly not in row.conditions:
            return said
        if self.case.state is None:
            return _missing(said, Need.STATE, "state-unknown")
        return replace(said, reasons=(*said.reasons, reason("state-listed")))

    def _in_place(self, row: Row, said: Outcome) -> Outcome:
        """R62: a row of some places of service is out of scope elsewhere, and asks for the place where none is given."""
        only = row.conditions.get(PlacesOnly)
        if not isinstance(only, PlacesOnly):
            return said
        if self.case.place_of_service is None:
            return _missing(said, Need.PLACE_OF_SERVICE, "place-unknown")
        if self.case.place_of_service in only.places:
            return replace(said, reasons=(*said.reasons, reason("place-listed")))
        return replace(printed(self.index, row, Cell.OUT_OF_SCOPE), reasons=(reason("other-place"),))

    def _limited(self, outcome: Outcome, row: Row, at: int) -> Outcome:
        """R20: purchase only, always or with more than so many components; then a rental is a finding, and silence a need."""
        limit = row.conditions[PurchaseOnly]
        assert isinstance(limit, PurchaseOnly)
        if limit.over is not None and self._components(at) <= limit.over:
            return outcome
        outcome = replace(outcome, limits=(Limit.PURCHASE_ONLY,), reasons=(*outcome.reasons, reason("purchase-only")))
        furnished = _FURNISHED.intersection(self.case.lines[at].modifiers)
        if _RENTAL in furnished:
            rental = finding(FindingCode.RENTAL_OF_PURCHASE_ONLY, (at + 1,), citation=row.listing.citation, line=str(at + 1))
            return replace(outcome, findings=(*outcome.findings, rental))
        return outcome if furnished else replace(outcome, needs=(*outcome.needs, Need.PURCHASE_OR_RENTAL))

    def _components(self, at: int) -> int:
        """How many components the other lines hold, by units (R20)."""
        counted = self.index.components
        if counted is None:
            return 0
        if self._units is None:
            self._units = [
                line.units
                if any(row.listing.category == counted.category for row in self.voices[number].standing)
                and not codes.within(line.code or "", counted.excluded)
                else 0
                for number, line in enumerate(self.case.lines)
            ]
        return sum(self._units) - self._units[at]

    # -- where no row answers ------------------------------------------------------------------------------------------

    def _unanswered(self, code: str, at: int) -> Ruling:
        rows = self.voices[at].candidates
        if rows:  # R28
            plan = ManagedBy(kind=Manager.PLAN, name=self.index.payer)
            return Ruling(
                outcome=Outcome(requirement=Requirement.ASK_PLAN, managed_by=plan),
                decider=rows[0],
                reasons=(reason("program-not-purchased"),),
                notices=tuple(_uninterpreted(rows)),
                candidates=self._candidates(at, {row.position: self.outcome(row, at) for row in rows}, []),
                citations=tuple([row.listing.citation for row in rows]),
            )
        if code in self.index.damaged:  # R7
            damaged = self.index.damaged[code]
            return Ruling(outcome=undetermined(Need.REVIEW, "review"), reasons=(reason("review"),), citations=damaged)
        if not self.index.rows(code) and code not in self.index.pointers:
            return NOT_ON_LIST
        why = [reason("not-on-list"), *self._not_in_force(code)]
        return Ruling(
            outcome=Outcome(requirement=Requirement.NOT_ON_LIST),
            reasons=tuple(why),
            notices=tuple(self._pointing(code)),
            elsewhere=True,
        )

    def _not_in_force(self, code: str) -> list[Reason]:
        """Say when the rows of the code that are not in force were, or will be (R10, R60, R61)."""
        day, rows = self.case.date_of_service, [row.listing for row in self.index.rows(code)]
        here = [listing for listing in rows if listing.in_force(day)]
        begins = sorted(listing.begins for listing in rows if listing.begins and day < listing.begins)
        ended = sorted(listing.ends for listing in rows if listing.ends and listing.ends <= day)
        found = [reason("other-state")] if here else []
        found += [reason("removed", day=ended[-1].isoformat())] if ended and not here else []
        return found + ([reason("not-yet-listed", day=begins[0].isoformat())] if begins else [])

    # -- what stands beside the answer ---------------------------------------------------------------------------------

    def _candidates(self, at: int, outcomes: Mapping[int, Outcome], deciding: list[Row]) -> tuple[Candidate, ...]:
        return tuple([Candidate(row, outcomes[row.position], any(row is each for each in deciding)) for row in self.voices[at].candidates])

    def _notices(self, at: int, deciding: list[Row]) -> tuple[Notice, ...]:
        notices = [_notice(kind, row) for row in deciding for kind, holds in _BESIDE.items() if holds(row)]
        notices += self._pointing(self.case.lines[at].code or "")
        notices += [_notice(NoticeKind.HOME_SETTING, deciding[0])] if only_at_home(self.voices[at].rivals) else []
        return tuple(notices + _uninterpreted(self.voices[at].candidates))

    def _pointing(self, code: str) -> list[Notice]:
        """R26: where the list names another code to use."""
        pointer = self.index.pointers.get(code)
        if pointer is None:
            return []
        text = NOTICES[NoticeKind.SEE_CODE].format(codes=" or ".join(pointer.use), when=pointer.when)
        return [Notice(kind=NoticeKind.SEE_CODE, text=text, codes=pointer.use, citation=pointer.citation)]


# R19, R21, R22, R23: the notices that a deciding row carries.
_BESIDE: dict[NoticeKind, Callable[[Row], bool]] = {
    NoticeKind.REGISTER_DEVICE: lambda row: RegisterDevice in row.conditions,
    NoticeKind.PART_OF_SLEEP_DME: lambda row: PartOf in row.conditions,
    NoticeKind.CLIENT_SPECIFIC: lambda row: ClientSpecific in row.conditions,
    NoticeKind.FL_DSNP_ONLY: lambda row: SegmentOnly in row.conditions and row.listing.printed is not Cell.IN_SEGMENT,
}


def _notice(kind: NoticeKind, row: Row) -> Notice:
    return Notice(kind=kind, text=NOTICES[kind], citation=row.listing.citation)


def _uninterpreted(rows: Iterable[Row]) -> list[Notice]:
    """R25: what nobody has interpreted is said of every candidate, whichever decides."""
    return [_notice(NoticeKind.UNINTERPRETED, row) for row in rows if Uninterpreted in row.conditions]


INVALID = Ruling(outcome=Outcome(requirement=Requirement.INVALID_CODE), reasons=(reason("invalid-code"),))


NOT_ON_LIST = Ruling(outcome=Outcome(requirement=Requirement.NOT_ON_LIST), reasons=(reason("not-on-list"),), elsewhere=True)


def _missing(said: Outcome, need: Need, why: str) -> Outcome:
    """Name one more missing fact: an undetermined answer names each."""
    if said.requirement is not Requirement.UNDETERMINED:
        return undetermined(need, why)
    return replace(said, needs=(need, *said.needs), reasons=(reason(why), *said.reasons))


_NO_PRIMARY = undetermined(Need.PRIMARY_PROCEDURE, "no-primary")


def _reviewed(row: Row) -> list[Reason]:
    """R65: say whose reading of a damaged row is answered."""
    review = row.listing.review
    if review is None:
        return []
    action = "accepted the proposed code" if review.action == "accept" else "corrected it"
    return [reason("reviewed", by=review.by, action=action, day=review.at[:10])]


def _agree(spoken: list[tuple[Row, Outcome]]) -> bool:
    return len(spoken) == 1 or all(outcome.says == spoken[0][1].says for _, outcome in spoken)


def _is_add_on(row: Row) -> bool:
    return row.listing.printed is Cell.ADD_ON and ManagedWith not in row.conditions


def _same_place(row: Row, other: Row) -> bool:
    here, there = row.listing, other.listing
    return (here.program, here.category, here.section) == (there.program, there.category, there.section)


def _since(row: Row) -> str:
    return row.listing.changed.isoformat() if row.listing.changed else "the list was published"


def _contacts(row: Row) -> tuple[Contact, ...]:
    through = row.conditions.get(ThroughPlan)
    return through.contacts if isinstance(through, ThroughPlan) else ()
