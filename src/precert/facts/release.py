"""A release on paper: one canonical text, whose SHA-256 is its id.

The text is JSON Lines. The first line is the header; each further line is one fact (`kind` says which), in document order.
A line is written with sorted keys, no blanks, and without members that are null, empty or false, so that equal facts give
equal bytes on any machine. Nothing in it is wording of a document: codes, dates, decisions, names of programs, categories
and sections, and digests.

What a release says and when we learned it are two things: the day is kept beside the release, not in it.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from precert.facts.condition import KINDS, Condition, Contact
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

SCHEMA = "precert.release/1"
ENCODING = "utf-8"


class ReleaseError(ValueError):
    """A release text that is altered, cut short, or of a schema this version does not know. Never shown half-read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What holds for a whole list. Field docs state the rule each serves."""

    kind: ClassVar[str] = "release"
    plan: str
    list: str
    title: str
    edition: str
    """The list's copyright year (R44)."""
    payer: str
    """Who `managed_by: plan` is."""
    delegate: Delegate | None = None
    documents: tuple[tuple[str, str], ...]
    """(name, SHA-256) of each document read, in the order that citations refer to them."""
    programs: tuple[Program, ...]
    families: tuple[tuple[str, str], ...] = ()
    """(family, product): which product's listings make up a family of delegated programs (R16)."""
    components: Components | None = None
    references: tuple[Reference, ...] = ()
    secondary: bool = False
    """The facts were taken from a copy, not from the publisher (R63)."""
    dated: bool = False
    """Every listing carries its own dates, so that a date of service before the edition is no surprise (R64)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """An immutable set of facts. `id` is the SHA-256 of `text()`, recomputed whenever one is opened."""

    header: Header
    listings: tuple[Listing, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    not_together: tuple[NotTogether, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    add_ons: tuple[AddOn, ...] = ()
    findings: tuple[Finding, ...] = ()

    def text(self) -> str:
        """Return the canonical text."""
        lines: list[str] = [_line({"kind": Header.kind, "schema": SCHEMA, **_members(self.header)})]
        for kind, facts in self._sections():
            lines += [_line({"kind": kind, **_members(fact, self.header.documents)}) for fact in facts]
        return "\n".join(lines) + "\n"

    @property
    def id(self) -> str:
        """Return the content address, `sha256:` and 64 hexadecimal digits."""
        return address(self.text().encode(ENCODING))

    def _sections(self) -> Iterator[tuple[str, Iterable[object]]]:
        for kind, (name, _) in _SECTIONS.items():
            yield kind, getattr(self, name)


_SECTIONS: dict[str, tuple[str, type]] = {
    "listing": ("listings", Listing),
    "set-aside": ("set_aside", SetAside),
    "proposal": ("proposals", Proposal),
    "not-together": ("not_together", NotTogether),
    "pointer": ("pointers", Pointer),
    "add-on": ("add_ons", AddOn),
    "finding": ("findings", Finding),
}


def address(data: bytes) -> str:
    """Return the content address of bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def add_ons_address(add_ons: Iterable[AddOn]) -> str:
    """Return the content address of the federal add-on facts a release carries."""
    return address("".join(_line(_members(each)) + "\n" for each in add_ons).encode(ENCODING))


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _members(fact: object, documents: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    assert is_dataclass(fact)
    found: dict[str, Any] = {}
    for each in fields(fact):
        value = getattr(fact, each.name)
        if isinstance(value, Citation):
            found |= _place(value, documents)
        elif not _absent(value):
            found[each.name] = _value(value)
    return found


def _absent(value: object) -> bool:
    # by identity: 0 equals False, and is a value
    return value is None or value is False or value == () or value == Facts()


def _place(citation: Citation, documents: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Write a citation as the place inside its document, and the document's number when there are several."""
    place = {name: getattr(citation, name) for name in ("line", "page", "sheet", "row")}
    number = documents.index((citation.document, citation.sha256))
    return {name: value for name, value in place.items() if value is not None} | ({"document": number} if number else {})


def _value(value: object) -> Any:  # noqa: ANN401 - JSON values have no better type
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, tuple):
        return [_value(each) for each in value]
    if is_dataclass(value):
        kind = getattr(value, "kind", None)
        return ({"kind": kind} if kind else {}) | _members(value)
    return value


def read(data: bytes, *, expected: str | None = None) -> Release:
    """Read a whole release from its canonical text; raise ReleaseError when it is not exactly one.

    Bytes of the address that is expected are what was published, and only canonical text is; others are written again to see.
    """
    raw = parse(data, expected=expected)
    try:
        release = _release(raw)
        is_canonical = expected is not None or release.text().encode(ENCODING) == data
    except _MALFORMED as error:
        raise ReleaseError(_UNREADABLE) from error
    if not is_canonical:
        raise ReleaseError("the release is not in its canonical form")
    return release


def _release(raw: "RawRelease") -> Release:
    documents = raw.documents
    return Release(
        header=raw.header,
        listings=tuple(listing(each, documents) for each in raw.facts["listing"]),
        set_aside=tuple(set_aside(each, documents) for each in raw.facts["set-aside"]),
        proposals=tuple(proposal(each, documents) for each in raw.facts["proposal"]),
        not_together=tuple(not_together(each, documents) for each in raw.facts["not-together"]),
        pointers=tuple(pointer(each, documents) for each in raw.facts["pointer"]),
        add_ons=tuple(add_on(each) for each in raw.facts["add-on"]),
        findings=tuple(finding(each, documents) for each in raw.facts["finding"]),
    )


Raw = dict[str, Any]
_UNREADABLE = "the release cannot be read"
_MALFORMED = (KeyError, TypeError, ValueError, IndexError, AttributeError)
"""What building facts from members of other shapes may raise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRelease:
    """A release whose facts are still JSON members, grouped by kind: enough to index it without building every fact."""

    id: str
    header: Header
    documents: tuple[Citation, ...]
    """One citation without a place per document."""
    facts: dict[str, list[Raw]]


def parse(data: bytes, *, expected: str | None = None) -> RawRelease:
    """Check a release's content address and split it into facts; raise ReleaseError when it is not whole."""
    found = address(data)
    if expected is not None and found != expected:
        raise ReleaseError(f"the release is altered: expected {expected}, found {found}")
    if not data.endswith(b"\n"):
        raise ReleaseError("the release is cut short: its last line has no end")
    try:
        first, *rest = _raws(data.splitlines())
        header = _header(first)
        facts: dict[str, list[Raw]] = {kind: [] for kind in _SECTIONS}
        for each in rest:
            facts[each["kind"]].append(each)
    except ReleaseError:
        raise
    except _MALFORMED as error:
        raise ReleaseError(_UNREADABLE) from error
    documents = tuple(Citation(document=name, sha256=digest) for name, digest in header.documents)
    return RawRelease(id=found, header=header, documents=documents, facts=facts)


_TOGETHER = 1_000


def _raws(lines: list[bytes]) -> Iterator[Raw]:
    """Read lines, many at a time: reading one by one is slower, and reading all at once would let no other thread have its turn."""
    for at in range(0, len(lines), _TOGETHER):
        yield from json.loads(b"[" + b",".join(lines[at : at + _TOGETHER]) + b"]")


def _header(raw: Raw) -> Header:
    if raw["kind"] != Header.kind or raw["schema"] != SCHEMA:
        raise ReleaseError(f"the release is of schema `{raw['schema']}`, and this version reads {SCHEMA}")
    delegate, components = raw.get("delegate"), raw.get("components")
    return Header(
        plan=raw["plan"],
        list=raw["list"],
        title=raw["title"],
        edition=raw["edition"],
        payer=raw["payer"],
        delegate=Delegate(**delegate) if delegate else None,
        documents=tuple((name, digest) for name, digest in raw["documents"]),
        programs=tuple(Program(**each) for each in raw.get("programs", ())),
        families=tuple((family, product) for family, product in raw.get("families", ())),
        components=Components(category=components["category"], excluded=tuple((low, high) for low, high in components["excluded"]))
        if components
        else None,
        references=tuple(Reference(**each) for each in raw.get("references", ())),
        secondary=raw.get("secondary", False),
        dated=raw.get("dated", False),
    )


def _citation(raw: Raw, documents: tuple[Citation, ...]) -> Citation:
    of = documents[raw.get("document", 0)]
    return Citation(
        document=of.document, sha256=of.sha256, line=raw.get("line"), page=raw.get("page"), sheet=raw.get("sheet"), row=raw.get("row")
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _condition(raw: Raw) -> Condition:
    members: Raw = {name: tuple(value) if isinstance(value, list) else value for name, value in raw.items() if name != "kind"}
    if "contacts" in members:
        members["contacts"] = tuple(Contact(**each) for each in members["contacts"])
    build: Callable[..., Condition] = KINDS[raw["kind"]]
    return build(**members)


def listing(raw: Raw, documents: tuple[Citation, ...]) -> Listing:
    """Build a listing from its JSON members."""
    facts, fingerprint = raw.get("facts"), raw.get("fingerprint")
    return Listing(
        code=raw["code"],
        program=raw["program"],
        product=raw.get("product"),
        category=raw.get("category"),
        section=raw.get("section"),
        printed=Cell(raw["printed"]) if "printed" in raw else None,
        platform=raw.get("platform"),
        grouping=raw.get("grouping"),
        um_cs=raw.get("um_cs"),
        begins=_day(raw.get("begins")),
        ends=_day(raw.get("ends")),
        changed=_day(raw.get("changed")),
        conditions=tuple(_condition(each) for each in raw.get("conditions", ())),
        facts=Facts(**(facts | {"regions": tuple(facts.get("regions", ()))})) if facts else Facts(),
        fingerprint=Fingerprint(**fingerprint) if fingerprint else None,
        review=Review(**({"why": "", "printed": ""} | raw["review"])) if "review" in raw else None,
        citation=_citation(raw, documents),
    )


def set_aside(raw: Raw, documents: tuple[Citation, ...]) -> SetAside:
    """Build a set-aside row from its JSON members."""
    return SetAside(reason=raw["reason"], printed=raw.get("printed", ""), program=raw["program"], citation=_citation(raw, documents))


def proposal(raw: Raw, documents: tuple[Citation, ...]) -> Proposal:
    """Build a repair proposal from its JSON members."""
    return Proposal(
        id=raw["id"],
        printed=raw.get("printed", ""),
        proposed=raw["proposed"],
        confidence=raw["confidence"],
        evidence=tuple(raw.get("evidence", ())),
        status=raw["status"],
        citation=_citation(raw, documents),
    )


def not_together(raw: Raw, documents: tuple[Citation, ...]) -> NotTogether:
    """Build a forbidden pair from its JSON members."""
    return NotTogether(code=raw["code"], other=raw["other"], exception=raw.get("exception"), citation=_citation(raw, documents))


def pointer(raw: Raw, documents: tuple[Citation, ...]) -> Pointer:
    """Build a pointer from its JSON members."""
    return Pointer(code=raw["code"], use=tuple(raw.get("use", ())), when=raw["when"], citation=_citation(raw, documents))


def add_on(raw: Raw) -> AddOn:
    """Build a federal add-on from its JSON members."""
    return AddOn(code=raw["code"], primaries=tuple(raw.get("primaries", ())))


def finding(raw: Raw, documents: tuple[Citation, ...]) -> Finding:
    """Build a finding from its JSON members."""
    return Finding(code=raw["code"], message=raw["message"], citation=_citation(raw, documents))
