"""The lists in use: their rows to browse and to filter, as CSV to take along, and what they are made of."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from precert import codes
from precert.changes.render import csv_text
from precert.facts.model import Listing
from precert.facts.release import Release
from precert.ports import Published
from precert.requirement.answer import citation
from precert.surfaces import words
from precert.surfaces.documents import code as documents
from precert.surfaces.documents import held, search
from precert.surfaces.http.problem import Problem
from precert.surfaces.http.routes.lists import open_once
from precert.surfaces.http.threads import work
from precert.surfaces.web import page, picture, view

_PAGE, _LONGEST = 100, 100
_FILTERS = ("q", "program", "category", "prints")
_COLUMNS = (
    *("code", "program", "requirement", "platform", "product", "category", "section", "grouping", "um_cs"),
    *("begins", "ends", "changed", "beside", "document", "line", "page", "sheet", "row"),
)


def _quietly(_: str) -> None:
    """Leave unsaid here what the page of releases says of an altered one."""


async def index(request: Request) -> Response:
    """Name the lists in use, and every release."""
    told = await work(held.lists, _quietly, open_once)
    releases = await work(held.releases, _quietly, open_once)
    return await work(page.show, request, "lists.html", lists=told["lists"], releases=releases["releases"])


def _in_use(list_id: str) -> tuple[Published, Release]:
    for each in held.current(_quietly):
        if each.list == list_id:
            return each, open_once(each)
    raise Problem("unknown-list")


async def browse(request: Request) -> Response:
    """Show the rows of a list, or those that a filter leaves."""
    return await work(page.show, request, "list.html", **await work(_browse, request.path_params["list"], page.given(request)))


def _browse(list_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
    published, release = _in_use(list_id)
    filters = {name: str(given.get(name, ""))[:_LONGEST] for name in _FILTERS}
    rows = _filtered(release.listings, filters)
    asked = str(given.get("page", ""))
    pages = max(1, -(-len(rows) // _PAGE))
    number = min(max(int(asked) if asked.isdecimal() and len(asked) < 6 else 1, 1), pages)  # noqa: PLR2004 - no list has so many pages
    return {
        "list": list_id,
        "published": published,
        "header": release.header,
        "entry": held.entry(published, release),
        "rows": [_row(each) for each in rows[(number - 1) * _PAGE : number * _PAGE]],
        "count": len(rows),
        "number": number,
        "pages": pages,
        "filters": filters,
        "query": urlencode({name: value for name, value in filters.items() if value}),
        "programs": _once(each.program for each in release.listings),
        "categories": _once(each.category for each in release.listings),
        "prints": _once(documents.printed(each) for each in release.listings),
        "picture": picture.composition(rows) if rows else None,
    }


def _once(values: Iterable[str | None]) -> list[str]:
    return [each for each in dict.fromkeys(values) if each]


def _filtered(listings: Iterable[Listing], filters: Mapping[str, str]) -> list[Listing]:
    asked = search.read(filters["q"]) if any(each.isalnum() for each in filters["q"]) else []
    return [each for each in listings if _fits(each, filters) and _holds(each, asked)]


def _fits(listing: Listing, filters: Mapping[str, str]) -> bool:
    told = {"program": listing.program, "category": listing.category, "prints": documents.printed(listing)}
    return all(not filters[name] or filters[name] == value for name, value in told.items())


def _holds(listing: Listing, asked: list[str]) -> bool:
    held_words = [*search.words_of(listing)] if asked else []
    return all(any(word.startswith(each) for word in held_words) for each in asked)


def _row(listing: Listing) -> dict[str, Any]:
    names = words.Names(plan="the plan")
    return {
        "listing": listing,
        "printed": documents.printed(listing),
        "when": words.in_force(listing),
        "beside": [words.condition(one, names) for one in listing.conditions],
        "facts": search.fact_words(listing.facts),
        "cited": view.cited(citation(listing.citation)),
        "linked": codes.parse(listing.code) is not None,
    }


async def as_csv(request: Request) -> Response:
    """Give the rows that a filter leaves as CSV; no cell of it is taken for a formula."""
    list_id = request.path_params["list"]
    return page.download(await work(_csv, list_id, page.given(request)), "text/csv; charset=utf-8", f"{list_id}.csv")


def _csv(list_id: str, given: Mapping[str, Any]) -> str:
    _, release = _in_use(list_id)
    filters = {name: str(given.get(name, ""))[:_LONGEST] for name in _FILTERS}
    return csv_text(_COLUMNS, (_cells(each) for each in _filtered(release.listings, filters)))


def _cells(listing: Listing) -> list[str]:
    told = documents.printed_row(listing, setting=None, delegate=None)
    flat = {"code": listing.code} | told | told["printed"] | told["citation"] | {"beside": "; ".join(_row(listing)["beside"])}
    return ["" if flat[name] is None else str(flat[name]) for name in _COLUMNS]
