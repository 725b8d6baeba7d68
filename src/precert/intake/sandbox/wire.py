"""How a reading crosses from the process that made it: lines of JSON, checked one by one. Never pickle: the sender is not trusted.

The first line says what holds the sender, and is written before it sees a byte of the document; then come, in document order:

    {"wire": 1, "guards": [...]}
    ["progress", done, of]                                      pages so far; any number of these, done growing, of staying
    ["row", PLACE, [cell, ...], is_header, doubt, [box, ...]]   doubt is a text or null; a box is [left, top, right, bottom] or null
    ["prose", PLACE, text]
    ["note", code, message, PLACE]                              after the blocks
    ["end", kind, rows and prose, notes]                        the counts; without this line the reading is half a reading

PLACE is [line, page, sheet, row], each null where the format has none. In place of all that follows the first line may stand one of

    ["unreadable", message]        ["missing-extra", message]        ["out-of-memory"]        ["failed", error and place in the code]

A document's name and digest are not on the wire: the receiver knows them, and every citation carries the receiver's.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from precert.facts.model import Citation
from precert.intake.readers.document import Box, Document, MissingExtraError, Note, Prose, RawRow, UnreadableError

VERSION = 1
LONGEST_LINE = 320 << 20
"""Bytes: the longest file as one cell, each of its characters spelled out."""
MOST_BLOCKS = 1_500_000
"""More than the rows of any sheet."""
MOST_CELLS = 6_000_000
MOST_TEXT = 128 << 20
"""Characters of all cells and paragraphs."""
_MOST_NOTES = 100_000
_MOST_PAGES = 100_000
_MOST_COLUMNS = 1 << 20
_LONGEST_MESSAGE = 2_000
_LONGEST_NAME = 300
_SHORT = 1 << 16
_FARTHEST = 1 << 31
_MOST_BONES = 4 << 20
"""What is left of a line when its texts are emptied: brackets and commas cost the receiver more than they weigh."""

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_WHERE = re.compile(r"[\w.<> :/-]*", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")


class WireError(ValueError):
    """What came is no reading; the message says what is wrong with it, and repeats nothing of it."""


class StoppedError(Exception):
    """The reader says why it has no reading. `memory` is true when it ran out of it; else the message is where it failed."""

    def __init__(self, message: str, *, memory: bool = False) -> None:
        super().__init__(message)
        self.memory = memory


# -- sending -----------------------------------------------------------------------------------------------------------

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def line(*members: object) -> bytes:
    """Return one line. What is no character (half of a surrogate pair) goes as U+FFFD, which no code is made of."""
    return _bytes(list(members))


def _bytes(value: object) -> bytes:
    text = _encode(value)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode() + b"\n"


def first(guards: Iterable[str]) -> bytes:
    """Return the first line."""
    return _bytes({"wire": VERSION, "guards": list(guards)})


def lines(document: Document) -> Iterator[bytes]:
    """Yield a document's lines, the first left out."""
    for block in document.blocks:
        at = _place(block.citation)
        if isinstance(block, Prose):
            yield line("prose", at, block.text)
        else:
            yield line("row", at, block.cells, block.is_header, block.doubt, [_corners(each) for each in block.boxes])
    for note in document.notes:
        yield line("note", note.code, note.message, _place(note.citation))
    yield line("end", document.kind, len(document.blocks), len(document.notes))


def _place(citation: Citation) -> list[int | str | None]:
    return [citation.line, citation.page, citation.sheet, citation.row]


def _corners(box: Box | None) -> list[float] | None:
    return None if box is None else [box.left, box.top, box.right, box.bottom]


