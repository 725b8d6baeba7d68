"""From pages of words to the blocks of a document: tables' rows, with the place of each cell, and prose.

A table may go on over pages: its columns are found on all of them together, and a row that a page break parts is joined where its
text shows that it goes on. Where that is not clear, neither part is believed.
"""

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from precert import codes
from precert.facts.model import Citation
from precert.intake.readers import regions
from precert.intake.readers.bands import UNCERTAIN, Draft, Shape, Strip, bands, drafts, shape_of, strip_of
from precert.intake.readers.columns import Columns, columns_of, lone_codes
from precert.intake.readers.document import Box, Prose, RawRow
from precert.intake.readers.grid import Grid, block, code_column, grids, strips
from precert.intake.readers.page import Line, Page, Word, joined, lines_of
from precert.intake.readers.regions import Region, regions_of
from precert.intake.readers.terms import Doubt

_MOSTLY = 0.8
"""Of the rows that rules part, this many hold one code: then each of them is a row."""
_USUAL = 0.9
_WIDE_RULE = 0.6
"""Of a table's width: a rule so long parts rows."""
_LISTED = re.compile(
    r"[,;/&\u2013-]\s*\Z|\A\s*[,;/&\u2013-]|\b(?:and|or|to|thru|through|except|excluding|excludes|not|but|with)\b", re.IGNORECASE | re.ASCII
)
"""In a line of a code cell: the cell says something of several codes, which no line of it says alone."""
_GOES_ON = frozenset(",-/(&;:+") | {"\u2013"}
_BEFORE_MORE = frozenset(["a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "per", "the", "to", "with", "without"])
"""A text that ends so goes on."""


@dataclass(slots=True)
class Row:
    """A row of a table on a page: the lines of each cell, and what speaks against it."""

    page: Page
    top: float
    bottom: float
    cells: list[list[list[Word]]]
    doubt: str | None = None

    def text(self, at: int) -> str:
        """Return what a cell says; bold where all of it is."""
        lines = self.cells[at]
        text = flowed([joined(line) for line in lines])
        return f"<b>{text}</b>" if text and all(word.bold for line in lines for word in line) else text

    def box(self, at: int) -> Box | None:
        """Return where a cell's text stands on the row's page."""
        words = [word for line in self.cells[at] for word in line]
        if not words:
            return None
        left, top = min(word.left for word in words), min(word.top for word in words)
        return self.page.seen(left, top, max(word.right for word in words), max(word.bottom for word in words))

    def filled(self) -> frozenset[int]:
        """Return which columns have text."""
        return frozenset(at for at, lines in enumerate(self.cells) if lines)

    def words(self) -> Iterator[Word]:
        """Yield all words of the row."""
        return (word for lines in self.cells for line in lines for word in line)

    def code(self, column: int | None) -> str | None:
        """Return the code its code cell prints."""
        return codes.parse(" ".join(joined(line) for line in self.cells[column])) if column is not None else None


@dataclass(slots=True)
class Part:
    """What of a table stands on one page, between rules or in the open."""

    page: Page
    drawn: Grid | Region
    rows: list[Row] = field(default_factory=list)

    @property
    def top(self) -> float:
        """Return where it begins."""
        return self.drawn.top if isinstance(self.drawn, Grid) else self.drawn.lines[self.drawn.first].top


@dataclass(slots=True)
class Table:
    """The parts of one table, page by page."""

    parts: list[Part]
    code: int | None = None

    def takes(self, part: Part) -> bool:
        """Tell whether a part goes on with this table's columns."""
        own, other = self.parts[-1].drawn, part.drawn
        if isinstance(own, Grid) and isinstance(other, Grid):
            return len(own.edges) == len(other.edges) and all(
                abs((a - own.edges[0]) - (b - other.edges[0])) <= _SHIFT for a, b in zip(own.edges, other.edges, strict=True)
            )
        if isinstance(own, Region) and isinstance(other, Region):
            headings = regions.heading(_region(self.parts[0])), regions.heading(other)
            if all(headings) and not regions.same_heading(*headings):
                return False
            return regions.are_alike([runs for before in self.parts[-_LOOK_BACK:] for runs in _region(before).coded()], other.coded())
        return False


_LOOK_BACK = 4
"""Pages whose lines tell whether the next page goes on with their columns."""
_OVER = 1.0
"""Points: a word that reaches farther over a rule stands in two cells."""
_SHIFT = 3.0
"""Points: edges of one table on two pages."""


def blocks_of(pages: Sequence[Page], name: str, sha256: str) -> Iterator[RawRow | Prose]:
    """Yield the rows and the prose of pages, in the order they are read."""
    lines = {page.number: _outside(page) for page in pages}
    parts = [part for page in pages for part in _parts(page, lines[page.number])]
    tables: list[Table] = []
    for part in parts:
        if tables and tables[-1].takes(part):
            tables[-1].parts.append(part)
        else:
            tables.append(Table([part]))
    used: dict[int, list[Region]] = {}
    by_number = {page.number: page for page in pages}
    for table in tables:
        before = by_number.get(table.parts[0].page.number - 1)
        _read_table(table, used, (before, lines[before.number]) if before else None)
    _doubt_headless(tables)
    rows: dict[int, list[Row]] = {}
    for part in (part for table in tables for part in table.parts):
        rows.setdefault(part.page.number, []).extend(part.rows)
    for page in pages:
        taken = {id(region.lines[at]) for region in used.get(page.number, ()) for at in region.taken}
        prose = [line for line in lines[page.number] if id(line) not in taken]
        yield from _blocks(page, rows.get(page.number, []), prose, name, sha256)


def _outside(page: Page) -> list[Line]:
    """Return the lines of a page that stand in no ruled table."""
    drawn = grids(page)
    return lines_of(word for word in page.words if not any(grid.holds(word) for grid in drawn))


def _parts(page: Page, lines: list[Line]) -> list[Part]:
    """Return the parts of tables on a page, from top to bottom."""
    ruled = [Part(page, grid) for grid in grids(page) if any(grid.holds(word) for word in page.words)]
    opened = [Part(page, region) for region in regions_of(lines)]
    return sorted([*ruled, *opened], key=lambda part: part.top)


def _read_table(table: Table, used: dict[int, list[Region]], before: tuple[Page, list[Line]] | None) -> None:
    """Read the rows of a table on all of its pages; `before` is the page before them."""
    if isinstance(table.parts[0].drawn, Grid):
        _read_ruled(table)
    else:
        _read_open(table, used, before)
    _join(table)
    for row in (row for part in table.parts for row in part.rows):
        _look(row)


# -- tables with rules down --------------------------------------------------------------------------------------------


def _read_ruled(table: Table) -> None:
    held = [[word for word in part.page.words if _grid(part).holds(word)] for part in table.parts]
    every = [word for words in held for word in words]
    table.code = code_column(_grid(table.parts[0]), every)
    for part, words in zip(table.parts, held, strict=True):
        part.rows = [
            row for strip in strips(_grid(part), table.code) for row in _below_header(_ruled_row(part, words, strip)) if row.filled()
        ]
    coded = [sum(codes.parse(joined(line)) is not None for line in row.cells[table.code or 0]) for row in _rows(table)]
    if sum(count == 1 for count in coded) < _MOSTLY * sum(count > 0 for count in coded):
        _part_further(table)


def _grid(part: Part) -> Grid:
    assert isinstance(part.drawn, Grid)
    return part.drawn


def _rows(table: Table) -> list[Row]:
    return [row for part in table.parts for row in part.rows]


def _ruled_row(part: Part, words: Sequence[Word], strip: tuple[float, float]) -> Row:
    grid, columns = _grid(part), len(_grid(part).edges) - 1
    row = Row(part.page, *strip, cells=[[] for _ in range(columns)])
    for span in grid.spans((strip[0] + strip[1]) / 2):
        top, bottom = block(grid, span, strip)
        left, right = grid.edges[span[0]], grid.edges[span[1]]
        inside = [word for word in words if left <= word.centre < right and top <= word.middle < bottom]
        row.cells[span[0]] = [line.words for line in lines_of(inside)]
        if any(word.right > right + _OVER or word.left < left - _OVER for word in inside):
            row.doubt = UNCERTAIN
    return row


def _below_header(row: Row) -> list[Row]:
    """Part a header in bold from a row that no rule parts from it: where a row is split over pages, some draw none."""
    words = sorted(row.words(), key=lambda word: word.middle)
    heights = [word.middle for word in words if not word.bold]
    if not words or not words[0].bold or not heights:
        return [row]
    bold = [word for word in words if word.middle < heights[0]]
    upper = [[line for line in lines if line[0].middle < heights[0]] for lines in row.cells]
    lower = [[line for line in lines if line[0].middle >= heights[0]] for lines in row.cells]
    if sum(bool(lines) for lines in upper) < max(2, len(row.cells) / 2):
        return [row]
    middle = max(word.bottom for word in bold)
    return [Row(row.page, row.top, middle, upper, row.doubt), Row(row.page, middle, row.bottom, lower, row.doubt)]


def _part_further(table: Table) -> None:
    """Part what stands between rules into rows, where the rules do not."""
    columns = len(table.parts[0].rows[0].cells) if table.parts[0].rows else 0
    per_row = [[_strips(row, columns) for row in part.rows] for part in table.parts]
    shape = shape_of([each for part in per_row for each in part], table.code, slack=table.parts[0].page.slack)
    for part, each in zip(table.parts, per_row, strict=True):
        part.rows = [one for row, strips in zip(part.rows, each, strict=True) for one in _parted(row, strips, shape)]


def _parted(row: Row, strips: Sequence[Strip], shape: Shape) -> list[Row]:
    """Return the rows that stand between two rules: one, where its code cell is a list that goes on over its lines."""
    if shape.code is not None and any(_LISTED.search(joined(line)) for line in row.cells[shape.code]):
        return [row]
    return [_row(row.page, draft) for band in bands(strips, shape.pitch) for draft in drafts(band, shape)]


def _strips(row: Row, columns: int) -> list[Strip]:
    at = {id(word): column for column, lines in enumerate(row.cells) for line in lines for word in line}
    return [strip_of(line, [at[id(word)] for word in line.words], columns) for line in lines_of(row.words())]


# -- tables in the open ------------------------------------------------------------------------------------------------


def _region(part: Part) -> Region:
    assert isinstance(part.drawn, Region)
    return part.drawn


def _read_open(table: Table, used: dict[int, list[Region]], previous: tuple[Page, list[Line]] | None) -> None:
    found = [_region(part) for part in table.parts]
    columns = columns_of([runs for region in found for runs in region.coded()])
    if previous and not used.get(table.parts[0].page.number):
        page, lines = previous
        earlier = used.setdefault(page.number, [])
        head = regions.head(lines, columns, earlier[-1].taken[-1] + 1 if earlier else 0, found[0].size)
        if head:
            table.parts.insert(0, Part(page, head))
            found.insert(0, head)
    for part, region in zip(table.parts, found, strict=True):
        before = used.setdefault(part.page.number, [])
        low = before[-1].taken[-1] + 1 if before else 0
        if region.taken:
            before.append(region)
            continue
        regions.take(region, columns, low, region.next_first)
        before.append(region)
    columns = columns_of([runs for region in found for at in region.taken if not columns.crossed(runs := region.runs[at])])
    table.code = _code_column(found, columns)
    zones = [_zones(part, columns, table.code) for part in table.parts]
    every = [zone for part in zones for zone in part]
    coded = [sum(table.code is not None and codes.parse(joined(strip.cells[table.code])) is not None for strip in zone) for zone in every]
    has_rules = any(len(part) > 1 for part in zones)
    is_ruled = has_rules and sum(count == 1 for count in coded) >= _MOSTLY * sum(count > 0 for count in coded)
    shape = shape_of(every, table.code, tuple(right for _, right in columns.spans), table.parts[0].page.slack)
    for part, each in zip(table.parts, zones, strict=True):
        part.rows = [_row(part.page, draft) for zone in each for draft in _drafts(zone, shape, is_ruled=is_ruled)]


def _drafts(zone: list[Strip], shape: Shape, *, is_ruled: bool) -> list[Draft]:
    """Return the rows between two rules: one, where rules part rows, and no second one stands there with room around it."""
    apart = bands(zone, shape.pitch)
    if is_ruled and sum(len({at for strip in band for at in strip.filled()}) > 1 for band in apart) <= 1:
        return [Draft(zone)]
    return [draft for band in apart for draft in drafts(band, shape)]


def _code_column(found: Sequence[Region], columns: Columns) -> int | None:
    counts = [0] * len(columns.spans)
    for region in found:
        for runs in region.coded():
            for code in lone_codes(runs):
                counts[columns.of(code)] += 1
    return counts.index(max(counts)) if counts else None


def _zones(part: Part, columns: Columns, code: int | None) -> list[list[Strip]]:
    """Return the lines of a table on a page, parted at each rule that goes across it."""
    region = _region(part)
    heights = _heights(part.page, columns, code)
    zones: list[list[Strip]] = []
    before = None
    for at in region.taken:
        line, runs = region.lines[at], region.runs[at]
        is_odd = columns.crossed(runs)
        column = [columns.of(line.words[0] if is_odd and line.bold else word) for word in line.words]
        strip = strip_of(line, column, len(columns.spans))
        strip.odd = is_odd and not line.bold
        zone = sum(height <= line.middle for height in heights)
        if zones and zone == before:
            zones[-1].append(strip)
        else:
            zones.append([strip])
        before = zone
    return zones


def _heights(page: Page, columns: Columns, code: int | None) -> list[float]:
    left, right = columns.spans[0][0], columns.spans[-1][1]
    middle = sum(columns.spans[code]) / 2 if code is not None else left
    return [
        rule.at
        for rule in page.across
        if rule.start <= middle <= rule.end and min(rule.end, right) - max(rule.start, left) >= _WIDE_RULE * (right - left)
    ]


def _row(page: Page, draft: Draft) -> Row:
    doubt = draft.doubt or (UNCERTAIN if any(strip.odd for strip in draft.strips) else None)
    return Row(page, draft.top, draft.bottom, [draft.cell(at) for at in range(len(draft.strips[0].cells))], doubt)


# -- what reaches beyond a row -----------------------------------------------------------------------------------------


def _look(row: Row) -> None:
    """Doubt a row that holds words nobody should believe, or that hides some."""
    slack = 0.3 * (row.bottom - row.top) / max(len(lines) for lines in row.cells)
    if any(row.top - slack <= word.middle <= row.bottom + slack for word in row.page.hidden):
        row.doubt = Doubt.HIDDEN_TEXT
    row.doubt = next((word.doubt for word in row.words() if word.doubt), row.doubt)


def _join(table: Table) -> None:
    """Join a row that a page break parts to its beginning."""
    usual = _usual(table)
    for before, after in pairwise(table.parts):
        if not before.rows or not after.rows:
            continue
        last, at = before.rows[-1], _first_row(table, after)
        if at is None:
            continue
        first = after.rows[at]
        if _is_piece(first, table, usual):
            if _goes_on(last, first, table):
                _append(last, after.rows.pop(at))
            elif not _is_piece(last, table, usual):
                last.doubt = last.doubt or UNCERTAIN  # the piece may be its end, or a title
        elif _is_piece(last, table, usual):
            first.doubt = first.doubt or UNCERTAIN  # the piece may be its beginning, or a title


def _usual(table: Table) -> frozenset[int]:
    """Return the columns that each row fills, the longest text's and the code's aside."""
    coded = [row for row in _rows(table) if row.code(table.code)]
    if not coded:
        return frozenset()
    columns = range(len(coded[0].cells))
    longest = max(columns, key=lambda at: sum(len(row.text(at)) for row in coded))
    filled = [sum(bool(row.cells[at]) for row in coded) for at in columns]
    return frozenset(at for at in columns if at not in {longest, table.code} and filled[at] >= _USUAL * len(coded))


def _first_row(table: Table, part: Part) -> int | None:
    """Return the first row of a part below its header: a header prints something else than a code in the code column."""
    header = [_texts(row) for row in table.parts[0].rows[:1]]
    return next((at for at, row in enumerate(part.rows) if _texts(row) not in header), None)


def _texts(row: Row) -> list[str]:
    return [row.text(at) for at in range(len(row.cells))]


def _is_piece(row: Row, table: Table, usual: frozenset[int]) -> bool:
    """Tell whether a row fills none of the columns that each row fills, and is no title in bold."""
    is_bold = all(word.bold for word in row.words())
    return table.code is not None and not is_bold and not row.filled() & (usual | {table.code})


def _goes_on(last: Row, piece: Row, table: Table) -> bool:
    """Tell whether the text of a piece shows that it goes on with the row before."""
    if not row_has_code(last, table) or not piece.filled() <= last.filled():
        return False
    return all(_is_continued(last.text(at), piece.text(at)) for at in piece.filled())


def row_has_code(row: Row, table: Table) -> bool:
    """Tell whether a row has its code."""
    return row.code(table.code) is not None


def _is_continued(text: str, more: str) -> bool:
    is_open = text.count("(") > text.count(")")
    return is_open or text[-1] in _GOES_ON or text.rsplit(maxsplit=1)[-1].lower() in _BEFORE_MORE or more[0].islower() or more[0] in ",;)"


def _append(row: Row, piece: Row) -> None:
    for own, more in zip(row.cells, piece.cells, strict=True):
        own.extend(more)
    row.doubt = row.doubt or piece.doubt


def _doubt_headless(tables: Sequence[Table]) -> None:
    """Doubt the rows of a table that begins without a header below one that had other columns."""
    for table in tables[1:]:
        rows = _rows(table)
        if rows and (row_has_code(rows[0], table) or len(rows[0].filled()) < 2):  # noqa: PLR2004 - a header names two columns
            for row in rows:
                row.doubt = row.doubt or UNCERTAIN


# -- blocks ------------------------------------------------------------------------------------------------------------


def _blocks(page: Page, rows: Sequence[Row], prose: Sequence[Line], name: str, sha256: str) -> Iterator[RawRow | Prose]:
    place = Citation(document=name, sha256=sha256, page=page.number)
    texts = [(top, Prose(text, place)) for top, text in _paragraphs(prose)]
    found: list[tuple[float, RawRow | Prose]] = [*texts]
    for number, row in enumerate(sorted(rows, key=lambda row: row.top), 1):
        at = range(len(row.cells))
        citation = Citation(document=name, sha256=sha256, page=page.number, row=number)
        cells = tuple(row.text(column) for column in at)
        found.append((row.top, RawRow(cells, citation, doubt=row.doubt, boxes=tuple(row.box(column) for column in at))))
    yield from (each for _, each in sorted(found, key=lambda each: each[0]))


def _paragraphs(lines: Sequence[Line]) -> list[tuple[float, str]]:
    """Return prose as paragraphs: a line is joined to the one above it that had no room for its first word."""
    width = max((line.words[-1].right for line in lines), default=0.0)
    found: list[tuple[float, str]] = []
    before: Line | None = None
    for line in lines:
        if before and _is_wrapped(before, line, width):
            found[-1] = found[-1][0], flowed([found[-1][1], line.text])
        else:
            found.append((line.top, line.text))
        before = line
    return found


def _is_wrapped(upper: Line, lower: Line, width: float) -> bool:
    size = statistics.mean((upper.bottom - upper.top, lower.bottom - lower.top))
    is_near = lower.top - upper.bottom < size and abs(upper.words[0].size - lower.words[0].size) < 0.1 * size
    first = lower.words[0]
    return is_near and upper.words[-1].right + 0.3 * size + (first.right - first.left) > width and len(upper.words) > 1


def flowed(texts: Sequence[str]) -> str:
    """Return the lines of a text as one: a soft hyphen at an end is dropped, and a hyphen joins what it parts."""
    whole = ""
    for text in texts:
        if whole.endswith("\u00ad"):
            whole = whole[:-1] + text
        elif whole.endswith("-") and whole[-2:-1].isalpha() and text[:1].islower():
            whole += text
        else:
            whole = f"{whole} {text}" if whole else text
    return whole.replace("\u00ad", "")
