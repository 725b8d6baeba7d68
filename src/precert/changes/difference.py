"""What a difference between two releases is made of.

Three things are kept apart:

- `ListingChange`: a row says something else than before, or came, or went. One edit of a row is one change, in its most
  consequential kind, with every member that differs. A label that the list renames on every row that carried it is one change too.
- `ListChange`: something else than a row differs: who the delegate is, which programs there are, what could not be read, ...
- `Layout`: where things stand. Rows that moved say nothing new, so this is no change; it is kept so that applying a
  difference to the first release gives the second to the last byte.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from precert.facts.model import Listing
from precert.facts.release import Header

T = TypeVar("T")


class Kind(StrEnum):
    """What became of a row, most consequential first."""

    ADDED = "added"  # the list names the code here, and did not before
    REMOVED = "removed"  # the list no longer names the code here, or says from which day on it will not
    REQUIREMENT_CHANGED = "requirement-changed"  # the requirement cell, or a notation that overrules it, says something else
    MANAGER_OR_PLATFORM_CHANGED = "manager-or-platform-changed"  # somebody else manages the code, or the case is built elsewhere
    CONDITION_CHANGED = "condition-changed"  # what is printed beside the row, or its dates, say something else
    MOVED_PROGRAM = "moved-program"  # the code left one program and entered another
    LABEL_CHANGED = "label-changed"  # product, category, section or grouping is called something else
    DESCRIPTION_CHANGED = "description-changed"  # the description states other facts: regions, approach, each additional, unlisted
    OTHER_CHANGED = "other-changed"  # another member of the fact differs, such as who reviewed the row
    WORDING_ONLY = "wording-only"  # the description is worded otherwise; nothing else differs


RANK = {kind: rank for rank, kind in enumerate(Kind)}


class Timing(StrEnum):
    """On which dates of service a change can matter, seen from a day."""

    FUTURE = "future"  # only on dates of service after the day: it has not taken effect yet
    CURRENT = "current"  # on the day itself, whatever it says of earlier and later ones
    PAST = "past"  # only on dates of service before the day


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of a fact that differs. Named as in the release's text."""

    name: str
    before: object
    after: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(Generic[T]):
    """One fact before and after, and its place among the facts of its section; None where there is none."""

    before: T | None
    after: T | None
    at: int | None = None
    """Its place before."""
    to: int | None = None
    """Its place after."""

    @property
    def fact(self) -> T:
        """The fact as it stands afterwards, or as it stood where it is gone."""
        found = self.before if self.after is None else self.after
        assert found is not None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Dates of service from a day (inclusive) until another (exclusive); None is no bound."""

    since: date | None = None
    until: date | None = None

    def timing(self, day: date) -> Timing:
        """Say where the span lies, seen from a day."""
        if self.since is not None and self.since > day:
            return Timing.FUTURE
        return Timing.PAST if self.until is not None and self.until <= day else Timing.CURRENT

    def joined(self, other: "Span") -> "Span":
        """Return the least span that covers both."""
        since = None if self.since is None or other.since is None else min(self.since, other.since)
        until = None if self.until is None or other.until is None else max(self.until, other.until)
        return Span(since=since, until=until)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingChange:
    """A change of a row; of several rows only where a label is renamed throughout."""

    kind: Kind
    edits: tuple[Edit[Listing], ...]
    members: tuple[Member, ...] = ()
    """What differs; none of a row that came or went."""
    span: Span = Span()
    """The dates of service on which the two releases say different things of the row."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the rows."""
        return tuple(dict.fromkeys(edit.fact.code for edit in self.edits))

    @property
    def program(self) -> str:
        """The program of the (first) row, as it is called afterwards where the row still stands."""
        return self.edits[0].fact.program

    @property
    def effective(self) -> date | None:
        """The first date of service on which it can matter; None when the list gives no day."""
        return self.span.since


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChange:
    """A change of something that holds for the list as a whole, or stands beside its rows."""

    subject: str
    """The member of the release or of its header: `delegate`, `edition`, `programs`, `set-aside`, `pointers`, ...; `elsewhere` for a
    program whose codes are published elsewhere."""
    section: str
    """The field of `Release` or `Header` it stands in."""
    edit: Edit[object]
    members: tuple[Member, ...] = ()
    """What differs in a fact that stayed."""

    @property
    def action(self) -> str:
        """Tell `added`, `removed` and `changed` apart."""
        if self.edit.before is None:
            return "added"
        return "removed" if self.edit.after is None else "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A fact that stayed: its place before, and the members that say where it is printed now, where they differ."""

    at: int
    stamp: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The order of the facts of one section that stayed. They fill the places that no edit takes."""

    section: str
    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two releases."""

    id: str
    plan: str
    list: str
    title: str
    edition: str
    documents: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, release_id: str, header: Header) -> "Side":
        """Name a release."""
        return cls(
            id=release_id, plan=header.plan, list=header.list, title=header.title, edition=header.edition, documents=header.documents
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDiff:
    """Everything in which one release differs from another. Changes are sorted: most consequential first, then in list order."""

    before: Side
    after: Side
    listings: tuple[ListingChange, ...] = ()
    whole: tuple[ListChange, ...] = ()
    """Changes of the list as a whole."""
    layouts: tuple[Layout, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the two releases are one and the same."""
        return self.before == self.after and not (self.listings or self.whole or self.layouts)

    @property
    def says_the_same(self) -> bool:
        """Whether nothing changed but where things are printed."""
        return not (self.listings or self.whole)

    def counts(self) -> dict[str, int]:
        """Return how many changes there are of each kind; of the list as a whole under `list`."""
        kinds = [change.kind for change in self.listings]
        return {str(kind): kinds.count(kind) for kind in Kind} | {"list": len(self.whole)}

    def at(self, timing: Timing, day: date) -> tuple[ListingChange, ...]:
        """Return the changes of rows that matter at a time, seen from a day."""
        return tuple(change for change in self.listings if change.span.timing(day) is timing)


def span_of(spans: Iterable[Span]) -> Span:
    """Return the least span that covers all; at least one is given."""
    first, *rest = spans
    for each in rest:
        first = first.joined(each)
    return first
