"""The rows that speak for a code in a case: all in force, those of programs that were bought, and of these the rivals.

R10, R60 and R61 say which rows are in force; R28 which take part; R21 which are rivals of one another.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from precert.facts.compile import Index, Row
from precert.facts.condition import ManagedWith, PartOf, Reads, StatesOnly
from precert.facts.model import Cell
from precert.requirement.case import Case


@dataclass(frozen=True, slots=True, eq=False)
class Voices:
    """The rows that speak for one code: all in force, those of programs that were bought, and of these the rivals."""

    candidates: tuple[Row, ...]
    standing: tuple[Row, ...]
    rivals: tuple[Row, ...]
    _anchors: dict[str, tuple[Row, ...]] = field(default_factory=dict)

    def anchors(self, family: str) -> tuple[Row, ...]:
        """The rows that make a line an anchor of a family: printed Yes, and no row of the family is itself conditional (R16)."""
        found = self._anchors.get(family)
        if found is None:
            rows = [row for row in self.standing if family in row.families]
            free = not any(ManagedWith in row.conditions for row in rows)
            found = self._anchors[family] = tuple([row for row in rows if free and row.listing.printed is Cell.YES])
        return found

    def free_of_condition(self, family: str) -> bool:
        """Whether a row of the family stands that is not itself conditional (R16)."""
        return any(family in row.families and ManagedWith not in row.conditions for row in self.standing)


def voices(code: str | None, case: Case, index: Index) -> Voices:
    """Return the rows that speak for a code; kept with the index where neither the day nor what was bought matters."""
    if code is None:
        return _SILENCE
    rows, bought = index.rows(code), case.programs
    kept = index.memory.get((code, Voices))
    if kept is not None and bought is None:
        found: Voices = kept
        return found
    # R10, R60, R61: every row of the code that is in force on the day, and for the state where one is given, is a candidate.
    candidates = tuple([row for row in rows if row.listing.in_force(case.date_of_service) and _in_state(row, case.state)])
    # R28: a row of a program that was not bought stays a candidate and takes no other part.
    standing = candidates if bought is None else tuple([row for row in candidates if row.listing.program in bought])
    found = Voices(candidates, standing, rivals(standing))
    if rows and bought is None and all(_everywhere_always(row) for row in rows):
        index.memory[code, Voices] = found
    return found


_SILENCE = Voices((), (), ())


def reads_nothing(row: Row) -> bool:
    """Tell whether a row says the same in every case: it is undated, and reads at most the other rows of its code."""
    listing = row.listing
    undated = _everywhere_always(row) and listing.changed is None
    return undated and listing.printed is not Cell.ADD_ON and row.reads <= {Reads.OTHER_LISTINGS}


def _everywhere_always(row: Row) -> bool:
    return row.listing.begins is None and row.listing.ends is None and StatesOnly not in row.conditions


def _in_state(row: Row, state: str | None) -> bool:
    """R61: outside its states a row does not exist; where the state is not given it stays, and asks for it."""
    only = row.conditions.get(StatesOnly)
    return state is None or not isinstance(only, StatesOnly) or state in only.states


def rivals(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Leave out a row that refers to another program whose list names the code too (R21)."""
    programs = {row.listing.program for row in rows}
    return tuple([row for row in rows if _refers_to(row) not in programs - {row.listing.program}])


def _refers_to(row: Row) -> str | None:
    of = row.conditions.get(PartOf)
    return of.program if isinstance(of, PartOf) else None


_HOME = "home"


def only_at_home(rows: Iterable[Row]) -> bool:
    """R27: whether a code stands only in lists for care at home."""
    return all(row.setting == _HOME for row in rows)
