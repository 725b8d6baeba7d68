"""What the cells of a column print: codes, requirements that name what is required, row numbers, marks, or text."""

from collections.abc import Sequence
from dataclasses import dataclass

from precert.intake.layouts.codecell import read_cell
from precert.intake.layouts.columns import clean
from precert.intake.layouts.profile import COMMON_WORDS, PLAIN_WORDS, key
from precert.intake.readers.document import RawRow

ENOUGH = 0.9
"""The share of a column's filled cells that are codes, from which on it is one of codes."""
FEWEST = 2
"""Cells that say anything of a column."""
_REMARK = 4
"""Words in a remark; an answer has fewer."""
_MARKS = frozenset({("x",), ("\u2713",), ("\u2714",), ("\u2022",), ("\u25cf",), ("\u221a",)})
"""Marks that a person makes in a cell, as vocabulary keys. An `X` beside a tick may be the tick's opposite."""


@dataclass(frozen=True, slots=True)
class Content:
    """The filled cells of one column."""

    cells: tuple[str, ...]

    @property
    def codes(self) -> float:
        """The share of cells that name codes and nothing else."""
        return sum(not isinstance(read_cell(cell), str) for cell in self.cells) / len(self.cells) if self.cells else 0.0

    @property
    def several(self) -> float:
        """The share of cells that name more than one code."""
        read = [read_cell(cell) for cell in self.cells]
        return sum(not isinstance(each, str) and not each.is_single for each in read) / len(read) if read else 0.0

    @property
    def are_codes(self) -> bool:
        """Whether this is a column of codes."""
        return len(self.cells) >= FEWEST and self.codes >= ENOUGH

    @property
    def are_requirements(self) -> bool:
        """Whether every cell says by itself whether authorization is required: a bare Yes may answer any question."""
        return len(self.cells) >= FEWEST and all(key(cell) in PLAIN_WORDS for cell in self.cells)

    @property
    def are_numbers(self) -> bool:
        """Whether the cells count the rows."""
        if len(self.cells) < FEWEST or not all(cell.isascii() and cell.isdigit() for cell in self.cells):
            return False
        return [int(cell) for cell in self.cells] == list(range(int(self.cells[0]), int(self.cells[0]) + len(self.cells)))

    @property
    def are_texts(self) -> bool:
        """Whether most cells are of more than one word."""
        return sum(len(cell.split()) > 1 for cell in self.cells) * 2 >= len(self.cells) > 0

    @property
    def may_answer(self) -> bool:
        """Whether the cells may be short answers to a question that nobody knows, rather than remarks."""
        words = [len(cell.split()) for cell in self.cells]
        return any(key(cell) in COMMON_WORDS for cell in self.cells) or sum(count < _REMARK for count in words) * 2 > len(words)

    @property
    def mark(self) -> tuple[str, ...] | None:
        """The one mark that is made in the column."""
        made = {key(cell) for cell in self.cells} & _MARKS
        return made.pop() if len(made) == 1 else None


def contents(rows: Sequence[RawRow]) -> list[Content]:
    """Return the content of each column; rows with one filled cell are titles, unless there is one column."""
    width = max((len(row.cells) for row in rows), default=0)
    cells = [[clean(cell) for cell in row.cells] for row in rows]
    filled = [row for row in cells if sum(map(bool, row)) > 1 or width == 1]
    return [Content(tuple(row[at] for row in filled if at < len(row) and row[at])) for at in range(width)]
