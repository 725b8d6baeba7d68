"""`precert releases`: every published release, by its content address."""

from typing import Any

from precert.bootstrap import open_release, published
from precert.surfaces.cli.lists import current
from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, widest, write_json


def releases(*, as_json: Json = False) -> None:
    """Name every release, each checked against its digest."""
    answering = {each.id for each in current()}
    found = [
        {
            "id": each.id,
            "plan": each.plan,
            "list": each.list,
            "edition": (release := open_release(each)).header.edition or None,
            "known_at": each.known_at.isoformat(),
            "current": each.id in answering,
            "listings": len(release.listings),
            "documents": [{"name": name, "sha256": sha256} for name, sha256 in release.header.documents],
        }
        for each in published()
    ]
    if as_json:
        write_json({"schema": "precert.releases/1", "releases": found})
    else:
        _show(found)


def _show(found: list[dict[str, Any]]) -> None:
    page = Page()
    rows = [
        (each["list"], each["edition"] or "-", each["known_at"], "yes" if each["current"] else "no", str(each["listings"]))
        for each in found
    ]
    names = ("List", "Edition", "Known since", "In use", "Rows")
    page.table({name: widest(rows, name, at) for at, name in enumerate(names)}, rows)
    page.gap()
    for each in found:
        page.say(f"{each['list']}, known since {each['known_at']}: {each['id']}")
    page.finish()
