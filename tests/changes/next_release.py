"""A next release of the bundled list of Cigna, made up: forty edits of every kind, and where each should be reported.

Codes that are added do not exist; conditions and dates are invented. Every other row stands somewhat further down, two rows change
places, and the document is another one: none of which says anything new.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from precert.bootstrap import open_release, published
from precert.changes import Kind, Timing
from precert.facts.condition import Condition, Contact, ManagedWith, NotRequired, PurchaseOnly, Refused, ThroughPlan
from precert.facts.model import Cell, Facts, Fingerprint, Listing, NotTogether, Pointer, Program, Review
from precert.facts.release import Release

from .made import Value, moved

DAY = date(2026, 11, 21)
"""The day from which future and past are told apart."""
SOON, LATER, BEFORE = date(2027, 1, 1), date(2027, 4, 1), date(2026, 3, 1)
RENAMED, NEW_NAME = "EGD", "Upper Endoscopy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One edit: how it should be reported."""

    kind: Kind
    code: str
    timing: Timing = Timing.CURRENT
    since: date | None = None
    until: date | None = None


def first_release() -> Release:
    return open_release(next(each for each in published() if each.list == "cigna-commercial"))


Change = Callable[[Listing], Listing]


def _with(**members: Value) -> Change:
    return lambda listing: replace(listing, **members)


def _plus(condition: Condition, **members: Value) -> Change:
    return lambda listing: replace(listing, conditions=(*listing.conditions, condition), **members)


def _plain(listing: Listing) -> bool:
    """A row to which anything may be done without doing something else as well."""
    dates = (listing.begins, listing.ends, listing.changed)
    return not listing.conditions and dates == (None, None, None) and listing.category not in {RENAMED, None}


def _yes(listing: Listing) -> bool:
    return _plain(listing) and listing.printed is Cell.YES


class Next:
    """Makes the edits, each on a row of its own, and keeps what is to be expected."""

    def __init__(self, first: Release) -> None:
        self.first = first
        self.rows = list(first.listings)
        self.expected: list[Expected] = []
        several = [each.code for each in first.listings]
        self._used = {code for code in several if several.count(code) > 1}

    def pick(self, wanted: Callable[[Listing], bool]) -> int:
        """A row that no edit has touched, of a code that stands in one program."""
        at = next(at for at, row in enumerate(self.rows) if row.code not in self._used and wanted(row))
        self._used.add(self.rows[at].code)
        return at

    def change(self, kind: Kind, wanted: Callable[[Listing], bool], how: Change, **told: Value) -> None:
        at = self.pick(wanted)
        self.rows[at] = how(self.rows[at])
        self.expected.append(Expected(kind=kind, code=self.rows[at].code, **told))

    def remove(self) -> None:
        at = self.pick(_yes)
        self.expected.append(Expected(kind=Kind.REMOVED, code=self.rows.pop(at).code))

    def add(self, code: str, **told: Value) -> None:
        at = self.pick(_yes)
        begins = told.get("since")
        self.rows.insert(at, replace(self.rows[at], code=code, begins=begins, fingerprint=None))
        self.expected.append(Expected(kind=Kind.ADDED, code=code, **told))

    def rename(self) -> None:
        codes = [row.code for row in self.rows if row.category == RENAMED]
        self.rows = [replace(row, category=NEW_NAME) if row.category == RENAMED else row for row in self.rows]
        self.expected.append(Expected(kind=Kind.LABEL_CHANGED, code=codes[0]))

    def swap(self) -> None:
        self.rows[3], self.rows[40] = self.rows[40], self.rows[3]


