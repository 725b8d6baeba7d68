"""A code's page: its answer in every plan, the rows that name it, its past; a printed row's page; and the search."""

import re
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from precert import bootstrap, codes
from precert.bootstrap import Rulebook
from precert.changes import matrix_pages
from precert.changes.matrix import crosswalk
from precert.facts.model import Citation, Listing
from precert.facts.release import Release, ReleaseError
from precert.ports import Published, StoreError
from precert.request import RequestError, read_date
from precert.requirement.answer import citation
from precert.surfaces import words
from precert.surfaces.documents import code as documents
from precert.surfaces.documents import search
from precert.surfaces.http.problem import Problem
from precert.surfaces.http.routes.lists import open_once
from precert.surfaces.http.threads import work
from precert.surfaces.web import find, order, page, picture, view

_MOST = 100
_NUMBER = re.compile(r"[0-9]{1,7}", re.ASCII)


def day_of(given: dict[str, Any]) -> date:
    """Return the day that is asked about: today, unless another is given. Raises RequestError."""
    return read_date(given["date"], "date") if given.get("date") else order.today()


# -- search ----------------------------------------------------------------------------------------------------------------


async def found(request: Request) -> Response:
    """Show the codes that words find."""
    asked = str(page.given(request).get("q", ""))[:100].strip()
    books = await order.plans(request)
    if codes.parse(asked) and any(book.index.rows(codes.fold(asked)) for book in books):
        return page.moved(f"/codes/{codes.fold(asked)}")
    hits = await work(_found, asked, books) if asked else []
    return await work(page.show, request, "codes.html", asked=asked, hits=hits[:_MOST], more=len(hits) > _MOST)


def _found(asked: str, books: list[Rulebook]) -> list[dict[str, Any]]:
    """Return the codes found, with the plans that list them."""
    every = {book.plan: find.hits(asked, [book], most=_MOST + 1) for book in books}
    merged: dict[str, dict[str, Any]] = {}
    for plan, hits in every.items():
        for each in hits:
            merged.setdefault(each["code"], each | {"plans": []})["plans"].append(plan)
    return list(merged.values())


# -- one code --------------------------------------------------------------------------------------------------------------


async def code(request: Request) -> Response:
    """Show a code in every plan."""
    asked = codes.parse(request.path_params["code"])
    if asked is None:
        raise Problem("invalid-code")
    day, books = day_of(page.given(request)), await order.plans(request)
    return await work(page.show, request, "code.html", **await work(_code, asked, day, books))


def _code(asked: str, day: date, books: list[Rulebook]) -> dict[str, Any]:
    told = documents.document(asked, None, books, open_once)
    indexes = {book.plan: book.index for book in books}
    (row,) = matrix_pages.to_dict(crosswalk([asked], indexes, day))["codes"]
    rows = [
        {
            "plan": book.plan,
            "listing": each.listing,
            "printed": documents.printed(each.listing),
            "when": words.in_force(each.listing),
            "beside": [
                words.condition(one, words.Names(plan=book.index.payer, families=_families(book.plan)).beside(each))
                for one in each.listing.conditions
            ],
            "facts": search.fact_words(each.listing.facts),
            "cited": view.cited(citation(each.listing.citation)),
            "in_force": each.listing.in_force(day),
        }
        for book in books
        for each in book.index.rows(asked)
    ]
    return {
        "code": asked,
        "day": day,
        "plans": [_says(each, indexes) for each in row["plans"]],
        "rows": rows,
        "told": told,
        "history": [each for each in told["history"] if each["rows"] or each["changes"] or not each["readable"]],
        "picture": picture.timeline(rows, told["history"], day) if rows else None,
        "cited": view.cited,
        "tomorrow": day + timedelta(days=1),
    }


def _families(plan: str) -> dict[str, str]:
    """Return what a plan's lists call their families of programs."""
    return {name: title for each in bootstrap.current(plan) for name, title in _opened(each).items()}


def _opened(each: Published) -> dict[str, str]:
    try:
        return dict(open_once(each).header.families)
    except (ReleaseError, StoreError):
        return {}


def _says(each: dict[str, Any], indexes: dict[str, Any]) -> dict[str, Any]:
    index = indexes[each["plan"]]
    names = words.Names(plan=index.payer)
    return each | {
        "payer": index.payer,
        "asks": view.asks(each, names),
        "who": view.who(each),
        "cited": [view.cited(one) for one in each["citations"]],
    }


# -- one printed row -------------------------------------------------------------------------------------------------------


async def row(request: Request) -> Response:
    """Show what a printed row is read as, and its own words where the document is kept here."""
    given, sha256 = page.given(request), request.path_params["sha256"]
    place = {name: int(given[name]) for name in ("line", "page", "row") if _NUMBER.fullmatch(str(given.get(name, "")))}
    told = await work(_row, sha256, place, given.get("sheet"))
    if told is None:
        raise Problem("no-such-path")
    return await work(page.show, request, "row.html", **told)


def _row(sha256: str, place: dict[str, int], sheet: str | None) -> dict[str, Any] | None:
    for published in reversed(bootstrap.published()):
        try:
            release = open_once(published)
        except (ReleaseError, StoreError):
            continue
        document = next((name for name, digest in release.header.documents if digest == sha256), None)
        if document is not None:
            return _told(release, Citation(document=document, sha256=sha256, sheet=sheet, **place))
    return None


def _told(release: Release, cited: Citation) -> dict[str, Any]:
    header = release.header
    names = words.Names(
        plan=header.payer, delegate=header.delegate.name if header.delegate else "the benefit manager", families=dict(header.families)
    )
    return {
        "cited": view.cited(citation(cited)),
        "document": cited.document,
        "header": header,
        "rows": [_listing(each, names) for each in release.listings if each.citation == cited],
        "aside": [each for each in release.set_aside if each.citation == cited],
        "wording": _wording(cited),
    }


def _wording(cited: Citation) -> str | None:
    from precert import workbench  # noqa: PLC0415 - the slower half of the house, for who looks at a row

    try:
        return workbench.own_words([cited]).get(cited)
    except (StoreError, RequestError):
        return None


def _listing(each: Listing, names: words.Names) -> dict[str, Any]:
    return {
        "listing": each,
        "printed": documents.printed(each),
        "when": words.in_force(each),
        "beside": [words.condition(one, names) for one in each.conditions],
        "facts": search.fact_words(each.facts),
    }
