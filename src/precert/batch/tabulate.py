"""A plan's lists as tables: for every code, period and facet, the answer where it stands alone, else what the line hears and plays.

A code whose answer depends on nothing but the date (and on segment, state or place of service, where its rows read them) is
answered here, once, by `determine`. Any other code has an *ear*: what its lines hear. Codes whose rows read alike share an ear,
so that their lines share keys.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from itertools import pairwise, product
from typing import Generic, TypeVar

from precert import codes
from precert.batch.atoms import FACETS, Heard, Place, Played, Role, Stage, hears, hears_settlers, is_add_on, is_torn, plays
from precert.batch.says import Says, cited, release, says, shown
from precert.facts.compile import Index, Row
from precert.facts.condition import PlacesOnly, PurchaseOnly, SegmentOnly, StatesOnly
from precert.facts.model import Listing
from precert.requirement.answer import LineAnswer
from precert.requirement.case import Case, Line
from precert.requirement.determine import determine
from precert.requirement.hearing import INVALID, NOT_ON_LIST

T = TypeVar("T", bound=Hashable)
OTHER = "*"
"""A segment, state or place of service that no list names."""
UNKNOWN = ""
"""None was given."""
SILENT = Line(token="", code=None)
Facet = tuple[str | None, ...]
"""Segment, state, place of service; None: whatever it is."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is known of one code in one period, with one set of facets."""

    says: int | None = None
    """The answer, where it depends on no other line."""
    ear: int | None = None
    """What it hears, where it does."""
    voice: int | None = None
    """What it is to other lines."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the table of codes. `last` is inclusive."""

    plan: str
    code: str
    first: date
    last: date
    facet: Facet
    meaning: Meaning
    cite: int | None
    """The number of the citation; where other lines decide, that of the code's first row, and the others follow."""


@dataclass(frozen=True, slots=True)
class Kind:
    """All that an answer may take from a code's rows: codes of a kind that hear the same are answered the same."""

    plan: str
    rows: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Ear:
    """What the lines of a code hear."""

    kind: Kind
    heard: tuple[Heard, ...]
    furnished: bool
    """Whether the line's own modifiers matter (R20)."""
    late: bool
    """Whether it looks for a primary, and so waits for those that are torn."""


@dataclass(slots=True)
class Numbers(Generic[T]):
    """A number for each different thing, in the order met."""

    known: dict[T, int] = field(default_factory=dict)

    def of(self, thing: T) -> int:
        """Return the number of a thing."""
        return self.known.setdefault(thing, len(self.known))

    def __iter__(self) -> Iterator[tuple[int, T]]:
        return ((number, thing) for thing, number in self.known.items())


@dataclass(slots=True)
class Citations:
    """Where rows are printed, in short, numbered so that the rows of one code stand together."""

    texts: list[str] = field(default_factory=list)
    _known: dict[tuple[str, ...], int] = field(default_factory=dict)

    def of(self, *rows: str) -> int:
        """Return the number of the first of these."""
        if rows not in self._known:
            self._known[rows] = len(self.texts)
            self.texts += rows
        return self._known[rows]


@dataclass(slots=True)
class Tables:
    """The tables of every plan asked for. Numbers are of this object only."""

    entries: list[Entry] = field(default_factory=list)
    meanings: Numbers[Meaning] = field(default_factory=Numbers)
    says: Numbers[Says] = field(default_factory=Numbers)
    citations: Citations = field(default_factory=Citations)
    kinds: Numbers[Kind] = field(default_factory=Numbers)
    ears: Numbers[Ear] = field(default_factory=Numbers)
    voices: Numbers[tuple[str, tuple[Played, ...]]] = field(default_factory=Numbers)
    roles: Numbers[tuple[str, Role]] = field(default_factory=Numbers)
    sounds: Numbers[str] = field(default_factory=Numbers)
    places: Numbers[tuple[str, Place]] = field(default_factory=Numbers)
    plans: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    """Plan -> the meanings of a code on no list and of what is no code, and its releases."""


