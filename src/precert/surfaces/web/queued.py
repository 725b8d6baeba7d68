"""Which queue of a review holds a row that nobody could read: a row of a list that came with the package is in none."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from precert import bootstrap
from precert.ports import StoreError
from precert.request import RequestError

PAGE = 25
"""Rows that a page of a queue shows."""
_PLACE = ("sha256", "line", "page", "sheet", "row")

Place = tuple[object, ...]


def addresses(citations: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the addresses of the queues that hold one of the rows, each on the page of the first; none where no queue does."""
    wanted = {tuple(each[name] for name in _PLACE) for each in citations}
    if not wanted or not bootstrap.has_store():
        return []
    try:
        return _addresses(wanted)
    except (StoreError, RequestError):
        return []  # what cannot be opened is not linked; the row is named all the same


def _addresses(wanted: set[Place]) -> list[str]:
    from precert.store.places import open_store  # noqa: PLC0415 - only an answer that waits for a review pays for it

    documents = {place[0] for place in wanted}
    with open_store() as store:
        drafts = [(each.list, hashlib.sha256(each.data).hexdigest(), each.ingested_at) for each in store.drafts()]
    found = []
    for name, sha256, ingested_at in drafts:
        held = _rows(name, ingested_at) if sha256 in documents else {}
        numbers = [number for place, number in held.items() if place in wanted]
        found += [f"/review/{name}?page={min(numbers) // PAGE + 1}"] if numbers else []
    return found


@lru_cache(maxsize=8)
def _rows(name: str, ingested_at: datetime) -> dict[Place, int]:  # noqa: ARG001 - the draft that was read: another one is read anew
    """Return where the rows of a list under review stand in their documents, and in the queue."""
    from precert import workbench  # noqa: PLC0415 - the slower half of the house, for who needs it

    (desk,) = workbench.desks(name)
    return {tuple(getattr(row.row.citation, each) for each in _PLACE): number for number, row in enumerate(desk.rows)}
