"""What lines of a case can do to each other, as columns.

A line hears the others only through a few *roles*: another line may settle a conflict for a program (R31), be a primary (R15),
anchor a family (R16, R17), or be counted as a component (R20). What a code plays is a row of a table; that another line of the
case plays it is a join. Both forms of an atom stand here side by side: `plays` tabulates it for a code that stands alone, and
what it must equal in a whole case is the method of `Hearing` named beside it. No rule is stated twice: the table is filled by
asking those methods.

A line's *key* is what it is itself and the set of roles it hears. Lines with one key have one answer.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from precert.facts.compile import Index, Row
from precert.facts.condition import Condition, ManagedWith, PurchaseOnly, Reads
from precert.facts.model import Cell
from precert.requirement.answer import Ruling
from precert.requirement.case import Case
from precert.requirement.hearing import Hearing

Role = tuple[str, ...]
"""What a line can be to another: its kind, and whom it concerns."""
Place = tuple[str, str | None, str | None]
"""Program, category, section (R15)."""

SETTLES = "settles"  # R31: `Hearing._settling_programs`
REQUIRED = "required"  # R15: `Hearing.required_by`, by the place in the list
PRIMARY = "primary"  # R15: the same, by the code that the federal table names
ANCHOR = "anchor"  # R16: `Voices.anchors`, by the run of rows of one platform
FREE = "free"  # R16: `Voices.free_of_condition`
COMPANION = "companion"  # R17: an anchor that the row names
COMPONENT = "component"  # R20: `Hearing._components`
KNOT = "knot"  # an add-on that is torn between programs: whether it is required depends on lines it shares with the hearer


@dataclass(frozen=True, slots=True)
class Heard:
    """One role that a row listens to."""

    role: Role
    sound: str
    """What it comes to: roles of one sound are one thing to the hearer."""
    row: int | None = None
    """The row of the code, counted from 0, that the line would be carried by (`primary_lines`); None where it carries nothing."""
    first: bool = False
    """Named before the other carriers (R17)."""
    over: int | None = None
    """Heard only where more units than this play the role (R20)."""


@dataclass(frozen=True, slots=True)
class Played:
    """One role that a code plays; `under` names the place by which its line must be answered `required`, None: it always plays it."""

    role: Role
    under: Place | None = None


@dataclass(slots=True)
class Stage:
    """What holds for a whole plan: its anchors in runs of one platform, the primaries and companions that rows name."""

    index: Index
    runs: dict[tuple[str, int], int] = field(default_factory=dict)
    """(family, position of the row) -> run. Anchors of one run are alike to every hearer."""
    anchors: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Family -> its runs."""
    families: frozenset[str] = frozenset()
    primaries: frozenset[str] = frozenset()
    companions: frozenset[str] = frozenset()

    @classmethod
    def of(cls, index: Index) -> "Stage":
        """Look at every row of a plan once."""
        rows = sorted((row for code in index.codes() for row in index.rows(code)), key=lambda row: row.position)
        conditions = [row.conditions[ManagedWith] for row in rows if ManagedWith in row.conditions]
        managed = [each for each in conditions if isinstance(each, ManagedWith)]
        stage = cls(
            index=index,
            families=frozenset(each.family for each in managed),
            companions=frozenset(code for each in managed for code in each.companions),
            primaries=frozenset(code for row in rows if is_add_on(row) for code in named_primaries(row, index)),
        )
        for family in stage.families:
            runs = dict(_runs(family, [row for row in rows if family in row.families and row.listing.printed is Cell.YES]))
            stage.runs |= runs
            stage.anchors[family] = tuple(sorted(set(runs.values())))
        return stage


def _runs(family: str, rows: Iterable[Row]) -> Iterator[tuple[tuple[str, int], int]]:
    run, platform = -1, object()
    for row in rows:
        if row.listing.platform != platform:
            run, platform = run + 1, row.listing.platform
        yield (family, row.position), run


def place(row: Row) -> Place:
    """Where a row stands in its list."""
    return row.listing.program, row.listing.category, row.listing.section


def is_add_on(row: Row) -> bool:
    """Tell whether a row is carried by a primary (R15)."""
    return row.listing.printed is Cell.ADD_ON and ManagedWith not in row.conditions


def named_primaries(row: Row, index: Index) -> tuple[str, ...]:
    """Return the primaries that the federal table names for a row's code."""
    named = index.add_ons.get(row.listing.code)
    return named.primaries if named else ()


# -- what a line hears -----------------------------------------------------------------------------------------------------


