"""Laws of a difference: nothing from nothing; applied to the first it gives the second; where a row stands says nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from precert.bootstrap import open_release, published
from precert.changes import Kind, apply, diff
from precert.changes.classify import span
from precert.facts.model import Cell, Citation, Listing
from precert.facts.release import ENCODING, Release, read

from .made import DAYS, moved, release, releases, row

BUNDLED = [open_release(each) for each in published()]


def holds(a: Release, b: Release) -> None:
    found = apply(diff(a, b), a)
    assert found == b
    assert found.text() == b.text()
    assert found.id == b.id


@given(releases())
def test_nothing_differs_from_itself(a: Release) -> None:
    found = diff(a, replace(a))
    assert found.empty
    assert found.says_the_same
    assert not any(found.counts().values())
    assert apply(found, a) == a


@settings(max_examples=200, deadline=None)
@given(releases(), releases())
def test_applied_to_the_first_it_gives_the_second(a: Release, b: Release) -> None:
    holds(a, b)
    assert diff(a, b).empty == (a == b)


Edit = Callable[[st.DataObject, list[Any]], list[Any]]


def _drop(data: st.DataObject, rows: list[Any]) -> list[Any]:
    at = data.draw(st.integers(0, max(0, len(rows) - 1)))
    return rows[:at] + rows[at + 1 :]


def _repeat(data: st.DataObject, rows: list[Any]) -> list[Any]:
    return rows + ([data.draw(st.sampled_from(rows))] if rows else [])


def _shuffle(data: st.DataObject, rows: list[Any]) -> list[Any]:
    return data.draw(st.permutations(rows))


def _respell(data: st.DataObject, rows: list[Any]) -> list[Any]:
    name = data.draw(st.sampled_from(("platform", "category", "product", "program")))
    old, new = data.draw(st.sampled_from(("Alpha", "Beta", "Spine"))), data.draw(st.sampled_from(("Gamma", "Beta", "Joint")))
    return [replace(each, **{name: new}) if getattr(each, name) == old else each for each in rows]


@settings(max_examples=200, deadline=None)
@given(releases(), st.lists(st.sampled_from((_drop, _repeat, _shuffle, _respell)), max_size=4), st.data())
def test_whatever_is_edited(a: Release, edits: list[Edit], data: st.DataObject) -> None:
    rows = list(a.listings)
    for edit in edits:
        rows = edit(data, rows)
    b = replace(a, listings=tuple(rows))
    holds(a, b)
    holds(b, a)


@given(releases(), st.data())
def test_a_row_that_moved_is_no_change(a: Release, data: st.DataObject) -> None:
    places = st.sampled_from([Citation(document=name, sha256=digest, line=7) for name, digest in a.header.documents])
    shuffled = data.draw(st.permutations(a.listings))
    b = replace(a, listings=tuple(replace(each, citation=data.draw(places)) for each in shuffled))
    found = diff(a, b)
    assert found.says_the_same
    assert apply(found, a) == b


@given(releases(), releases())
def test_what_one_way_adds_the_other_way_removes(a: Release, b: Release) -> None:
    there, back = diff(a, b), diff(b, a)
    gone = [change.edits[0].before for change in back.listings if change.edits[0].after is None]
    come = [change.edits[0].after for change in there.listings if change.edits[0].before is None]
    assert sorted(map(repr, gone)) == sorted(map(repr, come))


@given(releases(), releases())
def test_every_edit_is_reported_once(a: Release, b: Release) -> None:
    edits = [edit for change in diff(a, b).listings for edit in change.edits]
    for end in ("at", "to"):
        places = [getattr(edit, end) for edit in edits if getattr(edit, end) is not None]
        assert len(places) == len(set(places))


def test_the_bundled_releases() -> None:
    for a in BUNDLED:
        assert diff(a, a).empty
        for b in BUNDLED:
            holds(a, b)


def test_a_bundled_release_printed_elsewhere_says_the_same() -> None:
    for a in BUNDLED:
        b = moved(a, 3)
        found = diff(a, b)
        assert found.says_the_same
        assert not found.empty
        holds(a, b)


def test_a_difference_fits_its_own_release_only() -> None:
    a, b, c = release(row("22551")), release(row("22552")), release(row("22558"))
    with pytest.raises(ValueError, match="the difference is one from sha256:"):
        apply(diff(a, b), c)


def test_what_is_applied_can_be_published() -> None:
    a, b = BUNDLED[0], moved(BUNDLED[0], 1)
    text = apply(diff(a, b), a).text().encode(ENCODING)
    assert read(text, expected=b.id) == b


# -- the dates of service that a change can matter on ----------------------------------------------------------------------

days = st.sampled_from((None, *DAYS))
cells = st.sampled_from((Cell.YES, Cell.NO))
listings = st.builds(
    lambda begins, ends, changed, cell: row("22551", begins=begins, ends=ends, changed=changed, printed=cell), days, days, days, cells
)


def _says(listing: Listing | None, day: date) -> object:
    if listing is None or not listing.in_force(day):
        return None
    return "unknown" if listing.changed and day < listing.changed else listing.printed


@given(st.none() | listings, st.none() | listings)
def test_outside_its_span_a_change_contradicts_nothing(before: Listing | None, after: Listing | None) -> None:
    found = span(before, after)
    for day in (date(2025, 1, 1), *DAYS, *(date(2026, month, 15) for month in (1, 7, 12)), date(2030, 1, 1)):
        inside = (found.since is None or found.since <= day) and (found.until is None or day < found.until)
        if not inside:
            assert _says(before, day) == _says(after, day) or _says(after, day) == "unknown"


@given(releases(), releases())
def test_kinds_are_sorted_by_consequence(a: Release, b: Release) -> None:
    order = list(Kind)
    kinds = [order.index(change.kind) for change in diff(a, b).listings]
    assert kinds == sorted(kinds)
