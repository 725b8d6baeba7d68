"""The review queue: rows that could not be read, each beside its evidence, and the decisions of people on them; then publishing."""

import re
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from precert.facts.model import Citation
from precert.request import RequestError
from precert.requirement.answer import citation
from precert.surfaces.http.problem import Problem
from precert.surfaces.http.threads import within, work
from precert.surfaces.web import page, view
from precert.surfaces.web.queued import PAGE

_LONGEST = 1000
_NUMBER = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


async def queues(request: Request) -> Response:
    """Name the lists under review."""
    return await work(page.show, request, "reviews.html", desks=await work(_queues))


def _queues() -> list[dict[str, Any]]:
    from precert import workbench  # noqa: PLC0415 - the slower half of the house, for who needs it

    return [_head(each) for each in workbench.desks()]


def _head(desk: Any) -> dict[str, Any]:  # noqa: ANN401 - a Desk, of a module that is imported when it is needed
    return {
        "list": desk.draft.list,
        "plan": desk.draft.plan,
        "document": desk.draft.name,
        "ingested_at": desk.draft.ingested_at.strftime("%Y-%m-%d %H:%M UTC"),
        "rows": len(desk.rows),
        "open": sum(row.decision is None for row in desk.rows),
        "listed": len(desk.report.release.listings),
        "stale": desk.stale,
    }


async def queue(request: Request) -> Response:
    """Show the rows of one list; take a decision on one of them."""
    list_id: str = request.path_params["list"]
    if request.method != "POST":
        return await _shown(request, list_id)
    sent = await page.form(request)
    wrong = await work(_decide, sent, request.state.identity.subject)
    if wrong:
        return await _shown(request, list_id, wrong=wrong, about=sent.get("row", ""), sent=sent, status=422)
    return page.moved(f"/review/{list_id}?page={_page(sent.get('page', ''))}#row-{sent['row']}")


def _page(asked: str) -> int:
    return int(asked) if _NUMBER.fullmatch(asked) else 1


async def _shown(  # noqa: PLR0913 - what is told beside the rows
    request: Request, list_id: str, *, wrong: str | None = None, about: str = "", sent: dict[str, str] | None = None, status: int = 200
) -> Response:
    number = _page(str((sent or page.given(request)).get("page", "")))
    told = await work(_queue, list_id, number)
    return await work(page.show, request, "review.html", status=status, **told, wrong=wrong, about=about, sent=sent or {})


def _queue(list_id: str, number: int) -> dict[str, Any]:
    from precert import workbench  # noqa: PLC0415 - as in _queues

    try:
        (desk,) = workbench.desks(list_id)
    except RequestError as error:
        raise Problem(error.code) from None
    pages = max(1, -(-len(desk.rows) // PAGE))
    number = min(number, pages)
    blocks = [(each.citation, " | ".join(each.cells) if hasattr(each, "cells") else each.text) for each in desk.report.document.blocks]
    places = {place: at for at, (place, _) in enumerate(blocks)}
    rows = [_row(each, blocks, places) for each in desk.rows[(number - 1) * PAGE : number * PAGE]]
    return {"desk": _head(desk), "rows": rows, "number": number, "pages": pages}


def _row(row: Any, blocks: Sequence[tuple[Citation, str]], places: dict[Citation, int]) -> dict[str, Any]:  # noqa: ANN401 - as in _head
    at = places.get(row.row.citation)
    near = [] if at is None else [(each, text, each == row.row.citation) for each, text in blocks[max(0, at - 2) : at + 3]]
    return {
        "id": row.id,
        "printed": row.row.printed,
        "reason": row.row.reason,
        "program": row.row.program,
        "proposal": row.proposal,
        "decision": row.decision,
        "label": view.cited(citation(row.row.citation)),
        "near": near,
    }


def _decide(sent: dict[str, str], subject: str) -> str | None:
    """Take a decision; return why it cannot be taken."""
    from precert import workbench  # noqa: PLC0415 - as in _queues

    why, action = sent.get("why", "").strip(), sent.get("action", "")
    if not why or len(why) > _LONGEST:
        return "Write why: whoever reads the list later sees it."
    if action not in ("accept", "reject", "correct"):
        raise Problem("bad-field")
    code = sent.get("code", "") if action == "correct" else None
    try:
        workbench.decide_on([sent.get("row", "")], workbench.Action(action), code=code, why=why, by=subject)
    except workbench.ReviewError as error:
        return str(error)
    return None


async def publish(request: Request) -> Response:
    """Publish a list with the decisions that stand. From the next question on it answers."""
    await page.form(request)
    list_id: str = request.path_params["list"]
    told = await within(request.app.state.settings.limits.ingest_seconds, _published, list_id)
    request.app.state.shelf.changed()
    request.app.state.telemetry.log.info("published", subject=request.state.identity.subject, release=told["told"]["id"])
    return await work(page.show, request, "published.html", **told)


def _published(list_id: str) -> dict[str, Any]:
    from precert.surfaces.documents import desk  # noqa: PLC0415 - as in _queues

    told, before = desk.publish(list_id)
    return {"told": told, "before": before}
