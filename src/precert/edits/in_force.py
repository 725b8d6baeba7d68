"""R67: codes that were not in force on the date of service, as far as the federal files tell.

The HCPCS file prints days, so where it holds a code it decides. CMS's outpatient files print none: one speaks of its own calendar
quarter, and between two files that are held a code may have come. So a code is not there yet only on a day whose own quarter's
file lacks it; it is there no longer from the first file without it on, for no listed code that left has come back. What the HCPCS
file holds as in force is not ended by its absence from an outpatient file of the same time.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date

from precert.edits.book import Book, Table
from precert.edits.terms import Edit, EditCode

Found = tuple[EditCode, str, Table]

_MONTHS_OF_A_QUARTER, _MONTHS_OF_A_YEAR = 3, 12


def not_in_force(lines: Mapping[str, tuple[int, ...]], day: date, book: Book) -> Iterator[Edit]:
    """Yield an edit for each code of a case that was not in force on its day. `lines` are the case's, by code."""
    for code, ordering in lines.items():
        found = _by_hcpcs(code, day, book) or _by_opps(code, day, book)
        if found:
            what, message, table = found
            yield Edit(code=what, ordered=code, lines=ordering, message=message, reference=table.reference)


def _by_hcpcs(code: str, day: date, book: Book) -> Found | None:
    if code not in book.hcpcs.codes:
        return None
    on, (added, last) = day.isoformat(), book.hcpcs.codes[code]  # days of this form are in the order of their texts
    by = f"by CMS's HCPCS file of {book.hcpcs.edition}"
    if added and on < added:
        return EditCode.CODE_NOT_YET_ADDED, f"{code} was added on {added}, after the date of service, {by}.", book.hcpcs
    if last and on > last:
        return EditCode.CODE_ENDED, f"{code} ended with {last}, before the date of service, {by}.", book.hcpcs
    return None


def _by_opps(code: str, day: date, book: Book) -> Found | None:
    quarter = _last_file(day, book.opps.days)
    if quarter is None or code not in book.opps.codes:
        return None
    first, gone = book.opps.codes[code]
    if first and quarter < first and _is_of(quarter, day) and code not in book.hcpcs.codes:
        message = (
            f"CMS's outpatient file of {quarter} does not hold {code}; the first held here that does is of {first}. "
            "The code may not have existed yet on the date of service."
        )
        return EditCode.CODE_NOT_YET_ADDED, message, book.opps
    if gone and gone <= quarter and not _held_as_in_force(code, gone, book):
        message = (
            f"CMS's outpatient files held {code} before {gone} and do not since; the last one held here is of {book.opps.edition}. "
            "The code may have ended."
        )
        return EditCode.CODE_ENDED, message, book.opps
    return None


def _held_as_in_force(code: str, gone: str, book: Book) -> bool:
    """Tell whether the HCPCS file says more: an end of its own, or that the code went on after an outpatient file lacked it."""
    if code not in book.hcpcs.codes:
        return False
    _, last = book.hcpcs.codes[code]
    return last is not None or first_day(gone).isoformat() <= book.last_addition


def _last_file(day: date, quarters: tuple[str, ...]) -> str | None:
    at = bisect_right(quarters, day.isoformat()[: len("2019-01")])
    return quarters[at - 1] if at else None


def _is_of(quarter: str, day: date) -> bool:
    """Tell whether a day, not before a file's first, lies in the calendar quarter of the file."""
    begins = first_day(quarter)
    months = begins.year * _MONTHS_OF_A_YEAR + begins.month - 1
    year, month = divmod((months // _MONTHS_OF_A_QUARTER + 1) * _MONTHS_OF_A_QUARTER, _MONTHS_OF_A_YEAR)
    return day < date(year, month + 1, 1)


def first_day(quarter: str) -> date:
    """Return the day on which a quarter's file takes effect."""
    return date.fromisoformat(f"{quarter}-01")
