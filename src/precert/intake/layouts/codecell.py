"""A code cell that holds more than one code: lists (`22551, 22552`), ranges (`K0800-K0802`), and what a range leaves out.

A cell is understood whole or not at all: where any part of it is no code, the row is set aside with what is wrong, and no code
of it is listed. Nothing is dropped and nothing is guessed: a modifier limits a code, a wildcard names codes nobody printed, and
a range as wide as a part of the code book means no code of it in particular.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from precert import codes

WIDEST = 200
"""Codes in a range."""
_MOST = 5_000
"""Codes in a cell."""

_PIECE = re.compile(r"\s*([0-9A-Z]+|[^0-9A-Z\s])", re.ASCII)
_TO = frozenset({"-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "TO", "THRU", "THROUGH"})
_AND = frozenset({",", ";", "/", "&", "AND", "OR"})
_BUT = frozenset({"EXCEPT", "EXCLUDING", "EXCLUDES", "EXCLUDE"})
_NAMING = frozenset({"CPT", "HCPCS", "CODE", "CODES", ":", "\u00ae"})
"""Words beside a code that say what it is: `CPT codes: 22551`."""
_MODIFIER = re.compile(r"[0-9A-Z]{2}", re.ASCII)
_WILD = re.compile(r"(?:[A-Z][0-9]{1,3}|[0-9]{2,4}|[A-Z]?[0-9]{1,3}T?)X{1,4}|[*#]", re.ASCII)
_FRAGMENT = re.compile(r"[A-Z]?[0-9]{1,4}[A-Z]?", re.ASCII)
"""What stands before a wildcard: `E08**`."""


@dataclass(frozen=True, slots=True)
class CodeCell:
    """The codes a cell names, as closed ranges; a code by itself is a range of one."""

    ranges: tuple[tuple[str, str], ...]
    without: frozenset[str] = frozenset()

    @property
    def is_single(self) -> bool:
        """Whether the cell names one code by itself."""
        return len(self.ranges) == 1 and self.ranges[0][0] == self.ranges[0][1] and not self.without

    @property
    def has_range(self) -> bool:
        """Whether codes are meant that are not printed."""
        return any(low != high for low, high in self.ranges)

    @property
    def printed(self) -> frozenset[str]:
        """The codes that stand in the cell themselves."""
        return frozenset(code for ends in self.ranges for code in ends)

    def named(self) -> Iterator[str]:
        """Yield every code that is meant, as often as it is named."""
        for low, high in self.ranges:
            yield from (code for code in _between(low, high) if code not in self.without)


def read_cell(text: str) -> CodeCell | str:
    """Read a cell; or return why its row is set aside."""
    single = codes.parse(text)
    if single is not None:
        return CodeCell(((single, single),))
    pieces = [found[1] for found in _PIECE.finditer(codes.fold(text))]
    parser = _Parser([each for each in pieces if each not in _NAMING])
    reason = _unread(parser.pieces)
    return reason or parser.read() or _damaged(parser.pieces)


def _unread(pieces: list[str]) -> str | None:
    """Return what is wrong when the cell holds what is no code and no word between codes."""
    odd = [each for each in pieces if not (codes.parse(each) or each in _TO or each in _AND or each in _BUT or each in "()")]
    if not odd:
        return None
    if any(_WILD.fullmatch(each) for each in odd) and all(_WILD.fullmatch(each) or _FRAGMENT.fullmatch(each) for each in odd):
        return "wildcard-code" if any(_is_digits(each) for each in pieces) else "malformed-code"
    if all(_MODIFIER.fullmatch(each) for each in odd) and _count(pieces):
        return "modifier-in-code-cell"
    return _damaged(pieces)


def _is_digits(piece: str) -> bool:
    return any(each.isdigit() for each in piece)


def _count(pieces: list[str]) -> int:
    return sum(codes.parse(each) is not None for each in pieces)


def _damaged(pieces: list[str]) -> str:
    """One code that is damaged can be repaired; a list of several, some of which are, cannot be repaired by one code."""
    return "malformed-code-list" if _count(pieces) > 1 else "malformed-code"


class _Parser:
    """Reads the pieces of a cell: codes and ranges with something between them, and once what is left out."""

    def __init__(self, pieces: list[str]) -> None:
        self.pieces, self.at = pieces, 0

    def read(self) -> CodeCell | str | None:
        ranges = self._items()
        without = self._left_out() if ranges and self.at < len(self.pieces) else []
        if not ranges or without is None or self.at < len(self.pieces):
            return None
        spans = [_width(low, high) for low, high in (*ranges, *without)]
        if min(spans) < 1:
            return "malformed-range"
        if max(spans) > WIDEST or sum(spans) > _MOST:
            return "range-too-wide"
        cell = CodeCell(tuple(ranges), frozenset(code for low, high in without for code in _between(low, high)))
        # what is left out of codes it does not stand among was not understood
        return cell if cell.without < set(CodeCell(cell.ranges).named()) else None

    def _items(self) -> list[tuple[str, str]] | None:
        found: list[tuple[str, str]] = []
        while (low := self._code()) is not None:
            high = low
            if self._takes(_TO):
                ending = self._code()
                if ending is None:
                    return None
                high = ending
            found.append((low, high))
            if self._takes(_AND):
                self._takes(frozenset({"AND", "OR", "&"}))
                if not codes.parse(self._peek() or ""):
                    return found if self._peek() in _BUT else None
        return found

    def _left_out(self) -> list[tuple[str, str]] | None:
        opened = self._takes(frozenset("("))
        if not self._takes(_BUT):
            return None
        found = self._items()
        if not found or (opened and not self._takes(frozenset(")"))):
            return None
        return found

    def _peek(self) -> str | None:
        return self.pieces[self.at] if self.at < len(self.pieces) else None

    def _takes(self, words: frozenset[str]) -> bool:
        taken = self._peek() in words
        self.at += taken
        return taken

    def _code(self) -> str | None:
        code = codes.parse(self._peek() or "")
        self.at += code is not None
        return code


def _width(low: str, high: str) -> int:
    """Return how many codes a range holds; none where it runs backwards, or from one kind of code to another."""
    return codes.number(high) - codes.number(low) + 1 if codes.family(low) == codes.family(high) else 0


def _between(low: str, high: str) -> Iterator[str]:
    for value in range(codes.number(low), codes.number(high) + 1):
        yield codes.spell(low, value)
