"""One sheet of a workbook, as a person sees it: the cells that exist, never the box they span, for two cells can span 17 billion.

A value is what its number format shows of it. A cell that is struck out, shows nothing, or was never calculated makes its row
doubtful. A cell merged downwards is read in each row it covers.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import IO, Any, cast

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import from_excel
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

from precert import codes
from precert.facts.model import Citation
from precert.intake.readers import number_format
from precert.intake.readers.document import Note, Prose, RawRow, UnreadableError
from precert.intake.readers.lone import SheetRow, told_apart
from precert.intake.readers.tally import Tally
from precert.intake.readers.terms import Doubt, Seen

_MOST_CELLS = 5_000_000
"""Of a workbook, written out as rows."""
_PADDED = 64
"""Rows are filled up with blanks to the width of the sheet, as far as this: one stray cell must not make every row long."""
_LONGEST_BOLD = 200
"""Bold marks titles. A longer text in bold is none, and keeps its length."""
_WHITE_INDEXES = (1, 9)
_NOUGHT = re.compile(r"-?0*\.?0+", re.ASCII)
_CHANGES = re.compile(
    r"remov|delet|no longer|not (?:be )?(?:required|needed|covered)|no (?:pa|auth|prior|precert)|terminat|effective|expir|discontinu"
    r"|replac|retire|suspend|waive|\bends?\b|\bended\b|until|starting|as of|obsolete|exempt",
    re.IGNORECASE | re.ASCII,
)
"""What a comment says that may change what its row means."""
_MOST_SAID = 32_767
"""Characters of a comment that are looked at."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What a cell's style does to what is seen of it."""

    number_format: str
    is_date: bool
    is_duration: bool
    is_bold: bool
    is_struck: bool
    is_white: bool
    is_bordered: bool


class Looks:
    """The styles of a workbook, taken apart once each."""

    def __init__(self, book: Workbook) -> None:
        self._book: Any = book
        self._seen: dict[int, _Look] = {}

    def of(self, style: int) -> _Look:
        """Return what a style does."""
        if style not in self._seen:
            self._seen[style] = self._look(style)
        return self._seen[style]

    def _look(self, style: int) -> _Look:
        array = self._book._cell_styles[style]  # noqa: SLF001 - openpyxl shows styles on cells only, and a cell costs more than it tells
        font, fill, border = (
            self._book._fonts[array.fontId],  # noqa: SLF001 - as above
            self._book._fills[array.fillId],  # noqa: SLF001 - as above
            self._book._borders[array.borderId],  # noqa: SLF001 - as above
        )
        shown = self._format(array.numFmtId)
        kind = getattr(fill, "fill_type", None)
        return _Look(
            number_format=shown,
            is_date=is_date_format(shown),
            is_duration=is_timedelta_format(shown),
            is_bold=bool(font.b),
            is_struck=bool(font.strike),
            is_white=_is_white(font.color) and (kind is None or (kind == "solid" and _is_white(fill.fgColor))),
            is_bordered=any(side is not None and side.style for side in (border.left, border.right, border.top, border.bottom)),
        )

    def _format(self, number: int) -> str:
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return BUILTIN_FORMATS.get(number, "General")
        return str(self._book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])  # noqa: SLF001 - as above


def _is_white(colour: Any) -> bool:  # noqa: ANN401 - openpyxl's colours answer by their type
    if colour is None:
        return False
    match colour.type:
        case "rgb":
            return str(colour.rgb)[-6:].upper() == "FFFFFF"
        case "theme":
            return bool(colour.theme == 0 and (colour.tint or 0) >= 0)
        case _:
            return colour.indexed in _WHITE_INDEXES


@dataclass(frozen=True, slots=True)
class _Cell:
    """What is seen of a cell, and what speaks against it."""

    text: str
    doubt: str | None = None
    by_formula: bool = False


class _Parser(WorkSheetParser):
    """openpyxl's parser of a sheet, which keeps beside a cached value that a formula made it."""

    def parse_cell(self, element: Any) -> dict[str, Any]:  # noqa: ANN401 - an element of openpyxl's choice of parser
        kind, value = element.get("t"), element.findtext(VALUE_TAG)
        if kind == "s" and (value or "").startswith("-"):
            raise ValueError("a cell names a text before the first")
        cell: dict[str, Any] = super().parse_cell(element)
        has_formula = element.find(FORMULA_TAG) is not None
        return cell | {"formula": has_formula, "uncached": has_formula and not value and kind != "str"}

    def parse_formatting(self, element: Any) -> None:  # noqa: ANN401 - as above
        """Leave conditional formats: they are not read."""

    def parse_extensions(self, element: Any) -> None:  # noqa: ANN401 - as above
        """Leave extensions: they are not read."""


