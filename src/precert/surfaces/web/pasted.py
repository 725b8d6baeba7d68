"""What was pasted, as lines of an order: read leniently, repaired never.

Codes may be parted by blanks, commas, semicolons, bars, tabs or line ends; a code may carry modifiers (`L8680-NU`) and a number of units
(`22845x2`, `22845 x 2`, `E2361-NU:2`). What could be meant as a code but is none stays a line, and is answered as no code; what
holds no digit is told as not read. Each part keeps its place in the text, so that an answer to a question can be written into it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from precert import codes
from precert.requirement.case import MOST_LINES, MOST_UNITS

MOST = 200_000
"""Characters that are read: more than any order has."""
_PART = re.compile(r"[^\s,;|\"']+")
_TIMES = "x*:\u00d7"
_LINE = re.compile(
    rf"(?P<code>[^\s{_TIMES}-]{{5}})(?P<modifiers>(?:-[0-9A-Za-z]{{2}}){{0,4}})(?:[{_TIMES}X](?P<units>[0-9]{{1,4}}))?", re.ASCII
)
_UNITS_APART = re.compile(rf"[ \t]+[{_TIMES}X][ \t]?([0-9]{{1,4}})(?![0-9A-Za-z])", re.ASCII)
_CODE_LIKE = re.compile(r"(?=[A-Za-z]*[0-9])(?:[0-9A-Za-z.]{4,7}|[0-9]{4}[0-9A-Za-z](?![0-9]).*|[A-Za-z][0-9]{4}(?![0-9]).*)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the text that is a line of the order. `start` and `end` are the place of its code in the text."""

    token: str
    modifiers: tuple[str, ...] = ()
    units: int = 1
    start: int
    end: int

    def members(self) -> dict[str, Any]:
        """Return the line as a case has it."""
        return {"code": self.token, "modifiers": list(self.modifiers), "units": self.units}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """A text, as it was read."""

    text: str
    lines: tuple[Part, ...]
    unread: tuple[str, ...]
    """What holds no code, in the order of the text."""
    too_long: bool = False


def read(text: str) -> Pasted:
    """Read a text."""
    lines: list[Part] = []
    unread: list[tuple[int, str]] = []
    at, row = 0, 0
    for found in _PART.finditer(text[:MOST]):
        if found.start() < at:
            continue  # the units that stood apart from the code before
        row += text.count("\n", at, found.start())
        line, at = _line(text, found)
        if line is not None:
            lines.append(line)
        else:
            unread.append((row, found[0]))
    return Pasted(
        text=text, lines=tuple(lines[:MOST_LINES]), unread=tuple(_joined(unread)), too_long=len(text) > MOST or len(lines) > MOST_LINES
    )


def _line(text: str, found: re.Match[str]) -> tuple[Part | None, int]:
    read = _LINE.fullmatch(found[0])
    start, end = found.span()
    if read and codes.parse(read["code"]):
        modifiers, units, at = tuple(read["modifiers"].split("-")[1:]), read["units"], end
        apart = None if units else _UNITS_APART.match(text, end)
        if apart:
            units, at = apart[1], apart.end()
        if 1 <= int(units or 1) <= MOST_UNITS:
            return Part(token=read["code"], modifiers=modifiers, units=int(units or 1), start=start, end=start + len(read["code"])), at
    if _CODE_LIKE.fullmatch(found[0]):
        return Part(token=found[0], start=start, end=end), end
    return None, end


def _joined(unread: list[tuple[int, str]]) -> Iterator[str]:
    """Join the words of one line of the text, so that a description is told as one."""
    for _, words in groupby(unread, key=lambda each: each[0]):
        yield " ".join(word for _, word in words)


# -- answers to questions, written into the text ---------------------------------------------------------------------------


def with_modifier(pasted: Pasted, number: int, modifier: str) -> str:
    """Write a modifier behind the code of a line, counted from 1."""
    if not 1 <= number <= len(pasted.lines):
        return pasted.text
    at = pasted.lines[number - 1].end
    return f"{pasted.text[:at]}-{modifier}{pasted.text[at:]}"


def with_code(pasted: Pasted, number: int, code: str) -> str:
    """Write another code in the place of a line's code, counted from 1."""
    if not 1 <= number <= len(pasted.lines):
        return pasted.text
    line = pasted.lines[number - 1]
    return f"{pasted.text[: line.start]}{code}{pasted.text[line.end :]}"


def with_line(text: str, code: str) -> str:
    """Write one more line."""
    return f"{text.rstrip()}\n{code}\n" if text.strip() else f"{code}\n"
