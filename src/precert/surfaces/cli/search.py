"""`precert search`: finds rows by the beginning of a code, and by the words of their labels and of their extracted facts."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from precert.facts.model import Listing
from precert.requirement import answer
from precert.requirement.case import RequestError
from precert.surfaces.cli import words
from precert.surfaces.cli.options import Json, Plan, books
from precert.surfaces.cli.output import GAP, Page, widest, write_json

_MOST = 50
_WORD = re.compile(r"\w+")
_TEXTS = "Descriptions are not searched: the releases carry none, and the text of your own documents is not indexed yet."


def search(
    *,
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT", help="The beginning of a code, or of words of labels or facts; all must match.")
    ],
    plan: Plan = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Show at most this many rows.")] = _MOST,
    as_json: Json = False,
) -> None:
    """Find rows by code, label, or a fact such as lumbar or unlisted.

    Labels are the names of programs, products, categories and sections; facts are what is extracted from descriptions.
    """
    query = " ".join(text)
    asked = _split(query)
    if not asked:
        raise RequestError("no-words", f"`{query}` has no word to search for")
    found = [(book.plan, listing) for book in books(plan) for listing in book if matches(listing, asked)]
    if as_json:
        write_json(_document(query, plan, found, limit))
    else:
        _print(query, plan, found, limit)


def matches(listing: Listing, asked: list[str]) -> bool:
    """Tell whether each word asked for begins one of the row's words."""
    known = list(_words(listing))
    return all(any(each.startswith(word) for each in known) for word in asked)


def _words(listing: Listing) -> Iterator[str]:
    for text in (listing.code, listing.program, listing.product, listing.category, listing.section, words.facts(listing.facts)):
        yield from _split(text or "")


def _split(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _document(query: str, plan: str | None, found: list[tuple[str, Listing]], limit: int) -> dict[str, Any]:
    return {
        "schema": "precert.search/1",
        "query": query,
        "plan": plan,
        "descriptions_searched": False,
        "count": len(found),
        "codes": len({listing.code for _, listing in found}),
        "hits": [_hit(of, listing) for of, listing in found[:limit]],
    }


def _hit(plan: str, listing: Listing) -> dict[str, Any]:
    return {
        "plan": plan,
        "code": listing.code,
        "program": listing.program,
        "product": listing.product,
        "category": listing.category,
        "section": listing.section,
        "facts": {
            "regions": list(listing.facts.regions),
            "approach": listing.facts.approach,
            "each_additional": listing.facts.each_additional,
            "unlisted": listing.facts.unlisted,
        },
        "citation": answer.citation(listing.citation),
    }


def _print(query: str, plan: str | None, found: list[tuple[str, Listing]], limit: int) -> None:
    page = Page()
    codes = len({listing.code for _, listing in found})
    shown = f"; the first {limit} are shown (--limit shows more)" if len(found) > limit else ""
    page.say(f"`{query}`{f' in {plan}' if plan else ''}: {len(found)} rows, {codes} codes{shown}", 0)
    if found:
        page.gap()
        _table(page, found[:limit], plan)
    page.gap()
    page.say(_TEXTS, 0)
    page.finish()


def _table(page: Page, found: list[tuple[str, Listing]], asked: str | None) -> None:
    rows = [
        (each.code, _labels(each), words.facts(each.facts) or "-", ("" if asked else f"{plan}\n") + words.row(each.citation))
        for plan, each in found
    ]
    names = ("Code", "Program and labels", "Facts", "Printed row" if asked else "Plan and printed row")
    widths = [widest(rows, name, at) for at, name in enumerate(names)]
    widths[2] = min(widths[2], 18)
    widths[1] = min(widths[1], max(page.width - widths[0] - widths[2] - widths[3] - len(widths) * GAP, 20))
    page.table(dict(zip(names, widths, strict=True)), rows)


def _labels(listing: Listing) -> str:
    return "; ".join(dict.fromkeys(each for each in (listing.program, listing.category, listing.section) if each))
