"""`precert show`: everything the lists print of one code, without an order and without a date."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from precert import codes
from precert.bootstrap import Rulebook, has_store, open_release
from precert.changes.render import as_json as as_members
from precert.facts.compile import Held, Row
from precert.facts.model import Citation
from precert.requirement import answer
from precert.requirement.case import RequestError
from precert.surfaces.cli import past, words
from precert.surfaces.cli.lists import current
from precert.surfaces.cli.options import Json, Plan, books
from precert.surfaces.cli.output import Page, write_json


def show(
    *,
    code: Annotated[str, typer.Argument(metavar="CODE", help="A CPT or HCPCS code.")],
    plan: Plan = None,
    as_json: Json = False,
) -> None:
    """Show every row that names a code: what it prints, when it holds, and what earlier releases printed.

    Where you have ingested the document, the page also shows the row in the document's own words. --json never does.
    """
    read = codes.parse(code)
    if read is None:
        raise RequestError("invalid-code", f"`{code}` is not a well-formed code; codes look like 22551, 0202T or L8680")
    found = books(plan)
    if as_json:
        write_json(_document(read, plan, found))
    else:
        _print(read, found)


# -- as JSON ---------------------------------------------------------------------------------------------------------------


def _document(code: str, plan: str | None, found: list[Rulebook]) -> dict[str, Any]:
    return {
        "schema": "precert.show/1",
        "code": code,
        "plan": plan,
        "rows": [_row(book, row) for book in found for row in book.index.rows(code)],
        "see": [
            {"plan": book.plan, "codes": list(see.use), "when": see.when.strip() or None, "citation": answer.citation(see.citation)}
            for book in found
            if (see := book.index.pointers.get(code))
        ],
        "not_together": [
            {
                "plan": book.plan,
                "code": pair.other if pair.code == code else pair.code,
                "exception": pair.exception,
                "citation": answer.citation(pair.citation),
            }
            for book in found
            for pair in book.index.not_together.get(code, ())
        ],
        "primaries": [{"plan": book.plan, "codes": list(known.primaries)} for book in found if (known := book.index.add_ons.get(code))],
        "damaged": [{"plan": book.plan, "citation": answer.citation(each)} for book in found for each in book.index.damaged.get(code, ())],
        "history": [each for book in found for each in past.document(book.plan, past.past(code, book.plan))],
    }


def _row(book: Rulebook, row: Row) -> dict[str, Any]:
    listing, held = row.listing, _held(book, row.listing.citation)
    return {
        "plan": book.plan,
        "list": held.list,
        "edition": held.edition or None,
        "release": held.id,
        "program": listing.program,
        "setting": row.setting,
        "delegate": row.delegate.name if row.delegate else None,
        "printed": {
            "requirement": answer.printed(row),
            "platform": listing.platform,
            "product": listing.product,
            "category": listing.category,
            "section": listing.section,
            "grouping": listing.grouping,
            "um_cs": listing.um_cs,
        },
        "begins": listing.begins and listing.begins.isoformat(),
        "ends": listing.ends and listing.ends.isoformat(),
        "changed": listing.changed and listing.changed.isoformat(),
        "conditions": [answer.condition(each) for each in listing.conditions],
        "facts": {
            "regions": list(listing.facts.regions),
            "approach": listing.facts.approach,
            "each_additional": listing.facts.each_additional,
            "unlisted": listing.facts.unlisted,
        },
        "review": as_members(listing.review),
        "citation": answer.citation(listing.citation),
    }


def _held(book: Rulebook, cited: Citation) -> Held:
    return next(held for held in book.releases if (cited.document, cited.sha256) in held.documents)


# -- for people ------------------------------------------------------------------------------------------------------------


def _print(code: str, found: list[Rulebook]) -> None:
    page = Page()
    families = {each.plan: dict(open_release(each).header.families) for each in current()}
    own = _own_words(code, found)
    for book in found:
        page.heading(f"{code} in {book.plan}: {', '.join(f'{held.title}, {held.edition} edition' for held in book.releases)}")
        names = words.Names(plan=book.index.payer, families=families[book.plan])
        if not book.index.rows(code):
            page.say("No row names this code. This does not mean that no prior authorization is needed.")
        for row in book.index.rows(code):
            _print_row(page, row, names.beside(row))
            _print_own(page, own.get(row.listing.citation))
        _print_beside(page, code, book, own)
        past.show(page, past.past(code, book.plan))
    page.finish()


def _own_words(code: str, found: list[Rulebook]) -> Mapping[Citation, str]:
    """Return what the rows print in the documents that were ingested here, if any were."""
    if not has_store():
        return {}
    from precert import workbench  # noqa: PLC0415 - who keeps nothing pays for no store

    listed = [row.listing.citation for book in found for row in book.index.rows(code)]
    return workbench.own_words([*listed, *(each for book in found for each in book.index.damaged.get(code, ()))])


def _print_own(page: Page, own: str | None) -> None:
    if own is not None:
        page.say(f"The document's own words (from your copy): {' '.join(own.split())}", 4, hang=2)


def _print_row(page: Page, row: Row, names: words.Names) -> None:
    listing = row.listing
    page.item(words.row(listing.citation))
    labels = (("program", listing.program), ("product", listing.product), ("category", listing.category), ("section", listing.section))
    page.say("; ".join(f"{name}: {value}" for name, value in labels if value), 4, hang=2)
    cells = (("platform", listing.platform), ("grouping", listing.grouping), ("with UM + CS", listing.um_cs))
    printed = answer.printed(row) or "nothing: being on the list means that PA is required"
    page.say("; ".join([f"Prints {printed}", *(f"{name}: {value}" for name, value in cells if value)]), 4, hang=2)
    page.say(f"Holds {words.in_force(listing)}" + (f"; for care at {row.setting}" if row.setting else ""), 4, hang=2)
    for each in listing.conditions:
        page.say(words.condition(each, names), 4, hang=2)
    if words.facts(listing.facts):
        page.say(f"Its description states: {words.facts(listing.facts)}", 4, hang=2)
    if review := listing.review:
        said = f"Its code cell prints {review.printed or 'nothing'}; {review.action}ed by {review.by} at {review.at}: {review.why}"
        page.say(said, 4, hang=2)


def _print_beside(page: Page, code: str, book: Rulebook, own: Mapping[Citation, str]) -> None:
    index = book.index
    if see := index.pointers.get(code):
        page.item(f"The list names {words.listed(list(see.use), 'or')} to use instead{see.when}: {words.row(see.citation)}")
    for pair in index.not_together.get(code, ()):
        other, exception = pair.other if pair.code == code else pair.code, f" ({pair.exception})" if pair.exception else ""
        page.item(f"Not to be reported together with {other}{exception}: {words.row(pair.citation)}")
    if known := index.add_ons.get(code):
        page.item(f"A federal table calls it an add-on{' to ' + ', '.join(known.primaries) if known.primaries else ''}")
    for each in index.damaged.get(code, ()):
        page.item(f"A row that nobody could read yet may be this code: {words.row(each)}")
        _print_own(page, own.get(each))
