"""A code's past, for `precert show`: its rows in every release of a plan, and what became of them from one to the next."""

from typing import Any

from precert import bootstrap
from precert.changes.difference import ListingChange
from precert.changes.past import Entry, history
from precert.changes.render import as_json, told
from precert.facts.compile import Row
from precert.facts.model import Listing
from precert.facts.release import Release, ReleaseError
from precert.ports import Published, StoreError
from precert.requirement import answer
from precert.surfaces.cli import words
from precert.surfaces.cli.output import Page

Past = list[tuple[Published, Entry | None]]
"""A plan's publications, oldest first; without an entry where the release is altered or not there, and so is not read."""


def past(code: str, plan: str) -> Past:
    """Return the past of a code in a plan's lists."""
    opened = [(each, _opened(each)) for each in bootstrap.published() if each.plan == plan]
    entries = iter(history(code, [(release, each.known_at) for each, release in opened if release is not None]))
    return [(each, None if release is None else next(entries)) for each, release in opened]


def _opened(each: Published) -> Release | None:
    try:
        return bootstrap.open_release(each)
    except (ReleaseError, StoreError):
        return None


def document(plan: str, found: Past) -> list[dict[str, Any]]:
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
            "rows": [_row(listing) for listing in entry.listings] if entry else [],
            "changes": [_change(change) for change in entry.changes] if entry else [],
        }
        for each, entry in found
    ]


def _row(listing: Listing) -> dict[str, Any]:
    return {
        "program": listing.program,
        "requirement": _printed(listing),
        "platform": listing.platform,
        "begins": as_json(listing.begins),
        "ends": as_json(listing.ends),
        "changed": as_json(listing.changed),
        "review": as_json(listing.review),
        "citation": answer.citation(listing.citation),
    }


def _printed(listing: Listing) -> str | None:
    beside = {type(each): each for each in listing.conditions}
    return answer.printed(
        Row(listing=listing, position=0, delegate=None, setting=None, families=frozenset(), conditions=beside, reads=frozenset())
    )


def _change(change: ListingChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "program": change.program,
        "effective": as_json(change.effective),
        "until": as_json(change.span.until),
        "members": [as_json(each) for each in change.members],
    }


def show(page: Page, found: Past) -> None:
    """Write a code's past: the releases that have a row of it or changed one, and those that cannot be read.

    Where every list has one release here, the page has said all of it already.
    """
    if all(entry and entry.first for _, entry in found):
        return
    page.say("Release by release:")
    for each, entry in found:
        if entry is None:
            page.item(f"Known since {each.known_at}: {each.list}; this release is altered or missing and was not read (`precert verify`)")
        elif entry.listings or entry.changes:
            _show(page, each, entry)


def _show(page: Page, each: Published, entry: Entry) -> None:
    rows = [f"prints {_printed(row) or 'nothing'} ({words.row(row.citation)})" for row in entry.listings]
    edition = f", {entry.edition} edition" if entry.edition else ""
    first = "; the first release of this list here" if entry.first else ""
    page.item(f"Known since {each.known_at}: {each.list}{edition}: {'; '.join(rows) or 'no row'}{first}")
    for change in entry.changes:
        effective = f", from {change.effective}" if change.effective else ""
        members = ": " + "; ".join(told(member) for member in change.members) if change.members else ""
        page.item(f"{change.kind.replace('-', ' ')}{effective}{members}", 6)
