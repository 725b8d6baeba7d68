"""Web pages: the rows of every table, and the text outside them by paragraph, as a person sees the page without its scripts.

Cells that span rows or columns are written out: a text spanning columns stands in the first, one spanning rows in each of them. What
the page hides is not read, and noted; a row that is hidden, struck out, or holds a table inside a cell is doubtful.
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from precert import codes
from precert.facts.model import Citation
from precert.intake.readers.decoding import decode
from precert.intake.readers.document import Document, Prose, RawRow, UnreadableError
from precert.intake.readers.frames import frame_cells
from precert.intake.readers.prose import look_for_codes
from precert.intake.readers.spans import Cell, Table
from precert.intake.readers.style import PLAIN, Look, Met, Sheet, look
from precert.intake.readers.tally import Tally
from precert.intake.readers.terms import Doubt, Seen

_DROPPED = frozenset({"script", "style", "template", "head", "title", "svg", "math", "object", "iframe", "textarea", "select"})
_STRUCK = frozenset({"s", "del", "strike"})
_BOLD = frozenset({"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6"})
_MARKED = _DROPPED | _STRUCK | _BOLD
_CELLS = frozenset({"td", "th"})
_HEADS = frozenset({"th", "thead"})
"""Whose texts are often white on a colour that a style sheet outside the page gives them."""
_GROUPS = frozenset({"thead", "tbody", "tfoot"})
_ENDS_A_LINE = (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol option p pre section summary td th tr ul"
)
_BLOCKS = frozenset(_ENDS_A_LINE.split())
_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([-\w:.]{1,40})|<\?xml[^>]{0,100}?encoding\s*=\s*["']([-\w:.]{1,40})""",
    re.IGNORECASE,
)
_CHARSET_WITHIN = 4096
_LAST_PARTS = 20
"""Pieces of a cell's text that are looked at for a code before a raised mark."""
_FATAL = 3


def read(name: str, data: bytes) -> Document:
    """Read a web page.

    Citations carry a row's number, counted over all tables, the line of the source, and as their sheet the table: those with no text
    between them are one, that goes on.
    """
    digest = hashlib.sha256(data).hexdigest()
    said = _CHARSET.search(data[:_CHARSET_WITHIN])
    declared = (said[1] or said[2]).decode("ascii", "replace") if said else None
    decoded = decode(name, data, declared)
    page = _Page(name, digest)
    blocks = _blocks(page, _parsed(name, decoded.text))
    notes = (*decoded.notes(Citation(document=name, sha256=digest, line=1)), *page.tally.notes(), *look_for_codes(blocks))
    return Document(name=name, sha256=digest, blocks=blocks, notes=notes, kind="html")


def _parsed(name: str, text: str) -> Any:  # noqa: ANN401 - lxml's elements
    """Parse as browsers do, without fetching or expanding anything."""
    from lxml import etree  # noqa: PLC0415 - many documents are no pages

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.ParserError:
        root = None
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"`{name}` cannot be read as a web page") from error
    if any(entry.level >= _FATAL for entry in parser.error_log):
        raise UnreadableError(f"`{name}` cannot be read as a web page to its end: it is nested too deeply, or damaged")
    return root


def _blocks(page: "_Page", root: Any) -> tuple[RawRow | Prose, ...]:  # noqa: ANN401 - as above
    """Walk the page, event by event: one that is nested deeply must not nest calls."""
    from lxml import etree  # noqa: PLC0415 - as above

    if root is not None:
        page.frames = frame_cells(root)
        page.take_styles(root)
        for event, element in etree.iterwalk(root, events=("start", "end")):
            page.begin(element) if event == "start" else page.end(element)
    return page.finish()


@dataclass(frozen=True, slots=True)
class _State:
    """What an element and those it stands in do to what is inside it."""

    dropped: bool = False
    is_out: bool = False
    """Hidden by a style, an attribute, or a rule."""
    is_unsure: bool = False
    """One rule hides it, another shows it."""
    white: bool = False
    dark: bool = False
    """It stands on a background of a colour."""
    struck: bool = False
    bold: bool = False
    met: Met = field(default_factory=Met)

    @property
    def is_faint(self) -> bool:
        """Whether the text is white, on no background that shows it."""
        return self.white and not self.dark

    @property
    def hidden(self) -> bool:
        """Whether nobody sees the text."""
        return self.is_out or self.is_faint

    def inside(self, tag: str, element: Any, sheet: Sheet | None) -> "_State":  # noqa: ANN401 - lxml's elements
        if sheet is None and not element.attrib and tag not in _MARKED:
            return self
        own = _own(tag, element)
        by_rule, met = sheet.meet(tag, element, self.met) if sheet else (PLAIN, self.met)
        does = own | by_rule
        return _State(
            dropped=self.dropped or tag in _DROPPED,
            is_out=self.is_out or bool(does & Look.HIDES) or element.get("hidden") is not None,
            is_unsure=self.is_unsure or (Look.HIDES in by_rule and Look.SHOWS in does),
            white=(self.white or bool(does & Look.WHITE)) and not does & Look.COLOURED and tag not in _HEADS,
            dark=bool(does & Look.DARK) or (self.dark and not does & Look.LIGHT),
            struck=self.struck or tag in _STRUCK or bool(does & Look.STRIKES),
            bold=self.bold or tag in _BOLD or bool(own & Look.HEAVY),
            met=met,
        )


