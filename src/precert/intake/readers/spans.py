"""The cells of a page's table, those that span rows or columns written out."""

from dataclasses import dataclass, field
from typing import ClassVar

from precert import codes
from precert.facts.model import Citation

_LONGEST_BOLD = 200
"""Bold marks titles. A longer text in bold is none, and keeps its length."""
_WIDEST, _TALLEST = 1_000, 65_534
"""What browsers take at most for a span."""


@dataclass(slots=True)
class Cell:
    """One cell while it is read."""

    is_header: bool
    is_hidden: bool
    parts: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    """What the page hides of its text."""
    is_bold: bool = True
    """All its text so far is in bold."""
    is_struck: bool = False
    text: str = ""
    """Its text, once the row has ended."""

    def add(self, text: str, *, is_bold: bool, is_struck: bool) -> None:
        """Add text to the cell."""
        self.parts.append(text)
        if text.strip():
            self.is_bold &= is_bold
            self.is_struck |= is_struck

    def add_hidden(self, text: str, *, is_doubtful: bool) -> None:
        """Keep a text that the page hides. Where it is not sure that nobody sees it, the cell is doubtful."""
        self.unseen.append(text)
        if is_doubtful and text.strip():
            self.is_hidden = True

    def end(self) -> None:
        """Make its text one line. A code is not lost where the page hides all there is."""
        self.text = " ".join("".join(self.parts).split())
        if not self.text and any(codes.mentioned(hidden := " ".join("".join(self.unseen).split()))):
            self.text, self.is_hidden = hidden, True
        self.parts, self.unseen = [], []

    @property
    def shown(self) -> str:
        """The text, in bold as markup: bold tells a section's title from a description."""
        is_title = self.is_bold and not self.is_header and 0 < len(self.text) <= _LONGEST_BOLD
        return f"<b>{self.text}</b>" if is_title else self.text


@dataclass(slots=True)
class Row:
    """One row: where it stands, and its cells by column."""

    place: Citation
    block: int
    """Its place among the blocks of the page."""
    is_head: bool
    at: dict[int, Cell] = field(default_factory=dict)
    own: list[Cell] = field(default_factory=list)
    """Those that do not reach into it from above."""
    next: int = 0

    @property
    def cells(self) -> list[Cell]:
        """Every cell, blank ones where no cell stands."""
        blank = Cell(is_header=False, is_hidden=False)
        return [self.at.get(column, blank) for column in range(max(self.at, default=-1) + 1)]

    @property
    def has_text(self) -> bool:
        """A cell of its own holds a text."""
        return any(cell.text for cell in self.own)

    @property
    def has_headers(self) -> bool:
        """Every text of the row is in a header cell."""
        return all(cell.is_header for cell in self.at.values() if cell.text)


@dataclass(slots=True)
class Table:
    """One table while it is read, and the cells that reach down into its next rows."""

    MOST_CELLS: ClassVar[int] = 2_000_000
    """Of a page, written out as rows."""
    MOST_COLUMNS: ClassVar[int] = 2_000
    row: Row | None = None
    cell: Cell | None = None
    is_head: bool = False
    offset: int = 0
    """The column of the cell it stands in, if it stands in one."""
    part: int = 0
    """Which part of the page it belongs to, counted from one; nought before its first row."""
    down: dict[int, tuple[int, Cell]] = field(default_factory=dict)
    """By column: how many rows below are covered, and by what."""

    @property
    def column(self) -> int:
        """The column of the cell that is open; nought where none is."""
        return next((at for at, cell in self.row.at.items() if cell is self.cell), 0) if self.row and self.cell else 0

    def begin_group(self, *, is_head: bool) -> None:
        """Begin a group of rows, into which no cell reaches from above."""
        self.is_head, self.down = is_head, {}

    def begin_row(self, place: Citation, block: int) -> int:
        """Begin a row with the cells that reach into it; return how many do."""
        self.row, self.cell = Row(place, block, self.is_head), None
        self.row.at = {column: cell for column, (_, cell) in self.down.items()}
        self.down = {column: (left - 1, cell) for column, (left, cell) in self.down.items() if left > 1}
        return len(self.row.at)

    def begin_cell(self, cell: Cell, colspan: str | None, rowspan: str | None) -> int:
        """Put a cell in the next column that is free; return how many cells that makes."""
        assert self.row is not None
        column = self.row.next
        while column in self.row.at:
            column += 1
        wide, tall = _span(colspan, _WIDEST), _span(rowspan, _TALLEST, to_the_end=True)
        blank = Cell(is_header=cell.is_header, is_hidden=False)
        for at in range(column, column + wide):
            each = cell if at == column else blank
            self.row.at[at] = each
            self.row.own.append(each)
            if tall > 1:
                self.down[at] = (tall - 1, each)
        self.row.next = column + wide
        self.cell = cell
        return wide

    def end_row(self) -> Row | None:
        """End the row that is open, if one is."""
        row, self.row, self.cell = self.row, None, None
        for cell in row.at.values() if row else ():
            if cell.parts or cell.unseen:
                cell.end()
        return row


def _span(said: str | None, most: int, *, to_the_end: bool = False) -> int:
    """Return how far a cell spans. Nought rows are all that follow; what is no number is one."""
    text = (said or "1").strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 9:  # noqa: PLR2004 - longer than any span
        return 1
    return min(int(text), most) or (most if to_the_end else 1)
