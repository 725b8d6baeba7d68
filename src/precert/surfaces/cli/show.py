"""`precert show`: everything the lists print of one code, without an order and without a date."""

from collections.abc import Mapping
from typing import Annotated

import typer

from precert import codes
from precert.bootstrap import Rulebook, has_store, known_of, open_release
from precert.encounter.code import Known
from precert.facts.compile import Row
from precert.facts.model import Citation
from precert.requirement import answer
from precert.requirement.case import RequestError
from precert.surfaces import words
from precert.surfaces.cli import past
from precert.surfaces.cli.options import Json, Plan, books
from precert.surfaces.cli.output import Page, complain, write_json
from precert.surfaces.documents import code as documents
from precert.surfaces.documents import held
from precert.surfaces.documents.search import fact_words


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
        write_json(documents.document(read, plan, found))
    else:
        _print(read, found)


# -- for people ------------------------------------------------------------------------------------------------------------


def _print(code: str, found: list[Rulebook]) -> None:
    page = Page()
    families = {each.plan: dict(open_release(each).header.families) for each in held.current(complain)}
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
        past.show(page, documents.past(code, book.plan))
    _print_federal(page, code, known_of(code))
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
    if fact_words(listing.facts):
        page.say(f"Its description states: {fact_words(listing.facts)}", 4, hang=2)
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


def _print_federal(page: Page, code: str, told: Known) -> None:
    """Say when the code was in force and when it was inpatient-only, by whom and of what edition."""
    if not told.references:
        return
    page.heading(f"{code} beside the lists")
    if told.added:
        page.item(f"In force from {told.added}{f' to {told.last}' if told.last else ''}, by CMS's HCPCS file")
    if told.first_file:
        gone = f", and no longer since {told.gone_since}" if told.gone_since else ""
        page.item(f"In CMS's outpatient files from {told.first_file} on{gone}")
    for source, said in (("opps", "by CMS's quarterly files"), ("page", "by the page about spine anesthesia")):
        periods = [f"{_STATUS[each.status]} from {each.since or 'an earlier day'}" for each in told.inpatient_only if each.source == source]
        if periods:
            page.item(f"Inpatient-only {said}: {', '.join(periods)}")
    page.say(f"From {', '.join(f'{each.name} {each.edition}' for each in told.references)}", 4, hang=2)


_STATUS = {True: "yes", False: "no", None: "not held"}
