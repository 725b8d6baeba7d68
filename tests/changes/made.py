"""Releases made up for tests: small ones by hand, random ones by Hypothesis. Nothing in them is wording of a document."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from precert.facts.compile import Index, compile_releases
from precert.facts.condition import Condition, Contact, ManagedWith, NotRequired, PurchaseOnly, StatesOnly, ThroughPlan
from precert.facts.model import (
    AddOn,
    Cell,
    Citation,
    Components,
    Delegate,
    Facts,
    Finding,
    Fingerprint,
    Listing,
    NotTogether,
    Pointer,
    Program,
    Proposal,
    Reference,
    Review,
    SetAside,
)
from precert.facts.release import ENCODING, Header, Release, parse

Value = Any  # what a member of a fact, or a fact of any kind, may be

KNOWN = date(2026, 11, 21)
DOCUMENT = "made.txt"
DIGESTS = ("a" * 64, "b" * 64)


def cite(line: int, digest: str = DIGESTS[0], document: str = DOCUMENT) -> Citation:
    return Citation(document=document, sha256=digest, line=line)


def row(code: str, line: int = 1, **members: Value) -> Listing:
    told: dict[str, Any] = {"program": "Spine", "printed": Cell.YES, "platform": "Alpha", "citation": cite(line)}
    return Listing(code=code, **(told | members))


def header(**members: Value) -> Header:
    told: dict[str, Any] = {
        "plan": "made",
        "list": "made",
        "title": "A made-up list",
        "edition": "2026",
        "payer": "Payer",
        "delegate": Delegate(name="Delegate", evidence="made up"),
        "documents": ((DOCUMENT, DIGESTS[0]),),
        "programs": (Program(name="Spine"), Program(name="Joint")),
    }
    return Header(**(told | members))


def release(*listings: Listing, of: Header | None = None, **sections: Value) -> Release:
    return Release(header=of or header(), listings=listings, **sections)


def index(*releases: Release, known_at: date = KNOWN) -> Index:
    return compile_releases((parse(each.text().encode(ENCODING)), known_at) for each in releases)


def moved(of: Release, by: int, digest: str = DIGESTS[1]) -> Release:
    """The same facts printed further down in another document."""

    def shift(fact: Value) -> Value:
        return replace(fact, citation=replace(fact.citation, line=fact.citation.line + by, sha256=digest))

    sections = ("listings", "set_aside", "proposals", "not_together", "pointers", "findings")
    shifted: dict[str, Any] = {name: tuple(shift(each) for each in getattr(of, name)) for name in sections}
    documents = tuple((name, digest) for name, _ in of.header.documents)
    return replace(of, header=replace(of.header, documents=documents), **shifted)


# -- at random -------------------------------------------------------------------------------------------------------------
#
# Facts are drawn from pools made once, so that one draw is one fact: a release of some thirty facts is quick to draw and to shrink.
# The pools come from few values, so that facts that agree in part, or wholly, are common.

CODES = ("22551", "22552", "0095T", "L8680")
PROGRAMS = ("Spine", "Joint", "Sleep")
NAMES = (None, "Alpha", "Beta", "Out of Scope")
DAYS = tuple(date(2026, month, 1) for month in (1, 7, 12))
SECOND = "second.txt"
POOL = 120

_rng = random.Random(3)
_some = _rng.choice


def _several(of: Callable[[], Any], most: int = 2) -> tuple[Any, ...]:
    return tuple(of() for _ in range(_rng.randint(0, most)))


def _day() -> date | None:
    return _some((None, None, *DAYS))


def _citation() -> Citation:
    place = _some(({"line": 1}, {"line": 2}, {"page": 1, "row": 2}, {"sheet": "One", "row": 1}))
    return replace(cite(0, document=_some((DOCUMENT, DOCUMENT, SECOND))), **({"line": None} | place))


def _condition() -> Condition:
    return _some(
        (
            ManagedWith(family="msk", companions=_several(lambda: _some(CODES))),
            ThroughPlan(contacts=_several(lambda: Contact(phone=_some(("1-2", "3-4"))), 1)),
            NotRequired(),
            PurchaseOnly(over=_some((None, 1, 4))),
            StatesOnly(states=_several(lambda: _some(("CA", "FL")))),
        )
    )


def _listing() -> Listing:
    labels: dict[str, Any] = {name: _some(NAMES) for name in ("product", "category", "section", "platform", "grouping", "um_cs")}
    dates: dict[str, Any] = {name: _day() for name in ("begins", "ends", "changed")}
    return Listing(
        code=_some(CODES),
        program=_some(PROGRAMS),
        printed=_some((None, *Cell)),
        **labels,
        **dates,
        conditions=_several(_condition),
        facts=Facts(regions=_several(lambda: _some(("cervical", "lumbar"))), each_additional=_some((True, False))),
        fingerprint=_some((None, Fingerprint(length=_some((1, 2)), digest=_some(("0" * 16, "1" * 16)), cut=_some((True, False))))),
        review=_some((None, Review(action="accept", by=_some(("A", "B")), at="2026-11-21T00:00:00Z", why="it is", printed="x"))),
        citation=_citation(),
    )


def _proposal() -> Proposal:
    return Proposal(
        id=_some(("1", "2")),
        printed="",
        proposed=_some(CODES),
        confidence=_some((0.5, 0.9)),
        evidence=_several(lambda: "because", 1),
        status=_some(("open", "accepted")),
        citation=_citation(),
    )


def _word() -> str:
    return str(_some(NAMES))


_MAKERS: dict[str, Callable[[], Any]] = {
    "listings": _listing,
    "set_aside": lambda: SetAside(reason=_word(), printed="", program=_some(PROGRAMS), citation=_citation()),
    "proposals": _proposal,
    "not_together": lambda: NotTogether(code=_some(CODES), other=_some(CODES), exception=_some(NAMES), citation=_citation()),
    "pointers": lambda: Pointer(code=_some(CODES), use=_several(lambda: _some(CODES)), when=_word(), citation=_citation()),
    "add_ons": lambda: AddOn(code=_some(CODES), primaries=_several(lambda: _some(CODES))),
    "findings": lambda: Finding(code=_word(), message=_word(), citation=_citation()),
    "programs": lambda: Program(name=_some(PROGRAMS), setting=_some((None, "home")), elsewhere=_some((True, False))),
    "families": lambda: ("msk", _some(PROGRAMS)),
    "references": lambda: Reference(name=_word(), edition=_some(("1", "2")), id="sha256:1"),
    "delegate": lambda: _some((None, Delegate(name=_word(), evidence=_word()))),
    "components": lambda: _some((None, Components(category=_word(), excluded=_several(lambda: (_some(CODES), _some(CODES)), 1)))),
    "list": lambda: _some(("made", "other")),
    "edition": lambda: _some(("", "2026")),
    "title": lambda: _some(("A list", "The list")),
    "secondary": lambda: _some((True, False)),
}
_POOLS: dict[str, list[Any]] = {name: [make() for _ in range(POOL)] for name, make in _MAKERS.items()}
_ONE = ("delegate", "components", "list", "edition", "title", "secondary")
_IN_HEADER = ("programs", "families", "references")


def _facts(name: str) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(_POOLS[name]), max_size=6 if name == "listings" else 3).map(tuple)


_SECTIONS = {name: _facts(name) for name in _MAKERS if name not in _ONE}
_SINGLE = {name: st.sampled_from(_POOLS[name]) for name in _ONE}


@st.composite
def releases(draw: st.DrawFn) -> Release:
    """A release of two documents, whose digests are drawn."""
    digests = dict(zip((DOCUMENT, SECOND), draw(st.sampled_from([DIGESTS, DIGESTS[::-1]])), strict=True))
    parts = {name: draw(each) for name, each in _SECTIONS.items()}
    single = {name: draw(each) for name, each in _SINGLE.items()}
    of = header(documents=tuple(digests.items()), **single, **{name: parts.pop(name) for name in _IN_HEADER})
    return Release(header=of, **{name: tuple(_bound(fact, digests) for fact in facts) for name, facts in parts.items()})


def _bound(fact: Value, digests: dict[str, str]) -> Value:
    cited = getattr(fact, "citation", None)
    return replace(fact, citation=replace(cited, sha256=digests[cited.document])) if cited else fact
