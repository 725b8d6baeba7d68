"""The keys that lines have, answered: one call of `determine` each, on the case of one line that has the key."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from precert.batch.atoms import Place
from precert.batch.says import says
from precert.batch.tabulate import Tables
from precert.facts.compile import Index
from precert.requirement.case import Case, Line
from precert.requirement.determine import determine
from precert.requirement.terms import Requirement


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the case of a key's line."""

    lid: object
    number: int | None
    code: str
    units: int
    furnished: str
    copies: int


@dataclass(frozen=True, slots=True)
class Question:
    """The case of a key's line, which stands first."""

    plan: str
    day: date
    facet: tuple[str | None, str | None, str | None]
    lines: tuple[Asked, ...]

    def numbers(self) -> list[int | None]:
        """Return the number of each line of the case."""
        return [each.number for each in self.lines for _ in range(each.copies)]

    def case(self) -> Case:
        """Return the case."""
        segment, state, place = self.facet
        return Case(
            plan=self.plan,
            date_of_service=self.day,
            segment=segment,
            state=state,
            place_of_service=place,
            lines=tuple([_line(each) for each in self.lines for _ in range(each.copies)]),
        )


def _line(asked: Asked) -> Line:
    return Line(token=asked.code, code=asked.code, modifiers=(asked.furnished,) if asked.furnished else (), units=asked.units)


@dataclass(frozen=True, slots=True)
class Answer:
    """What all lines of a key are answered."""

    says: int
    required_by: Place | None
    """The place of the row by which they are required."""
    row: int | None
    """The row of the code that decides, counted from 0."""
    carrier: int | None
    """The same where the lines that it hears carry it."""
    primary_lines: tuple[int, ...] | None
    """The lines that carry it, where the key is of one line only."""


def answer(question: Question, index: Index, tables: Tables, *, knotted: bool) -> Answer:
    """Ask the meaning."""
    told = determine(question.case(), index).lines
    first, ruling = told[0], told[0].ruling
    row = index.rows(first.line.code or "").index(ruling.decider) if ruling.decider else None
    carrier = row if ruling.outcome.requirement is Requirement.FOLLOWS_PRIMARY else None
    numbers = question.numbers()
    named = dict.fromkeys(numbers[at] for at in ruling.outcome.primaries)
    primaries = tuple(each for each in named if each is not None) if knotted and carrier is not None else None
    said = says(ruling, index)
    return Answer(tables.says.of(said), said.required_by, row, carrier, primaries)


def questions(rows: Iterable[Sequence[object]], facets: Sequence[str]) -> Iterator[tuple[object, Question]]:
    """Gather the rows of `sql.questions`, which stand together by the line asked."""
    for asked, group in groupby(rows, key=lambda row: row[0]):
        members = list(group)
        lines = sorted((Asked(*row[1:7]) for row in members), key=lambda each: _order(asked, each))  # type: ignore[arg-type] # in this order
        _, plan, day, *told = next(row[7:] for row in members if row[7] is not None)
        of = dict(zip(facets, told, strict=True))
        facet = (of.get("segment"), of.get("state"), of.get("place_of_service"))
        yield asked, Question(plan, day, facet, tuple(lines))  # type: ignore[arg-type] # as above


def _order(asked: object, each: Asked) -> tuple[object, ...]:
    """The line asked first, then by number."""
    return each.lid != asked, each.number is None, each.number or 0, str(each.lid)