class SheetReader:
    """Reads the sheets of one workbook."""

    def __init__(self, name: str, digest: str, looks: Looks, shared: Mapping[int, str], epoch: Any) -> None:  # noqa: ANN401 - a day, by openpyxl's choice
        self.name, self.digest, self.looks, self.shared, self.epoch = name, digest, looks, shared, epoch
        self.cells = 0

    def read(
        self, title: str, source: IO[bytes], state: str, comments: Mapping[str, str]
    ) -> tuple[tuple[RawRow | Prose, ...], tuple[Note, ...]]:
        """Return a sheet's rows and prose, its name first, and what was seen on the way."""
        sheet = _Sheet(self, title, source)
        if not sheet.rows:
            return (), ()
        tally = Tally()
        if state != "visible":
            tally.add(Seen.HIDDEN_SHEET, "the sheet is hidden; its rows are set aside", sheet.place(None))
            sheet.doubt = Doubt.HIDDEN_SHEET
        sheet.spread_merged(tally)
        sheet.note_hidden(tally)
        sheet.note_codes(tally, comments)
        return (Prose(title, sheet.place(None)), *told_apart(list(sheet.grid()))), tally.notes()

    def count(self, cells: int) -> None:
        """Count cells that are written out; what has too many is no list."""
        self.cells += cells
        if self.cells > _MOST_CELLS:
            raise UnreadableError(f"`{self.name}` writes out to more than {_MOST_CELLS:,} cells: it is no list")


class _Sheet:
    """The cells of one sheet by row and column, blank ones left out."""

    def __init__(self, reader: SheetReader, title: str, source: IO[bytes]) -> None:
        self.reader, self.title = reader, title
        # dates are taken as the numbers they are kept as, and made days where the format says so
        self.parser: Any = _Parser(source, cast("Any", reader.shared), data_only=True, epoch=reader.epoch, rich_text=True)
        self.doubt: str | None = None
        """What speaks against all of its rows."""
        self.rows: dict[int, dict[int, _Cell]] = {}
        self.framed: dict[int, set[int]] = {}
        for number, cells in self.parser.parse():
            self._row(number, cells)
        self.rows = dict(sorted(self.rows.items()))

    def place(self, row: int | None) -> Citation:
        return Citation(document=self.reader.name, sha256=self.reader.digest, sheet=self.title, row=row)

    def _row(self, number: int, cells: Iterable[dict[str, Any]]) -> None:
        found: dict[int, _Cell] = {}
        for cell in cells:
            column, look = cell["column"], self.reader.looks.of(cell["style_id"])
            if cell["row"] != number or column in found:
                raise UnreadableError(f"`{self.reader.name}` contradicts itself: a cell of its row {number} says to stand elsewhere")
            shown = self._cell(cell, look)
            if shown.text.strip() or shown.doubt:
                found[column] = shown
            elif look.is_bordered:
                self.framed.setdefault(number, set()).add(column)
        if found and number in self.rows:
            raise UnreadableError(f"`{self.reader.name}` contradicts itself: it has two rows {number}")
        if found:
            self.rows[number] = found

    def _cell(self, cell: dict[str, Any], look: _Look) -> _Cell:
        value = cell["value"]
        if cell["uncached"]:
            return _Cell("", Doubt.UNCALCULATED, by_formula=True)
        if value is None:
            return _Cell("")
        text, doubt = self._shown(value, look)
        if text.strip() and (look.is_struck or _is_struck(value)):
            doubt = Doubt.STRUCK_OUT
        elif text.strip() and look.is_white:
            doubt = Doubt.HIDDEN_TEXT
        return _Cell(_marked(text, value, look), doubt, by_formula=cell["formula"])

    def _shown(self, value: Any, look: _Look) -> tuple[str, str | None]:  # noqa: ANN401 - whatever a cell may hold
        """Return a value as a person sees it, and why that is in doubt."""
        match value:
            case bool():
                return str(value).upper(), None
            case int() | float() if look.is_date:
                return self._moment(value, look)
            case int() | float():
                text = number_format.number(value, look.number_format)
                if text is None:
                    return number_format.general(value), Doubt.UNREAD_FORMAT
                return (text, None) if text or not value else (number_format.general(value), Doubt.HIDDEN_TEXT)
            case date() | time() | timedelta():
                return number_format.moment(value), None
            case _:
                text = _flowed(value) if isinstance(value, CellRichText) else str(value)
                return text, Doubt.HIDDEN_TEXT if number_format.hides_text(look.number_format) and text.strip() else None

    def _moment(self, value: float, look: _Look) -> tuple[str, str | None]:
        try:
            return number_format.moment(from_excel(value, self.reader.epoch, timedelta=look.is_duration)), None
        except (OverflowError, ValueError):
            return number_format.general(value), Doubt.UNREAD_FORMAT

    # -- what reaches beyond its cell ----------------------------------------------------------------------------------

    def spread_merged(self, tally: Tally) -> None:
        """Read a cell merged over several rows in each of them that has something of its own."""
        numbers = list(self.rows)
        for merged in self._merges():
            for number in numbers[bisect_left(numbers, merged.min_row) : bisect_right(numbers, merged.max_row)]:
                self.reader.count(1)
                self.framed.get(number, set()).difference_update(range(merged.min_col, min(merged.max_col, merged.min_col + _PADDED) + 1))
            top = self.rows.get(merged.min_row, {}).get(merged.min_col)
            if top is None or merged.max_row == merged.min_row:
                continue
            tally.add(Seen.MERGED_CELLS, "a cell is merged over several rows, and is read in each of them", self.place(merged.min_row))
            for number in numbers[bisect_right(numbers, merged.min_row) : bisect_right(numbers, merged.max_row)]:
                self.rows[number].setdefault(merged.min_col, top)

    def _merges(self) -> Iterator[Any]:
        yield from self.parser.merged_cells.mergeCell if self.parser.merged_cells else ()

    def note_hidden(self, tally: Tally) -> None:
        for number in self.rows:
            if _is_hidden(self.parser.row_dimensions.get(str(number), {}), "ht"):
                tally.add(Seen.HIDDEN_ROW, "a row is hidden; it is read", self.place(number))
        filled = {column for cells in self.rows.values() for column in cells}
        for each in self.parser.column_dimensions.values():
            if _is_hidden(each, "width") and any(int(each["min"]) <= column <= int(each["max"]) for column in filled):
                tally.add(Seen.HIDDEN_COLUMN, "a column is hidden; it is read", self.place(next(iter(self.rows))))

    def note_codes(self, tally: Tally, comments: Mapping[str, str]) -> None:
        """Note codes that a formula made or that a comment speaks of; a comment that speaks of a change speaks against its row."""
        for number, cells in self.rows.items():
            if comments and any(codes.parse(cell.text) for cell in cells.values()):
                self._weigh_comments(number, cells, comments)
            for column, cell in cells.items():
                if not (cell.by_formula or comments) or not codes.parse(cell.text):
                    continue
                if cell.by_formula:
                    tally.add(Seen.CODE_BY_FORMULA, "a code is what a formula made when the file was last calculated", self.place(number))
                if f"{_letters(column)}{number}" in comments:
                    tally.add(Seen.COMMENT_ON_CODE, "a code carries a comment, which is not read", self.place(number))

    def _weigh_comments(self, number: int, cells: dict[int, _Cell], comments: Mapping[str, str]) -> None:
        for column, cell in cells.items():
            said = comments.get(f"{_letters(column)}{number}", "")[:_MOST_SAID]
            if _CHANGES.search(said):
                cells[column] = _Cell(cell.text, cell.doubt or Doubt.REVOKED_BY_COMMENT, by_formula=cell.by_formula)

    # -- rows ----------------------------------------------------------------------------------------------------------

    def grid(self) -> Iterator[SheetRow]:
        width = min(_PADDED, max(max(cells) for cells in self.rows.values()))
        before = 0
        for number, cells in self.rows.items():
            long = max(width, *cells)
            self.reader.count(long)
            texts = tuple(cells[column].text if column in cells else "" for column in range(1, long + 1))
            doubt = self.doubt or next((cell.doubt for cell in cells.values() if cell.doubt), None)
            yield SheetRow(RawRow(texts, self.place(number), doubt=doubt), number > before + 1 or not before, bool(self.framed.get(number)))
            before = number


