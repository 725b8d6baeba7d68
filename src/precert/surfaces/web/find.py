"""Finding a code while somebody types: by its beginning, by program, category and facts, and by its printed words where those are kept.

The printed words come from documents that were added on this machine. They are put in order in the background, once for each
rulebook; until that is done, and where no document is kept, they are simply not searched.
"""

import asyncio
from bisect import bisect_left
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import Response

from precert.bootstrap import Rulebook
from precert.facts.model import Listing
from precert.ports import StoreError
from precert.request import RequestError
from precert.surfaces.documents import search
from precert.surfaces.http.exchange import members
from precert.surfaces.http.threads import within
from precert.surfaces.web import order, page

_MOST, _LONGEST = 12, 100
_LONG = 600.0
"""Seconds for putting printed words in order."""
_ROWS = 4
"""Rows that are looked at for each code to show: a code may stand in several."""
_AFTER = "\U0010ffff"


class Printed:
    """The codes of a rulebook by the words that their rows print."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        from precert import workbench  # noqa: PLC0415 - the slower half of the house, for who has documents

        by_row = {each.citation: each.code for each in listings}
        try:
            told = workbench.own_words(by_row)
        except StoreError:
            told = {}
        rows: dict[str, set[str]] = {}
        for citation, text in told.items():
            for word in search.read(text) if text.strip() else ():
                rows.setdefault(word, set()).add(by_row[citation])
        self._words = sorted(rows)
        self._codes = [rows[word] for word in self._words]

    def find(self, asked: Iterable[str]) -> list[str]:
        """Return the codes whose row holds a word that begins so, for every word asked."""
        found: set[str] | None = None
        for word in asked:
            first, last = bisect_left(self._words, word), bisect_left(self._words, word + _AFTER)
            these: set[str] = set().union(*self._codes[first:last])
            found = these if found is None else found & these
        return sorted(found or ())


_printed: WeakKeyDictionary[Rulebook, Printed] = WeakKeyDictionary()
_under_way: set[asyncio.Task[None]] = set()


def printed(book: Rulebook) -> Printed | None:
    """Return the printed words of a rulebook's rows; None while they are put in order."""
    found = _printed.get(book)
    if found is None and not any(each.get_name() == str(id(book)) for each in _under_way):
        task = asyncio.create_task(_prepare(book), name=str(id(book)))
        _under_way.add(task)
        task.add_done_callback(_under_way.discard)
    return found


async def _prepare(book: Rulebook) -> None:
    try:
        _printed[book] = await within(_LONG, Printed, list(book))
    except Exception:  # noqa: BLE001 - the printed words are a help: without them, codes are found by all the rest
        _printed[book] = Printed(())


async def suggest(request: Request) -> Response:
    """Give the codes that somebody may mean."""
    given = page.given(request)
    asked, plan = str(given.get("q", ""))[:_LONGEST], given.get("plan") or None
    books = [each for each in await order.plans(request) if plan in (None, each.plan)]
    return members({"hits": hits(asked, books, printed(books[0]) if len(books) == 1 else None)})


def hits(asked: str, books: list[Rulebook], texts: Printed | None = None, most: int = _MOST) -> list[dict[str, Any]]:
    """Return codes with what they are about, each once."""
    try:
        words = search.read(asked)
    except RequestError:
        return []
    found: dict[str, str] = {}
    rows = [listing for book in books for listing in _first(search.prepared(book), words, most * _ROWS)]
    more = (row.listing for code in (texts.find(words) if texts else ()) for row in books[0].index.rows(code))
    for listing in (*rows, *more):
        if len(found) >= most:
            break
        found.setdefault(listing.code, _about(listing))
    return [{"code": code, "about": about} for code, about in found.items()]


def _first(known: search.Words, words: list[str], most: int) -> list[Listing]:
    """Return the first rows that hold every word; how many more there are is nobody's question here."""
    return [known.listings[at] for at in known.ask(words, most)[2]]


def _about(listing: Listing) -> str:
    told = [listing.program, listing.category if listing.category != listing.program else None, search.fact_words(listing.facts) or None]
    return " · ".join(each for each in told if each)
