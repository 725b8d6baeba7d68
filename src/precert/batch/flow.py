"""The order of work, for DuckDB and Spark alike: meet the lists, find the lines that hear others, answer their keys, and every line.

An engine makes tables of queries and hands rows over; `flow` says which. Everything that grows with the input stays in the engine:
Python sees the different texts of a column, the different keys, and nothing else.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Protocol

from precert.batch import sql
from precert.batch.atoms import KNOT, Place
from precert.batch.keys import answer, questions
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

    def few(self, name: str) -> bool:
        """Tell whether a table is so small that all of it may be copied to everyone."""

    def rows(self, query: str) -> Iterator[tuple[object, ...]]:
        """Return a query's rows."""


ENTRIES = "plan string, code string, first date, last date, segment string, state string, place_of_service string, meaning int, cite int"
ANSWERS = "kind int, told string, sounds string, says int, required_by int, row int, carrier int, primary_lines {numbers}"


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
    ears = [(number, tables.kinds.of(ear.kind), ear.furnished, not ear.heard) for number, ear in tables.ears]
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
    engine.load("ears", "ear int, kind int, furnished boolean, deaf boolean", ears)
    engine.load("hears", "ear int, role int, sound int, carrier int, rank int, over int", hears)
    engine.load("plays", "voice int, role int, under int", plays)


def _place(tables: Tables, plan: str, place: Place | None) -> int | None:
    return None if place is None else tables.places.of((plan, place))


def decide(engine: Engine, lines: sql.Lines, tables: Tables, indexes: Callable[[str], Index]) -> int:
    """Make the table `decided`: the answers of all lines that hear others. Return how many keys they have."""
    engine.gather(lines)
    engine.make("cases", sql.cases(lines))
    engine.make("placed", sql.placed(lines, few=engine.few("cases")))
    engine.view("hearers", sql.HEARERS)
    engine.make("heard", sql.HEARD)
    answering = _Answering(engine, lines, tables, indexes, few=engine.few("heard"))
    if not any(True for _ in engine.rows(f"{sql.WAITS} LIMIT 1")):
        return answering.round("decided", waiting=None)
    engine.make("waiting", f"SELECT DISTINCT lid FROM ({sql.WAITS})")  # noqa: S608 - a query of ours
    asked = answering.round("decided_first", waiting=False) + answering.round("decided_last", waiting=True)
    engine.view("decided", "SELECT * FROM decided_first UNION ALL SELECT * FROM decided_last")
    return asked


@dataclass(frozen=True, slots=True)
class _Answering:
    """The keys of hearers, answered in one round or two."""

    engine: Engine
    lines: sql.Lines
    tables: Tables
    indexes: Callable[[str], Index]
    few: bool
    """Whether what is heard is so little that all of it may be copied to everyone."""

    def round(self, decided: str, *, waiting: bool | None) -> int:
        """Make a table of what is decided of those that wait, or do not; return how many keys they have."""
        engine, keyed = self.engine, f"keyed_{'last' if waiting else 'first'}"
        engine.make(keyed, sql.keyed(engine.words, self.tables.sounds.of(KNOT), waiting=waiting, few=self.few))
        engine.make("keys", sql.new_keys(keyed))
        engine.make("asked", sql.ASKED)
        keys = {lid: tuple(key) for *key, lid in engine.rows("SELECT * FROM keys")}
        engine.load("answers", ANSWERS, self._answers(keys))
        engine.make(decided, sql.decided(engine.words, keyed, waiting=waiting, few=self.few))
        return len(keys)

    def _answers(self, keys: Mapping[object, tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
        tables = self.tables
        for lid, question in questions(self.engine.rows(f"{sql.questions(self.lines)} ORDER BY 1"), self.lines.facets):
            key = keys[lid]
            found = answer(question, self.indexes(question.plan), tables, knotted=str(key[2]).startswith("line "))
            place = None if found.required_by is None else tables.places.of((question.plan, found.required_by))
            yield (*key, found.says, place, found.row, found.carrier, found.primary_lines and list(found.primary_lines))
