"""What is held here: the rulebooks that answer, the lists in use, every release, and the versions."""

import platform
from collections import Counter
from collections.abc import Callable
from typing import Any

import precert
from precert.bootstrap import Rulebook, open_release, plans, published, rulebook
from precert.facts.release import Release, ReleaseError
from precert.ports import Published, StoreError
from precert.requirement import SEMANTICS

Tell = Callable[[str], object]
"""Says one sentence to whoever runs the program."""
Open = Callable[[Published], Release]
"""Opens a release whole. A service keeps those it has opened and checked; a command opens each anew."""


def books(plan: str | None, tell: Tell) -> list[Rulebook]:
    """Return the plan's rulebook, or that of every plan that has one. Raises RequestError `unknown-plan`.

    Where every plan is meant, one that has no good release left is told of, and stands in nobody's way.
    """
    if plan is not None:
        return [_told(rulebook(plan), tell)]
    found = []
    for each in plans():
        try:
            found.append(_told(rulebook(each), tell))
        except (ReleaseError, StoreError) as error:
            tell(f"plan `{each}` is not answered: {error}")
    return found


def _told(book: Rulebook, tell: Tell) -> Rulebook:
    for refused in book.refused:
        tell(f"{refused}; the last good one answers")
    return book


def current(tell: Tell) -> list[Published]:
    """Return the releases that answer today's questions."""
    answering = {held.id for book in books(None, tell) for held in book.releases}
    return [each for each in published() if each.id in answering]


# -- lists -----------------------------------------------------------------------------------------------------------------


def lists(tell: Tell, opened: Open = open_release) -> dict[str, Any]:
    """Return the lists in use: `precert.lists/1`."""
    return {"schema": "precert.lists/1", "lists": [entry(each, opened(each)) for each in current(tell)]}


def entry(each: Published, release: Release) -> dict[str, Any]:
    """Describe one list."""
    header, delegate = release.header, release.header.delegate
    return {
        "plan": each.plan,
        "list": each.list,
        "title": header.title,
        "edition": header.edition or None,
        "payer": header.payer,
        "delegate": {"name": delegate.name, "evidence": delegate.evidence} if delegate else None,
        "known_at": each.known_at.isoformat(),
        "release": each.id,
        "documents": [{"name": name, "sha256": sha256} for name, sha256 in header.documents],
        "listings": len(release.listings),
        "codes": len({listing.code for listing in release.listings}),
        "set_aside": len(release.set_aside),
        "programs": _programs(release),
        "references": [{"name": one.name, "edition": one.edition, "id": one.id} for one in header.references],
    }


def _programs(release: Release) -> list[dict[str, Any]]:
    held = Counter(listing.program for listing in release.listings)
    return [
        {"name": each.name, "setting": each.setting, "elsewhere": each.elsewhere, "listings": held[each.name]}
        for each in release.header.programs
    ]


# -- releases --------------------------------------------------------------------------------------------------------------


def releases(tell: Tell, opened: Open = open_release) -> dict[str, Any]:
    """Return every published release, each checked against its digest: `precert.releases/1`."""
    answering = {each.id for each in current(tell)}
    found = [release_entry(each, current=each.id in answering, opened=opened) for each in published()]
    return {"schema": "precert.releases/1", "releases": found}


def release_entry(each: Published, *, current: bool, opened: Open = open_release) -> dict[str, Any]:
    """Describe one release; one that is altered or not there says so."""
    known = {"id": each.id, "plan": each.plan, "list": each.list, "known_at": each.known_at.isoformat(), "current": current}
    try:
        release = opened(each)
    except (ReleaseError, StoreError) as error:
        return known | {"edition": None, "listings": None, "documents": None, "refused": str(error)}
    documents = [{"name": name, "sha256": sha256} for name, sha256 in release.header.documents]
    return known | {"edition": release.header.edition or None, "listings": len(release.listings), "documents": documents, "refused": None}


def version(tell: Tell) -> dict[str, Any]:
    """Return the version of the software and the releases it answers from: `precert.version/1`."""
    held = [{"list": each.list, "known_at": each.known_at.isoformat(), "id": each.id} for each in current(tell)]
    return {
        "schema": "precert.version/1",
        "version": precert.__version__,
        "semantics": SEMANTICS,
        "python": platform.python_version(),
        "releases": held,
    }
