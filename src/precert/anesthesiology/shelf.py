"""The one module of this room that opens something: the bundled book. It can be handed to `bootstrap` as it stands."""

from functools import lru_cache
from pkgutil import get_data

from precert.anesthesiology.book import Book, parse


@lru_cache(maxsize=1)
def bundled_book() -> Book:
    """Return the bundled book."""
    return parse(page=_open("page"), table=_open("table"), status=_open("status"))


def _open(name: str) -> bytes:
    data = get_data("precert", f"bundled/anesthesia/{name}.json")
    assert data is not None, "files of a package are always found by its loader, or it raises OSError"
    return data
