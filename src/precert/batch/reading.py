"""The input's columns, read: each different text of a column is read once, by what reads a single question.

A column that needs it has a table of its texts, what each is read as, and whether it can be read; a text that is read as itself
is left out. Columns of numbers and days are read by comparing: their types leave nothing else to read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from precert import codes
from precert.batch.tabulate import furnished
from precert.request import RequestError, read_date
from precert.requirement.case import MOST_UNITS, Case, read_line

REQUIRED = ("case_id", "line_number", "code", "date_of_service")
OPTIONAL = ("plan", "modifiers", "units", "segment", "state", "place_of_service")
KNOWN = (*REQUIRED, *OPTIONAL)

NEEDS = ("plan", "date-of-service", "units", "modifiers", "segment", "state", "place-of-service", "case-id")
"""What an unreadable line needs, in the order told. The place in this row is the bit in the column `bad`."""
BITS = {need: 1 << at for at, need in enumerate(NEEDS)}

_PROBE = {"plan": "any", "date_of_service": "2026-01-01", "lines": [{"code": "00000"}]}


class Unread:
    """What a reader returns for a text that cannot be read."""


UNREAD = Unread()
Read = str | int | date | None | Unread
Reader = Callable[[object], Read]


def read_code(token: object) -> Read:
    """Return the code a token spells, or None: a token that is no code is answered `invalid-code`."""
    return codes.parse(token) if isinstance(token, str) else None


def read_day(text: object) -> Read:
    """Read a date of service."""
    try:
        return read_date(text.strip() if isinstance(text, str) else text, "date_of_service")
    except RequestError:
        return UNREAD


def read_units(text: object) -> Read:
    """Read units that stand as text."""
    told = text.strip() if isinstance(text, str) else ""
    return int(told) if told.isascii() and told.isdigit() and len(told) <= len(str(MOST_UNITS)) and int(told) else UNREAD


def read_modifiers(told: object) -> Read:
    """Read a list of modifiers, or their text joined by `;`, as far as an answer depends on them."""
    if isinstance(told, str):
        told = told.split(";") if told.strip() else []
    try:
        return furnished(read_line("", told, 1, 1).modifiers)
    except RequestError:
        return UNREAD


def _of_case(name: str) -> Reader:
    def read(text: object) -> Read:
        try:
            found: str = getattr(Case.from_dict(_PROBE | {name: text}), name)
        except RequestError:
            return UNREAD
        return found

    return read


def read_plan(known: Iterable[str]) -> Reader:
    """Return what reads a plan's name: one that has a list is read as itself."""
    held = frozenset(known)
    return lambda text: text if isinstance(text, str) and text in held else UNREAD


READERS: Mapping[str, Reader] = {
    "code": read_code,
    "date_of_service": read_day,
    "units": read_units,
    "modifiers": read_modifiers,
    **{name: _of_case(name) for name in ("segment", "state", "place_of_service")},
}


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a column, and what it is read as."""

    raw: object
    value: str | int | date | None
    unread: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of reading a column."""

    some: bool
    """Some text is not read as itself."""
    unread: bool
    """Some text cannot be read."""


def readings(texts: Iterable[object], reader: Reader) -> Iterator[Text]:
    """Yield the texts that are not read as themselves."""
    for raw in texts:
        value = reader(raw)
        if isinstance(value, Unread):
            yield Text(raw, None, unread=True)
        elif value != raw or type(value) is not type(raw):
            yield Text(raw, value, unread=False)
