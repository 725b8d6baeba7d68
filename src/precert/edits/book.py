"""What the federal tables say of listed codes: primaries of add-ons, and since when and until when a code was there.

On paper it is JSON, one code a line, made by `tools/edits.py`. Each table has its edition and its own content address, so that
an answer names what it used and no more. Codes that no bundled list names are not here, and nothing is said of them.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from precert.facts.model import Reference

SCHEMA = "precert.coding-edits/1"
ENCODING = "utf-8"
CONTRACTOR_DEFINED = "CCCCC"
"""What the federal add-on table prints where it leaves the primaries, or more of them, to the contractor."""
ADD_ONS, HCPCS, OPPS = "ncci-add-on", "hcpcs-codes", "opps-codes"


@dataclass(frozen=True, kw_only=True)
class Table:
    """One federal table: what it says of each code, its edition, and the SHA-256 of the file it was taken from."""

    name: str
    edition: str
    source: str
    codes: Mapping[str, Sequence[str | None]]
    days: tuple[str, ...] = ()
    """The days it speaks of: the quarters of the files held, or the last day on which it adds a code."""

    @cached_property
    def reference(self) -> Reference:
        """Return what an answer names as its source: the content address is that of the facts carried."""
        # one call for all of it: every order pays for this once a process
        facts = json.dumps({"codes": self.codes, "days": self.days}, sort_keys=True, separators=(",", ":"))
        return Reference(name=self.name, edition=self.edition, id="sha256:" + hashlib.sha256(facts.encode(ENCODING)).hexdigest())

    def text(self) -> str:
        """Return the table on paper, one code a line, with its content address."""
        head = f'{{"edition":{_dump(self.edition)},\n"source":"{self.source}",\n"id":"{self.reference.id}",\n"days":{_dump(self.days)},\n'
        codes = ",\n".join(f"{_dump(code)}:{_dump(self.codes[code])}" for code in sorted(self.codes))
        return f'{head}"codes":{{\n{codes}\n}}}}'


@dataclass(frozen=True, kw_only=True)
class Book:
    """The facts of coding edits. Read it with `parse`; nothing changes it."""

    add_ons: Table
    """Add-on code -> its primaries, `CCCCC` among them where the contractor may define more."""
    hcpcs: Table
    """Level II code -> (day added, last day in force or None). `days` has the last day on which the file adds a code."""
    opps: Table
    """Code -> (first of CMS's outpatient files that holds it, first that no longer does or None). `days` are the files held.

    A code that all of them hold, and one that none does, is not in it.
    """

    @cached_property
    def watched(self) -> frozenset[str]:
        """The codes of which some table says something."""
        return frozenset().union(self.add_ons.codes, self.hcpcs.codes, self.opps.codes)

    @property
    def last_addition(self) -> str:
        """The last day on which the HCPCS file adds a code: of what came later it says nothing."""
        return self.hcpcs.days[-1]

    @cached_property
    def primaries(self) -> Mapping[str, frozenset[str | None]]:
        """The primaries of each federal add-on of which the table names all: the contractor defines none of them."""
        return {code: frozenset(named) for code, named in self.add_ons.codes.items() if CONTRACTOR_DEFINED not in named}

    def text(self) -> str:
        """Return the book on paper."""
        tables = ",\n".join(f"{_dump(each.name)}:{each.text()}" for each in (self.add_ons, self.hcpcs, self.opps))
        return f'{{"schema":"{SCHEMA}",\n{tables}}}\n'


def parse(data: bytes) -> Book:
    """Read a book from paper. Raises ValueError when a table is not what its content address says."""
    raw: dict[str, Any] = json.loads(data)
    return Book(add_ons=_table(ADD_ONS, raw), hcpcs=_table(HCPCS, raw), opps=_table(OPPS, raw))


def _table(name: str, raw: dict[str, Any]) -> Table:
    of = raw[name]
    table = Table(name=name, edition=of["edition"], source=of["source"], codes=of["codes"], days=tuple(of["days"]))
    if table.reference.id != of["id"]:
        raise ValueError(f"the facts of {name} are altered: their content address is another")
    return table


def _dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
