"""One way from a document to a release: read, lay out, apply, propose, account for every row (R5)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from precert.facts.model import AddOn, Citation, Facts, Finding, Fingerprint, Listing, NotTogether, Pointer, Proposal, Reference, Review
from precert.facts.release import Header, Release, add_ons_address
from precert.intake import descriptor, readers
from precert.intake.layouts.columns import shown
from precert.intake.layouts.listing import read_decided
from precert.intake.layouts.listing import reader as listing_reader
from precert.intake.layouts.profile import Profile
from precert.intake.layouts.rows import SetAsideRow, Sheet, SourceRow, read_rows
from precert.intake.layouts.tried import tried
from precert.intake.layouts.whole import keep_rows_whole, look_over
from precert.intake.readers.document import Document
from precert.intake.repair import Known, KnownText, Span, not_in_force, propose, set_aside_implausible

SCHEMA = "precert.ingest/1"
FEDERAL = "ncci-add-on"
"""The name of the federal add-on table among a release's references."""
SEE_THE_ROW = "the row states an exception: read it there"


@dataclass(frozen=True, slots=True, kw_only=True)
class FederalAddOns:
    """The federal add-on table, or the part of it at hand."""

    edition: str
    primaries: dict[str, tuple[str, ...]]
    """Add-on code -> primaries, none where the table leaves them to the contractor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A person's decision on a set-aside row: the code it lists, or None when its proposal is rejected (R65)."""

    code: str | None
    review: Review


class UnknownLayoutError(ValueError):
    """A document without one row that could be read; the message says what was tried, and `sheet` holds what was met."""

    def __init__(self, message: str, document: Document, profile: Profile, sheet: Sheet) -> None:
        super().__init__(message)
        self.document, self.profile, self.sheet = document, profile, sheet


@dataclass(frozen=True, kw_only=True, repr=False)
class IngestReport:
    """What was read from one document, row by row, before any review decision. `release` is what publishing it would hold."""

    document: Document
    profile: Profile
    sheet: Sheet
    proposals: tuple[Proposal, ...]
    release: Release
    doubts: tuple[Finding, ...] = ()
    """What the tables at hand say against listed codes: findings of this reading, and not of the release."""

    def __repr__(self) -> str:
        # never the document: what is shown may be logged, and its wording may not
        return f"<IngestReport of {self.document.name}: {len(self.sheet.listed)} listed, {len(self.sheet.set_aside)} set aside>"

    @property
    def codes(self) -> int:
        """How many distinct codes are listed."""
        return len({row.listing.code for row in self.sheet.listed})

    def to_dict(self) -> dict[str, Any]:
        """Return the report in the shape of contract.md, "Ingest report"."""
        sheet = self.sheet
        listed, aside = sheet.rows_listed, len(sheet.set_aside)
        return {
            "schema": SCHEMA,
            "document": {"name": self.document.name, "sha256": self.document.sha256},
            "reader": {"kind": self.document.kind, "guards": list(self.document.guards)},
            "plan": self.profile.plan,
            "list": self.profile.list,
            "edition": self.release.header.edition or None,
            "programs": [program.name for program in sheet.programs if not program.elsewhere],
            "rows": {
                "total": sheet.headers + sheet.sections + listed + aside,
                "headers": sheet.headers,
                "sections": sheet.sections,
                "listed": listed,
                "set_aside": aside,
            },
            "codes": self.codes,
            "columns": [
                {
                    "headings": layout.headings,
                    "at": _place(layout.at),
                    "columns": [{"heading": shown(each.heading), "role": str(each.role), "by": each.by} for each in layout.header.columns],
                }
                for layout in sheet.layouts
            ],
            "set_aside": [
                {**_place(each.row.citation), "reason": each.row.reason, "printed": each.row.printed} for each in sheet.set_aside
            ],
            "proposals": [
                {
                    "id": each.id,
                    **_place(each.citation),
                    "printed": each.printed,
                    "proposed": each.proposed,
                    "confidence": each.confidence,
                    "evidence": list(each.evidence),
                    "status": each.status,
                }
                for each in self.proposals
            ],
            "findings": [{"code": each.code, **_place(each.citation), "message": each.message} for each in (*sheet.findings, *self.doubts)],
            "elsewhere": [program.name for program in sheet.programs if program.elsewhere],
        }


def _place(citation: object) -> dict[str, Any]:
    return {name: getattr(citation, name) for name in ("line", "page", "sheet", "row")}


