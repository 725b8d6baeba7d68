"""The decision table: which code a set of facts leads to (semantics.md, "Spine anesthesia").

Rules are tried in their order; the first whose facts are all known and as it asks decides. The table is data, shared by the
code, the page for coders and the tests. Its ranking is ours, and a rule that the document does not print so says that it is
inferred. The last rule asks for nothing, so some rule always decides.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from precert.anesthesiology.page import Page, Says
from precert.anesthesiology.terms import Conditions, Need

Facts = Mapping[str, str | bool]
"""The facts that are known, by name; what is not known is not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table: the facts it asks for, and a code, or codes elsewhere, or what is missing."""

    rank: int
    when: Conditions
    code: str | None = None
    pointers: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    begins: date | None = None
    """The day from which its codes exist; None when it needs no code, or nobody states one."""
    inferred: str | None = None
    """What of it the document does not print: our inference, in our words."""
    note: str | None = None
    """Why its codes begin when they do, where the document does not say."""

    def holds(self, facts: Facts) -> bool:
        """Tell whether all its facts are known and as it asks."""
        return all(facts.get(name) == value for name, value in self.when)

    def contrary(self, facts: Facts) -> Conditions:
        """Return the facts it asks for that are known to be otherwise: with one of these it cannot apply."""
        return tuple((name, value) for name, value in self.when if name in facts and facts[name] != value)

    def missing(self, facts: Facts) -> Conditions:
        """Return the facts it asks for that are not known."""
        return tuple((name, value) for name, value in self.when if name not in facts)

    def exists(self, day: date) -> bool:
        """Tell whether its codes exist on a date of service (R50)."""
        return self.begins is None or self.begins <= day

    def outcome(self, day: date) -> "Outcome":
        """Return what it answers for a date of service: never a code before it was added (R50)."""
        if not self.exists(day):
            return Outcome(needs=(Need.EARLIER_EDITION,))
        return Outcome(code=self.code, pointers=self.pointers, needs=self.needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Exactly one of: a code, codes elsewhere, what is missing."""

    code: str | None = None
    pointers: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The rules, in the order they are tried."""

    rules: tuple[Rule, ...]

    def decide(self, facts: Facts) -> Rule:
        """Return the first rule whose facts are all as it asks."""
        return next(rule for rule in self.rules if rule.holds(facts))

    def above(self, rule: Rule) -> tuple[Rule, ...]:
        """Return the rules that are tried before one."""
        return self.rules[: self.rules.index(rule)]

    def open(self, rule: Rule, facts: Facts) -> list[Rule]:
        """Return the rules tried before one that only unknown facts keep from deciding; those that would only ask on are left out.

        A rule that another would take the answer from, were its own facts known, is not open: sitting known, the region not,
        the cervical code for other positions cannot decide any more.
        """
        return [each for each in self.above(rule) if not each.needs and self.decide({**facts, **dict(each.missing(facts))}) is each]


def parse(data: bytes, page: Page) -> Table:
    """Read the table from paper; a code's rule begins on the day that the page says it was added."""
    return Table(tuple(_rule(each, page) for each in json.loads(data)["rules"]))


def _rule(raw: dict[str, Any], page: Page) -> Rule:
    code = raw.get("code")
    added = page.first(code, Says.ADDED) if code else None
    begins = added.since if added else raw.get("begins")
    return Rule(
        rank=raw["rank"],
        when=tuple(raw["when"].items()),
        code=code,
        pointers=tuple(raw.get("pointers", ())),
        needs=tuple(map(Need, raw.get("needs", ()))),
        begins=date.fromisoformat(begins) if begins else None,
        inferred=raw.get("inferred"),
        note=raw.get("note"),
    )
