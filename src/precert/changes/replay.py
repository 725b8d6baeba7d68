"""A difference applied: the first release and the difference give the second, to the last byte.

What the facts say comes from the changes alone, so that a change left out would show; the layout says only where they stand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from precert.changes.compare import DOCUMENTS, LISTINGS, sequences
from precert.changes.difference import Edit, Layout, ReleaseDiff
from precert.facts.release import Header, Release


def apply(difference: ReleaseDiff, release: Release) -> Release:
    """Return the release that the difference leads to. Raises ValueError when it is not a difference from this release."""
    if release.id != difference.before.id:
        raise ValueError(f"the difference is one from {difference.before.id}, and this release is {release.id}")
    parts = {each.name: getattr(release, each.name) for each in fields(Release) if each.name != "header"}
    return Release(
        header=_header(difference, release.header),
        **{name: _section(difference, name, facts) for name, facts in parts.items()},
    )


def _header(difference: ReleaseDiff, header: Header) -> Header:
    several = sequences(header)
    members: dict[str, Any] = {name: _section(difference, name, getattr(header, name)) for name in several if name != DOCUMENTS}
    single = set(Header.__slots__).difference(several)
    members |= {each.section: each.edit.after for each in difference.whole if each.section in single}
    return replace(header, **members, documents=difference.after.documents)


def _section(difference: ReleaseDiff, section: str, facts: Sequence[Any]) -> tuple[Any, ...]:
    layout = next((each for each in difference.layouts if each.section == section), None)
    return tuple(facts) if layout is None else tuple(_laid_out(layout, list(_edits(difference, section)), facts))


def _edits(difference: ReleaseDiff, section: str) -> Iterator[Edit[Any]]:
    if section == LISTINGS:
        yield from (edit for change in difference.listings for edit in change.edits)
    yield from (change.edit for change in difference.whole if change.section == section)


def _laid_out(layout: Layout, edits: list[Edit[Any]], facts: Sequence[Any]) -> Iterator[Any]:
    """Put the facts that stayed into the places that no edit takes."""
    taken = {edit.to: edit.after for edit in edits if edit.to is not None}
    stayed = iter(layout.kept)
    for place in range(len(taken) + len(layout.kept)):
        if place in taken:
            yield taken[place]
        else:
            kept = next(stayed)
            yield replace(facts[kept.at], **dict(kept.stamp)) if kept.stamp else facts[kept.at]