@dataclass(frozen=True, slots=True)
class Named:
    """The segments, states and places of service that some list names."""

    segment: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    place_of_service: tuple[str, ...] = ()

    @classmethod
    def by(cls, indexes: Iterable[Index]) -> "Named":
        """Collect them from every row."""
        found: dict[str, set[str]] = {name: set() for name in FACETS.values()}
        for index in indexes:
            for row in _rows(index):
                for condition in row.listing.conditions:
                    if isinstance(condition, SegmentOnly):
                        found["segment"].add(condition.segment)
                    elif isinstance(condition, StatesOnly):
                        found["state"].update(condition.states)
                    elif isinstance(condition, PlacesOnly):
                        found["place_of_service"].update(condition.places)
        return cls(**{name: tuple(sorted(values)) for name, values in found.items()})


def _rows(index: Index) -> Iterator[Row]:
    return (row for code in index.codes() for row in index.rows(code))


RENTED, BOUGHT, UNSAID = "RR", "NU", ""
"""How an item is furnished, as far as R20 tells it apart; a modifier that stands for each."""


def furnished(modifiers: Iterable[str]) -> str:
    """Tell which of R20's kinds a line's modifiers are of."""
    said = {RENTED: RENTED, BOUGHT: BOUGHT, "UE": BOUGHT}
    return next((said[each] for each in sorted(modifiers, key=lambda each: each != RENTED) if each in said), UNSAID)


def tabulate(index: Index, named: Named, tables: Tables) -> None:
    """Add a plan to the tables."""
    _Tabulation(index, named, tables).run()


@dataclass(frozen=True, slots=True)
class _Found:
    """A code in one period with one set of facets, and what is answered where it stands alone."""

    code: str
    first: date
    last: date
    facet: Facet
    case: Case
    alone: LineAnswer
    ear: Ear | None


class _Tabulation:
    """One plan on its way into the tables."""

    def __init__(self, index: Index, named: Named, tables: Tables) -> None:
        self.index, self.named, self.tables = index, named, tables
        self.stage = Stage.of(index)
        self.heard: set[Role] = set()

    def run(self) -> None:
        index, tables = self.index, self.tables
        unread = sorted(code for code in {*index.damaged, *index.pointers} if codes.parse(code) == code and not index.rows(code))
        found = [self._found(*each) for code in (*index.codes(), *unread) for each in self._contexts(code)]
        self.heard = {heard.role for each in found if each.ear for heard in each.ear.heard}
        met: dict[tuple[str, date, date], dict[Facet, tuple[Meaning, int | None]]] = {}
        for each in found:
            met.setdefault((each.code, each.first, each.last), {})[each.facet] = self._meaning(each)
        for (code, first, last), meanings in met.items():
            for facet, (meaning, cite) in _folded(meanings).items():
                tables.meanings.of(meaning)
                tables.entries.append(Entry(index.plan, code, first, last, facet, meaning, cite))
        unlisted, none = (tables.meanings.of(Meaning(tables.says.of(says(ruling, index)))) for ruling in (NOT_ON_LIST, INVALID))
        tables.plans[index.plan] = (unlisted, none, release(index))

    def _contexts(self, code: str) -> Iterator[tuple[str, date, date, Facet]]:
        rows = self.index.rows(code)
        reads = frozenset().union(*(row.reads for row in rows))
        facets = [_values(getattr(self.named, name)) if fact in reads else (None,) for fact, name in FACETS.items()]
        for (first, last), facet in product(_periods(rows), product(*facets)):
            yield code, first, last, facet

    def _found(self, code: str, first: date, last: date, facet: Facet) -> _Found:
        case = case_of(self.index.plan, first, facet, Line(token=code, code=code))
        alone = determine(case, self.index).lines[0]
        return _Found(code, first, last, facet, case, alone, self._ear(code, first, facet, alone))

    def _ear(self, code: str, day: date, facet: Facet, alone: LineAnswer) -> Ear | None:
        """What lines of the code hear; None where they are answered the same in every case."""
        rows = self.index.rows(code)
        speaking = [each.row for each in alone.ruling.candidates]
        bought = any(PurchaseOnly in row.conditions for row in speaking)
        heard = [each for row in speaking for each in hears(rows.index(row), row, self.stage)]
        if not (alone.ruling.conflict or bought or heard):
            return None
        if len({row.listing.program for row in speaking}) > 1:
            heard += hears_settlers(speaking)
        return Ear(
            kind=Kind(
                self.index.plan,
                (facet, code in self.index.pointers and code, *[_shape(rows.index(row), row, day) for row in speaking]),
            ),
            heard=tuple(heard),
            furnished=bought,
            late=any(is_add_on(row) for row in speaking),
        )

    def _meaning(self, found: _Found) -> tuple[Meaning, int | None]:
        """Return what is known of the code, and its citation."""
        ruling, tables = found.alone.ruling, self.tables
        voice = self._voice(found)
        if found.ear is None:
            row = cited(ruling)
            return Meaning(says=tables.says.of(says(ruling, self.index)), voice=voice), tables.citations.of(row) if row else None
        rows = [shown(row.listing.citation) for row in self.index.rows(found.code)]
        return Meaning(ear=tables.ears.of(found.ear), voice=voice), tables.citations.of(*rows)

    def _voice(self, found: _Found) -> int | None:
        if not self.heard:
            return None
        torn = found.ear is not None and is_torn(found.alone.ruling)
        late = found.ear is not None and found.ear.late
        played = plays(found.code, found.case, self.stage, torn=torn, late=late)
        roles = tuple(dict.fromkeys(each for each in played if each.role in self.heard))
        return self.tables.voices.of((self.index.plan, roles)) if roles else None


