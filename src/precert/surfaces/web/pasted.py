"""What was pasted, as lines of an order: read leniently, repaired never.

Codes may be parted by blanks, commas, semicolons, bars, tabs or line ends; a code may carry modifiers (`L8680-NU`) and a number of units
(`22845x2`, `22845 x 2`, `E2361-NU:2`). Brackets around a code, and CPT's sign of an add-on (`+`) or a `#` before it, are punctuation:
they are left out, and that is told. What could be meant as a code but is none stays a line, and is answered as no code; all else is
told as not read. Each part keeps its place in the text, so that an answer to a question can be written into it.
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
_BARE = r"[^()\[\]+#]+"
_WRAPPED = re.compile(rf"[+#]?(?:\([+#]?(?P<round>{_BARE})\)|\[[+#]?(?P<square>{_BARE})\]|(?P<bare>{_BARE}))", re.ASCII)
_HOLDS_A_CODE = re.compile(r"(?<![0-9])(?:[0-9]{5}|[0-9]{4}[A-Za-z]|[A-Za-z][0-9]{4})(?![0-9])", re.ASCII)
"""What may be a code inside of other words, as in `CPT22551`: never read, and told by itself."""
_CODE_LIKE = re.compile(r"(?=[A-Za-z]*[0-9])(?:[0-9A-Za-z.]{4,7}|[0-9]{4}[0-9A-Za-z](?![0-9]).*|[A-Za-z][0-9]{4}(?![0-9]).*)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the text that is a line of the order. `start` and `end` are the place of its code in the text."""

    token: str
    modifiers: tuple[str, ...] = ()
    units: int = 1
    start: int
    end: int
    written: str = ""
    """How the code stands in the text, where punctuation around it was left out."""

    def members(self) -> dict[str, Any]:
        """Return the line as a case has it."""
        return {"code": self.token, "modifiers": list(self.modifiers), "units": self.units}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """A text, as it was read."""

    text: str
    lines: tuple[Part, ...]
    unread: tuple[str, ...]
    """What no code was read from, in the order of the text."""
    count: int
    """Lines that were found, of which `lines` holds no more than an order may have."""
    too_long: bool = False

    @property
    def unwrapped(self) -> tuple[Part, ...]:
        """The lines that were read without the punctuation around them."""
        return tuple(each for each in self.lines if each.written)


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
        text=text,
        lines=tuple(lines[:MOST_LINES]),
        unread=tuple(_joined(unread)),
        count=len(lines),
        too_long=len(text) > MOST or len(lines) > MOST_LINES,
    )


def _line(text: str, found: re.Match[str]) -> tuple[Part | None, int]:
    line, at = _well_formed(text, found)
    if line is None and _CODE_LIKE.fullmatch(found[0]):
        return Part(token=found[0], start=found.start(), end=found.end()), at
    return line, at


def _well_formed(text: str, found: re.Match[str]) -> tuple[Part | None, int]:
    """Read a code with its modifiers and units, or nothing; and return where the next part may begin."""
    wrapped = _WRAPPED.fullmatch(found[0])
    bare = wrapped[wrapped.lastgroup or 0] if wrapped else ""
    read = _LINE.fullmatch(bare)
    if wrapped is None or read is None or not codes.parse(read["code"]):
        return None, found.end()
    units, at = read["units"], found.end()
    apart = None if units else _UNITS_APART.match(text, at)
    if apart:
        units, at = apart[1], apart.end()
    if not 1 <= int(units or 1) <= MOST_UNITS:
        return None, found.end()
    start = found.start() + wrapped.start(wrapped.lastgroup or 0)
    modifiers = tuple(read["modifiers"].split("-")[1:])
    written = found[0] if bare != found[0] else ""
    return Part(
        token=read["code"], modifiers=modifiers, units=int(units or 1), start=start, end=start + len(read["code"]), written=written
    ), at


def _joined(unread: list[tuple[int, str]]) -> Iterator[str]:
    """Join the words of one line of the text, so that a description is told as one; what may hold a code is told by itself."""
    parts = enumerate(unread)
    for _, words in groupby(parts, key=lambda each: (each[1][0], each[0] if _HOLDS_A_CODE.search(each[1][1]) else None)):
        yield " ".join(word for _, (_, word) in words)


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
