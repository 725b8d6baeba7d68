"""What the tables at hand tell together: which codes are or were in force, when they began and ended, and the add-on table whole.

Tables are of different days. What one says of a day is outweighed by one that is newer; a code that the newest Addendum B of a day
leaves out has ended, unless a table of codes that is newer still has it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from precert.intake.reference.table import Kind, Table
from precert.intake.repair.known import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The tables at hand as one."""

    in_force: frozenset[str] = frozenset()
    """Every code that is or was in force."""
    spans: Mapping[str, Span] = field(default_factory=dict)
    """Code -> the day from which it was in force, and the day from which it is not; None where no table says."""
    as_of: date | None = None
    add_ons: Table | None = None
    """The newest add-on table."""

    def primaries(self) -> dict[str, tuple[str, ...]]:
        """Return add-on code -> primaries, of the pairs in force on the day of the table."""
        if self.add_ons is None:
            return {}
        found: dict[str, set[str]] = {}
        for pair in self.add_ons.pairs:
            if pair.ends is None or pair.ends >= self.add_ons.as_of:
                found.setdefault(pair.add_on, set()).update({pair.primary} if pair.primary else ())
        return {code: tuple(sorted(named)) for code, named in sorted(found.items())}


def book(tables: Iterable[Table]) -> Book:
    """Return what tables tell together."""
    known = sorted(tables, key=lambda each: (each.as_of, each.id))
    sets = [each for each in known if each.kind in {Kind.HCPCS, Kind.OPPS}]
    add_ons = [each for each in known if each.kind is Kind.ADD_ONS]
    dated = {each.code: (each.begins, each.ends, table.as_of) for table in sets if table.kind is Kind.HCPCS for each in table.codes}
    quarters = sorted({quarter for table in sets for each in table.codes for quarter, _ in each.statuses})
    listed: dict[str, set[str]] = {}
    for table in sets:
        for each in table.codes:
            listed.setdefault(each.code, set()).update(quarter for quarter, _ in each.statuses)
    return Book(
        in_force=frozenset(listed),
        spans={code: _span(dated.get(code), seen, quarters) for code, seen in listed.items()},
        as_of=max((each.as_of for each in sets), default=None),
        add_ons=add_ons[-1] if add_ons else None,
    )


def _span(dated: tuple[date | None, date | None, date] | None, seen: set[str], quarters: list[str]) -> Span:
    """Join what the HCPCS table prints of a code (its days, and the table's) with the quarters in which Addendum B lists it."""
    begins, ended, told = dated or (None, None, None)
    ends = ended and ended + timedelta(days=1)
    if not seen:
        return begins, ends
    first, last = min(seen), max(seen)
    if first > quarters[0] and begins is None:
        begins = _first_day(first)
    after = next((_first_day(quarter) for quarter in quarters if quarter > last), None)
    if ends and ends <= _first_day(last):  # it was listed again since
        ends = None
    if after and not ends and not (told and told >= after):
        ends = after
    return begins, ends


def _first_day(quarter: str) -> date:
    return date.fromisoformat(f"{quarter}-01")
