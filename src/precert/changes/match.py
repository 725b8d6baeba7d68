"""Which fact of one release is which of the other: same identity first, best agreement among those that share it.

What does not count: where a fact is printed. The members of `UNSAID` say only that; a proposal's id is made from its place.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from precert.changes.difference import Member
from precert.facts.model import Proposal

UNSAID = frozenset({"citation"})
_UNSAID_OF: dict[type, frozenset[str]] = {Proposal: UNSAID | {"id"}}
_WHOLE = "value"
"""The name of the only member of a fact that has no members, such as a pair of names."""

_names: dict[type, tuple[str, ...]] = {}

Pairs = list[tuple[int, int]]
Key = Callable[[Any], Hashable]


def names(kind: type) -> tuple[str, ...]:
    """Return the members of a kind of fact that say something; a member added to the facts is among them by itself."""
    found = _names.get(kind)
    if found is None:
        unsaid = _UNSAID_OF.get(kind, UNSAID)
        members = tuple(each.name for each in fields(kind) if each.name not in unsaid) if is_dataclass(kind) else (_WHOLE,)
        found = _names[kind] = members
    return found


def said(fact: object) -> tuple[object, ...]:
    """Return what a fact says, in the order of `names`."""
    kind = type(fact)
    return tuple([getattr(fact, name) for name in names(kind)]) if is_dataclass(fact) else (fact,)


def stamp(before: object, after: object) -> tuple[tuple[str, object], ...]:
    """Return the members that differ in where two facts that say the same are printed."""
    if not is_dataclass(after):
        return ()
    unsaid = [each.name for each in fields(after) if each.name not in names(type(after))]
    return tuple((name, getattr(after, name)) for name in unsaid if getattr(before, name) != getattr(after, name))


def members(before: object, after: object) -> tuple[Member, ...]:
    """Return the members in which two facts of one kind say different things."""
    pairs = zip(names(type(after)), said(before), said(after), strict=True)
    return tuple(Member(name=name, before=old, after=new) for name, old, new in pairs if old != new)


def match(before: Sequence[object], after: Sequence[object], key: Key) -> Pairs:
    """Return which places before and after hold the same fact."""
    return pair(range(len(before)), range(len(after)), before, after, key)


def pair(at: Iterable[int], to: Iterable[int], before: Sequence[object], after: Sequence[object], key: Key) -> Pairs:
    """Pair some places before with some after: those of one key, and of these the best agreeing."""
    groups: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for place in at:
        groups[key(before[place])][0].append(place)
    for place in to:
        groups[key(after[place])][1].append(place)
    found: Pairs = []
    for left, right in groups.values():
        found += _agreeing(left, right, before, after) if left and right else []
    return found


def _agreeing(at: list[int], to: list[int], before: Sequence[object], after: Sequence[object]) -> Pairs:
    found = _equal(at, to, before, after)
    taken_at, taken_to = {old for old, _ in found}, {new for _, new in found}
    open_at, open_to = [each for each in at if each not in taken_at], [each for each in to if each not in taken_to]
    return found + _likest(open_at, open_to, before, after)


def _equal(at: list[int], to: list[int], before: Sequence[object], after: Sequence[object]) -> Pairs:
    """Pair those that say the same: first those printed at one place, since rows left blank differ in nothing else; then in order."""
    waiting: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for old in at:
        waiting[said(before[old])].append(old)
    found: Pairs = []
    for is_its_own in (True, False):
        taken = {new for _, new in found}
        for new in (each for each in to if each not in taken):
            olds = waiting[said(after[new])]
            match_at = next((each for each in olds if not is_its_own or _place(before[each]) == _place(after[new])), None)
            if match_at is not None:
                olds.remove(match_at)
                found.append((match_at, new))
    return found


def _place(fact: object) -> object:
    return getattr(fact, "citation", None)


def _likest(at: list[int], to: list[int], before: Sequence[object], after: Sequence[object]) -> Pairs:
    """Pair greedily by how many members agree; the earliest on a tie. A code has a handful of rows in a program at most."""
    weighed = sorted((len(members(before[old], after[new])), old, new) for old in at for new in to)
    found: dict[int, int] = {}
    for _, old, new in weighed:
        if old not in found and new not in found.values():
            found[old] = new
    return list(found.items())
