"""What the lists say of codes, without an order: one code, a search, plans side by side, and the anesthesia question."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from precert import bootstrap
from precert.anesthesiology.answer import anesthesia as choose
from precert.anesthesiology.terms import REGION, Flag
from precert.bootstrap import Rulebook
from precert.changes import matrix_pages
from precert.changes.matrix import codes_under
from precert.changes.matrix import crosswalk as compare
from precert.facts.release import ReleaseError
from precert.ports import StoreError
from precert.request import RequestError
from precert.surfaces.documents import code as codes
from precert.surfaces.documents import search
from precert.surfaces.http.exchange import admit, cached, document, matched, members, parameters, tag, unchanged
from precert.surfaces.http.identity import Role
from precert.surfaces.http.operation import CODE, DAY, ID, PLAN, Operations, answer, in_path, json_body, query
from precert.surfaces.http.problem import Problem, missing, unreadable
from precert.surfaces.http.routes.lists import SAME, day_of, open_once, snapshot
from precert.surfaces.http.threads import work

MOST_CODES, MOST_HITS, LONGEST = 200, 200, 200
WORD = r"^[\s\S]*[0-9A-Za-z][\s\S]*$"
_CODE, _PLAN, _LIMIT = re.compile(CODE), re.compile(ID), re.compile(r"[1-9][0-9]{0,2}", re.ASCII)
_TOKEN, _WORD = re.compile(r"[0-9A-Za-z]{1,32}", re.ASCII), re.compile(rf"(?=[\s\S]*[0-9A-Za-z])[\s\S]{{1,{LONGEST}}}", re.ASCII)


async def books(request: Request, plan: str | None) -> list[Rulebook]:
    """Return the plan's rulebook, or that of every plan that has a good one. Raises Problem."""
    shelf, found = request.app.state.shelf, []
    for each in [plan] if plan is not None else await work(bootstrap.plans):
        try:
            found.append(await shelf.get(each))
        except RequestError as error:
            raise missing(error.code) from None
        except (StoreError, ReleaseError):
            if plan is not None:
                raise
    return found


async def _etag(*parts: object) -> str:
    return tag(await work(snapshot), *parts)


def today() -> date:
    """Return the day it is here."""
    return datetime.now().astimezone().date()


# -- one code --------------------------------------------------------------------------------------------------------------


async def code(request: Request) -> Response:
    """Show every row that names a code: what it prints, when it holds, and what earlier releases printed.

    `date` leaves out the rows that are not in force on that day. That no row names a code does not mean that none is needed.
    """
    await admit(request, Role.READ)
    given = parameters(request, ("plan", "date"))
    token, plan, day = request.path_params["code"], matched(given, "plan", _PLAN), day_of(given, "date")
    if not _CODE.fullmatch(token):
        raise Problem("invalid-code")
    etag = await _etag(token, plan, day)
    same = unchanged(request, etag)
    return same or members(await work(_code, token, plan, day, await books(request, plan)), cached(etag))


def _code(token: str, plan: str | None, day: date | None, found: list[Rulebook]) -> dict[str, Any]:
    told = codes.document(token, plan, found, open_once)
    if day is not None:
        rows = [row.listing.in_force(day) for book in found for row in book.index.rows(token)]
        told["rows"] = [row for row, holds in zip(told["rows"], rows, strict=True) if holds]
    return told


# -- search ----------------------------------------------------------------------------------------------------------------


async def find(request: Request) -> Response:
    """Find rows by the beginning of a code, and by the words of their labels and extracted facts; each word must match.

    Descriptions are not searched: the releases carry none.
    """
    await admit(request, Role.READ)
    given = parameters(request, ("q", "plan", "limit"))
    asked, plan = matched(given, "q", _WORD), matched(given, "plan", _PLAN)
    limit = int(matched(given, "limit", _LIMIT) or search.MOST)
    if asked is None or limit > MOST_HITS:
        raise Problem("bad-parameter", "q" if asked is None else "limit")
    found = await books(request, plan)
    etag = await _etag(asked, plan, limit)
    same = unchanged(request, etag)
    return same or members(await work(_found, asked, plan, found, limit), cached(etag))


def _found(asked: str, plan: str | None, found: list[Rulebook], limit: int) -> dict[str, Any]:
    return search.document(asked, plan, search.find(search.read(asked), found, limit))


# -- plans side by side ----------------------------------------------------------------------------------------------------


async def crosswalk(request: Request) -> Response:
    """Ask every plan for the same codes, each ordered alone on one day."""
    await admit(request, Role.READ)
    given = parameters(request, ("date", "category", "program"), lists=("code", "plan"))
    asked, wanted = given.get("code", []), given.get("plan", [])
    for name, values, form in (("code", asked, _TOKEN), ("plan", wanted, _PLAN)):
        if len(values) > MOST_CODES or not all(form.fullmatch(each) for each in values):
            raise Problem("bad-parameter", name)
    day = day_of(given, "date") or today()
    found = [book for plan in dict.fromkeys(wanted) or [None] for book in await books(request, plan)]
    etag = await _etag(day, request.scope["query_string"])
    same = unchanged(request, etag)
    return same or members(await work(_matrix, asked, given, found, day), cached(etag))


