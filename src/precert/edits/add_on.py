"""R66: a federal add-on whose case has none of the primaries that the federal table names for it.

This is another notion than a list's own add-on label (R15): most federal add-ons carry no such label, and most rows that carry it
are no federal add-ons. A label never starts this edit, and this edit never changes what a label says.
"""

from collections.abc import Iterator, Mapping, Sequence

from precert.edits.book import Book
from precert.edits.terms import Edit, EditCode

_MOST_NAMED = 8


def without_primary(lines: Mapping[str, tuple[int, ...]], book: Book) -> Iterator[Edit]:
    """Yield an edit for each federal add-on of a case without one of its primaries. `lines` are the case's, by code."""
    for code, ordering in lines.items():
        primaries = book.primaries.get(code)
        if primaries and primaries.isdisjoint(lines):
            message = (
                f"{code} is an add-on to {_named(book.add_ons.codes[code])} by the federal table of {book.add_ons.edition}, "
                "and the case has none of them."
            )
            what, by = EditCode.ADD_ON_WITHOUT_LISTED_PRIMARY, book.add_ons.reference
            yield Edit(code=what, ordered=code, lines=ordering, message=message, reference=by)


def _named(primaries: Sequence[str | None]) -> str:
    *first, last = map(str, primaries)
    if len(first) >= _MOST_NAMED:
        return f"one of {len(primaries)} codes, among them {', '.join(first[:_MOST_NAMED])},"
    return f"{', '.join(first)} or {last}" if first else last
