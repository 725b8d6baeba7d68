"""Booked orders, from the text of a CSV file: which lines are ordered together, and which rows could not be read.

Columns: `case_id`, `code`, `date_of_service`; and, where there are any, `plan`, `line_number`, `modifiers` (`;`-joined), `units`,
`segment`, `state`, `place_of_service`. Other columns are nobody's business here: they are not read and not repeated. A case is
the lines that share (case_id, plan, date_of_service, segment, state, place_of_service), wherever they stand in the file
(contract.md, "Batch").

A row that cannot be read is reported with the reason and left out of its case; the other lines of the same `case_id` are marked
`incomplete`, for an answer may hang on a line that is missing.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from precert.requirement.case import Case, Line, RequestError, read_line

REQUIRED = ("case_id", "code", "date_of_service")
OPTIONAL = ("plan", "line_number", "modifiers", "units", "segment", "state", "place_of_service")
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A booked case. `numbers` are its lines' numbers as the file gives them, else from 1; `incomplete` when a row was unreadable."""

    case_id: str
    case: Case
    numbers: tuple[int, ...]
    incomplete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A row that could not be read: its line in the file, and why. `code` is stable, as in a request error."""

    row: int
    case_id: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What the file holds. Every row is in a case or malformed."""

    rows: int
    orders: tuple[Order, ...]
    malformed: tuple[Malformed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    case_id: str
    shared: Case
    number: int | None


def read_orders(text: str, plan: str) -> Orders:
    """Read booked orders; `plan` is that of the rows that name none. Raises RequestError when the file as a whole cannot be read."""
    read: list[_Row] = []
    malformed: list[Malformed] = []
    for row, cells in _rows(text):
        try:
            read.append(_read(row, cells, plan))
        except RequestError as error:
            malformed.append(Malformed(row=row, case_id=cells.get("case_id") or None, code=error.code, message=str(error)))
    torn = {each.case_id for each in malformed}
    orders = tuple(_order(rows, incomplete=rows[0].case_id in torn) for rows in _cases(read))
    return Orders(rows=len(read) + len(malformed), orders=orders, malformed=tuple(malformed))


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield every row that is not blank, with its line in the file, as the cells of the columns that are read."""
    reader = csv.reader(_lines(text), strict=True)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        _check(header)
        for cells in reader:
            if cells:
                yield reader.line_num, _cells(header, cells)
    except csv.Error as error:
        raise RequestError("unreadable-file", f"line {reader.line_num} of the orders is not CSV that can be read: {error}") from error


def _lines(text: str) -> Iterable[str]:
    """Split at line ends only: str.splitlines() knows many more."""
    return (line + "\n" for line in text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _check(header: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise RequestError("bad-field", f"the orders have no column `{missing[0]}`; the first line names the columns")
    twice = [name for name in (*REQUIRED, *OPTIONAL) if header.count(name) > 1]
    if twice:
        raise RequestError("bad-field", f"the orders have the column `{twice[0]}` more than once")


def _cells(header: list[str], cells: list[str]) -> dict[str, str]:
    found = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name in REQUIRED or name in OPTIONAL}
    return found if len(cells) == len(header) else found | {"": f"{len(cells)} cells under {len(header)} columns"}


def _read(row: int, cells: Mapping[str, str], plan: str) -> _Row:
    if "" in cells:
        raise RequestError("bad-field", f"the row has {cells['']}")
    if not cells["case_id"]:
        raise RequestError("bad-field", "the row names no `case_id`")
    if not cells["code"]:
        raise RequestError("bad-field", "the row names no `code`")
    case = Case.from_dict(
        {
            "plan": cells.get("plan") or plan,
            "date_of_service": cells["date_of_service"],
            **{name: cells.get(name) or None for name in ("segment", "state", "place_of_service")},
            "lines": [{"code": cells["code"]}],
        }
    )
    modifiers = [each for each in cells.get("modifiers", "").split(";") if each.strip()]
    line = read_line(cells["code"], modifiers, _units(cells), row)  # a message names the line of the file
    return _Row(case_id=cells["case_id"], shared=_with(case, [line]), number=_whole(cells, "line_number"))


def _units(cells: Mapping[str, str]) -> object:
    """Return the units as a number where they are one; whether they will do is the case's to say."""
    text = cells.get("units") or "1"
    return int(text) if _WHOLE.fullmatch(text) else text


def _whole(cells: Mapping[str, str], name: str) -> int | None:
    text = cells.get(name)
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise RequestError("bad-field", f"`{name}` is `{text}`; it should be a whole number")
    return int(text)


def _with(case: Case, lines: Iterable[Line]) -> Case:
    return Case(
        plan=case.plan,
        date_of_service=case.date_of_service,
        lines=tuple(lines),
        segment=case.segment,
        state=case.state,
        place_of_service=case.place_of_service,
    )


def _cases(rows: Iterable[_Row]) -> Iterable[list[_Row]]:
    found: dict[tuple[object, ...], list[_Row]] = {}
    for row in rows:
        case = row.shared
        key = row.case_id, case.plan, case.date_of_service, case.segment, case.state, case.place_of_service
        found.setdefault(key, []).append(row)
    return found.values()


def _order(rows: list[_Row], *, incomplete: bool) -> Order:
    case = _with(rows[0].shared, [line for row in rows for line in row.shared.lines])
    numbers = tuple(at if row.number is None else row.number for at, row in enumerate(rows, 1))
    return Order(case_id=rows[0].case_id, case=case, numbers=numbers, incomplete=incomplete)
