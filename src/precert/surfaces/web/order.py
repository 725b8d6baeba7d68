"""The order: what was pasted, its answer while it is typed, and the proof that is kept of it."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from precert import bootstrap
from precert.bootstrap import Rulebook
from precert.encounter.what_if import MOST_LINES, LineWhatIf
from precert.facts.release import ReleaseError
from precert.ports import StoreError
from precert.request import RequestError
from precert.requirement.answer import Determination
from precert.requirement.case import Case
from precert.surfaces.http.identity import Identity
from precert.surfaces.http.threads import work
from precert.surfaces.web import page, pasted, view

FIELDS = ("plan", "date", "segment", "state", "place_of_service", "lines", "what_if")
MOST = 500
"""Lines that are answered while somebody waits: an order has tens. More go through the API."""
_FACTS = ("segment", "state", "place_of_service")
_ANSWER = re.compile(
    r"modifier (?P<at>[0-9]{1,4}) (?P<modifier>[A-Z0-9]{2})|change (?P<of>[0-9]{1,4}) (?P<to>[0-9A-Z]{5})|add (?P<add>[0-9A-Z]{5})"
    r"|set (?P<field>segment|state|place_of_service) (?P<value>[^\x00-\x1f]{1,64})|(?P<what_if>what_if)",
    re.ASCII,
)


def today() -> date:
    """Return the day it is here."""
    return datetime.now().astimezone().date()


async def plans(request: Request) -> list[Rulebook]:
    """Return the rulebook of every plan that has a good one."""
    found = []
    for each in await work(bootstrap.plans):
        try:
            found.append(await request.app.state.shelf.get(each))
        except (StoreError, ReleaseError, RequestError):
            continue  # the releases page says so
    return found


def _fields(sent: Mapping[str, str], books: list[Rulebook]) -> dict[str, str]:
    """Return the fields of the order, with what was answered written into them. A date that was emptied stays empty: none is assumed."""
    fields = {name: sent.get(name, "").strip() for name in FIELDS if name != "lines"} | {"lines": sent.get("lines", "")}
    fields["plan"] = fields["plan"] or (books[0].plan if books else "")
    told = _ANSWER.fullmatch(sent.get("answer", ""))
    if told:
        _answer(fields, told.groupdict())
    return fields


def _answer(fields: dict[str, str], told: Mapping[str, str | None]) -> None:
    read = pasted.read(fields["lines"])
    if told["modifier"]:
        fields["lines"] = pasted.with_modifier(read, int(told["at"] or 0), told["modifier"])
    elif told["to"]:
        fields["lines"] = pasted.with_code(read, int(told["of"] or 0), told["to"])
    elif told["add"]:
        fields["lines"] = pasted.with_line(fields["lines"], told["add"])
    elif told["field"]:
        fields[told["field"]] = told["value"] or ""
    else:
        fields["what_if"] = "yes"


def _case(fields: Mapping[str, str], read: pasted.Pasted) -> Case:
    facts = {name: fields[name] or None for name in _FACTS}
    lines = [each.members() for each in read.lines]
    return Case.from_dict({"plan": fields["plan"], "date_of_service": fields["date"], "lines": lines} | facts)


# -- the page, and the answer while somebody types -------------------------------------------------------------------------


async def order(request: Request) -> Response:
    """Show the order: empty, or as it was sent, with its answer. Nothing of it is kept."""
    books = await plans(request)
    if request.method != "POST":
        given = page.given(request)
        new = {"plan": given.get("plan", ""), "lines": _linked(given.get("code", "")), "date": today().isoformat()}
        fields = _fields(new, books)
        return await work(page.show, request, "order.html", **await _shown(request, fields, books))
    sent = await page.form(request)
    return await work(page.show, request, "order.html", **await _shown(request, _fields(sent, books), books))


def _linked(code: str) -> str:
    return code if re.fullmatch(r"[0-9A-Z]{5}", code, re.ASCII) else ""


async def preview(request: Request) -> Response:
    """Give the answer alone, for the script to put into the page. Nothing of it is kept."""
    books = await plans(request)
    fields = _fields(await page.form(request), books)
    return await work(page.show, request, "preview.html", **await _shown(request, fields, books))


async def _shown(request: Request, fields: dict[str, str], books: list[Rulebook]) -> dict[str, Any]:
    read = await work(pasted.read, fields["lines"])
    values: dict[str, Any] = {
        "fields": fields,
        "plans": [{"id": each.plan, "payer": each.index.payer, "reads": view.reads(each)} for each in books],
        "reads": next((view.reads(each) for each in books if each.plan == fields["plan"]), {}),
        "places": view.PLACES,
        "place_named": view.place_named,
        "unread": read.unread,
        "unwrapped": read.unwrapped,
        "too_long": read.too_long,
        "answer": None,
        "what_if": None,
        "wrong": None,
    }
    if not read.lines:
        return values
    try:
        told = await _told(request, fields, read)
    except RequestError as error:
        return values | {"wrong": str(error)}
    neighbours = await work(_neighbours, told) if fields["what_if"] else None
    return values | {"answer": await work(_page, told), "what_if": neighbours, "few": len(told.lines) <= MOST_LINES}


async def _told(request: Request, fields: Mapping[str, str], read: pasted.Pasted) -> Determination:
    if len(read.lines) > MOST:
        held = f"more than {read.count}" if len(read.text) > pasted.MOST else read.count
        raise RequestError("too-many-lines", f"This holds {held} lines; the page answers at most {MOST} together, the API more.")
    if read.too_long:
        raise RequestError("too-many-lines", f"More was pasted than is read at once: at most {pasted.MOST} characters.")
    if not fields["date"]:
        raise RequestError("bad-date", "Write the date of service: the lists answer for one day, and none is assumed.")
    case = await work(_case, fields, read)
    book: Rulebook = await request.app.state.shelf.get(case.plan, case.known_at)
    return await work(book.determine, case)


def _page(told: Determination) -> dict[str, Any]:
    return view.page(told.to_dict(), told.index)


# -- what if ---------------------------------------------------------------------------------------------------------------


def _neighbours(told: Determination) -> list[dict[str, Any]]:
    """Say of each line which codes the surgeon may change to would be answered otherwise."""
    if len(told.lines) > MOST_LINES:
        return []
    names = view.Names(told.case.plan, told.index)
    return [_of_line(each, told, names) for each in bootstrap.what_if(told)]


def _of_line(each: LineWhatIf, told: Determination, names: view.Names) -> dict[str, Any]:
    from precert.encounter.what_if import document  # noqa: PLC0415 - only who asks pays for it

    line = told.lines[each.number - 1].line
    (members,) = document(told, [each])["what_if"]
    return {
        "number": each.number,
        "code": line.token,
        "asked": each.asked,
        "left_out": each.left_out,
        "alternatives": [
            {
                "code": one["code"],
                "asks": view.asks(one, names.of(one)) if one["changed"] else "The same",
                "who": ", ".join(part for part in (view.who(one), one["platform"]) if part),
                "others": [
                    {"code": told.lines[other["line"] - 1].line.token, "asks": view.asks(other, names.of(other | {"code": ""}))}
                    for other in one["others"]
                ],
            }
            for one in members["alternatives"]
        ],
    }


# -- the proof -------------------------------------------------------------------------------------------------------------


async def proof(request: Request) -> Response:
    """Answer the order, keep the answer as a record, and show it."""
    books = await plans(request)
    identity: Identity = request.state.identity
    fields = _fields(await page.form(request), books)
    read = await work(pasted.read, fields["lines"])
    try:
        told = await _told(request, fields, read)
    except RequestError as error:
        values = await _shown(request, fields, books)
        return await work(page.show, request, "order.html", status=422, **values | {"wrong": str(error)})
    record = await request.app.state.recorder.keep(told, identity.subject)
    return page.moved(f"/records/{record}" + (f"?unread={len(read.unread)}" if read.unread else ""))
