"""The order of work, for DuckDB and Spark alike: meet the lists, find the lines that hear others, answer their keys, and every line.

An engine makes tables of queries and hands rows over; `flow` says which. Everything that grows with the input stays in the engine:
Python sees the different texts of a column, the different keys, and nothing else.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple
from typing import Protocol

from precert.batch import sql
from precert.batch.atoms import KNOT, Place
from precert.batch.keys import Answer, answer, questions
from precert.batch.reading import BITS
from precert.batch.says import Says
from precert.batch.tabulate import Entry, Tables
from precert.facts.compile import Index

Rows = Iterable[Sequence[object]]


class Engine(Protocol):
    """What runs the queries."""

    words: sql.Words

    def make(self, name: str, query: str) -> None:
        """Keep a query's rows under a name."""

    def view(self, name: str, query: str) -> None:
        """Give a query a name."""

    def load(self, name: str, columns: str, rows: Rows) -> None:
        """Keep rows of ours under a name. `columns` gives names and types."""

    def gather(self, lines: sql.Lines) -> None:
        """Find the table `near`: the lines that have an ear, and at least those with a voice in their cases."""

    def rows(self, query: str) -> Iterator[tuple[object, ...]]:
        """Return a query's rows."""


ENTRIES = "plan string, code string, first date, last date, segment string, state string, place_of_service string, meaning int, cite int"
SAYS = (
    "says int, requirement string, managed_by string, managed_by_name string, platform string, program string, conflict boolean, "
    "limits {texts}, needs {texts}, notices {texts}, release string, required_by int, nobody {numbers}"
)


def load_rulebook(engine: Engine, tables: Tables) -> None:
    """Hand the tables over."""
    engine.load("entries", ENTRIES, ((*_period(each), tables.meanings.of(each.meaning), each.cite) for each in tables.entries))
    load_rest(engine, tables)


def _period(entry: Entry) -> tuple[object, ...]:
    return entry.plan, entry.code, entry.first, entry.last, *entry.facet


def load_rest(engine: Engine, tables: Tables) -> None:
    """Hand over all but the entries, which are there."""
    engine.load("meanings", "meaning int, says int, ear int, voice int", ((number, *astuple(each)) for number, each in tables.meanings))
    engine.load("plans", "plan string, unlisted int, invalid int", ((plan, *numbers[:2]) for plan, numbers in tables.plans.items()))
    load_atoms(engine, tables)


def load_atoms(engine: Engine, tables: Tables) -> None:
    """Hand over who hears and who plays what."""
    roles, sounds = tables.roles, tables.sounds
    ears = [(number, tables.kinds.of(ear.kind), ear.furnished, ear.late, not ear.heard) for number, ear in tables.ears]
    hears = [
        (number, roles.of((ear.kind.plan, each.role)), sounds.of(each.sound), each.row, int(not each.first), each.over)
        for number, ear in tables.ears
        for each in ear.heard
    ]
    plays = [
        (number, roles.of((plan, each.role)), _place(tables, plan, each.under))
        for number, (plan, played) in tables.voices
        for each in played
    ]
    engine.load("ears", "ear int, kind int, furnished boolean, late boolean, deaf boolean", ears)
    engine.load("hears", "ear int, role int, sound int, carrier int, rank int, over int", hears)
    engine.load("plays", "voice int, role int, under int", plays)


def _place(tables: Tables, plan: str, place: Place | None) -> int | None:
    return None if place is None else tables.places.of((plan, place))


def decide(engine: Engine, lines: sql.Lines, tables: Tables, indexes: Callable[[str], Index]) -> int:
    """Make the table `decided`: the answers of all lines that hear others. Return how many keys they have."""
    engine.gather(lines)
    engine.make("hearers", sql.hearers(lines))
    engine.make("cases", sql.cases(lines))
    engine.make("others", sql.others(lines))
    engine.make("hearing", sql.pairs(lines))
    asked = 0
    for late in (False, True):
        when = "late" if late else "early"
        engine.make(f"heard_{when}", sql.heard(late=late))
        engine.make(f"keyed_{when}", sql.keyed(engine.words, tables.sounds.of(KNOT), late=late))
        engine.make("keys", sql.new_keys(late=late))
        asked += _answer(engine, lines, tables, indexes)
        engine.make(f"decided_{when}", sql.decided(engine.words, late=late))
    engine.make("decided", "SELECT * FROM decided_early UNION ALL SELECT * FROM decided_late")
    return asked


def _answer(engine: Engine, lines: sql.Lines, tables: Tables, indexes: Callable[[str], Index]) -> int:
    """Answer every key; make the tables `answers` and `says`."""
    keys = {lid: (kind, furnished, sounds) for kind, furnished, sounds, lid in engine.rows("SELECT kind, furnished, sounds, lid FROM keys")}
    told: list[tuple[object, ...]] = []
    facets = lines.facets
    for lid, question in questions(engine.rows(f"{sql.questions(lines)} ORDER BY 1"), facets):
        key = keys[lid]
        found: Answer = answer(question, indexes(question.plan), tables, knotted=str(key[2]).startswith("line "))
        told.append((*key, *astuple(found)[:3], None if found.primary_lines is None else list(found.primary_lines)))
    engine.load("answers", "kind int, furnished string, sounds string, says int, row int, carrier int, primary_lines {numbers}", told)
    load_says(engine, tables)
    return len(told)


def load_says(engine: Engine, tables: Tables) -> None:
    """Hand over the answers' columns; those of lines that cannot be read are numbered below nought."""
    rows = [_columns(number, each, tables) for number, each in tables.says]
    nobody: tuple[object, ...] = (None, None, None, None, False, [])
    for mask in range(1, sum(BITS.values()) + 1):
        needs = [need for need, bit in BITS.items() if mask & bit]
        rows.append((-mask, "undetermined", *nobody, needs, [], None, None, []))
    engine.load("says", SAYS, rows)


def _columns(number: int, each: Says, tables: Tables) -> tuple[object, ...]:
    place = None
    if each.required_by is not None:
        plan = each.plan
        place = tables.places.of((plan, each.required_by))
    return (
        *(number, each.requirement, each.managed_by, each.managed_by_name, each.platform, each.program, each.conflict),
        *(list(each.limits), list(each.needs), list(each.notices), each.release, place, []),
    )
