"""A record's page: the worksheet to print, and whether the answer still stands."""

import json
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from precert import records
from precert.bootstrap import answer_again
from precert.facts.compile import Index
from precert.facts.release import ReleaseError
from precert.ports import StoreError
from precert.request import RequestError
from precert.requirement import present
from precert.requirement.case import Case
from precert.surfaces.http.problem import Problem
from precert.surfaces.http.routes.records import find
from precert.surfaces.http.threads import work
from precert.surfaces.web import page, view
from precert.surfaces.words import counted

_NUMBER = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)
_CASE = ("plan", "date_of_service", "known_at", "segment", "state", "place_of_service", "programs", "reference")


async def record(request: Request) -> Response:
    """Show a record as a worksheet; its order is answered again from the releases it names, and what differs is told."""
    kept = await work(find, request.path_params["id"])
    unread = _unread(request)
    return await work(
        page.show,
        request,
        "record.html",
        **await work(_shown, kept, unread),
        unread=unread,
    )


def _unread(request: Request) -> int:
    """Return how many parts of what was pasted are not in the record: their number travels in the address, their words never do."""
    told = page.given(request).get("unread", "")
    return int(told) if _NUMBER.fullmatch(told) else 0


def _shown(kept: dict[str, Any], unread: int) -> dict[str, Any]:
    index = _index(kept)
    return {
        "record": kept,
        "answer": view.page(kept["answer"], index, questions=False),
        "differs": _differs(kept),
        "text": text(kept, unread),
    }


def _differs(kept: dict[str, Any]) -> list[str]:
    try:
        return records.verify(kept, answer_again)
    except (StoreError, ReleaseError):
        return ["a list that the record names is not at hand, or is altered"]


def _index(kept: dict[str, Any]) -> Index | None:
    """Return the lists that answered, for the names they give; none where they are not at hand."""
    answer = kept["answer"]
    lines = [{name: line[name] for name in ("code", "modifiers", "units")} for line in answer["lines"]]
    case = {name: answer[name] for name in _CASE} | {"lines": lines}
    try:
        return answer_again([each["id"] for each in answer["releases"]], Case.from_dict(case)).index
    except (StoreError, ReleaseError, RequestError):
        return None


def text(kept: dict[str, Any], unread: int = 0) -> str:
    """Return a record as plain text, for a note in another system."""
    answer = kept["answer"]
    lists = [
        f"List: {each['list']}, edition {each['edition'] or 'not stated'}, as known on {each['known_at']}" for each in answer["releases"]
    ]
    head = [
        "Prior authorization worksheet (precert)",
        f"Record: {kept['id']}",
        f"Made: {kept['at']} by {kept['subject']}",
        *lists,
        f"Answer digest: {answer['digest']}",
    ]
    left_out = [f"Not read, and not in this record: {counted(unread, 'part')} of what was pasted"] if unread else []
    return "\n".join([*head, *left_out, "", present.text(answer), ""])


async def as_text(request: Request) -> Response:
    """Give the worksheet as plain text."""
    kept = await work(find, _named(request))
    return page.download(text(kept, _unread(request)), "text/plain; charset=utf-8", f"precert-{kept['id']}.txt")


async def as_json(request: Request) -> Response:
    """Give the record as it was kept."""
    kept = await work(find, _named(request))
    return page.download(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", "application/json", f"precert-{kept['id']}.json")


def _named(request: Request) -> str:
    found: str = request.path_params["id"]
    return found


async def opened(request: Request) -> Response:
    """Go to the record whose number was typed."""
    asked = str(page.given(request).get("id", "")).strip().lower()
    if not asked:
        return await work(page.show, request, "records.html", wrong=False)
    try:
        await work(find, asked)
    except Problem as problem:
        if problem.code not in ("unknown-record", "bad-parameter"):
            raise
        return await work(page.show, request, "records.html", status=404, wrong=True)
    return page.moved(f"/records/{asked}")
