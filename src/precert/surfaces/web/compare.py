"""What changed between two releases, with the booked orders that it touches; plans side by side."""

import json
import re
from datetime import date
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from precert import codes
from precert.changes import matrix_pages
from precert.changes.matrix import crosswalk
from precert.changes.report import to_dict
from precert.facts.compile import Index
from precert.request import RequestError
from precert.surfaces import words
from precert.surfaces.documents import difference, held
from precert.surfaces.http.exchange import FORM, sized, typed
from precert.surfaces.http.lines import bounded
from precert.surfaces.http.problem import Problem
from precert.surfaces.http.routes.lists import open_once
from precert.surfaces.http.threads import work
from precert.surfaces.web import order, page, pasted, session, view
from precert.surfaces.web.codes import day_of

_ORDERS, _MOST_CODES = 16 << 20, 200
_RELEASE = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)

# -- two releases ----------------------------------------------------------------------------------------------------------


def _quietly(_: str) -> None:
    """Leave unsaid here what the page of lists says of an altered release."""


async def changes(request: Request) -> Response:
    """Compare two releases; with booked orders, say which of them are answered otherwise."""
    if request.method == "POST":
        sent = await _sent(request)
        try:
            session.guard(request, {"csrf": sent.get("csrf")})
            before, after = str(sent.get("from", "")), str(sent.get("to", ""))
            orders = await _orders(sent)
        finally:
            await sent.close()
    else:
        given = page.given(request)
        before, after, orders = str(given.get("from", "")), str(given.get("to", "")), None
    values: dict[str, Any] = {"before": before, "after": after, "diff": None, "wrong": None}
    values["releases"] = (await work(held.releases, _quietly, open_once))["releases"]
    if before and after:
        try:
            values["diff"] = await work(_compared, before, after, orders)
        except RequestError as error:
            values["wrong"] = str(error)
    return await work(page.show, request, "changes.html", status=422 if values["wrong"] else 200, **values)


async def _sent(request: Request) -> FormData:
    typed(request, FORM)
    sized(request, _ORDERS)
    request._receive = bounded(request.receive, _ORDERS, request.app.state.settings.limits.body_seconds)  # noqa: SLF001 - the form is read by starlette, from this
    try:
        return await request.form(max_files=1, max_fields=8)
    except (HTTPException, MultiPartException, ValueError):
        raise Problem("bad-upload") from None


async def _orders(sent: FormData) -> str | None:
    file = sent.get("orders")
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    data = await file.read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _compared(before: str, after: str, orders: str | None) -> dict[str, Any]:
    if not _RELEASE.fullmatch(before) or not _RELEASE.fullmatch(after):
        raise Problem("unknown-release")
    old, new = difference.find(before), difference.find(after)
    if old is None or new is None:
        raise Problem("unknown-release")
    told = to_dict(difference.report(old, new, orders=orders))
    told |= {"changes": grouped(told["changes"]), "list_changes": grouped_facts(told["list_changes"])}
    names = words.Names(plan=new.release.header.payer)
    if new.release.header.delegate:
        names = words.Names(plan=names.plan, delegate=new.release.header.delegate.name)
    for touched in (told["orders"] or {}).get("touched", ()):
        for line in touched["lines"]:
            line["token"] = view.token(line)
            for side in ("before", "after"):
                line[side] |= {"asks": view.asks(line[side] | {"primary_lines": []}, names), "who": view.who(line[side])}
    return told


def grouped(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put changes together that are told in the same words of several codes."""
    found: dict[str, dict[str, Any]] = {}
    for each in changes:
        same = json.dumps([each[name] for name in ("kind", "timing", "effective", "until", "program", "members")], sort_keys=True)
        codes_of = found.setdefault(same, each | {"codes": []})["codes"]
        codes_of += [code for code in each["codes"] if code not in codes_of]
    return list(found.values())


def grouped_facts(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put facts of the list as a whole together that became of one another alike, each with the names of those they are about."""
    found: dict[str, dict[str, Any]] = {}
    for each in changes:
        plain = {side: each[side] for side in ("before", "after") if not isinstance(each[side], dict)}
        same = json.dumps([each["subject"], each["action"], each["members"], plain], sort_keys=True)
        named = _named(each["after"] or each["before"])
        found.setdefault(same, {**each, **dict.fromkeys(("before", "after")), **plain, "names": []})["names"] += [named] if named else []
    return list(found.values())


def _named(fact: object) -> str | None:
    """Return what a fact is about, in the fact's own words."""
    told = fact if isinstance(fact, dict) else {}
    return next((str(told[name]) for name in ("message", "printed", "code", "name") if told.get(name)), None)


# -- plans side by side ----------------------------------------------------------------------------------------------------


async def side_by_side(request: Request) -> Response:
    """Ask every plan for the same codes, each ordered alone on one day."""
    if request.method == "POST":
        sent = await page.form(request)
        text, asked_day = sent.get("codes", ""), sent.get("date", "")
    else:
        text, asked_day = "\n".join(request.query_params.getlist("code")), str(page.given(request).get("date", ""))
    read = await work(pasted.read, text)
    asked = list(dict.fromkeys(each.token for each in read.lines))[:_MOST_CODES]
    day = day_of({"date": asked_day})
    books = await order.plans(request)
    matrix = await work(_matrix, asked, {book.plan: book.index for book in books}, day) if asked else None
    return await work(
        page.show,
        request,
        "crosswalk.html",
        text=text,
        day=day,
        unread=read.unread,
        unwrapped=read.unwrapped,
        left_out=max(0, len(dict.fromkeys(each.token for each in read.lines)) - _MOST_CODES),
        matrix=matrix,
        payers={book.plan: book.index.payer for book in books},
    )


def _matrix(asked: list[str], indexes: dict[str, Index], day: date) -> dict[str, Any]:
    told = matrix_pages.to_dict(crosswalk(asked, indexes, day))
    names = {plan: view.Names(plan, index) for plan, index in indexes.items()}
    for row in told["codes"]:
        row["linked"] = codes.parse(row["code"]) is not None
        for each in row["plans"]:
            of = names[each["plan"]].of({"code": row["code"], "program": each["program"]})
            each |= {
                "asks": view.asks(each | {"primary_lines": []}, of),
                "who": view.who(each),
                "cited": [view.cited(one) for one in each["citations"]],
            }
    return told