def _edit(to: Next) -> None:
    """Thirty-six edits of rows."""
    for code in ("A9901", "A9902", "A9903"):
        to.add(code)
    to.add("A9904", timing=Timing.FUTURE, since=LATER)
    to.add("A9905", since=BEFORE)
    for _ in range(4):
        to.remove()
    for day in (SOON, LATER):
        to.change(Kind.REMOVED, _yes, _with(ends=day), timing=Timing.FUTURE, since=day)
    _requirements(to)
    _managers(to)
    _conditions(to)
    for program in ("Joint Surgery", "Sleep"):
        to.change(Kind.MOVED_PROGRAM, lambda row: _yes(row) and row.program == "Spine Surgery", _with(program=program))
    to.rename()
    to.change(Kind.LABEL_CHANGED, _yes, _with(section="A New Section"))
    to.change(Kind.DESCRIPTION_CHANGED, _yes, _with(facts=Facts(regions=("sacral",), unlisted=True)))
    review = Review(action="accept", by="A reviewer", at="2026-12-01T00:00:00Z", why="made up", printed="A99O1")
    to.change(Kind.OTHER_CHANGED, _yes, _with(review=review))
    for _ in range(2):
        to.change(Kind.WORDING_ONLY, _yes, _with(fingerprint=Fingerprint(length=9, digest="0" * 16)))


def _requirements(to: Next) -> None:
    for _ in range(3):
        to.change(Kind.REQUIREMENT_CHANGED, _yes, _with(printed=Cell.NO))
    for _ in range(2):
        to.change(Kind.REQUIREMENT_CHANGED, _yes, _with(printed=Cell.OUT_OF_SCOPE, category="Another Category"))
    to.change(Kind.REQUIREMENT_CHANGED, lambda row: _plain(row) and row.printed is Cell.NO, _with(printed=Cell.YES))
    to.change(Kind.REQUIREMENT_CHANGED, _yes, _plus(NotRequired(), changed=SOON), timing=Timing.FUTURE, since=SOON)
    to.change(Kind.REQUIREMENT_CHANGED, _yes, _plus(Refused()))


def _managers(to: Next) -> None:
    old, new = "MedSolutions", "CareCore National"
    for _ in range(2):
        to.change(Kind.MANAGER_OR_PLATFORM_CHANGED, lambda row: _yes(row) and row.platform == old, _with(platform=new))
    through = ThroughPlan(contacts=(Contact(phone="800-555-0100"),))
    to.change(Kind.MANAGER_OR_PLATFORM_CHANGED, _yes, _plus(through))
    to.change(Kind.MANAGER_OR_PLATFORM_CHANGED, lambda row: ThroughPlan in map(type, row.conditions), _with(conditions=()))


def _conditions(to: Next) -> None:
    to.change(Kind.CONDITION_CHANGED, _yes, _plus(PurchaseOnly()))
    free, beside = ManagedWith(family="msk"), ManagedWith(family="msk", companions=("27412",))
    to.change(Kind.CONDITION_CHANGED, lambda row: row.conditions == (free,), _with(conditions=(beside,)))
    to.change(Kind.CONDITION_CHANGED, lambda row: row.conditions == (PurchaseOnly(),), _with(conditions=()))
    to.change(Kind.CONDITION_CHANGED, _yes, _with(begins=BEFORE), timing=Timing.PAST, until=BEFORE)
    to.change(Kind.CONDITION_CHANGED, _yes, _plus(PurchaseOnly(), changed=SOON), timing=Timing.FUTURE, since=SOON)


def next_release() -> tuple[Release, list[Expected]]:
    """The next release, and the thirty-six edits of rows; the other four are of the list as a whole: `LIST_CHANGES`."""
    first = first_release()
    to = Next(first)
    _edit(to)
    to.swap()
    before = first.header
    pair = NotTogether(code=to.rows[0].code, other=to.rows[1].code, exception=None, citation=to.rows[0].citation)
    pointer = Pointer(code="A9906", use=("A9901",), when="", citation=to.rows[0].citation)
    programs = (*before.programs, Program(name="Palliative Care", elsewhere=True))
    after = replace(
        first,
        header=replace(before, edition="2027", programs=programs),
        listings=tuple(to.rows),
        not_together=(pair, *first.not_together),
        pointers=(*first.pointers, pointer),
    )
    return moved(after, 5), to.expected


LIST_CHANGES = {("edition", "changed"), ("elsewhere", "added"), ("not-together", "added"), ("pointers", "added")}
