"""Everything the lists in use print of one code, without an order and without a date, and what earlier releases printed."""

from collections.abc import Iterable
from typing import Any

from precert import bootstrap
from precert.bootstrap import Rulebook
from precert.changes.difference import ListingChange
from precert.changes.past import Entry, history
from precert.changes.render import as_json
from precert.encounter.code import Known
from precert.facts.compile import Held, Row
from precert.facts.model import Citation, Facts, Listing
from precert.facts.release import Release, ReleaseError
from precert.ports import Published, StoreError
from precert.requirement import answer
from precert.surfaces.documents.held import Open

Past = list[tuple[Published, Entry | None]]
"""A plan's publications, oldest first; without an entry where the release is altered or not there, and so is not read."""


def document(code: str, plan: str | None, found: Iterable[Rulebook], opened: Open | None = None) -> dict[str, Any]:
    """Return what these rulebooks print of a code: `precert.show/1`."""
    found = list(found)
    return {
        "schema": "precert.show/1",
        "code": code,
        "plan": plan,
        "rows": [_row(book, row) for book in found for row in book.index.rows(code)],
        "see": [
            {"plan": book.plan, "codes": list(see.use), "when": see.when.strip() or None, "citation": answer.citation(see.citation)}
            for book in found
            if (see := book.index.pointers.get(code))
        ],
        "not_together": [
            {
                "plan": book.plan,
                "code": pair.other if pair.code == code else pair.code,
                "exception": pair.exception,
                "citation": answer.citation(pair.citation),
            }
            for book in found
            for pair in book.index.not_together.get(code, ())
        ],
        "primaries": [{"plan": book.plan, "codes": list(known.primaries)} for book in found if (known := book.index.add_ons.get(code))],
        "damaged": [{"plan": book.plan, "citation": answer.citation(each)} for book in found for each in book.index.damaged.get(code, ())],
        "beside": _beside(bootstrap.known_of(code)),
        "history": [each for book in found for each in told_past(book.plan, past(code, book.plan, opened))],
    }


def _beside(told: Known) -> dict[str, Any]:
    """Return what is known of the code beside the lists."""
    return {
        "added": told.added,
        "last": told.last,
        "first_file": told.first_file,
        "gone_since": told.gone_since,
        "inpatient_only": [
            {"since": each.since, "status": each.status, "source": each.source, "citation": answer.citation(each.citation)}
            for each in told.inpatient_only
        ],
        "references": [{"name": each.name, "edition": each.edition, "id": each.id} for each in told.references],
    }


def _row(book: Rulebook, row: Row) -> dict[str, Any]:
    listing, held = row.listing, _held(book, row.listing.citation)
    whose = {"plan": book.plan, "list": held.list, "edition": held.edition or None, "release": held.id}
    return whose | printed_row(listing, setting=row.setting, delegate=row.delegate.name if row.delegate else None)


def _held(book: Rulebook, cited: Citation) -> Held:
    return next(held for held in book.releases if (cited.document, cited.sha256) in held.documents)


def printed_row(listing: Listing, *, setting: str | None, delegate: str | None) -> dict[str, Any]:
    """Return a row as its list prints it, normalised, with what its description states."""
    return {
        "program": listing.program,
        "setting": setting,
        "delegate": delegate,
        "printed": {
            "requirement": printed(listing),
            "platform": listing.platform,
            "product": listing.product,
            "category": listing.category,
            "section": listing.section,
            "grouping": listing.grouping,
            "um_cs": listing.um_cs,
        },
        "begins": as_json(listing.begins),
        "ends": as_json(listing.ends),
        "changed": as_json(listing.changed),
        "conditions": [answer.condition(each) for each in listing.conditions],
        "facts": facts(listing.facts),
        "review": as_json(listing.review),
        "citation": answer.citation(listing.citation),
    }


def facts(known: Facts) -> dict[str, Any]:
    """Return what a row's description states."""
    return {
        "regions": list(known.regions),
        "approach": known.approach,
        "each_additional": known.each_additional,
        "unlisted": known.unlisted,
    }


def printed(listing: Listing) -> str | None:
    """Return the normalised requirement cell of a row; None on a membership list."""
    beside = {type(each): each for each in listing.conditions}
    return answer.printed(
        Row(listing=listing, position=0, delegate=None, setting=None, families=frozenset(), conditions=beside, reads=frozenset())
    )


# -- its past --------------------------------------------------------------------------------------------------------------


def past(code: str, plan: str, opened: Open | None = None) -> Past:
    """Return the past of a code in a plan's lists."""
    found = [(each, _opened(each, opened or bootstrap.open_release)) for each in bootstrap.published() if each.plan == plan]
    entries = iter(history(code, [(release, each.known_at) for each, release in found if release is not None]))
    return [(each, None if release is None else next(entries)) for each, release in found]


def _opened(each: Published, opened: Open) -> Release | None:
    try:
        return opened(each)
    except (ReleaseError, StoreError):
        return None


def told_past(plan: str, found: Past) -> list[dict[str, Any]]:
    """Return a code's past as JSON members."""
    return [
        {
            "plan": plan,
            "list": each.list,
            "edition": (entry.edition or None) if entry else None,
            "release": each.id,
            "known_at": each.known_at.isoformat(),
            "readable": entry is not None,
            "first": entry is not None and entry.first,
            "rows": [_past_row(listing) for listing in entry.listings] if entry else [],
            "changes": [_change(change) for change in entry.changes] if entry else [],
        }
        for each, entry in found
    ]


def _past_row(listing: Listing) -> dict[str, Any]:
    return {
        "program": listing.program,
        "requirement": printed(listing),
        "platform": listing.platform,
        "begins": as_json(listing.begins),
        "ends": as_json(listing.ends),
        "changed": as_json(listing.changed),
        "review": as_json(listing.review),
        "citation": answer.citation(listing.citation),
    }


def _change(change: ListingChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "program": change.program,
        "effective": as_json(change.effective),
        "until": as_json(change.span.until),
        "members": [as_json(each) for each in change.members],
    }
