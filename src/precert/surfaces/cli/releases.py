"""`precert releases`: every published release, by its content address."""

from typing import Any

from precert.bootstrap import open_release, published
from precert.facts.release import ReleaseError
from precert.ports import Published, StoreError
from precert.surfaces.cli.lists import current
from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, widest, write_json


def releases(*, as_json: Json = False) -> int:
    """Name every release, each checked against its digest. Exit status 1 when one was altered: nothing is answered from it."""
    answering = {each.id for each in current()}
    found = [_entry(each, current=each.id in answering) for each in published()]
    if as_json:
        write_json({"schema": "precert.releases/1", "releases": found})
    else:
        _show(found)
    return int(any(each["refused"] for each in found))


def _entry(each: Published, *, current: bool) -> dict[str, Any]:
    known = {"id": each.id, "plan": each.plan, "list": each.list, "known_at": each.known_at.isoformat(), "current": current}
    try:
        release = open_release(each)
    except (ReleaseError, StoreError) as error:
        return known | {"edition": None, "listings": None, "documents": None, "refused": str(error)}
    documents = [{"name": name, "sha256": sha256} for name, sha256 in release.header.documents]
    return known | {"edition": release.header.edition or None, "listings": len(release.listings), "documents": documents, "refused": None}


def _show(found: list[dict[str, Any]]) -> None:
    page = Page()
    rows = [
        (each["list"], each["edition"] or "-", each["known_at"], "yes" if each["current"] else "no", str(each["listings"] or "altered"))
        for each in found
    ]
    names = ("List", "Edition", "Known since", "In use", "Rows")
    page.table({name: widest(rows, name, at) for at, name in enumerate(names)}, rows)
    page.gap()
    for each in found:
        page.say(f"{each['list']}, known since {each['known_at']}: {each['id']}")
        if each["refused"]:
            page.say(f"Nothing is answered from it: {each['refused']}", 4)
    page.finish()
