"""The cells of a date column: a day, no day at all (`open`), or a text nobody can date by.

Days are printed month first, or as ISO 8601, or with the name of the month. What may be another day is not read: a bare number
that a spreadsheet shows for a day counts from one of two years, and a two-digit year far ahead may be of either century.
"""

import re
from datetime import date
from enum import Enum

_MIDNIGHT = r"(?:[T ]+(?:00?:00(?::00(?:\.0{1,6})?)?|12:00(?::00)? ?am)(?: ?Z)?)?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_FORMATS = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"(?P<month>\d{{1,2}})([/.-])(?P<day>\d{{1,2}})\2(?P<year>\d{{4}}|\d{{2}}){_MIDNIGHT}",
        rf"(?P<year>\d{{4}})([/-])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_MIDNIGHT}",
        r"(?P<year>(?:19|20|99)\d{2})(?P<month>\d{2})(?P<day>\d{2})",
        rf"{_NAME} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})",
        rf"(?P<day>\d{{1,2}})[- ]{_NAME}[- ](?P<year>\d{{4}}|\d{{2}})",
    )
)
_OPEN_WORDS = frozenset({"", "-", "--", "n/a", "na", "none", "open", "open ended", "open-ended", "present", "current", "ongoing", "active"})
_OPEN_YEAR, _FIRST_YEAR = 2999, 1965
_LAST_SHORT_YEAR = 50
"""A two-digit year is of this century (R10), as far as this: `12/31/99` may be meant as the end of time, or of the last century."""


class DayCell(Enum):
    """A date cell that holds no day."""

    OPEN = "open"
    UNREAD = "unread"


def read_day(text: str) -> date | DayCell:
    """Read the cell of a date column."""
    printed = " ".join(text.split())
    if printed.lower() in _OPEN_WORDS:
        return DayCell.OPEN
    for pattern in _FORMATS:
        found = pattern.fullmatch(printed)
        if found:
            return _day(found.groupdict())
    return DayCell.UNREAD


def _day(parts: dict[str, str]) -> date | DayCell:
    year = int(parts["year"])
    if len(parts["year"]) == 2:  # noqa: PLR2004 - a two-digit year
        if year > _LAST_SHORT_YEAR:
            return DayCell.UNREAD
        year += 2000
    month = _MONTHS.index(parts["name"][:3].lower()) + 1 if parts.get("name") else int(parts["month"])
    try:
        found = date(year, month, int(parts["day"]))
    except ValueError:
        return DayCell.UNREAD
    if year >= _OPEN_YEAR:
        return DayCell.OPEN
    return found if year >= _FIRST_YEAR else DayCell.UNREAD