def _is_hidden(dimension: Mapping[str, str], size: str) -> bool:
    return dimension.get("hidden") in ("1", "true") or _NOUGHT.fullmatch(dimension.get(size, "")) is not None


def _is_struck(value: object) -> bool:
    return isinstance(value, CellRichText) and any(isinstance(part, TextBlock) and part.font.strike and part.text.strip() for part in value)


def _flowed(value: CellRichText) -> str:
    """Return a text of several looks, a raised mark parted from the code it stands at: a footnote's number is no digit of it."""
    text, was_raised = "", False
    for part in value:
        is_raised = isinstance(part, TextBlock) and part.font.vertAlign == "superscript"
        beside = text.split()[-1:] if is_raised else str(part).split()[:1]
        if is_raised != was_raised and any(codes.parse(each) for each in beside):
            text += " "
        text, was_raised = text + str(part), is_raised
    return text


def _marked(text: str, value: object, look: _Look) -> str:
    """Return a cell's text, in bold as markup: bold tells a section's title from a description."""
    is_bold = look.is_bold
    if isinstance(value, CellRichText):
        is_bold = all(isinstance(part, TextBlock) and bool(part.font.b) for part in value if str(part).strip())
    return f"<b>{text}</b>" if is_bold and 0 < len(text.strip()) <= _LONGEST_BOLD else text


def _letters(column: int) -> str:
    """Return the letters of a column, counted from one."""
    found = ""
    while column:
        column, at = divmod(column - 1, 26)
        found = chr(ord("A") + at) + found
    return found
