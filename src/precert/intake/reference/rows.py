"""Tables with a header row: a workbook, a CSV, tab-separated text. The header says which table it is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from precert import codes
from precert.intake.reference.found import Found, day, pair, sorted_codes, sorted_pairs
from precert.intake.reference.table import CodeFact, Kind, PairFact

HEADER_WITHIN = 40
"""A header stands among the first rows, below notices and titles."""
_QUARTER = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])", re.ASCII)
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class _Columns:
    """A header row's names, folded to letters and digits, and where each stands."""

    at: dict[str, int]

    def find(self, *names: str) -> int | None:
        return next((self.at[name] for name in names if name in self.at), None)


def table(rows: Sequence[Row]) -> Found | None:
    """Return the table that the rows are; None when no header among the first of them is that of one."""
    for number, row in enumerate(rows[:HEADER_WITHIN]):
        columns = _Columns({_key(cell): at for at, cell in enumerate(row)})
        below = rows[number + 1 :]
        for recognise in (_add_ons, _hcpcs, _opps, _quarters):
            found = recognise(columns, below)
            if found is not None and (found.codes or found.pairs):
                return found
    return None


def _key(cell: str) -> str:
    # a quarter is a name by itself
    return cell.strip() if _QUARTER.fullmatch(cell.strip()) else re.sub(r"[^a-z0-9]", "", cell.lower())


def _cell(row: Row, at: int | None) -> str:
    return row[at].strip() if at is not None and at < len(row) else ""


def _add_ons(columns: _Columns, below: Sequence[Row]) -> Found | None:
    add_on, primary = columns.find("addoncode", "addon", "aoc"), columns.find("primarycode", "primary")
    kind = columns.find("aocedittype", "addoncodeedittype", "edittype", "type")
    if add_on is None or primary is None or kind is None:
        return None
    ends = [at for name, at in columns.at.items() if name.removesuffix("julian").endswith(("deldt", "deldate", "deletiondate"))]
    read = (pair(_cell(row, add_on), _cell(row, primary), _cell(row, kind), [_cell(row, at) for at in ends]) for row in below)
    return Found(kind=Kind.ADD_ONS, pairs=sorted_pairs(_only(read)))


def _hcpcs(columns: _Columns, below: Sequence[Row]) -> Found | None:
    code, added = columns.find("hcpc", "hcpcs", "hcpcscode", "code"), columns.find("adddt", "adddate", "added")
    ended = columns.find("termdt", "termdate", "terminationdate", "ended")
    if code is None or added is None or ended is None:
        return None
    read = (_dated(_cell(row, code), _cell(row, added), _cell(row, ended)) for row in below)
    return Found(kind=Kind.HCPCS, codes=sorted_codes(each for each in read if each))


def _dated(code: str, added: str, ended: str) -> CodeFact | None:
    parsed = codes.parse(code)
    return CodeFact(code=parsed, begins=day(added), ends=day(ended)) if parsed else None


def _opps(columns: _Columns, below: Sequence[Row]) -> Found | None:
    """Addendum B: one quarter, whose name stands in a title or in the file's name."""
    code, status = columns.find("hcpcscode", "hcpcs", "hcpc"), columns.find("si", "statusindicator", "cisi")
    if code is None or status is None:
        return None
    read = ((codes.parse(_cell(row, code)), _cell(row, status).upper()) for row in below)
    return Found(kind=Kind.OPPS, codes=sorted_codes(CodeFact(code=one, statuses=(("", said),)) for one, said in read if one and said))


def _quarters(columns: _Columns, below: Sequence[Row]) -> Found | None:
    """A table of many quarters: a column each. One with a letter behind it (`2020-01a`) was superseded, and tells nothing."""
    code = columns.find("code", "hcpcs", "hcpcscode")
    quarters = [(name, at) for name, at in columns.at.items() if _QUARTER.fullmatch(name)]
    if code is None or not quarters:
        return None
    return Found(kind=Kind.OPPS, codes=sorted_codes(_over_time(below, code, sorted(quarters))))


def _over_time(below: Sequence[Row], code: int, quarters: list[tuple[str, int]]) -> Iterator[CodeFact]:
    for row in below:
        if parsed := codes.parse(_cell(row, code)):
            yield CodeFact(code=parsed, statuses=tuple((name, said.upper()) for name, at in quarters if (said := _cell(row, at))))


def _only(pairs: Iterator[PairFact | None]) -> Iterator[PairFact]:
    return (each for each in pairs if each)