def _values(named: tuple[str, ...]) -> tuple[str, ...]:
    return (UNKNOWN, OTHER, *named)


def case_of(plan: str, day: date, facet: Facet, *lines: Line) -> Case:
    """Return the case of one day and facet that has these lines, and one that says nothing."""
    segment, state, place_of_service = (each or None for each in facet)
    return Case(plan=plan, date_of_service=day, segment=segment, state=state, place_of_service=place_of_service, lines=(*lines, SILENT))


def _periods(rows: Sequence[Row]) -> Iterator[tuple[date, date]]:
    """Yield the spans of days between which nothing begins, ends or changes: first and last day, both included."""
    listings = [row.listing for row in rows]
    cuts = {day for each in listings for day in (each.begins, each.ends, each.changed) if day}
    firsts = sorted({date.min, *cuts})
    yield from ((first, following - timedelta(days=1)) for first, following in pairwise(firsts))
    yield firsts[-1], date.max


_NOT_SAID = frozenset({"code", "citation", "facts", "fingerprint", "review", "grouping", "um_cs", "begins", "ends", "changed"})
"""What an answer's columns do not take from a row: it is cited by its place, and its dates are those of the period."""
_SAID = tuple(each.name for each in fields(Listing) if each.name not in _NOT_SAID)


def _shape(at: int, row: Row, day: date) -> tuple[object, ...]:
    """All that an answer's columns may take from a row that stands in one period."""
    listing = row.listing
    unknown_yet = listing.changed is not None and day < listing.changed
    return (at, unknown_yet, row.setting, row.delegate, row.families, *(getattr(listing, name) for name in _SAID))


def _folded(meanings: Mapping[Facet, T]) -> dict[Facet, T]:
    """Leave out the facets that make no difference."""
    if len(meanings) == 1:
        return dict(meanings)
    for at in range(len(FACETS)):
        folded: dict[Facet, set[T]] = {}
        for facet, meaning in meanings.items():
            folded.setdefault((*facet[:at], None, *facet[at + 1 :]), set()).add(meaning)
        if all(len(each) == 1 for each in folded.values()):
            meanings = {facet: each.pop() for facet, each in folded.items()}
    return dict(meanings)
