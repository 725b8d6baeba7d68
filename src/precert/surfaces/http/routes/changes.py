"""Two releases compared by meaning; and, with booked orders, which of them are answered otherwise."""

import asyncio
import re
from datetime import date
from io import BytesIO
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from precert.changes.booked import Malformed, Order, Orders
from precert.changes.report import to_dict
from precert.request import RequestError
from precert.surfaces.documents import difference
from precert.surfaces.http import strict
from precert.surfaces.http.exchange import NDJSON, admit, body, cached, matched, members, parameters, sized, tag, typed, unchanged
from precert.surfaces.http.identity import Role
from precert.surfaces.http.operation import DAY, Operations, answer, lines_body, query
from precert.surfaces.http.problem import KINDS, Problem, missing
from precert.surfaces.http.routes.determinations import read_case
from precert.surfaces.http.routes.lists import SAME, day_of, snapshot
from precert.surfaces.http.settings import Limits
from precert.surfaces.http.threads import work

DIGITS = r"^(?:sha256:)?[0-9a-f]{4,64}$"
_DIGITS = re.compile(DIGITS)


class _Asked(NamedTuple):
    """Two releases, by their ids or the first digits of them, and the day that parts future from past dates of service."""

    before: str
    after: str
    day: date | None


def _asked(request: Request) -> _Asked:
    given = parameters(request, ("from", "to", "date"))
    before, after = matched(given, "from", _DIGITS), matched(given, "to", _DIGITS)
    if before is None or after is None:
        raise Problem("bad-parameter", "from" if before is None else "to")
    return _Asked(before, after, day_of(given, "date"))


async def diff(request: Request) -> Response:
    """Say what one release says otherwise than another, by meaning; `date` is where future and past dates of service part."""
    await admit(request, Role.READ)
    asked = _asked(request)
    etag = tag(await work(snapshot), *asked)
    return unchanged(request, etag) or members(await work(_difference, asked, None), cached(etag))


async def diff_orders(request: Request) -> Response:
    """Say it, and which of the booked orders that are sent are answered otherwise: what each was, and what it is.

    An order is a case a line, which `reference` names; without `known_at` and `programs`. A line that is none is counted, told by its
    number, and left out. Nothing is kept.
    """
    await admit(request, Role.READ)
    asked, limits = _asked(request), request.app.state.settings.limits
    typed(request, NDJSON)
    sized(request, limits.orders)
    batches: asyncio.Semaphore = request.app.state.batches
    if batches.locked():
        raise Problem("busy", headers={"Retry-After": "5"})
    async with batches:
        data = await body(request, limits.orders, limits.body_seconds)
        return members(await work(_difference, asked, await work(_read, data, limits)))


def _difference(asked: _Asked, orders: Orders | None) -> dict[str, Any]:
    try:
        old, new = difference.find(asked.before), difference.find(asked.after)
    except RequestError as error:
        raise missing(error.code) from None
    if old is None or new is None:
        raise Problem("unknown-release")
    if orders is not None and (old.release.header.plan, old.release.header.list) != (new.release.header.plan, new.release.header.list):
        raise Problem("bad-parameter", "to")
    return to_dict(difference.report(old, new, day=asked.day, orders=orders))


# -- booked orders ---------------------------------------------------------------------------------------------------------


def _read(data: bytes, limits: Limits) -> Orders:
    """Read the orders of a body, a line each; blank lines are none. Raises Problem `too-many-lines`, `no-lines`."""
    orders, malformed, left = list[Order](), list[Malformed](), limits.orders_lines
    for number, line in enumerate(BytesIO(data), 1):
        if not line.strip():
            continue
        try:
            orders.append(_order(line, limits))
            left -= len(orders[-1].numbers)
        except Problem as problem:
            told = KINDS[problem.code].title  # never what was sent
            malformed.append(Malformed(row=number, case_id=None, code=problem.code, message=told))
            left -= 1
        if left < 0:
            raise Problem("too-many-lines")
    if not orders and not malformed:
        raise Problem("no-lines")
    return Orders(rows=len(orders) + len(malformed), orders=tuple(orders), malformed=tuple(malformed))


def _order(line: bytes, limits: Limits) -> Order:
    if len(line) > limits.case:
        raise Problem("too-large")
    case = read_case(strict.read(line))
    # It is the releases compared that say what is known, and a file of orders names no programs either.
    if case.reference is None or case.known_at is not None or case.programs is not None:
        raise Problem("bad-field")
    return Order(case_id=case.reference, case=case, numbers=tuple(range(1, len(case.lines) + 1)))


# -- as the document has it ------------------------------------------------------------------------------------------------


def declare(operations: Operations) -> None:
    """Declare the routes."""
    release = {"type": "string", "pattern": DIGITS}
    releases = [
        query("from", release, "a release: its id, or the first digits of it", required=True),
        query("to", release, "the release to compare it with", required=True),
        query("date", DAY, "where future and past dates of service part; by default the day `to` became known"),
    ]
    may = ("not-kept", "bad-date", "unknown-release")
    operations.add(
        "GET",
        "/v1/diff",
        diff,
        tag="lists",
        role=Role.READ,
        parameters=releases,
        answers={200: answer("diff-1", "what changed", tagged=True), 304: SAME},
        may=may,
    )
    operations.add(
        "POST",
        "/v1/diff",
        diff_orders,
        tag="lists",
        role=Role.READ,
        parameters=releases,
        body=lines_body("case-1", "booked orders: a case a line, each with its `reference`"),
        answers={200: answer("diff-1", "what changed, and the orders that it touches")},
        may=[*may, "no-lines", "too-many-lines", "too-slow", "too-large", "unsupported-media-type"],
    )
