"""Plain text and Markdown: tab-separated lines and pipe tables are rows, every other line that is not blank is prose.

A line without any text, be it of tabs or of pipes, is a blank line and no row. A pipe table is what Markdown calls one (a header,
a rule below it, rows up to the next blank line), and every line that begins and ends with a pipe.
"""

import hashlib
import re

from precert.facts.model import Citation
from precert.intake.readers.decoding import decode, lines
from precert.intake.readers.document import Document, Prose, RawRow
from precert.intake.readers.prose import look_for_codes

_CELL_BREAK = re.compile(r"(?<!\\)\|")
_RULE_CELL = re.compile(r":?-{2,}:?|:-:?|-:", re.ASCII)
"""A cell of one hyphen is a blank of someone's; a rule has more, or a colon."""


def read_text(name: str, data: bytes) -> Document:
    """Read text in any encoding that can be told. Citations carry 1-based line numbers."""
    digest = hashlib.sha256(data).hexdigest()
    decoded = decode(name, data)
    reader = _Lines()
    for number, line in enumerate(lines(decoded.text), 1):
        reader.line(line, Citation(document=name, sha256=digest, line=number))
    notes = (*decoded.notes(Citation(document=name, sha256=digest, line=1)), *look_for_codes(reader.blocks))
    return Document(name=name, sha256=digest, blocks=tuple(reader.blocks), notes=notes)


def read(name: str, data: bytes) -> Document:
    """Read text as every reader is called."""
    return read_text(name, data)


class _Lines:
    """The blocks read so far, and whether the next line stands in a pipe table that a rule has opened."""

    def __init__(self) -> None:
        self.blocks: list[RawRow | Prose] = []
        self.in_table = False
        self.before: str | None = None
        """The line just above, if it holds a pipe: the header of a table, should a rule follow."""

    def line(self, line: str, citation: Citation) -> None:
        if "|" in line and _is_rule(line):
            self._rule()
            return
        framed = _is_framed(line)
        piped = "|" in line and (framed or ("\t" not in line and self.in_table))
        cells = _pipe_cells(line) if piped else tuple(line.split("\t"))
        self.in_table = piped and self.in_table
        self.before = None
        if any(cell.strip() for cell in cells):
            self.before = line if "|" in line else None
            self.blocks.append(RawRow(cells, citation) if piped or len(cells) > 1 else Prose(line.strip(), citation))

    def _rule(self) -> None:
        """A rule makes a header of the line above it; it is markup itself, and no row."""
        if self.before is not None:
            above = self.blocks[-1]
            self.blocks[-1] = RawRow(_pipe_cells(self.before), above.citation, is_header=True)
        self.in_table, self.before = True, None


def _is_framed(line: str) -> bool:
    text = line.strip()
    return len(text) > 1 and text[0] == "|" and text[-1] == "|"


def _is_rule(line: str) -> bool:
    return all(_RULE_CELL.fullmatch(cell.strip()) for cell in _pipe_cells(line))


def _pipe_cells(line: str) -> tuple[str, ...]:
    """Split a line at its pipes; those at its ends are a frame, and an escaped one is text."""
    cells = _CELL_BREAK.split(line.strip())
    if len(cells) > 1 and not cells[0]:
        cells = cells[1:]
    if len(cells) > 1 and not cells[-1]:
        cells = cells[:-1]
    return tuple(cell.replace("\\|", "|") for cell in cells)