def _matrix(asked: list[str], given: Mapping[str, Any], found: list[Rulebook], day: date) -> dict[str, Any]:
    indexes = {book.plan: book.index for book in found}
    try:
        under = [codes_under(given[name], indexes, program=name == "program") for name in ("category", "program") if name in given]
    except RequestError:
        raise Problem("unknown-program") from None
    every = [*asked, *(each for part in under for each in part)]
    if not every:
        raise Problem("no-lines")
    if len(dict.fromkeys(every)) > 5000:  # noqa: PLR2004 - as many as a case has lines at most
        raise Problem("too-many-lines")
    return matrix_pages.to_dict(compare(every, indexes, day))


# -- anesthesia ------------------------------------------------------------------------------------------------------------

_FLAGS = frozenset(each.value for each in Flag)


async def anesthesia(request: Request) -> Response:
    """Say which spine anesthesia code the facts lead to, why, and what would change it. A fact left out, or null, is not known."""
    await admit(request, Role.READ)
    parameters(request, ())
    asked = _question(await document(request))
    return members(await work(_chosen, asked, await books(request, None) if asked["for"] is not None else []))


def _question(value: object) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() - {"date_of_service", "facts", "for"}:
        raise Problem("bad-field")
    facts, surgery = value.get("facts", {}), value.get("for")
    if not isinstance(facts, dict) or facts.keys() - _FLAGS - {REGION}:
        raise Problem("bad-field", "facts")
    if surgery is not None and not _codes(surgery):
        raise Problem("bad-field", "for")
    if not isinstance(value.get("date_of_service"), str):
        raise Problem("bad-date", "date_of_service")
    return {"date_of_service": value["date_of_service"], "facts": facts, "for": surgery}


def _codes(value: object) -> bool:
    return (
        isinstance(value, list) and 0 < len(value) <= MOST_CODES and all(isinstance(each, str) and _CODE.fullmatch(each) for each in value)
    )


def _chosen(asked: Mapping[str, Any], found: list[Rulebook]) -> dict[str, Any]:
    named = asked["for"]
    surgery = None if named is None else bootstrap.surgery(named, found)
    try:
        return choose(date=asked["date_of_service"], surgery=surgery, **asked["facts"]).to_dict()
    except RequestError as error:
        raise unreadable(error, error.code, ("date", REGION, *_FLAGS)) from None


# -- as the document has it ------------------------------------------------------------------------------------------------

_SEVERAL = {"style": "form", "explode": True}


def declare(operations: Operations) -> None:
    """Declare the routes."""
    body = ("bad-json", "too-slow", "too-large", "unsupported-media-type")
    may = ("not-kept", "unknown-plan")
    operations.add(
        "POST",
        "/v1/anesthesia",
        anesthesia,
        tag="answers",
        role=Role.READ,
        body=json_body("anesthesia-question-1", "the date of service and what is known"),
        answers={200: answer("anesthesia-1", "the answer")},
        may=[*body, "not-kept", "bad-parameter", "bad-field", "bad-date", "bad-region", "bad-code"],
    )
    token = in_path("code", {"type": "string", "pattern": CODE, "examples": ["22551"]}, "a CPT or HCPCS code")
    operations.add(
        "GET",
        "/v1/codes/{code}",
        code,
        tag="codes",
        role=Role.READ,
        parameters=[token, query("plan", PLAN, "this plan only"), query("date", DAY, "rows in force on this day only")],
        answers={200: answer("show-1", "the rows", tagged=True), 304: SAME},
        may=[*may, "invalid-code", "bad-date"],
    )
    words = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": WORD, "examples": ["lumbar", "225"]}
    operations.add(
        "GET",
        "/v1/search",
        find,
        tag="codes",
        role=Role.READ,
        parameters=[
            query("q", words, "the beginning of a code, or of words", required=True),
            query("plan", PLAN, "this plan only"),
            query("limit", {"type": "integer", "minimum": 1, "maximum": MOST_HITS}, "show at most this many rows"),
        ],
        answers={200: answer("search-1", "the rows found", tagged=True), 304: SAME},
        may=[*may, "no-words"],
    )
    several = {"type": "array", "maxItems": MOST_CODES}
    tokens = {"type": "string", "pattern": "^[0-9A-Za-z]{1,32}$", "examples": ["22551"]}
    operations.add(
        "GET",
        "/v1/crosswalk",
        crosswalk,
        tag="codes",
        role=Role.READ,
        parameters=[
            query("code", several | {"items": tokens, "minItems": 1}, "a code; may be repeated", required=True) | _SEVERAL,
            query("plan", several | {"items": PLAN}, "a plan; may be repeated; every plan where it is left out") | _SEVERAL,
            query("date", DAY, "the date of service; today where it is left out"),
            query("category", {"type": "string"}, "every code of this category of any list, too"),
            query("program", {"type": "string"}, "every code of this program of any list, too"),
        ],
        answers={200: answer("crosswalk-1", "codes by plans", tagged=True), 304: SAME},
        may=[*may, "bad-date", "no-lines", "too-many-lines", "unknown-program"],
    )
