"""One way from a document to a release: read, lay out, apply, propose, account for every row (R5)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from precert.facts.model import AddOn, Facts, Listing, NotTogether, Pointer, Proposal, Reference
from precert.facts.release import Header, Release, add_ons_address
from precert.intake import descriptor, readers
from precert.intake.layouts.profile import Profile
from precert.intake.layouts.rows import Sheet, SourceRow, read_rows, refuse_named
from precert.intake.readers.document import Document
from precert.intake.repair import Known, KnownText, propose

SCHEMA = "precert.ingest/1"
SEE_THE_ROW = "the row states an exception: read it there"


@dataclass(frozen=True, slots=True, kw_only=True)
class FederalAddOns:
    """The federal add-on table, or the part of it at hand."""

    edition: str
    primaries: dict[str, tuple[str, ...]]
    """Add-on code -> primaries, none where the table leaves them to the contractor."""


class UnknownLayoutError(ValueError):
    """A document without one row that could be read; the message says what was tried."""


@dataclass(frozen=True, kw_only=True)
class IngestReport:
    """What was read from one document, row by row, before any review decision. `release` is what publishing it would hold."""

    document: Document
    profile: Profile
    sheet: Sheet
    proposals: tuple[Proposal, ...]
    release: Release

    @property
    def codes(self) -> int:
        """How many distinct codes are listed."""
        return len({row.listing.code for row in self.sheet.listed})

    def to_dict(self) -> dict[str, Any]:
        """Return the report in the shape of contract.md, "Ingest report"."""
        sheet = self.sheet
        listed, aside = len(sheet.listed), len(sheet.set_aside)
        return {
            "schema": SCHEMA,
            "document": {"name": self.document.name, "sha256": self.document.sha256},
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
            "findings": [{"code": each.code, **_place(each.citation), "message": each.message} for each in sheet.findings],
            "elsewhere": [program.name for program in sheet.programs if program.elsewhere],
        }


def _place(citation: object) -> dict[str, Any]:
    return {name: getattr(citation, name) for name in ("line", "page", "sheet", "row")}


def ingest(name: str, data: bytes, profile: Profile, *, known: Known, federal: FederalAddOns | None = None) -> IngestReport:
    """Read a document by its profile. Raises UnreadableError (no reader) or UnknownLayoutError (no row could be read)."""
    document = readers.read(name, data)
    sheet = refuse_named(read_rows(document, profile))
    if not sheet.listed:
        raise UnknownLayoutError(
            f"`{name}` has no row that could be read as a listing: among tab-separated lines and Markdown tables, "
            f"{sheet.headers} header rows with a code column were found, and {len(sheet.set_aside)} rows were set aside"
        )
    proposals = tuple(propose(sheet.rows, known))
    return IngestReport(
        document=document, profile=profile, sheet=sheet, proposals=proposals, release=_release(document, profile, sheet, proposals, federal)
    )


def _release(document: Document, profile: Profile, sheet: Sheet, proposals: tuple[Proposal, ...], federal: FederalAddOns | None) -> Release:
    listings = tuple(row.listing for row in sheet.listed)
    add_ons = _touching(listings, federal) if federal else ()
    reference = Reference(name="ncci-add-on", edition=federal.edition, id=add_ons_address(add_ons)) if federal else None
    return Release(
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
            references=(reference,) if reference else (),
        ),
        listings=listings,
        set_aside=tuple(row.row for row in sheet.set_aside),
        proposals=proposals,
        not_together=tuple(_not_together(sheet.listed, profile)),
        pointers=tuple(_pointers(sheet.listed, profile)),
        add_ons=add_ons,
        findings=tuple(sheet.findings),
    )


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
        found = descriptor.forbidden(row.listing.code, row.descriptor)
        if found:
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
    """Complete the facts of descriptors that this document cuts off from documents that print them whole, by code."""
    whole: dict[str, Facts] = {}
    for other in others:
        for row in other.sheet.listed:
            if row.listing.fingerprint and not row.listing.fingerprint.cut:
                whole.setdefault(row.listing.code, row.listing.facts)
    listings = tuple(_completed(listing, whole) for listing in report.release.listings)
    return replace(report, release=replace(report.release, listings=listings))


def _completed(listing: Listing, whole: dict[str, Facts]) -> Listing:
    if listing.fingerprint is None or not listing.fingerprint.cut or listing.code not in whole:
        return listing
    return replace(listing, facts=whole[listing.code])


def known_from(releases: Iterable[Release]) -> Known:
    """Return what releases at hand tell about codes and descriptions, as evidence for repairs."""
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
    return Known(texts=tuple(texts), codes=frozenset(named), add_ons=add_ons)
