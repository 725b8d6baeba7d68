"""Delimited records: comma, semicolon, pipe, and tab-separated text whose cells a spreadsheet quoted.

Fields may be quoted and hold delimiters, quotes and line breaks. A quote that is never closed must not swallow the rows below it: where
a record cannot be read to its end, or swallows a line that is a record itself, its first line is set aside and reading goes on with
the next one.
"""

import csv
import hashlib
from collections.abc import Iterator, Sequence

from precert import codes
from precert.facts.model import Citation
from precert.intake.readers.decoding import decode, lines
from precert.intake.readers.delimiter import DECLARED, NAMES, delimiter_of
from precert.intake.readers.document import Document, RawRow, UnreadableError
from precert.intake.readers.lone import SheetRow, told_apart
from precert.intake.readers.prose import look_for_codes
from precert.intake.readers.terms import Doubt

_MOST_LINES, _MOST_CHARACTERS = 200, 65_536
"""What a record may go on for below its first line. A cell of a spreadsheet holds 32,767 characters."""
_MOST_FIELDS = 16_384
"""A spreadsheet has no more columns; a row that has is not parted to its end."""
_MOST_BROKEN = 1_000
"""Records with a quote that is not closed, before the text is no text of records."""


def read(name: str, data: bytes) -> Document:
    """Read delimited text. Citations carry the 1-based line on which a record begins."""
    digest = hashlib.sha256(data).hexdigest()
    decoded = decode(name, data)
    delimiter = delimiter_of(name, decoded.text)
    if delimiter is None:
        raise UnreadableError(f"`{name}` cannot be parted into columns: tried {', '.join(NAMES.values())}")
    limit = csv.field_size_limit()
    csv.field_size_limit(min(len(decoded.text) + 1, 2**31 - 1))
    try:
        rows = _Records(name, delimiter, lines(decoded.text), digest).rows()
    finally:
        csv.field_size_limit(limit)
    blocks = told_apart(rows)
    place = Citation(document=name, sha256=digest, line=1)
    return Document(name=name, sha256=digest, blocks=blocks, notes=(*decoded.notes(place), *look_for_codes(blocks)), kind="csv")


class _TooLongError(Exception):
    """A record that goes on for longer than any does."""


class _Records:
    """The records of a text, each with the line on which it begins."""

    def __init__(self, name: str, delimiter: str, text: Sequence[str], digest: str) -> None:
        self.name, self.delimiter, self.text, self.digest = name, delimiter, text, digest
        self.at = 0
        self.broken = 0

    def rows(self) -> list[SheetRow]:
        """Return every record that is not blank, its blank ends cut off where they are blank in all."""
        found: list[tuple[int, tuple[str, ...], str | None, bool]] = []
        after_blank = True
        self.at = 1 if DECLARED.fullmatch(self.text[0].strip()) else 0
        while self.at < len(self.text):
            line = self.at
            cells, doubt = self._record()
            if any(cell.strip() for cell in cells):
                found.append((line + 1, cells, doubt, after_blank))
                after_blank = False
            else:
                after_blank = True
        width = max((_end(cells) for _, cells, _, _ in found), default=0)
        return [
            SheetRow(RawRow(cells[:width], Citation(document=self.name, sha256=self.digest, line=line), doubt=doubt), after_blank)
            for line, cells, doubt, after_blank in found
        ]

    def _record(self) -> tuple[tuple[str, ...], str | None]:
        """Read the record that begins on the line where we are, and go on behind it."""
        start = self.at
        if self.text[start].count(self.delimiter) >= _MOST_FIELDS:
            self.at += 1
            return self._parted(start), Doubt.TOO_MANY_FIELDS
        if '"' not in self.text[start]:
            self.at += 1
            return self._parted(start), None
        try:
            cells = next(csv.reader(self._from(start), delimiter=self.delimiter, skipinitialspace=True, strict=True), [])
        except (csv.Error, _TooLongError):
            return self._broken(start)
        swallowed = self.text[start + 1 : self.at]
        if any(self._is_record(line, cells) for line in swallowed):
            return self._broken(start)
        return tuple(cells), None

    def _from(self, start: int) -> Iterator[str]:
        """Yield the lines of one record; where it goes on for too long, it is none."""
        characters = 0
        while self.at < len(self.text):
            line = self.text[self.at].replace("\r", " ")
            characters += len(line) if self.at > start else 0
            if self.at - start > _MOST_LINES or characters > _MOST_CHARACTERS:
                raise _TooLongError
            self.at += 1
            yield line + "\n"

    def _is_record(self, line: str, cells: Sequence[str]) -> bool:
        """Whether a line inside a quoted field is a record itself: it has a code where this one has, or a code and as many fields."""
        coded = {at for at, field in enumerate(line.split(self.delimiter)) if codes.parse(field.strip('" '))}
        return any(at in coded and codes.parse(cell) for at, cell in enumerate(cells)) or (
            bool(coded) and line.count(self.delimiter) + 1 >= len(cells) > 1
        )

    def _broken(self, start: int) -> tuple[tuple[str, ...], str | None]:
        self.at = start + 1
        self.broken += 1
        if self.broken > _MOST_BROKEN:
            raise UnreadableError(f"`{self.name}` has more than {_MOST_BROKEN:,} records with a quote that is not closed: it is not CSV")
        return self._parted(start), Doubt.UNBALANCED_QUOTE

    def _parted(self, at: int) -> tuple[str, ...]:
        """Part a line at its delimiters, quotes or no quotes."""
        return tuple(self.text[at].replace("\r", " ").split(self.delimiter, _MOST_FIELDS - 1))


def _end(cells: Sequence[str]) -> int:
    return max((at + 1 for at, cell in enumerate(cells) if cell.strip()), default=0)
