"""Two releases compared by meaning.

A row is known by its code and program; among several rows of one code in one program, by best agreement. What is then left of a code
on both sides has moved: it left one program and entered another. A member that the facts may get later is compared like the
others, for the members are read from the facts themselves.

`apply(diff(a, b), a) == b` holds for any two releases, of whatever list (`replay.py`).
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from precert.changes.classify import LABELS, kind_of, span
from precert.changes.difference import RANK, Edit, Kept, Kind, Layout, ListChange, ListingChange, Member, ReleaseDiff, Side, span_of
from precert.changes.match import Key, Pairs, match, members, pair, stamp
from precert.facts.model import Listing, Program
from precert.facts.release import Header, Release

LISTINGS, PROGRAMS, DOCUMENTS = "listings", "programs", "documents"

# By what the other facts are known. Facts of a section that is not named here are known by all they say: they come and go whole.
_KEYS: dict[str, tuple[str, ...]] = {
    "set_aside": ("printed", "program"),
    "proposals": ("printed", "proposed"),
    "not_together": ("code", "other"),
    "pointers": ("code",),
    "add_ons": ("code",),
    "findings": ("code", "message"),
    "references": ("name",),
}


def diff(a: Release, b: Release) -> ReleaseDiff:
    """Return in what release `b` differs from release `a`; nothing at all when they are one and the same."""
    before, after = Side.of(a.id, a.header), Side.of(b.id, b.header)
    if before == after:
        return ReleaseDiff(before=before, after=after)
    pairs = _same_rows(a.listings, b.listings)
    edits = _edits(a.listings, b.listings, pairs)
    renamed = _programs_renamed(a, b, edits)
    listings = sorted(_listing_changes(edits, b.listings, renamed), key=_consequence)
    whole, layouts = list(_header_scalars(a.header, b.header)), _layout(LISTINGS, a.listings, b.listings, pairs)
    for section, old, new, key in _sections(a, b, renamed):
        matched = match(old, new, key)
        whole += _list_changes(section, _edits(old, new, matched))
        layouts += _layout(section, old, new, matched)
    return ReleaseDiff(before=before, after=after, listings=tuple(listings), whole=tuple(whole), layouts=tuple(layouts))


# -- rows ------------------------------------------------------------------------------------------------------------------


def _same_rows(before: Sequence[Listing], after: Sequence[Listing]) -> Pairs:
    """Pair the rows: of one code and program first, then of one code, which then moved."""
    pairs = match(before, after, _code_and_program)
    stayed_at, stayed_to = {at for at, _ in pairs}, {to for _, to in pairs}
    left = [at for at in range(len(before)) if at not in stayed_at]
    entered = [to for to in range(len(after)) if to not in stayed_to]
    return pairs + pair(left, entered, before, after, _code)


def _code_and_program(row: Any) -> Hashable:  # noqa: ANN401 - keys serve facts of every kind
    return row.code, row.program


def _code(row: Any) -> Hashable:  # noqa: ANN401 - as above
    code: str = row.code
    return code


def _listing_changes(edits: Iterable[Edit[Listing]], after: Sequence[Listing], renamed: dict[str, str]) -> list[ListingChange]:
    changes = [_listing_change(edit) for edit in edits]
    found = [each for each in changes if not _renames(each)]
    for (name, old, new), rows in _by_rename(changes).items():
        throughout = len(rows) > 1 and not any(getattr(row, name) == old for row in after)
        found += [_renamed_throughout(rows, in_program=renamed.get(old) == new)] if throughout else rows
    return found


def _listing_change(edit: Edit[Listing]) -> ListingChange:
    window = span(edit.before, edit.after)
    if edit.before is None or edit.after is None:
        return ListingChange(kind=Kind.REMOVED if edit.before else Kind.ADDED, edits=(edit,), span=window)
    differing = members(edit.before, edit.after)
    return ListingChange(kind=kind_of(differing), edits=(edit,), members=differing, span=window)


def _renames(change: ListingChange) -> bool:
    """Tell whether all that changed is what one label is called."""
    return len(change.members) == 1 and change.members[0].name in LABELS and None not in _names_of(change.members[0])


def _names_of(member: Member) -> tuple[str, Any, Any]:
    return member.name, member.before, member.after


def _by_rename(changes: Iterable[ListingChange]) -> dict[tuple[str, Any, Any], list[ListingChange]]:
    found: dict[tuple[str, Any, Any], list[ListingChange]] = {}
    for change in filter(_renames, changes):
        found.setdefault(_names_of(change.members[0]), []).append(change)
    return found


def _renamed_throughout(rows: list[ListingChange], *, in_program: bool) -> ListingChange:
    """Join the rows on which a label is renamed; a program that is only called otherwise moves no code."""
    member = rows[0].members[0]
    kind = Kind.LABEL_CHANGED if member.name == "program" and in_program else rows[0].kind
    edits = tuple(edit for row in rows for edit in row.edits)
    return ListingChange(kind=kind, edits=edits, members=(member,), span=span_of(row.span for row in rows))


def _programs_renamed(a: Release, b: Release, edits: Iterable[Edit[Listing]]) -> dict[str, str]:
    """Return the programs that only changed their name: the old is gone, the new was not there, and two rows or more went over."""
    old, new = ({each.name for each in release.header.programs} for release in (a, b))
    gone, come = old - new, new - old
    went: dict[tuple[str, str], int] = {}
    for edit in edits:
        if edit.before and edit.after and edit.before.program in gone and edit.after.program in come:
            over = edit.before.program, edit.after.program
            went[over] = went.get(over, 0) + 1
    found: dict[str, str] = {}
    for (left, entered), count in sorted(went.items(), key=lambda each: (-each[1], each[0])):
        if count > 1 and left not in found and entered not in found.values():
            found[left] = entered
    return found


def _consequence(change: ListingChange) -> tuple[int, int, int]:
    edit = change.edits[0]
    place = edit.at if edit.to is None else edit.to
    return RANK[change.kind], place or 0, edit.to is None


# -- what stands beside the rows, and the header ---------------------------------------------------------------------------


_Section = tuple[str, Sequence[Any], Sequence[Any], Key]


def _sections(a: Release, b: Release, renamed: dict[str, str]) -> Iterable[_Section]:
    for name in sequences(a.header):
        if name != DOCUMENTS:  # which documents were read is said of each side; it changes nothing that the list says
            key = _known_by(name) if name != PROGRAMS else lambda program: renamed.get(program.name, program.name)
            yield name, getattr(a.header, name), getattr(b.header, name), key
    for each in fields(Release):
        if each.name not in {"header", LISTINGS}:
            yield each.name, getattr(a, each.name), getattr(b, each.name), _known_by(each.name)


def sequences(header: Header) -> list[str]:
    """Return the fields of a header that hold several facts."""
    return [each.name for each in fields(header) if isinstance(getattr(header, each.name), tuple)]


def _known_by(section: str) -> Key:
    named = _KEYS.get(section)
    if named is None:
        return lambda fact: fact
    return lambda fact: tuple([getattr(fact, name) for name in named])


def _list_changes(section: str, edits: Iterable[Edit[Any]]) -> list[ListChange]:
    return [ListChange(subject=_subject(section, edit.fact), section=section, edit=edit, members=_both(edit)) for edit in edits]


def _both(edit: Edit[Any]) -> tuple[Member, ...]:
    return () if edit.before is None or edit.after is None else members(edit.before, edit.after)


def _subject(section: str, fact: object) -> str:
    return "elsewhere" if isinstance(fact, Program) and fact.elsewhere else section.replace("_", "-")


def _header_scalars(a: Header, b: Header) -> Iterable[ListChange]:
    for name in [each.name for each in fields(Header) if each.name not in sequences(a)]:
        edit: Edit[object] = Edit(before=getattr(a, name), after=getattr(b, name))
        if edit.before != edit.after:
            yield ListChange(subject=_subject(name, edit.fact), section=name, edit=edit, members=_both(edit) if _made_of(edit) else ())


def _made_of(edit: Edit[object]) -> bool:
    """Tell whether the members of what stayed can be told apart."""
    return is_dataclass(edit.before) and is_dataclass(edit.after)


# -- edits and places ------------------------------------------------------------------------------------------------------


def _edits(before: Sequence[Any], after: Sequence[Any], pairs: Pairs) -> list[Edit[Any]]:
    """Return what came, went, and changed."""
    old, new = {at for at, _ in pairs}, {to for _, to in pairs}
    found = [Edit(before=before[at], after=None, at=at) for at in range(len(before)) if at not in old]
    found += [Edit(before=None, after=after[to], to=to) for to in range(len(after)) if to not in new]
    return found + [Edit(before=before[at], after=after[to], at=at, to=to) for at, to in pairs if members(before[at], after[to])]


def _layout(section: str, before: Sequence[Any], after: Sequence[Any], pairs: Pairs) -> list[Layout]:
    """Return where the facts that stayed stand now; nothing where all of them stayed where they were."""
    stayed = [(at, to) for at, to in sorted(pairs, key=lambda each: each[1]) if not members(before[at], after[to])]
    kept = tuple(Kept(at=at, stamp=stamp(before[at], after[to])) for at, to in stayed)
    unmoved = len(kept) == len(before) == len(after) and all(each == Kept(at=place) for place, each in enumerate(kept))
    return [] if unmoved else [Layout(section=section, kept=kept)]