def _own(tag: str, element: Any) -> Look:  # noqa: ANN401 - as above
    """Return what an element's own style does, and its attributes from before there were styles."""
    found = look(element.get("style") or "")
    if element.get("bgcolor") or element.get("background"):
        found |= look(f"background:{element.get('bgcolor') or 'black'}")
    return found | look(f"color:{element.get('color')}") if tag == "font" and element.get("color") else found


class _Page:
    """The blocks read so far, and the tables that are open."""

    def __init__(self, name: str, digest: str) -> None:
        self.name, self.digest = name, digest
        self.blocks: list[RawRow | Prose | None] = []
        self.tally = Tally()
        self.states = [_State()]
        self.tables: list[Table] = []
        self.frames: set[Any] = set()
        self.sheet: Sheet | None = None
        self.offsets: dict[int, int] = {}
        """By row of a table in a cell: the column of that cell."""
        self.part, self.after_prose = 0, True
        self.prose: list[str] = []
        self.prose_line: int | None = None
        self.row = 0
        self.cells = 0

    def finish(self) -> tuple[RawRow | Prose, ...]:
        self._end_prose()
        return tuple(block for block in self.blocks if block is not None)

    def take_styles(self, root: Any) -> None:  # noqa: ANN401 - lxml's elements
        """Take the page's style sheets, and note what may hide something and is not read."""
        sheet = Sheet()
        for element in root.iter("style", "link", "script"):
            place = Citation(document=self.name, sha256=self.digest, line=element.sourceline)
            if element.tag == "style":
                sheet.add(element.text or "")
            elif element.tag == "script":
                self.tally.add(Seen.SHEET_NOT_READ, "the page has a script, which is not run; what it hides is read as shown", place)
            elif "stylesheet" in (element.get("rel") or "").lower().split():
                self.tally.add(Seen.SHEET_NOT_READ, "the page names a style sheet outside it; what that hides is read as shown", place)
        if sheet.is_unread:
            place = Citation(document=self.name, sha256=self.digest, line=1)
            self.tally.add(Seen.SHEET_NOT_READ, "a style sheet hides or strikes something by a rule that is not followed", place)
        self.sheet = None if sheet.is_idle else sheet

    # -- elements ------------------------------------------------------------------------------------------------------

    def begin(self, element: Any) -> None:  # noqa: ANN401 - lxml's elements
        tag = element.tag if isinstance(element.tag, str) else ""
        self.states.append(self.states[-1].inside(tag, element, self.sheet))
        if not self.states[-1].dropped:
            if tag in _BLOCKS:
                self._break()
            elif tag == "sup":
                self._part_mark("".join(self._cell_parts()), "")
            elif tag == "br":
                self._text(" ", element)
            self._open(tag, element)
            self._text(element.text, element)

    def end(self, element: Any) -> None:  # noqa: ANN401 - as above
        tag = element.tag if isinstance(element.tag, str) else ""
        if not self.states.pop().dropped:
            self._close(tag)
            if tag in _BLOCKS:
                self._break()
        if not self.states[-1].dropped:
            if tag == "sup":
                self._part_mark("", element.tail or "")
            self._text(element.tail, element)

    def _open(self, tag: str, element: Any) -> None:  # noqa: ANN401 - as above
        if tag == "table":
            self._end_prose()
            self.tables.append(Table(offset=self.tables[-1].column if self.tables else 0))
        elif not self.tables:
            return
        elif tag == "tr":
            self._end_row()
            self._begin_row(element)
        elif tag in _CELLS and element not in self.frames:
            if self.tables[-1].row is None:
                self._begin_row(element)
            self._begin_cell(tag, element)
        elif tag in _GROUPS:
            self._end_row()
            self.tables[-1].begin_group(is_head=tag == "thead")

    def _close(self, tag: str) -> None:
        if not self.tables:
            return
        if tag in _CELLS:
            self.tables[-1].cell = None
        elif tag in ("tr", "table", *_GROUPS):
            self._end_row()
        if tag in _GROUPS:
            self.tables[-1].begin_group(is_head=False)
        if tag == "table":
            self._end_prose()
            self.tables.pop()

    # -- rows ----------------------------------------------------------------------------------------------------------

    def _begin_row(self, element: Any) -> None:  # noqa: ANN401 - as above
        self.row += 1
        table = self.tables[-1]
        if not table.part:
            # a table below a text of its own is another one, whose columns nobody has named yet: parts are told apart as sheets are
            self.part, self.after_prose = self.part + self.after_prose, False
            table.part = self.part
        place = Citation(document=self.name, sha256=self.digest, line=element.sourceline, sheet=f"table {table.part}", row=self.row)
        self._count(table.begin_row(place, len(self.blocks)))
        self.blocks.append(None)  # its place: rows of tables inside it follow

    def _begin_cell(self, tag: str, element: Any) -> None:  # noqa: ANN401 - as above
        cell = Cell(is_header=tag == "th", is_hidden=self.states[-1].hidden)
        table = self.tables[-1]
        self._count(table.begin_cell(cell, element.get("colspan"), element.get("rowspan")))
        if table.row is not None and table.row.next > Table.MOST_COLUMNS:
            raise UnreadableError(f"`{self.name}` has a table of more than {Table.MOST_COLUMNS:,} columns: it is no list")

    def _count(self, cells: int) -> None:
        """Count cells that are written out; what has too many is no list."""
        self.cells += cells
        if self.cells > Table.MOST_CELLS:
            raise UnreadableError(f"`{self.name}` writes out to more than {Table.MOST_CELLS:,} cells: it is no list")

    def _end_row(self) -> None:
        """Put a row in its place. One with a table inside is doubtful, and so are that table's rows."""
        table = self.tables[-1]
        row = table.end_row()
        if row is None:
            return
        texts = [cell for cell in row.cells if cell.text.strip()]
        inner = [at for at in range(row.block + 1, len(self.blocks)) if isinstance(self.blocks[at], RawRow)]
        if not row.has_text:
            return
        doubt = Doubt.TABLE_IN_CELL if inner else _doubt(texts)
        self.blocks[row.block] = RawRow(
            tuple(cell.shown for cell in row.cells), row.place, is_header=len(texts) > 1 and (row.is_head or row.has_headers), doubt=doubt
        )
        if table.offset:
            self.offsets[row.block] = table.offset
        if inner:
            self._doubt_inner(inner)

    def _doubt_inner(self, inner: list[int]) -> None:
        """Doubt the rows of a table in a cell, and write them under the heading of that cell too: what they print is not lost."""
        for at in inner:
            block = self.blocks[at]
            if isinstance(block, RawRow):
                offset = self.offsets.pop(at, 0)
                self._count(offset)
                own = (block.cells + ("",) * offset)[:offset]  # under the headings of either table: which one holds codes is not known
                self.blocks[at] = RawRow(own + block.cells, block.citation, is_header=block.is_header, doubt=Doubt.TABLE_IN_CELL)

    # -- text ----------------------------------------------------------------------------------------------------------

    def _text(self, text: str | None, element: Any) -> None:  # noqa: ANN401 - as above
        if not text or (not text.strip() and not self._is_open()):
            return
        state, cell = self.states[-1], self.tables[-1].cell if self.tables else None
        if state.hidden and not (cell and cell.is_hidden):
            if cell is not None:
                cell.add_hidden(text, is_doubtful=state.is_unsure or not state.is_out)
            if text.strip():
                place = Citation(document=self.name, sha256=self.digest, line=element.sourceline)
                self.tally.add(Seen.HIDDEN_TEXT, "the page hides a text; it is not read", place)
        elif cell is not None:
            cell.add(text, is_bold=state.bold, is_struck=state.struck)
        else:
            self.prose_line = self.prose_line or element.sourceline
            self.prose.append(text)

    def _cell_parts(self) -> list[str]:
        cell = self.tables[-1].cell if self.tables else None
        return cell.parts[-_LAST_PARTS:] if cell is not None else []

    def _part_mark(self, before: str, after: str) -> None:
        """Part a raised mark from the code it stands at: a footnote's number is no digit of it."""
        cell = self.tables[-1].cell if self.tables else None
        beside = (*before.split()[-1:], *after.split()[:1])
        if cell is not None and any(codes.parse(each) for each in beside) and not before[-1:].isspace() and not after[:1].isspace():
            cell.add(" ", is_bold=True, is_struck=False)

    def _is_open(self) -> bool:
        return bool(self.prose) or bool(self.tables and self.tables[-1].cell)

    def _break(self) -> None:
        """A line ends: outside tables a paragraph, in a cell a word."""
        cell = self.tables[-1].cell if self.tables else None
        if cell is not None:
            cell.add(" ", is_bold=True, is_struck=False)
        else:
            self._end_prose()

    def _end_prose(self) -> None:
        text = " ".join("".join(self.prose).split())
        if text:
            self.after_prose = True
            self.blocks.append(Prose(text, Citation(document=self.name, sha256=self.digest, line=self.prose_line)))
        self.prose, self.prose_line = [], None


def _doubt(texts: list[Cell]) -> str | None:
    if any(cell.is_struck for cell in texts):
        return Doubt.STRUCK_OUT
    return Doubt.HIDDEN_TEXT if any(cell.is_hidden for cell in texts) else None
