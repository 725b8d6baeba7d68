"""The one module of this room that opens something: the bundled book."""

from functools import lru_cache
from pkgutil import get_data

from precert.edits.book import Book, parse


@lru_cache(maxsize=1)
def bundled_book() -> Book:
    """Return the bundled book."""
    data = get_data("precert", "bundled/edits/edits.json")
    assert data is not None, "files of a package are always found by its loader, or it raises OSError"
    return parse(data)