def ingest(  # noqa: PLR0913 - what a reading rests on
    name: str,
    data: bytes,
    profile: Profile,
    *,
    known: Known,
    federal: FederalAddOns | None = None,
    decided: Mapping[str, Decided] | None = None,
    read: Callable[[str, bytes], Document] = readers.read,
) -> IngestReport:
    """Read a document by its profile; the release also by what was decided on its damaged rows, by their `keys`.

    `read` is how its bytes are read: in this process, unless a sandbox is given. Raises UnreadableError (no reader) or
    UnknownLayoutError (no row could be read).
    """
    document = read(name, data)
    sheet = read_rows(document, profile, listing_reader(known.in_force))
    set_aside_implausible(sheet, known)
    keep_rows_whole(sheet)
    look_over(sheet, document)
    if not sheet.listed:
        raise UnknownLayoutError(_why_unknown(document, profile, sheet), document, profile, sheet)
    proposals = tuple(propose(sheet.rows, known))
    reviewed = _reviewed(sheet, proposals, profile, decided) if decided else (sheet, proposals)
    return IngestReport(
        document=document,
        profile=profile,
        sheet=sheet,
        proposals=proposals,
        release=_release(document, profile, *reviewed, federal),
        doubts=tuple(not_in_force(sheet, known)),
    )


_SHRUNK = 0.75
"""A next edition that keeps less of the codes than this is more often a torn file than a list that was cut."""


def compare(report: IngestReport, in_use: Release) -> IngestReport:
    """Return the report with what it shows beside the release in use: far fewer codes. Those left out would be `not-on-list`."""
    listed = {each.code for each in in_use.listings}
    gone = len(listed - {row.listing.code for row in report.sheet.listed})
    if gone <= (1 - _SHRUNK) * len(listed):
        return report
    message = f"the release in use lists {len(listed)} codes, and {gone} of them are not listed here: is the document whole?"
    where = Citation(document=report.document.name, sha256=report.document.sha256)
    found = Finding(code="list-shrinks", message=message, citation=where)
    return replace(report, doubts=(*report.doubts, found))


def keys(sheet: Sheet) -> dict[Citation, str]:
    """Return what identifies each set-aside row under review: what it prints, and which of such rows it is."""
    seen: Counter[str] = Counter()
    found = {}
    for aside in sheet.set_aside:
        found[aside.row.citation] = f"{aside.prints}-{seen[aside.prints]}"
        seen[aside.prints] += 1
    return found


def _reviewed(
    sheet: Sheet, proposals: tuple[Proposal, ...], profile: Profile, decided: Mapping[str, Decided]
) -> tuple[Sheet, tuple[Proposal, ...]]:
    """Apply decisions: a row with a decided code becomes a listing, a rejected proposal names its code no longer (R65)."""
    applied, named = replace(sheet, rows=[], findings=list(sheet.findings)), keys(sheet)
    status: dict[Citation, str] = {}
    for row in sheet.rows:
        decision = decided.get(named[row.row.citation]) if isinstance(row, SetAsideRow) else None
        kept: SourceRow | SetAsideRow = row
        if decision and isinstance(row, SetAsideRow):
            status[row.row.citation] = _STATUS[decision.review.action]
            kept = _listed(row, decision, profile, applied)
        applied.rows.append(kept)
    return applied, tuple(replace(each, status=status.get(each.citation, each.status)) for each in proposals)


_STATUS = {"accept": "accepted", "reject": "rejected", "correct": "corrected"}


def _listed(row: SetAsideRow, decision: Decided, profile: Profile, sheet: Sheet) -> SourceRow | SetAsideRow:
    read = read_decided(row, decision.code, profile, sheet) if decision.code else row
    return replace(read, listing=replace(read.listing, review=decision.review)) if isinstance(read, SourceRow) else row


def _why_unknown(document: Document, profile: Profile, sheet: Sheet) -> str:
    reasons = Counter(each.row.reason for each in sheet.set_aside)
    aside = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items())) or "none"
    headers = [finding for finding in sheet.findings if finding.code == "unknown-header"]
    first = f". The first header that cannot be read: {headers[0].message}" if headers else ""
    count = "1 header row" if sheet.headers == 1 else f"{sheet.headers} header rows"
    return (
        f"`{document.name}` has no row that could be read as a listing. Found: {count} with a code column; "
        f"rows set aside: {aside}{first}{tried(document, profile, sheet)}"
    )


def _release(document: Document, profile: Profile, sheet: Sheet, proposals: tuple[Proposal, ...], federal: FederalAddOns | None) -> Release:
    read = Release(
        header=Header(
            plan=profile.plan,
            list=profile.list,
            title=profile.title,
            edition=sheet.edition or "",
            payer=profile.payer,
            delegate=profile.delegate,
            documents=((document.name, document.sha256),),
            programs=tuple(sheet.programs),
            families=profile.families,
            components=profile.components,
        ),
        listings=tuple(row.listing for row in sheet.listed),
        set_aside=tuple(row.row for row in sheet.set_aside),
        proposals=proposals,
        not_together=tuple(_not_together(sheet.listed, profile)),
        pointers=tuple(_pointers(sheet.listed, profile)),
        findings=tuple(sheet.findings),
    )
    return with_add_ons(read, federal)


