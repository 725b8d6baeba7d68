"""Two releases compared: found by their ids, and the booked orders asked of both."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from precert.bootstrap import open_release, plans, published, rulebook
from precert.changes.booked import Orders, read_orders
from precert.changes.compare import diff as compare
from precert.changes.report import Report
from precert.changes.touched import Booked, compare_orders
from precert.facts import release as paper
from precert.facts.compile import Index, compile_releases
from precert.ports import Published
from precert.request import RequestError

_ID = re.compile(r"(?:sha256:)?([0-9a-f]{4,64})", re.ASCII)
_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A release and the day it became known, if it ever was published here."""

    release: paper.Release
    known_at: date | None


def report(before: Opened, after: Opened, *, day: date | None = None, orders: str | Orders | None = None) -> Report:
    """Compare two releases, and the booked orders (CSV text, or as they were read) where they are given. Raises RequestError."""
    return Report(
        difference=compare(before.release, after.release),
        day=day or after.known_at or datetime.now().astimezone().date(),
        known_before=before.known_at,
        known_after=after.known_at,
        booked=None if orders is None else _booked(orders, before, after),
    )


# -- releases --------------------------------------------------------------------------------------------------------------


def find(named: str) -> Opened | None:
    """Open a published release by its id or the first digits of it; None where there is none. Raises RequestError when several fit."""
    digits = _ID.fullmatch(named.strip().lower())
    meant = [each for each in first_published().values() if digits and each.id.startswith(f"sha256:{digits[1]}")]
    if len(meant) > 1:
        raise RequestError("unknown-release", f"`{named}` may be any of {', '.join(each.id for each in meant)}: give more digits")
    if not meant:
        return None
    (found,) = meant
    return Opened(release=open_release(found), known_at=found.known_at)


def first_published() -> dict[str, Published]:
    """Return every release by its id, with the day it first became known."""
    found: dict[str, Published] = {}
    for each in published():
        found.setdefault(each.id, each)
    return found


def named_releases() -> str:
    """Name every release."""
    return "the releases are " + ", ".join(f"{each.id[: len('sha256:') + _SHOWN]} ({each.list}, {each.known_at})" for each in published())


# -- booked orders ---------------------------------------------------------------------------------------------------------


def _booked(orders: str | Orders, before: Opened, after: Opened) -> Booked:
    old, new = before.release.header, after.release.header
    if (old.plan, old.list) != (new.plan, new.list):
        raise RequestError("bad-field", f"booked orders compare two releases of one list; these are of `{old.list}` and `{new.list}`")
    read = read_orders(orders, old.plan) if isinstance(orders, str) else orders
    return compare_orders(read, _index(before), _index(after))


def _index(opened: Opened) -> Index:
    """Compile a release beside the plan's other lists, as they are in use."""
    return compile_releases(_sources(opened))


def _sources(opened: Opened) -> Iterator[tuple[paper.RawRelease, date]]:
    header = opened.release.header
    own = _raw(opened.release), opened.known_at or datetime.now().astimezone().date()
    in_use = rulebook(header.plan).releases if header.plan in plans() else ()
    for held in in_use:
        yield own if held.list == header.list else (_raw(open_release(first_published()[held.id])), held.known_at)
    if header.list not in {held.list for held in in_use}:
        yield own


def _raw(release: paper.Release) -> paper.RawRelease:
    return paper.parse(release.text().encode(paper.ENCODING))
