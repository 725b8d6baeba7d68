"""One code through the releases of a plan: its rows in each, and what became of them from one release of a list to the next."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from precert.changes.compare import diff
from precert.changes.difference import ListingChange
from precert.facts.model import Listing
from precert.facts.release import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A release, the rows in it that name the code, and what changed since the release of the same list before it."""

    release: str
    list: str
    edition: str
    known_at: date
    first: bool
    """No release of this list came before it here: that its rows are new is not said."""
    listings: tuple[Listing, ...]
    changes: tuple[ListingChange, ...]


def history(code: str, releases: Iterable[tuple[Release, date]]) -> list[Entry]:
    """Return a code's past. `releases` are a plan's, each with the day it became known, in the order they were published."""
    earlier: dict[str, Release] = {}
    found = []
    for release, known_at in releases:
        found.append(_entry(code, release, earlier.get(release.header.list), known_at))
        earlier[release.header.list] = release
    return found


def _entry(code: str, release: Release, before: Release | None, known_at: date) -> Entry:
    changes = diff(before, release).listings if before else ()
    return Entry(
        release=release.id,
        list=release.header.list,
        edition=release.header.edition,
        known_at=known_at,
        first=before is None,
        listings=tuple(each for each in release.listings if each.code == code),
        changes=tuple(_of(code, each) for each in changes if code in each.codes),
    )


def _of(code: str, change: ListingChange) -> ListingChange:
    """Leave out the other rows of a label that was renamed throughout."""
    return replace(change, edits=tuple(edit for edit in change.edits if edit.fact.code == code))
