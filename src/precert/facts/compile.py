"""Releases of one plan, compiled into an index that answers "which rows name this code?" in one look-up.

Compiling adds no meaning: it groups, orders, and resolves names. Rows are built when a code is first asked for, so that a
single question does not pay for a whole list.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from precert import codes
from precert.facts import release as paper
from precert.facts.condition import Condition, Reads
from precert.facts.model import AddOn, Citation, Components, Delegate, Listing, NotTogether, Pointer, Program, Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A release an index was compiled from, and the day we learned it."""

    id: str
    list: str
    title: str
    edition: str
    known_at: date
    documents: tuple[tuple[str, str], ...]
    secondary: bool
    dated: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # a row is itself: two rows that read alike are two rows
class Row:
    """A listing with what its release adds: its place in document order, who manages it, whether its program is for home care."""

    listing: Listing
    position: int
    delegate: Delegate | None
    setting: str | None
    families: frozenset[str]
    conditions: dict[type[Condition], Condition]
    reads: frozenset[Reads]


@dataclass(slots=True, kw_only=True)
class Index:
    """The compiled releases of one plan. Build it with `compile_releases`; it is never changed afterwards but for memory."""

    plan: str
    payer: str
    held: tuple[Held, ...]
    references: tuple[Reference, ...]
    programs: tuple[Program, ...]
    components: Components | None
    damaged: dict[str, tuple[Citation, ...]]
    """The codes that an open proposal names or a set-aside row prints, and those rows (R7)."""
    unread: tuple[Citation, ...]
    not_together: dict[str, tuple[NotTogether, ...]]
    """By either code."""
    pointers: dict[str, Pointer]
    add_ons: dict[str, AddOn]
    size: int
    _raw: dict[str, list[tuple[int, paper.RawRelease, paper.Raw]]]
    _rows: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    memory: dict[object, Any] = field(default_factory=dict)
    """For the meaning to keep what follows from the index alone: by code for a whole line, by position for a row."""
    written: str | None = None
    """For an answer to keep its members that follow from the index alone."""

    def rows(self, code: str) -> tuple[Row, ...]:
        """Return every row that names the code, in document order, whatever its dates."""
        found = self._rows.get(code)
        if found is None:
            found = tuple(self._row(*each) for each in self._raw.get(code, ()))
            if found:  # codes nobody lists are not kept: any number of them may be asked for
                self._rows[code] = found
        return found

    def codes(self) -> Iterator[str]:
        """Yield every listed code, in the order of its first row."""
        yield from self._raw

    def _row(self, position: int, source: paper.RawRelease, raw: paper.Raw) -> Row:
        listing = paper.listing(raw, source.documents)
        conditions = {type(each): each for each in listing.conditions}
        setting = {each.name: each.setting for each in source.header.programs}.get(listing.program)
        return Row(
            listing=listing,
            position=position,
            delegate=source.header.delegate,
            setting=setting,
            families=frozenset(name for name, product in source.header.families if product == listing.product),
            conditions=conditions,
            reads=frozenset().union(*(each.reads for each in listing.conditions)),
        )


def compile_releases(sources: Iterable[tuple[paper.RawRelease, date]]) -> Index:
    """Compile the releases of one plan, in the order their lists are to be read."""
    known = list(sources)
    headers = [source.header for source, _ in known]
    index = Index(
        plan=headers[0].plan,
        payer=headers[0].payer,
        held=tuple(_held(source, known_at) for source, known_at in known),
        references=tuple({each.id: each for header in headers for each in header.references}.values()),
        programs=tuple(each for header in headers for each in header.programs),
        components=next((header.components for header in headers if header.components), None),
        damaged={},
        unread=(),
        not_together={},
        pointers={},
        add_ons={},
        size=0,
        _raw={},
    )
    for source, _ in known:
        _add(index, source)
    return index


def _held(source: paper.RawRelease, known_at: date) -> Held:
    header = source.header
    return Held(
        id=source.id,
        list=header.list,
        title=header.title,
        edition=header.edition,
        known_at=known_at,
        documents=header.documents,
        secondary=header.secondary,
        dated=header.dated,
    )


def _add(index: Index, source: paper.RawRelease) -> None:
    facts, documents = source.facts, source.documents
    for raw in facts["listing"]:
        index._raw.setdefault(raw["code"], []).append((index.size, source, raw))  # noqa: SLF001 - compiling is the index's own work
        index.size += 1
    for raw in facts["not-together"]:
        pair = paper.not_together(raw, documents)
        for code in (pair.code, pair.other):
            index.not_together[code] = (*index.not_together.get(code, ()), pair)
    index.pointers |= {raw["code"]: paper.pointer(raw, documents) for raw in facts["pointer"]}
    for each in map(paper.add_on, facts["add-on"]):
        # A release carries the part of the federal table that touches its own codes: two lists may each know some primaries.
        known = index.add_ons.get(each.code, each).primaries
        index.add_ons[each.code] = AddOn(code=each.code, primaries=tuple(sorted({*known, *each.primaries})))
    _add_damaged(index, source)


_MOST_NAMED = 1_000
"""Codes that one damaged cell may name, such as `22551, 22552` or `97110-GP`: a range of a whole section names none in particular."""


def _add_damaged(index: Index, source: paper.RawRelease) -> None:
    rows = [paper.set_aside(raw, source.documents) for raw in source.facts["set-aside"]]
    proposals = [paper.proposal(raw, source.documents) for raw in source.facts["proposal"]]
    named = [(code, row.citation) for row in rows for code in (codes.fold(row.printed), *islice(codes.may_be(row.printed), _MOST_NAMED))]
    named += [(each.proposed, each.citation) for each in proposals if each.status == "open"]
    for code, citation in named:
        held = index.damaged.get(code, ())
        if citation not in held:
            index.damaged[code] = (*held, citation)
    index.unread += tuple(row.citation for row in rows)
