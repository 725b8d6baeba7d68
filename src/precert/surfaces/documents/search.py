"""Rows found by the beginning of a code, and by the words of their labels and of their extracted facts.

The words of a rulebook are put in order once, when it is first searched, so that an answer takes as long as what it finds and
not as long as the list.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any
from weakref import WeakKeyDictionary

from precert.bootstrap import Rulebook
from precert.facts.model import Facts, Listing
from precert.request import RequestError
from precert.requirement import answer
from precert.surfaces.documents.code import facts

MOST = 50
_WORD = re.compile(r"\w+")
_SHORT = 2
"""Letters of a beginning that many words have: what begins so is kept, since whoever types a word types its first letter first."""
_FIRST = 200
"""Rows that are kept in order of what begins with one letter; nobody is told more."""
_AFTER = "\U0010ffff"
"""Comes after every text that goes on."""

Hit = tuple[str, Listing]
"""A plan, and a row of its lists."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: how many rows, how many codes, and the first rows."""

    count: int
    codes: int
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class _Letter:
    """What holds a word that begins with one letter: as much as a third of a list, so it is put together before anybody asks."""

    count: int
    codes: frozenset[str]
    first: tuple[int, ...]


class Words:
    """The rows of a rulebook by the words they hold."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        self.listings = tuple(listings)
        self.codes = tuple([each.code for each in self.listings])
        rows: dict[str, list[int]] = {}
        for at, listing in enumerate(self.listings):
            for word in {*words_of(listing)}:
                rows.setdefault(word, []).append(at)
        self._words = sorted(rows)
        self._rows = [rows[word] for word in self._words]
        self._short: dict[str, frozenset[int]] = {}
        self._letters = {letter: self._letter(letter) for letter in {word[0] for word in self._words}}

    def _letter(self, letter: str) -> _Letter:
        rows = self._beginning(letter)
        return _Letter(len(rows), frozenset(map(self.codes.__getitem__, rows)), tuple(nsmallest(_FIRST, rows)))

    def ask(self, asked: Sequence[str], most: int) -> tuple[int, frozenset[str], Sequence[int]]:
        """Return how many rows hold every word, their codes, and the places of the first rows."""
        known = self._letters.get(asked[0]) if len(asked) == 1 and most <= _FIRST else None
        if known is not None:
            return known.count, known.codes, known.first[:most]
        rows = self.find(asked)
        return len(rows), frozenset(map(self.codes.__getitem__, rows)), nsmallest(most, rows)

    def find(self, asked: Sequence[str]) -> frozenset[int]:
        """Return the places of the rows each word asked for begins a word of."""
        found: frozenset[int] | None = None
        for word in asked:
            these = self._beginning(word)
            found = these if found is None else found & these
        return found or frozenset()

    def _beginning(self, word: str) -> frozenset[int]:
        known = self._short.get(word)
        if known is not None:
            return known
        first, last = bisect_left(self._words, word), bisect_left(self._words, word + _AFTER)
        found = frozenset().union(*self._rows[first:last])
        if found and len(word) <= _SHORT:
            self._short[word] = found
        return found


_known: WeakKeyDictionary[Rulebook, Words] = WeakKeyDictionary()


def find(asked: Sequence[str], books: Iterable[Rulebook], limit: int = MOST) -> Found:
    """Find the rows of these rulebooks that hold every word; the first of them, in document order, are told."""
    count, hits = 0, list[Hit]()
    codes: frozenset[str] = frozenset()
    for book in books:
        words = prepared(book)
        rows, of_rows, first = words.ask(asked, limit - len(hits))
        count, codes = count + rows, codes | of_rows if codes else of_rows
        hits += [(book.plan, words.listings[at]) for at in first]
    return Found(count, len(codes), hits)


def prepared(book: Rulebook) -> Words:
    """Return a rulebook's words: in order already, or put in order now."""
    known = _known.get(book)
    if known is None:
        known = _known[book] = Words(book)
    return known


def read(query: str) -> list[str]:
    """Return the words of a query. Raises RequestError `no-words`."""
    asked = _split(query)
    if not asked:
        raise RequestError("no-words", f"`{query}` has no word to search for")
    return asked


def words_of(listing: Listing) -> Iterator[str]:
    """Yield the words a row is found by."""
    for text in (listing.code, listing.program, listing.product, listing.category, listing.section, fact_words(listing.facts)):
        yield from _split(text or "")


def fact_words(known: Facts) -> str:
    """Name what a row's description is known to state."""
    flags = (("each additional", known.each_additional), ("unlisted", known.unlisted))
    return ", ".join([*known.regions, *([known.approach] if known.approach else []), *(name for name, holds in flags if holds)])


def _split(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def document(query: str, plan: str | None, found: Found) -> dict[str, Any]:
    """Return what a search found: `precert.search/1`."""
    return {
        "schema": "precert.search/1",
        "query": query,
        "plan": plan,
        "descriptions_searched": False,
        "count": found.count,
        "codes": found.codes,
        "hits": [_hit(of, listing) for of, listing in found.hits],
    }


def _hit(plan: str, listing: Listing) -> dict[str, Any]:
    return {
        "plan": plan,
        "code": listing.code,
        "program": listing.program,
        "product": listing.product,
        "category": listing.category,
        "section": listing.section,
        "facts": facts(listing.facts),
        "citation": answer.citation(listing.citation),
    }