def with_add_ons(release: Release, federal: FederalAddOns | None) -> Release:
    """Return a release with the part of the federal add-on table that touches its codes: what publishing adds."""
    add_ons = _touching(release.listings, federal) if federal else ()
    reference = Reference(name=FEDERAL, edition=federal.edition, id=add_ons_address(add_ons)) if federal else None
    header = replace(release.header, references=(reference,) if reference else ())
    return replace(release, header=header, add_ons=add_ons)


def _touching(listings: Iterable[Listing], federal: FederalAddOns) -> tuple[AddOn, ...]:
    """The federal pairs that touch listed codes: all primaries of a listed add-on, the listed primaries of another."""
    listed = {listing.code for listing in listings}
    found = []
    for code, primaries in sorted(federal.primaries.items()):
        touched = tuple(sorted(primaries if code in listed else listed.intersection(primaries)))
        if code in listed or touched:
            found.append(AddOn(code=code, primaries=touched))
    return tuple(found)


def _not_together(rows: list[SourceRow], profile: Profile) -> Iterable[NotTogether]:
    for row in rows:
        for found in descriptor.forbidden(row.listing.code, row.descriptor):
            exception = profile.exceptions.get(row.listing.code, SEE_THE_ROW) if found.has_exception else None
            for code in found.these:
                for other in found.those:
                    yield NotTogether(code=code, other=other, exception=exception, citation=row.listing.citation)


def _pointers(rows: list[SourceRow], profile: Profile) -> Iterable[Pointer]:
    for row in rows:
        for found in descriptor.pointing(row.listing.code, row.descriptor):
            when = profile.pointer_conditions.get(row.listing.code, "")
            yield Pointer(code=found.code, use=found.use, when=when, citation=row.listing.citation)


def merge_facts(report: IngestReport, others: Iterable[IngestReport]) -> IngestReport:
    """Complete the facts of descriptors that this document cuts off from documents that print them whole.

    By code; or, where the other document's row has no readable code, by the wording: it begins as the cut one does, letter by
    letter. That says what the cut descriptor goes on to say, and nothing of the other row's code.
    """
    whole = _Whole(others)
    listings = tuple(_completed(listing, whole) for listing in report.release.listings)
    return replace(report, release=replace(report.release, listings=listings))


class _Whole:
    """The facts of whole descriptors, by code and by wording."""

    def __init__(self, reports: Iterable[IngestReport]) -> None:
        self.by_code: dict[str, Facts] = {}
        self.unnamed: list[tuple[str, Facts]] = []
        for report in reports:
            for row in report.sheet.listed:
                if row.listing.fingerprint and not row.listing.fingerprint.cut:
                    self.by_code.setdefault(row.listing.code, row.listing.facts)
            for aside in report.sheet.set_aside:
                if not descriptor.is_cut(aside.descriptor):
                    self.unnamed.append((descriptor.letters(aside.descriptor), descriptor.facts(aside.descriptor)))

    def facts(self, listing: Listing, cut: Fingerprint) -> Facts:
        """Return the facts of the whole descriptor; the listing's own where none is at hand, or several say different things."""
        if listing.code in self.by_code:
            return self.by_code[listing.code]
        begun = {
            facts for letters, facts in self.unnamed if len(letters) > cut.length and descriptor.digest(letters[: cut.length]) == cut.digest
        }
        return begun.pop() if len(begun) == 1 else listing.facts


def _completed(listing: Listing, whole: _Whole) -> Listing:
    if listing.fingerprint is None or not listing.fingerprint.cut:
        return listing
    return replace(listing, facts=whole.facts(listing, listing.fingerprint))


def known_from(
    releases: Iterable[Release],
    *,
    in_force: frozenset[str] = frozenset(),
    spans: Mapping[str, Span] | None = None,
    as_of: date | None = None,
    last: Release | None = None,
) -> Known:
    """Return what releases at hand tell about codes and descriptions, as evidence for repairs.

    `releases` are those of other lists, `last` the last one of this list that another document made. `in_force` is every code that
    is or was in force, where a table of them is at hand, `spans` when each was, and `as_of` the day up to which the table tells.
    """
    texts: list[KnownText] = []
    named: set[str] = set()
    add_ons: dict[str, tuple[str, ...]] = {}
    for release in releases:
        texts += [
            KnownText(code=each.code, fingerprint=each.fingerprint, list=release.header.list)
            for each in release.listings
            if each.fingerprint
        ]
        named |= {each.code for each in release.listings}
        add_ons |= {each.code: each.primaries for each in release.add_ons}
    before = last.listings if last else ()
    return Known(
        texts=tuple(texts), codes=frozenset(named), add_ons=add_ons, in_force=in_force, spans=spans or {}, as_of=as_of, last=before
    )
