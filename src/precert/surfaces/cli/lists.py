"""`precert lists`: the lists in use, what they hold, and what they leave to other lists."""

from collections import Counter
from typing import Any

from precert.bootstrap import open_release, published
from precert.facts.release import Release
from precert.ports import Published
from precert.surfaces.cli.options import Json, books
from precert.surfaces.cli.output import Page, write_json


def lists(*, as_json: Json = False) -> None:
    """Name the lists in use, with their programs."""
    found = [entry(each, open_release(each)) for each in current()]
    if as_json:
        write_json({"schema": "precert.lists/1", "lists": found})
    else:
        _show(found)


def current() -> list[Published]:
    """Return the releases that answer today's questions."""
    answering = {held.id for book in books(None) for held in book.releases}
    return [each for each in published() if each.id in answering]


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


def _show(entries: list[dict[str, Any]]) -> None:
    page = Page()
    for each in entries:
        page.heading(f"{each['plan']}: {each['title']}")
        page.say(f"Plan {each['plan']}, list {each['list']}, edition {each['edition'] or 'unknown'}, as known on {each['known_at']}")
        page.say(f"{each['listings']} rows, {each['codes']} codes, {each['set_aside']} rows that nobody could read yet")
        page.say(f"Payer: {each['payer']}. Benefit manager: {_manager(each['delegate'])}")
        page.say(f"Read from {', '.join(one['name'] for one in each['documents'])}")
        page.say("Programs: " + ", ".join(_program(one) for one in each["programs"] if not one["elsewhere"]), hang=2)
        elsewhere = [one["name"] for one in each["programs"] if one["elsewhere"]]
        if elsewhere:
            page.say("Published elsewhere, and not here: " + ", ".join(elsewhere), hang=2)
    page.finish()


def _manager(delegate: dict[str, str] | None) -> str:
    return f"{delegate['name']} ({delegate['evidence']})" if delegate else "the list names none"


def _program(program: dict[str, Any]) -> str:
    setting = f", for care at {program['setting']}" if program["setting"] else ""
    return f"{program['name']} ({program['listings']}{setting})"
