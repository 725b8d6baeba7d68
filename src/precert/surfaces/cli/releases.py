"""`precert releases`: every published release, by its content address."""

from typing import Any

from precert.surfaces.cli.options import Json
from precert.surfaces.cli.output import Page, complain, widest, write_json
from precert.surfaces.documents import held


def releases(*, as_json: Json = False) -> int:
    """Name every release, each checked against its digest. Exit status 1 when one was altered: nothing is answered from it."""
    found = held.releases(complain)
    if as_json:
        write_json(found)
    else:
        _show(found["releases"])
    return int(any(each["refused"] for each in found["releases"]))


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
