"""Prose among the rows of a sheet. A sheet has nothing but cells, so its titles and footers are rows with one cell filled.

So are the titles of sections inside a table, and damaged rows, and those must not be lost: a lone text is prose only where it stands
in the first column, a blank row or nothing is above it, and no row of data follows before the next header. Everything else stays a row.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from precert.intake.readers.document import Prose, RawRow

_SHORTEST_PROSE = 12
"""Characters. What is shorter may be what is left of a damaged row."""
_DIGIT = re.compile(r"\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that is not blank."""

    row: RawRow
    after_blank: bool
    """Nothing stands in the row above it, or there is none."""
    is_framed: bool = False
    """Blank cells beside its text are drawn as cells: it is a row of the table."""

    @property
    def filled(self) -> list[int]:
        """Where its cells hold a text."""
        return [at for at, cell in enumerate(self.row.cells) if cell.strip()]


def told_apart(rows: Sequence[SheetRow]) -> tuple[RawRow | Prose, ...]:
    """Return the rows, those that are prose as prose."""
    filled = [each.filled for each in rows]
    first = min((each[0] for each in filled if len(each) > 1), default=0)
    follows = _followed_by_no_data(rows, filled)
    found: list[RawRow | Prose] = []
    for start, end in _runs(rows, filled):
        is_prose = (
            len(filled[start]) == 1
            and rows[start].after_blank
            and follows[start]
            and all(_is_text(rows[at], filled[at][0], first) for at in range(start, end))
        )
        found += [_prose(rows[at].row, filled[at][0]) if is_prose else rows[at].row for at in range(start, end)]
    return tuple(found)


def _runs(rows: Sequence[SheetRow], filled: Sequence[list[int]]) -> Iterator[tuple[int, int]]:
    """Yield where each run begins and ends: lone texts that follow each other without a blank row, or one other row."""
    start = 0
    for at in range(1, len(rows) + 1):
        goes_on = at < len(rows) and not rows[at].after_blank and len(filled[at - 1]) == len(filled[at]) == 1
        if not goes_on:
            yield start, at
            start = at


def _followed_by_no_data(rows: Sequence[SheetRow], filled: Sequence[list[int]]) -> list[bool]:
    """Tell of each row whether the next one with several cells filled holds no digit, or there is none."""
    found, so_far = [], True
    for each, cells in zip(reversed(rows), reversed(filled), strict=True):
        found.append(so_far)
        if len(cells) > 1:
            so_far = not each.row.doubt and not any(_DIGIT.search(cell) for cell in each.row.cells)
    return found[::-1]


def _is_text(each: SheetRow, at: int, first: int) -> bool:
    text = each.row.cells[at].strip()
    return at <= first and not each.row.doubt and not each.is_framed and len(text) > _SHORTEST_PROSE and " " in text


def _prose(row: RawRow, at: int) -> Prose:
    return Prose(row.cells[at].strip(), row.citation)
