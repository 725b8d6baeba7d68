"""What a change of a row means: its kind, and on which dates of service it can matter.

The kind follows from which members differ (`_BEARS_ON`); a condition that overrules the requirement cell, or sends the request to
the plan, counts as what it does (R12-R14), not as the remark it is printed as. A removal may be announced: a row that is given
a last day is removed from that day on (R60).
"""

from datetime import date

from precert.changes.difference import RANK, Kind, Member, Span
from precert.changes.match import names, said
from precert.facts.condition import Condition, NotRequired, Refused, ThroughPlan
from precert.facts.model import Listing

_DATES = frozenset({"begins", "ends", "changed"})

_BEARS_ON: dict[str, Kind] = {
    "printed": Kind.REQUIREMENT_CHANGED,
    "platform": Kind.MANAGER_OR_PLATFORM_CHANGED,
    "conditions": Kind.CONDITION_CHANGED,
    "begins": Kind.CONDITION_CHANGED,
    "ends": Kind.CONDITION_CHANGED,
    "changed": Kind.CONDITION_CHANGED,
    "program": Kind.MOVED_PROGRAM,
    "product": Kind.LABEL_CHANGED,
    "category": Kind.LABEL_CHANGED,
    "section": Kind.LABEL_CHANGED,
    "grouping": Kind.LABEL_CHANGED,
    "um_cs": Kind.LABEL_CHANGED,
    "facts": Kind.DESCRIPTION_CHANGED,
    "fingerprint": Kind.WORDING_ONLY,
}
LABELS = frozenset(name for name, kind in _BEARS_ON.items() if kind is Kind.LABEL_CHANGED) | {"platform", "program"}
"""The members that hold a name, which a list may respell on every row."""

# R12-R14: conditions whose coming or going changes more than a condition.
_OVERRULES: dict[type[Condition], Kind] = {
    NotRequired: Kind.REQUIREMENT_CHANGED,
    Refused: Kind.REQUIREMENT_CHANGED,
    ThroughPlan: Kind.MANAGER_OR_PLATFORM_CHANGED,
}


def kind_of(members: tuple[Member, ...]) -> Kind:
    """Return the most consequential kind of the members that differ."""
    kind = min((_bears_on(each) for each in members), key=RANK.__getitem__)
    return Kind.REMOVED if kind is Kind.CONDITION_CHANGED and _announces_removal(members) else kind


def _bears_on(member: Member) -> Kind:
    if member.name == "conditions":
        return _condition(member)
    return _BEARS_ON.get(member.name, Kind.OTHER_CHANGED)


def _condition(member: Member) -> Kind:
    assert isinstance(member.before, tuple)
    assert isinstance(member.after, tuple)
    come_or_gone = {type(each) for each in member.before} ^ {type(each) for each in member.after}
    found = [kind for of, kind in _OVERRULES.items() if of in come_or_gone]
    return min(found, key=RANK.__getitem__) if found else Kind.CONDITION_CHANGED


def _announces_removal(members: tuple[Member, ...]) -> bool:
    """R60: the row is given a last day and stays as it was until then."""
    given = {each.name: each for each in members if _BEARS_ON.get(each.name) is Kind.CONDITION_CHANGED}
    return set(given) == {"ends"} and given["ends"].before is None


def span(before: Listing | None, after: Listing | None) -> Span:
    """Return the least span of dates of service on which the two say different things of a code.

    Where the later release only says that it does not know (before a change it prints, R10), it contradicts nothing; that counts
    only when nothing else differs.
    """
    days = sorted({day for each in (before, after) for day in _days(each)})
    pieces = list(zip([None, *days], [*days, None], strict=True))
    differing = [piece for piece in pieces if _on(before, piece[0]) != _on(after, piece[0])]
    stated = [piece for piece in differing if _on(after, piece[0]) != _UNKNOWN]
    found = stated or differing or [(None, None)]
    return Span(since=found[0][0], until=found[-1][1])


_UNKNOWN = ("unknown",)


def _days(listing: Listing | None) -> list[date]:
    return [day for day in (listing.begins, listing.changed, listing.ends) if day] if listing else []


def _on(listing: Listing | None, day: date | None) -> tuple[object, ...] | None:
    """Return what a row says from a day on (None: before any day that it names), or None while it does not exist."""
    of = day or date.min
    if listing is None or not listing.in_force(of):
        return None
    if listing.changed and of < listing.changed:
        return _UNKNOWN
    return tuple([value for name, value in zip(names(Listing), said(listing), strict=True) if name not in _DATES])
