"""The only place that knows where things are: it finds the releases, bundled and kept, and wires them to the pure core.

Reads the package's files and what the user's store has published; no clock, no network. What writes - ingest, review, publish -
is wired in `workbench.py`, so that answering an order pays for none of it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from precert import bundled, codes
from precert.edits import shelf as edits
from precert.encounter.answer import Beside, answer
from precert.facts import release as paper
from precert.facts.compile import Held, Index, compile_releases
from precert.facts.model import Listing
from precert.ports import Published, ReleaseReader, StoreError
from precert.requirement.answer import Determination
from precert.requirement.case import Case, RequestError, nearest, read_date
from precert.store.places import open_reader

if TYPE_CHECKING:
    from precert.anesthesiology.book import Book as SpineBook
    from precert.anesthesiology.surgery import Surgery
    from precert.encounter.code import Known
    from precert.encounter.what_if import LineWhatIf


class _Bundled:
    """The releases in the package, by their manifest."""

    def __init__(self) -> None:
        entries = json.loads(bundled.MANIFEST.read_text(paper.ENCODING))
        self._files: dict[str, Path] = {entry["id"]: bundled.RELEASES / entry.pop("file") for entry in entries}
        self._published = [Published(**(entry | {"known_at": date.fromisoformat(entry["known_at"])})) for entry in entries]

    def published(self) -> list[Published]:
        return self._published

    def open(self, release_id: str) -> bytes:
        return self._files[release_id].read_bytes()

    def __contains__(self, release_id: str) -> bool:
        return release_id in self._files


@lru_cache(maxsize=1)
def _bundled() -> _Bundled:
    return _Bundled()


def published() -> tuple[Published, ...]:
    """Return every published release, bundled and kept, in the order they became known. Raises StoreError."""
    kept = open_reader()
    known = [*_bundled().published(), *(kept.published() if kept else ())]
    return tuple(sorted(known, key=lambda each: each.known_at))


def current(plan: str | None = None, known_at: date | None = None) -> tuple[Published, ...]:
    """Return the publication of each list that is current, or was on a day: the last one known by then."""
    return tuple(versions[-1] for versions in _versions(plan, known_at))


def _versions(plan: str | None, known_at: date | None) -> list[tuple[Published, ...]]:
    """Return the publications of each list, oldest first, lists in order of their first publication."""
    lists: dict[str, list[Published]] = {}
    for each in published():
        if (plan is None or each.plan == plan) and (known_at is None or each.known_at <= known_at):
            lists.setdefault(each.list, []).append(each)
    return [tuple(versions) for versions in lists.values()]


def plans() -> tuple[str, ...]:
    """Return the plans that have a release, in order of publication."""
    return tuple(dict.fromkeys(each.plan for each in published()))


def read_release(each: Published) -> bytes:
    """Return a publication's text. Raises StoreError when it is not there; `facts.release` checks that it is whole."""
    reader: ReleaseReader | None = _bundled() if each.id in _bundled() else open_reader()
    if reader is None:
        raise StoreError(f"there is no store, and {each.id} is not bundled")
    return reader.open(each.id)


def has_store() -> bool:
    """Tell whether anything was ever kept here. Raises StoreError."""
    return open_reader() is not None


def open_raw(each: Published) -> paper.RawRelease:
    """Open a published release as far as its header and the members of its facts. Raises as `open_release`."""
    return paper.parse(read_release(each), expected=each.id)


def open_release(each: Published) -> paper.Release:
    """Open a published release whole. Raises ReleaseError when it is altered, StoreError when it is not there."""
    return paper.read(read_release(each), expected=each.id)


def _spine_anesthesia() -> "SpineBook":
    from precert.anesthesiology.shelf import bundled_book  # noqa: PLC0415 - few orders carry anesthesia

    return bundled_book()


_BESIDE = Beside(edits=edits.bundled_book, anesthesia=_spine_anesthesia)


class Rulebook:
    """A plan's compiled releases: ask it with `determine`, count and iterate its listings, see its `releases`."""

    def __init__(self, index: Index, refused: tuple[str, ...] = ()) -> None:
        self.index = index
        self.refused = refused
        """Newer releases that were not whole, in words: an older one answers in their place."""

    def determine(self, case: Case | Mapping[str, Any]) -> Determination:
        """Answer a case (a `Case` or the JSON members of contract.md). Raises RequestError."""
        return answer(case, self.index, _BESIDE)

    @property
    def plan(self) -> str:
        """The plan's id."""
        return self.index.plan

    @property
    def releases(self) -> tuple[Held, ...]:
        """The releases that answer, each with its content address and the day it became known."""
        return self.index.held

    def __len__(self) -> int:
        """Return how many listings the releases hold."""
        return self.index.size

    def __iter__(self) -> Iterator[Listing]:
        """Iterate the listings in document order."""
        rows = [row for code in self.index.codes() for row in self.index.rows(code)]
        return (row.listing for row in sorted(rows, key=lambda row: row.position))

    def __repr__(self) -> str:
        return f"<Rulebook {self.plan}: {len(self)} listings in {', '.join(held.list for held in self.releases)}>"


