"""`precert search`: finds rows by the beginning of a code, and by the words of their labels and of their extracted facts."""

from typing import Annotated

import typer

from precert.facts.model import Listing
from precert.surfaces import words
from precert.surfaces.cli.options import Json, Plan, books
from precert.surfaces.cli.output import GAP, Page, widest, write_json
from precert.surfaces.documents import search as rows
from precert.surfaces.documents.search import fact_words

_TEXTS = "Descriptions are not searched: the releases carry none, and the text of your own documents is not indexed yet."


def search(
    *,
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT", help="The beginning of a code, or of words of labels or facts; all must match.")
    ],
    plan: Plan = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Show at most this many rows.")] = rows.MOST,
    as_json: Json = False,
) -> None:
    """Find rows by code, label, or a fact such as lumbar or unlisted.

    Labels are the names of programs, products, categories and sections; facts are what is extracted from descriptions.
    """
    query = " ".join(text)
    asked = rows.read(query)
    found = rows.find(asked, books(plan), limit)
    if as_json:
        write_json(rows.document(query, plan, found))
    else:
        _print(query, plan, found, limit)


def _print(query: str, plan: str | None, found: rows.Found, limit: int) -> None:
    page = Page()
    shown = f"; the first {limit} are shown (--limit shows more)" if found.count > limit else ""
    page.say(f"`{query}`{f' in {plan}' if plan else ''}: {found.count} rows, {found.codes} codes{shown}", 0)
    if found.hits:
        page.gap()
        _table(page, found.hits, plan)
    page.gap()
    page.say(_TEXTS, 0)
    page.finish()


def _table(page: Page, found: list[rows.Hit], asked: str | None) -> None:
    cells = [
        (each.code, _labels(each), fact_words(each.facts) or "-", ("" if asked else f"{plan}\n") + words.row(each.citation))
        for plan, each in found
    ]
    names = ("Code", "Program and labels", "Facts", "Printed row" if asked else "Plan and printed row")
    widths = [widest(cells, name, at) for at, name in enumerate(names)]
    widths[2] = min(widths[2], 18)
    widths[1] = min(widths[1], max(page.width - widths[0] - widths[2] - widths[3] - len(widths) * GAP, 20))
    page.table(dict(zip(names, widths, strict=True)), cells)


def _labels(listing: Listing) -> str:
    return "; ".join(dict.fromkeys(each for each in (listing.program, listing.category, listing.section) if each))