def _hears_anchors(row: Row, at: int, stage: Stage) -> Iterator[Heard]:
    """R16, R17."""
    condition = row.conditions[ManagedWith]
    assert isinstance(condition, ManagedWith)
    if row.listing.printed is not Cell.ADD_ON:
        return
    family = condition.family
    for run in stage.anchors[family]:
        yield Heard((ANCHOR, family, str(run)), f"anchor {family} {run}", at)
    yield Heard((FREE, family), f"free {family}")
    for code in condition.companions:
        yield Heard((COMPANION, family, code), f"companion {at}", at, first=True)


def _hears_components(row: Row, at: int, stage: Stage) -> Iterator[Heard]:  # noqa: ARG001 - one signature for all
    """R20."""
    limit = row.conditions[PurchaseOnly]
    assert isinstance(limit, PurchaseOnly)
    if limit.over is not None:
        yield Heard((COMPONENT,), f"components over {limit.over}", over=limit.over)


HEARS: dict[type[Condition], Callable[[Row, int, Stage], Iterator[Heard]]] = {
    ManagedWith: _hears_anchors,
    PurchaseOnly: _hears_components,
}
"""Every condition that reads other lines, and what it hears."""

FACETS = {Reads.SEGMENT: "segment", Reads.STATE: "state", Reads.PLACE_OF_SERVICE: "place_of_service"}
"""What is read of the case as a whole, and the column that has it."""
ELSEWHERE = {Reads.OTHER_LINES: "HEARS", Reads.MODIFIERS: "furnished", Reads.OTHER_LISTINGS: "the rows of one code are tabulated together"}
"""The rest of what a row can read, and where it went."""


def hears(at: int, row: Row, stage: Stage) -> Iterator[Heard]:
    """Yield what one row of a code listens to; `at` counts the code's rows."""
    for kind in row.conditions:
        if kind in HEARS:
            yield from HEARS[kind](row, at, stage)
    if not is_add_on(row):
        return
    named = named_primaries(row, stage.index)
    roles: list[Role] = [(PRIMARY, code) for code in named] or [(REQUIRED, *(each or "" for each in place(row)))]
    for role in roles:
        yield Heard(role, f"primary {at}", at)
    yield Heard((KNOT,), KNOT)


def hears_settlers(rivals: Iterable[Row]) -> Iterator[Heard]:
    """Yield what a code listens to whose programs may disagree (R31)."""
    for program in sorted({row.listing.program for row in rivals}):
        yield Heard((SETTLES, program), f"settles {program}")


# -- what a line plays -----------------------------------------------------------------------------------------------------


def plays(code: str, case: Case, stage: Stage, *, torn: bool, late: bool) -> Iterator[Played]:
    """Yield the roles a code plays for any other line, asked of a case where it stands first, beside a line that is no code.

    `torn`: whether it is required depends on other lines. `late`: it is decided after those, for it looks for a primary.
    """
    hearing = Hearing(case, stage.index, [None] * len(case.lines))
    silent = len(case.lines) - 1
    for program in sorted(hearing._settling_programs(silent)):  # noqa: SLF001 - the case form of the atom
        yield Played((SETTLES, program))
    if hearing._components(silent):  # noqa: SLF001 - as above
        yield Played((COMPONENT,))
    yield from _plays_anchor(code, hearing, stage)
    yield from _plays_primary(code, hearing, stage, torn=torn, late=late)


def _plays_anchor(code: str, hearing: Hearing, stage: Stage) -> Iterator[Played]:
    voices = hearing.voices[0]
    for family in sorted(stage.families):
        if voices.free_of_condition(family):
            yield Played((FREE, family))
        anchors = voices.anchors(family)
        for row in anchors:
            yield Played((ANCHOR, family, str(stage.runs[family, row.position])))
        if anchors and code in stage.companions:
            yield Played((COMPANION, family, code))


def _plays_primary(code: str, hearing: Hearing, stage: Stage, *, torn: bool, late: bool) -> Iterator[Played]:
    if torn:
        unders: list[Row] = [row for row in hearing.voices[0].rivals if not is_add_on(row)]
        if late:
            yield Played((KNOT,))
            return
    else:
        by = hearing.required_by(0)
        unders = [by] if by else []
    for row in unders:
        under = place(row) if torn else None
        yield Played((REQUIRED, *(each or "" for each in place(row))), under)
        if code in stage.primaries:
            yield Played((PRIMARY, code), under)


def is_torn(ruling: Ruling) -> bool:
    """Tell whether a line that hears others may be answered `required` in one case and not in another: it stands in several programs."""
    return len({each.row.listing.program for each in ruling.candidates}) > 1
