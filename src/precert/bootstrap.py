"""The only place that knows where things are: it finds the bundled releases and wires them to the pure core.

Reads files of the package and nothing else: no clock, no network. Later this is where a store is opened.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from precert import bundled
from precert.facts import release as paper
from precert.facts.compile import Held, Index, compile_releases
from precert.facts.model import Listing
from precert.requirement.answer import Determination
from precert.requirement.case import Case, RequestError, nearest, read_date
from precert.requirement.determine import determine

if TYPE_CHECKING:
    from precert.intake.layouts.profile import Profile
    from precert.intake.pipeline import IngestReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published release: what it is, of which plan and list, when it became known, and where its text is."""

    id: str
    plan: str
    list: str
    known_at: date
    file: str


@lru_cache(maxsize=1)
def published() -> tuple[Published, ...]:
    """Return every published release, in the order they were published."""
    entries = json.loads(bundled.MANIFEST.read_text(paper.ENCODING))
    return tuple(Published(**(entry | {"known_at": date.fromisoformat(entry["known_at"])})) for entry in entries)


def plans() -> tuple[str, ...]:
    """Return the plans that have a release, in order of publication."""
    return tuple(dict.fromkeys(each.plan for each in published()))


class Rulebook:
    """A plan's compiled releases: ask it with `determine`, count and iterate its listings, see its `releases`."""

    def __init__(self, index: Index) -> None:
        self.index = index

    def determine(self, case: Case | Mapping[str, Any]) -> Determination:
        """Answer a case (a `Case` or the JSON members of contract.md). Raises RequestError."""
        return determine(case, self.index)

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

    Raises RequestError `unknown-plan`, `bad-date`, or `no-release` when no release was known yet.
    """
    return _rulebook(plan, None if known_at is None else read_date(known_at, "known_at"))


@lru_cache(maxsize=64)
def _rulebook(plan: str, known_at: date | None) -> Rulebook:
    of_plan = [each for each in published() if each.plan == plan]
    if not of_plan:
        raise RequestError("unknown-plan", _unknown_plan(plan))
    current = {each.list: each for each in of_plan if known_at is None or each.known_at <= known_at}
    if not current:
        first = min(each.known_at for each in of_plan)
        raise RequestError("no-release", f"no release of `{plan}` was known on {known_at}; the first became known on {first}")
    return Rulebook(compile_releases((_open(each), each.known_at) for each in current.values()))


def _unknown_plan(plan: str) -> str:
    near = nearest(plan.lower(), plans())
    hint = f"did you mean `{near}`? " if near else ""
    return f"there is no plan `{plan}`; {hint}The plans are {', '.join(plans())}"


def _open(each: Published) -> paper.RawRelease:
    return paper.parse((bundled.RELEASES / each.file).read_bytes(), expected=each.id)


def open_release(each: Published) -> paper.Release:
    """Open a published release whole. Raises ReleaseError when it is altered."""
    return paper.read((bundled.RELEASES / each.file).read_bytes(), expected=each.id)


def check(case: Case | Mapping[str, Any]) -> Determination:
    """Answer a case from the bundled releases of its plan.

    `case` is a `precert.Case` or its JSON members (contract.md, "Case"). Raises RequestError with a stable `code` when the
    request cannot be read; a code that cannot be read is answered `invalid-code` instead.
    """
    if not isinstance(case, Case):
        case = Case.from_dict(case)
    return _rulebook(case.plan, case.known_at).determine(case)


def profile_for(plan: str, list_id: str | None = None, *, path: Path | None = None) -> "Profile":
    """Return the profile to read a plan's list by: the one given, the bundled one, or common words only."""
    from precert.intake.layouts.profile import default_profile, read_profile  # noqa: PLC0415 - reading lists is not paid for by check

    if path is None:
        path = bundled.PROFILES / f"{list_id or plan}.toml"
        if not path.is_file():
            return default_profile(plan, list_id)
    return read_profile(path.read_bytes(), plan=plan)


def ingest(  # noqa: PLR0913 - the contract's parameters
    path: str | Path,
    *,
    plan: str,
    dry_run: bool = False,
    list: str | None = None,
    title: str | None = None,
    profile: str | Path | None = None,
) -> "IngestReport":
    """Read a published list and account for each of its rows.

    `dry_run` writes nothing, and is so far the only way: keeping lists comes with the store. `profile` is a TOML file; without
    one the bundled profile of the list is used, else common words only. Raises OSError, UnreadableError (no reader),
    UnknownLayoutError (no row could be read) or ProfileError.
    """
    from dataclasses import replace  # noqa: PLC0415

    from precert.intake import pipeline  # noqa: PLC0415

    if not dry_run:
        raise RequestError("no-store", "keeping a list is not possible yet: read it with dry_run=True (`--dry-run`)")
    path = Path(path)
    read = profile_for(plan, list, path=Path(profile) if profile else None)
    read = replace(read, plan=plan, list=list or read.list, title=title or read.title)
    known = pipeline.known_from(_other_releases(read.list))
    return pipeline.ingest(path.name, path.read_bytes(), read, known=known)


def _other_releases(list_id: str) -> Iterable[paper.Release]:
    return [open_release(each) for each in published() if each.list != list_id]