def rulebook(plan: str, known_at: str | date | None = None) -> Rulebook:
    """Return the plan's rulebook, as it was known on a day when one is given (R43).

    A release that is altered is refused, and the last good one of its list answers; the answer names it. Raises RequestError
    `unknown-plan`, `bad-date`, or `no-release` when no release was known yet; ReleaseError when no good release is left.
    """
    if not isinstance(plan, str):
        raise RequestError("unknown-plan", f"a plan is named by its id, not by `{plan!r}`")
    day = None if known_at is None else read_date(known_at, "known_at")
    versions = _versions(plan, day)
    if not versions:
        raise _no_release(plan, day)
    return _rulebook(tuple(versions))


def _no_release(plan: str, known_at: date | None) -> RequestError:
    of_plan = [each for each in published() if each.plan == plan]
    if of_plan:
        first = min(each.known_at for each in of_plan)
        return RequestError("no-release", f"no release of `{plan}` was known on {known_at}; the first became known on {first}")
    near = nearest(plan.lower(), plans())
    hint = f"did you mean `{near}`? " if near else ""
    return RequestError("unknown-plan", f"there is no plan `{plan}`; {hint}The plans are {', '.join(plans())}")


# Keyed by what is published: a new publication is a new key, so an answer never comes from a rulebook of yesterday.
@lru_cache(maxsize=64)
def _rulebook(versions: tuple[tuple[Published, ...], ...]) -> Rulebook:
    refused: list[str] = []
    return Rulebook(compile_releases([_last_good(each, refused) for each in versions]), tuple(refused))


def _last_good(versions: tuple[Published, ...], refused: list[str]) -> tuple[paper.RawRelease, date]:
    first: paper.ReleaseError | StoreError | None = None
    for each in reversed(versions):
        try:
            return paper.parse(read_release(each), expected=each.id), each.known_at
        except (paper.ReleaseError, StoreError) as error:
            first = first or error
            refused.append(f"the release of `{each.list}` known since {each.known_at} is refused: {error}")
    assert first is not None
    raise first


def answer_again(release_ids: Sequence[str], case: Case) -> Determination:
    """Answer a case from the releases with these ids, whenever published. Raises StoreError, or ReleaseError when one is altered."""
    known = {each.id: each for each in published()}
    missing = [each for each in release_ids if each not in known]
    if missing:
        raise StoreError(f"the release {missing[0]} is not at hand")
    return _rulebook(tuple((known[each],) for each in release_ids)).determine(case)


def check(case: Case | Mapping[str, Any]) -> Determination:
    """Answer a case from the current releases of its plan.

    `case` is a `precert.Case` or its JSON members (contract.md, "Case"). Raises RequestError with a stable `code` when the
    request cannot be read; a code that cannot be read is answered `invalid-code` instead.
    """
    if not isinstance(case, Case):
        case = Case.from_dict(case)
    return rulebook(case.plan, case.known_at).determine(case)


def what_if(told: Determination) -> "tuple[LineWhatIf, ...]":
    """Ask an answered case again with the neighbours of its codes (R70). Raises RequestError `too-many-lines`."""
    from precert.encounter.what_if import what_if as ask  # noqa: PLC0415 - only who asks pays for it

    return ask(told, _BESIDE.edits())


def known_of(code: str) -> "Known":
    """Return what the federal tables and the page about spine anesthesia say of a code, without an order and without a date."""
    from precert.encounter.code import known  # noqa: PLC0415 - as above

    return known(code, _BESIDE.edits(), _BESIDE.anesthesia())


def surgery(named: Iterable[str], books: Iterable[Rulebook] | None = None) -> "Surgery":
    """Return surgical codes, each with what every list held here says of it; None when none names it (R52)."""
    from precert.anesthesiology.surgery import together  # noqa: PLC0415 - as in `_spine_anesthesia`

    held = [rulebook(each) for each in plans()] if books is None else list(books)
    rows = {codes.fold(token): [row for book in held for row in book.index.rows(codes.fold(token))] for token in named}
    return {code: together([row.listing.facts for row in of]) if of else None for code, of in rows.items()}