# -- receiving ---------------------------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class Receiver:
    """Takes a reading line by line. Raises WireError at the first wrong one, StoppedError or UnreadableError where there is no reading."""

    name: str
    sha256: str
    progress: Callable[[int, int], object] | None = None
    guards: tuple[str, ...] | None = None
    kind: str | None = None
    """Known when the last line came."""
    _blocks: list[RawRow | Prose] = field(default_factory=list)
    _notes: list[Note] = field(default_factory=list)
    _places: set[Citation] = field(default_factory=set)
    _cells: int = 0
    _text: int = 0
    pages: tuple[int, int] = (0, 0)
    """How many are done, of how many; noughts where nothing was said."""

    def document(self) -> Document:
        """Return the document. Raises WireError when its last line has not come."""
        if self.kind is None or self.guards is None:
            _wrong("it ends in the middle")
        return Document(
            name=self.name, sha256=self.sha256, blocks=tuple(self._blocks), notes=tuple(self._notes), kind=self.kind, guards=self.guards
        )

    def take(self, data: bytes) -> None:
        """Take one line, without its end."""
        if self.kind is not None:
            _wrong("it goes on after its end")
        said = _parsed(data)
        if self.guards is None:
            self.guards = _guards(said)
            return
        match said:
            case ["row", list(at), list(cells), bool(header), doubt, list(boxes)]:
                self._row(at, cells, boxes, header=header, doubt=doubt)
            case ["prose", list(at), str(text)]:
                self._block(Prose(self._texts([text])[0], self._citation(at)))
            case ["note", str(code), str(message), list(at)]:
                self._note(Note(_code(code), _message(message), self._citation(at)))
            case ["progress", done, of]:
                self._progressed(done, of)
            case ["end", str(kind), int(blocks), int(notes)]:
                self._end(kind, blocks, notes)
            case [str(why), *more] if not self._blocks and not self._notes:
                _stopped(why, more)
            case _:
                _wrong("a line of it is of no known form")

    def _row(self, at: list[Any], cells: list[Any], boxes: list[Any], *, header: bool, doubt: object) -> None:
        citation = self._citation(at)
        if citation in self._places:
            _wrong("two rows stand in one place")
        self._places.add(citation)
        self._cells += len(cells)
        if not cells or len(cells) > _MOST_COLUMNS or self._cells > MOST_CELLS:
            _wrong("it has too many cells, or a row of none")
        if boxes and len(boxes) != len(cells):
            _wrong("a row has not as many boxes as cells")
        why = _code(doubt) if doubt is not None else None
        self._block(RawRow(tuple(self._texts(cells)), citation, is_header=header, doubt=why, boxes=tuple(_box(each) for each in boxes)))

    def _block(self, block: RawRow | Prose) -> None:
        self._blocks.append(block)
        if len(self._blocks) > MOST_BLOCKS or self._notes:
            _wrong("it has too many rows, or rows after its notes")

    def _note(self, note: Note) -> None:
        self._notes.append(note)
        if len(self._notes) > _MOST_NOTES:
            _wrong("it has too many notes")

    def _texts(self, texts: list[Any]) -> list[str]:
        if any(type(each) is not str for each in texts):
            _wrong("a cell is no text")
        together = "".join(texts)
        self._text += len(together)
        if self._text > MOST_TEXT:
            _wrong("it is too long")
        if not together.isascii() and _SURROGATE.search(together):
            _wrong("a cell holds what is no character")
        return texts

    def _citation(self, at: list[Any]) -> Citation:
        match at:
            case [on, page, sheet, row] if _number(on) and _number(page) and _number(row) and _sheet(sheet):
                return Citation(document=self.name, sha256=self.sha256, line=on, page=page, sheet=sheet, row=row)
        return _wrong("a place is none")

    def _progressed(self, done: object, of: object) -> None:
        before, of_before = self.pages
        if not (isinstance(done, int) and isinstance(of, int) and before < done <= of <= _MOST_PAGES and of_before in {0, of}):
            _wrong("its progress is none")
        self.pages = (done, of)
        if self.progress:
            self.progress(done, of)

    def _end(self, kind: str, blocks: int, notes: int) -> None:
        if (blocks, notes) != (len(self._blocks), len(self._notes)):
            _wrong("its counts are wrong")
        self.kind = _code(kind)


def _wrong(what: str) -> NoReturn:
    raise WireError(what)


def _parsed(data: bytes) -> Any:  # noqa: ANN401 - JSON
    if len(data) > _SHORT and len(_STRING.sub(b"", data)) > _MOST_BONES:
        _wrong("a line of it is too long")
    try:
        return json.loads(data.decode(), parse_constant=_wrong)
    except WireError:
        raise
    except (ValueError, RecursionError) as error:
        raise WireError("a line of it is no JSON") from error


def _guards(said: Any) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    match said:
        case {"wire": 1, "guards": list(guards)} if len(said) == 2 and len(guards) < _LONGEST_NAME:  # noqa: PLR2004 - the two named
            return tuple(_code(each) for each in guards)
    return _wrong("its first line is none")


def _stopped(why: str, more: list[Any]) -> NoReturn:
    match why, more:
        case "unreadable", [str(message)]:
            raise UnreadableError(_message(message))
        case "missing-extra", [str(message)]:
            raise MissingExtraError(_message(message))
        case "out-of-memory", []:
            raise StoppedError("", memory=True)
        case "failed", [str(where)] if len(where) < _LONGEST_NAME and _WHERE.fullmatch(where):
            raise StoppedError(where)
    _wrong("a line of it is of no known form")


def _code(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_NAME or not _CODE.fullmatch(value):
        _wrong("a code is none")
    return value


def _message(text: str) -> str:
    if len(text) > _LONGEST_MESSAGE or _SURROGATE.search(text):
        _wrong("a message is too long, or holds what is no character")
    return text


def _number(value: object) -> bool:
    return value is None or (type(value) is int and 0 < value < 1 << 31)


def _sheet(value: object) -> bool:
    return value is None or (type(value) is str and len(value) < _LONGEST_NAME and not _SURROGATE.search(value))


def _box(value: object) -> Box | None:
    if value is None:
        return None
    match value:
        case [int() | float() as left, int() | float() as top, int() | float() as right, int() | float() as bottom]:
            if max(abs(left), abs(top), abs(right), abs(bottom)) < _FARTHEST:
                return Box(left, top, right, bottom)
    return _wrong("a box is none")
